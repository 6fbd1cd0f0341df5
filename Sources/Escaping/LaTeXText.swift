extension String {
    /// The text escaped for LaTeX, on one line. The escapes require no LaTeX package.
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
        // A table cell may follow a line break `\\`. LaTeX would read a bracket as the option of `\\`, and a star as a
        // part of `\\*`.
        return escaped.unicodeScalars.first.map { "[*".unicodeScalars.contains($0) } == true
            ? "{}" + escaped : escaped
    }

    /// The text as a LaTeX comment on one line. Nothing in the text can end the comment.
    package var commentForLaTeX: String { "% " + inertLine }
}
