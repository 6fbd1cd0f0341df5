import CommandKit
import Events
import Keys
import Language

/// The frames that a block yields from one time to the next, stacked behind columns that tell them apart.
struct StackedFrames {
    private let layers: [Layer]
    /// Where the block stands, for messages.
    private let place: Span
    private let source: Source

    init(_ layers: [Layer], place: Span, source: Source) {
        self.layers = layers
        self.place = place
        self.source = source
    }

    /// What the block yielded once, and the variables that it was run with.
    struct Layer {
        let labels: [(name: String, element: Value.Element)]
        let value: Value
    }

    /// The frame of all layers, if they have rows.
    ///
    /// Not inlined, for the reason given at `Walker.prepare`.
    ///
    /// - Throws: `Diagnostic` where columns clash, or differ from one layer to the next.
    @inline(never)
    func value(_ kind: String, isChecking: Bool) throws -> Value {
        var rows: [[TableCell]] = []
        var columns: [String]?
        var keys: [String] = []
        for layer in layers {
            columns = try same(columns, layer)
            guard let frame = layer.value.frame else { continue }
            let cells = layer.labels.map { name, element in
                let cell = element.value.cell
                return (column: name, cell: element.label == cell.text ? cell : .text(element.label))
            }
            rows += frame.prepending(cells).rows
            keys += layer.labels.map { "\($0.name):\($0.element.label.canonical)" } + [layer.value.canonical]
        }
        if case .unknown? = layers.last?.value { return .unknown }
        // Rows from a file: their columns are known only when it was read.
        if case .frame(nil, _, nil)? = layers.last?.value {
            return .frame(columns: nil, key: ContentKey(parts: [kind]), nil)
        }
        guard let columns else { return .nothing }
        return .frame(
            columns: columns, key: ContentKey(parts: [kind] + keys),
            isChecking ? nil : Frame(columns: columns, rows: rows))
    }

    /// All layers must have the same columns, or none.
    private func same(_ known: [String]?, _ layer: Layer) throws -> [String]? {
        let names = layer.labels.map(\.name)
        guard let inner = layer.value.columns else { return known }
        if let clash = names.first(where: inner.contains) {
            throw Diagnostic(
                .columnClash, "'\(clash)' is already a column of what the block yields",
                hint: "give the sweep's variable another name; inside a repeat, name values with let",
                at: place, in: source)
        }
        let new = names + inner
        guard let known, known != new else { return new }
        throw Diagnostic(
            .columnMismatch, "the block yields other columns from one time to the next",
            hint: "\(known.joined(separator: " ")); then \(new.joined(separator: " "))", at: place,
            in: source)
    }
}
