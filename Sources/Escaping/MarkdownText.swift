extension String {
    /// The text escaped for a Markdown paragraph or table cell, on one line. It contains no markup, link or image.
    ///
    /// A backslash before ASCII punctuation makes it literal (CommonMark 0.31, section 2.4). Within a table cell, a
    /// pipe needs one too (GitHub Flavored Markdown, tables). Brackets that form no link stay as they are, because
    /// intervals contain them.
    package var escapedForMarkdown: String {
        let scalars = Array(inert.unicodeScalars)
        var result = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            let next = index + 1 < scalars.count ? scalars[index + 1] : " "
            let isLiteral: Bool
            switch scalar {
            case "\n", "\t":
                result.append(" ")
                continue
            case "\\", "|", "<", "`", "*", "_", "~", "$": isLiteral = false
            case "]": isLiteral = !"([:".unicodeScalars.contains(next)
            case "&": isLiteral = next != "#" && !next.properties.isAlphabetic
            case "#", ">", "-", "+", "=":
                isLiteral =
                    index > 0 || next.properties.isWhitespace == false && scalar != "#" && scalar != ">"
            case "@": isLiteral = index == 0 || !scalars[index - 1].properties.isAlphabetic
            // Markdown viewers turn bare URLs into links.
            case ":": isLiteral = next != "/"
            // A number and a period at the beginning would start a list.
            case "."
            where index > 0 && next.properties.isWhitespace
                && scalars[..<index].allSatisfy({ ("0"..."9").contains($0) }):
                isLiteral = false
            case ".":
                isLiteral = index < 3 || !scalars[index - 3..<index].allSatisfy { $0 == "w" || $0 == "W" }
            default: isLiteral = true
            }
            if !isLiteral { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }

    /// Returns the lines in a fenced code block. The fence is longer than any run of backquotes in the lines, so that
    /// no line can close it.
    package static func fencedForMarkdown(_ lines: [String]) -> [String] {
        let ticks = lines.joined(separator: "\n").unicodeScalars.split { $0 != "`" }
        let fence = String(repeating: "`", count: Swift.max(3, (ticks.map(\.count).max() ?? 0) + 1))
        return [fence] + lines.map(\.inert) + [fence]
    }
}
