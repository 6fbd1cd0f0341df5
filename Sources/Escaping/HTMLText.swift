extension String {
    /// Safe as text and inside quoted attributes of HTML and XML; active characters are written out.
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
