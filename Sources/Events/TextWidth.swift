extension String {
    /// The width on a terminal in columns: wide characters take two, combining marks none.
    package var displayWidth: Int {
        reduce(0) { width, character in
            guard let scalar = character.unicodeScalars.first else { return width }
            if scalar.properties.isEmojiPresentation { return width + 2 }
            switch scalar.value {
            case 0x300...0x36F, 0x200B...0x200F, 0xFE00...0xFE0F: return width
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
                0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
                0x1F900...0x1F9FF, 0x20000...0x3FFFD:
                return width + 2
            default: return width + 1
            }
        }
    }

    /// The text without trailing spaces.
    package var trimmingEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }

    /// Returns the longest prefix that fits into `columns` of a terminal.
    package func fitting(_ columns: Int) -> String {
        guard displayWidth > columns else { return self }
        var text = ""
        var used = 0
        for character in self {
            used += String(character).displayWidth
            guard used <= columns else { break }
            text.append(character)
        }
        return text
    }
}
