import Escaping
import Events
import Rendering

/// One output of a cell, with the cases that Jupyter distinguishes.
package enum CellOutput: Hashable, Sendable {
    case stream(name: String, text: String)
    /// - `id`: the name of a display that later outputs may update.
    case display(MimeBundle, id: String?)
    case update(MimeBundle, id: String)
    case result(MimeBundle, count: Int)
    case error(CellFailure)
    /// Removes all outputs shown so far.
    case clear

    /// The name of a display.
    var id: String? { if case .display(_, let id) = self { id } else { nil } }

    /// The output in nbformat; `nil` for cases that only change other outputs.
    var kept: JSON? {
        switch self {
        case .stream(let name, let text):
            ["output_type": "stream", "name": .text(name), "text": .lines(text)]
        case .display(let bundle, _):
            ["output_type": "display_data", "metadata": [:], "data": bundle.kept]
        case .update, .clear: nil
        case .result(let bundle, let count):
            [
                "output_type": "execute_result", "execution_count": .integer(count), "metadata": [:],
                "data": bundle.kept,
            ]
        case .error(let failure): .object(failure.fields.merging(["output_type": "error"]) { $1 })
        }
    }
}

extension MimeBundle {
    fileprivate var kept: JSON { .object(parts.mapValues { .lines($0) }) }
}

/// The reason why a cell failed, in Jupyter's fields.
package struct CellFailure: Hashable, Sendable {
    package let name: String
    package let value: String
    package let traceback: [String]

    init(name: String, value: String, traceback: [String]) {
        self.name = name
        self.value = value.inert
        self.traceback = traceback.map(\.inert)
    }

    package var fields: [String: JSON] {
        [
            "ename": .text(name), "evalue": .text(value),
            "traceback": .list(traceback.map { .text($0) }),
        ]
    }
}
