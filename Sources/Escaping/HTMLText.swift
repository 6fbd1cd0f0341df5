extension String {
    /// The text escaped for HTML and XML, as content or in a quoted attribute. Control characters are written as in
    /// ``inert``.
    package var escapedForHTML: String {
        inert.replacingScalars { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            case "'": "&#39;"
            default: nil
            }
        }
    }
}
