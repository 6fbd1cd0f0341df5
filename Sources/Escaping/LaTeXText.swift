extension String {
    /// Text of LaTeX that needs no package, on one line.
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
        // LaTeX takes a bracket behind a line's end for its option, and a star for another command.
        return escaped.unicodeScalars.first.map { "[*".unicodeScalars.contains($0) } == true
            ? "{}" + escaped : escaped
    }

    /// A comment of LaTeX: one line, which nothing in the text can leave.
    package var commentForLaTeX: String { "% " + inertLine }
}
