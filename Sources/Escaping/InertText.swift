extension Unicode.Scalar {
    /// True for characters that a terminal or browser executes or does not display: control characters, bidirectional
    /// marks, other invisible format characters, line and paragraph separators. This module calls them active.
    ///
    /// Zero-width joiners are not active, because emoji and several scripts need them.
    package var isActive: Bool {
        guard value >= 0x7F else { return value < 0x20 }
        switch value {
        // Joiners, and Arabic and Syriac marks that are visible although Unicode classifies them as format characters.
        case 0x200C, 0x200D, 0x0600...0x0605, 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD:
            return false
        default:
            switch properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: return true
            default: return false
            }
        }
    }

    /// The character as an escape in Swift's notation, such as `\u{1B}`.
    fileprivate var written: String { "\\u{\(String(value, radix: 16, uppercase: true))}" }
}

extension String {
    /// The text with active characters written as escapes such as `\u{1B}`, except line feeds and tabs. All output to
    /// terminals, pipes, notebooks and web pages is escaped in this way.
    package var inert: String {
        guard mayBeActive else { return self }
        return replacingScalars { scalar in
            scalar.isActive && scalar != "\n" && scalar != "\t" ? scalar.written : nil
        }
    }

    /// The text with all active characters written as escapes, on one line: a line feed is written as `\n`, a tab as
    /// `\t`.
    package var inertLine: String {
        guard mayBeActive || utf8.contains(where: { $0 == 0x0A || $0 == 0x09 }) else { return self }
        return replacingScalars { scalar in
            switch scalar {
            case "\n": "\\n"
            case "\t": "\\t"
            default: scalar.isActive ? scalar.written : nil
            }
        }
    }

    /// False if the text is plain ASCII without control characters other than line feeds and tabs. This is a fast test
    /// that nearly all texts pass.
    private var mayBeActive: Bool {
        utf8.contains { ($0 < 0x20 && $0 != 0x0A && $0 != 0x09) || $0 >= 0x7F }
    }
}
