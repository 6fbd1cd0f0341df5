extension Unicode.Scalar {
    /// True if a terminal or a browser obeys it, or shows nothing of it: control characters,
    /// bidirectional marks, other invisible format characters, line and paragraph separators.
    ///
    /// Joiners stay: emoji and several scripts are written with them.
    package var isActive: Bool {
        guard value >= 0x7F else { return value < 0x20 }
        switch value {
        // Joiners; Arabic and Syriac marks that are visible although Unicode files them under format.
        case 0x200C, 0x200D, 0x0600...0x0605, 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD:
            return false
        default:
            switch properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: return true
            default: return false
            }
        }
    }

    /// Such as `\u{1B}`, the notation of Swift.
    fileprivate var written: String { "\\u{\(String(value, radix: 16, uppercase: true))}" }
}

extension String {
    /// The text with active characters written out, such as `\u{1B}` for an escape; line feeds and
    /// tabs stay. For terminals, pipes, notebooks and pages.
    package var inert: String {
        guard mayBeActive else { return self }
        return replacingScalars { scalar in
            scalar.isActive && scalar != "\n" && scalar != "\t" ? scalar.written : nil
        }
    }

    /// The same on one line: a line feed is written `\n`, a tab `\t`. For cells of tables.
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

    /// Nearly all texts are plain ASCII, and are seen to be so fast.
    private var mayBeActive: Bool {
        utf8.contains { ($0 < 0x20 && $0 != 0x0A && $0 != 0x09) || $0 >= 0x7F }
    }
}
