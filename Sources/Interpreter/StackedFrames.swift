import CommandKit
import Events
import Keys
import Language

/// The frames of all runs of a block, stacked into one. Leading columns identify the run: the variables of a sweep, or
/// the round of a repetition.
struct StackedFrames {
    private let layers: [Layer]
    /// The variables with all their values, of which a check runs only some combinations.
    private let variables: [(name: String, values: [String])]
    /// The position of the block for diagnostics.
    private let place: Span
    private let source: Source

    init(
        _ layers: [Layer], variables: [(name: String, values: [String])], place: Span, source: Source
    ) {
        self.layers = layers
        self.variables = variables
        self.place = place
        self.source = source
    }

    /// The result of one run of the block and the variables of that run.
    struct Layer {
        let labels: [(name: String, element: Value.Element)]
        let value: Value
    }

    /// Returns the frame of all layers. Returns `.nothing` if the layers have no rows, and `.unknown` if the last layer
    /// is unknown because of an error.
    ///
    /// Not inlined: Swift 6.3.1 crashes on throwing code that is inlined into an asynchronous function.
    ///
    /// - Parameters:
    ///   - kind: the statement, `sweep` or `repeat`. It is part of the frame's key.
    ///   - isChecking: true to return the columns without rows.
    /// - Throws: `Diagnostic` if a variable has the name of a column, or if layers have different columns.
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
        // The columns of rows from a file are unknown until the file is read.
        if case .frame(let shape, _, nil)? = layers.last?.value, shape.columns == nil {
            return .frame(shape, key: ContentKey(parts: [kind]), nil)
        }
        guard let columns else { return .nothing }
        return .frame(
            FrameShape.stacking(layers.compactMap(\.value.shape), columns: columns, variables: variables),
            key: ContentKey(parts: [kind] + keys),
            isChecking ? nil : Frame(columns: columns, rows: rows))
    }

    /// Returns the columns of all layers so far.
    ///
    /// - Throws: `Diagnostic` unless all layers with columns have the same ones.
    private func same(_ known: [String]?, _ layer: Layer) throws -> [String]? {
        let names = layer.labels.map(\.name)
        guard let inner = layer.value.columns else { return known }
        if let clash = names.first(where: inner.contains) {
            throw Diagnostic(
                .columnClash, "'\(clash)' is already a column of the frame that the block returns",
                hint: "give the sweep's variable another name; inside a repeat, name values with let",
                at: place, in: source)
        }
        let new = names + inner
        guard let known, known != new else { return new }
        throw Diagnostic(
            .columnMismatch, "the block returns different columns in different runs",
            hint: "\(known.joined(separator: " ")); then \(new.joined(separator: " "))", at: place,
            in: source)
    }
}
