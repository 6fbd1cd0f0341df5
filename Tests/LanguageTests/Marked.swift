import Language
import Testing

/// A script with a marker where a diagnostic belongs: `rolout1️⃣`. The marker is taken out before
/// parsing; its place is what the diagnostic must name.
struct Marked {
    let source: Source
    let offsets: [Int]

    static let markers = ["1️⃣", "2️⃣", "3️⃣", "4️⃣"]

    init(_ text: String) {
        var text = text
        var offsets: [Int] = []
        for marker in Self.markers {
            guard let range = text.firstRange(of: marker) else { break }
            offsets.append(text.utf8.distance(from: text.startIndex, to: range.lowerBound))
            text.removeSubrange(range)
        }
        source = Source(name: "test.swirl", text: text)
        self.offsets = offsets
    }
}
