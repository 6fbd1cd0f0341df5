extension String {
    /// The text escaped for HTML and XML, as content or within quoted attributes. Active characters are written as
    /// escapes.
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
