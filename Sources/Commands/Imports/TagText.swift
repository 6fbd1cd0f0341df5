import Foundation

/// Looks for tags in text that may be large and hostile: every search goes over the text once, whatever is in it. Regular
/// expressions with a part of any length would try each opening tag against the whole rest of the text.
enum TagText {
    /// Returns the tag that closes at the end of a text, and what is between it and its last opening; `nil` if the text does
    /// not end with a closing tag that was opened.
    static func last(_ text: String) -> (tag: String, inner: String)? {
        guard text.hasSuffix(">"), let close = text.range(of: "</", options: .backwards) else { return nil }
        let tag = String(text[close.upperBound...].dropLast())
        guard tag.first?.isLetter == true,
            tag.allSatisfy({ $0.isLetter || $0.isNumber || "_.-".contains($0) }),
            let open = text.range(of: "<\(tag)>", options: .backwards), open.upperBound <= close.lowerBound
        else { return nil }
        return (tag, String(text[open.upperBound..<close.lowerBound]))
    }

    /// Returns the first of these tags that is opened and closed, and what is between the two.
    static func first(_ tags: [String], in text: String) -> (tag: String, inner: String)? {
        let found = tags.compactMap { tag -> (open: Range<String.Index>, tag: String, inner: String)? in
            guard let open = text.range(of: "<\(tag)>"),
                let close = text.range(of: "</\(tag)>", range: open.upperBound..<text.endIndex)
            else { return nil }
            return (open, tag, String(text[open.upperBound..<close.lowerBound]))
        }
        return found.min { $0.open.lowerBound < $1.open.lowerBound }.map { ($0.tag, $0.inner) }
    }

    /// Returns a text without all parts between an opening tag and the next closing one.
    static func without(_ tag: String, _ text: String) -> String {
        var kept = ""
        var rest = text.startIndex
        while let open = text.range(of: "<\(tag)>", range: rest..<text.endIndex),
            let close = text.range(of: "</\(tag)>", range: open.upperBound..<text.endIndex)
        {
            kept += text[rest..<open.lowerBound]
            rest = close.upperBound
        }
        return kept + text[rest...]
    }
}

/// Finds marks in a text from positions that only go forward. A mark that was found behind the position, or nowhere, is
/// not looked for again.
struct ForwardSearch {
    private let text: String
    private var known: [String: Range<String.Index>?] = [:]

    init(_ text: String) {
        self.text = text
    }

    /// Returns the first place of a mark that is not before a position.
    mutating func next(_ mark: String, from start: String.Index) -> Range<String.Index>? {
        if let last = known[mark] {
            guard let last else { return nil }
            if last.lowerBound >= start { return last }
        }
        let found = text.range(of: mark, range: start..<text.endIndex)
        known[mark] = .some(found)
        return found
    }
}
