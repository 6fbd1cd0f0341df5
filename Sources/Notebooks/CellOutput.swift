import Escaping
import Events
import Rendering

/// One output of a cell. The cases are those of Jupyter's messages.
package enum CellOutput: Hashable, Sendable {
    /// Text on `stdout` or `stderr`.
    case stream(name: String, text: String)
    /// A display. Its `id` is set if later outputs may update it.
    case display(MimeBundle, id: String?)
    /// A new content for the display with this id.
    case update(MimeBundle, id: String)
    /// The value of the cell. `count` is the cell's execution count.
    case result(MimeBundle, count: Int)
    case error(CellFailure)
    /// Removes all outputs shown so far.
    case clear

    /// The id of a display; `nil` for other outputs.
    var id: String? { if case .display(_, let id) = self { id } else { nil } }

    /// The output in nbformat; `nil` for an update or a removal, which notebooks do not store.
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

/// The reason why a cell failed, in the form that Jupyter shows for exceptions.
package struct CellFailure: Hashable, Sendable {
    /// The error's code, such as `unknown-word`.
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
