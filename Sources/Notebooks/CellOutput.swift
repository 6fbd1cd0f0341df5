import Escaping
import Events
import Rendering

/// One thing that a cell shows, as Jupyter tells them apart.
package enum CellOutput: Hashable, Sendable {
    case stream(name: String, text: String)
    /// - `id`: names a display that later ones may change.
    case display(MimeBundle, id: String?)
    case update(MimeBundle, id: String)
    case result(MimeBundle, count: Int)
    case error(CellFailure)
    /// Everything that was shown until now is taken back.
    case clear

    /// The name of a display.
    var id: String? { if case .display(_, let id) = self { id } else { nil } }

    /// As nbformat keeps it; `nil` for what only changes another.
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

/// Why a cell failed, in the fields that Jupyter knows.
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
