extension String {
    /// The text escaped for LaTeX on one line; it needs no package.
    package var escapedForLaTeX: String {
        let escaped = inertLine.replacingScalars { scalar in
            switch scalar {
            case "\\": "\\textbackslash{}"
            case "~": "\\textasciitilde{}"
            case "^": "\\textasciicircum{}"
            case "−": "$-$"
            case "→": "$\\rightarrow$"
            case "±": "$\\pm$"
            case "…": "\\ldots{}"
            case "<": "\\textless{}"
            case ">": "\\textgreater{}"
            case "|": "\\textbar{}"
            case "&", "%", "$", "#", "_", "{", "}": "\\\(scalar)"
            default: nil
            }
        }
        // After a line break `\\`, LaTeX reads a bracket as its option and a star as its starred form.
        return escaped.unicodeScalars.first.map { "[*".unicodeScalars.contains($0) } == true
            ? "{}" + escaped : escaped
    }

    /// The text as a LaTeX comment on one line. Nothing in the text can end the comment.
    package var commentForLaTeX: String { "% " + inertLine }
}
