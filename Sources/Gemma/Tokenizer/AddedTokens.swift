/// A search for added tokens, such as `<bos>`, in text. It finds the leftmost match, and the longest one among matches
/// at the same place.
struct AddedTokens: Sendable {
    /// A part of a text: ordinary text or an added token.
    enum Part {
        case text(String)
        case token(Int32)
    }

    /// The tokens by their first byte, longest first.
    private let candidates: [UInt8: [(content: [UInt8], id: Int32)]]

    init(_ tokens: [(content: String, id: Int32)]) {
        let known = tokens.filter { !$0.content.isEmpty }.map { (content: Array($0.content.utf8), id: $0.id) }
        candidates = Dictionary(grouping: known) { $0.content[0] }
            .mapValues { $0.sorted { $0.content.count > $1.content.count } }
    }

    /// Splits a text at the added tokens.
    ///
    /// - Parameter forbidden: tokens that are not searched for; they remain ordinary text.
    func split(_ text: String, except forbidden: Set<Int32>) -> [Part] {
        guard !candidates.isEmpty else { return [.text(text)] }
        let all = Array(text.utf8)
        var parts: [Part] = []
        var start = 0
        var index = 0
        func cut() {
            if start < index { parts.append(.text(String(decoding: all[start..<index], as: UTF8.self))) }
        }
        while index < all.count {
            guard
                let hit = candidates[all[index]]?.first(where: {
                    !forbidden.contains($0.id) && all[index...].starts(with: $0.content)
                })
            else {
                index += 1
                continue
            }
            cut()
            parts.append(.token(hit.id))
            index += hit.content.count
            start = index
        }
        cut()
        return parts
    }
}
