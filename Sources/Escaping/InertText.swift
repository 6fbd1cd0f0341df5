extension Unicode.Scalar {
    /// True if a terminal or browser would act on the character or display nothing for it: control characters,
    /// bidirectional marks, other invisible format characters, line and paragraph separators.
    ///
    /// Joiners are not active, because emoji and several scripts need them.
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
    /// The text with active characters written as escapes such as `\u{1B}`; line feeds and tabs stay. It is used for
    /// terminals, pipes, notebooks and pages.
    package var inert: String {
        guard mayBeActive else { return self }
        return replacingScalars { scalar in
            scalar.isActive && scalar != "\n" && scalar != "\t" ? scalar.written : nil
        }
    }

    /// The same on one line, for table cells: a line feed is written as `\n`, a tab as `\t`.
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

    /// True if the text may contain active characters. Nearly all texts are plain ASCII, for which this test is fast.
    private var mayBeActive: Bool {
        utf8.contains { ($0 < 0x20 && $0 != 0x0A && $0 != 0x09) || $0 >= 0x7F }
    }
}
