import CommandKit
import Events
import Keys
import Language

/// The position of a statement in a script and the scope in which it runs.
struct CallSite {
    let source: Source
    let span: Span
    /// The values of the variables of the enclosing sweeps and repetitions, from the outermost to the innermost.
    let point: [Event.Coordinate]
    /// The name that `let` gives the value.
    let name: String?
    /// The scope in which the statement runs.
    let scope: Scope

    var text: String { source.text(span) }
    var line: Int { source.position(span.start).line }

    /// Returns the lineage entry of a result that this statement computed.
    ///
    /// - Parameter key: the key of something that came along with the result; `nil` for the result itself.
    func entry(_ provenance: Provenance, _ call: Call, key: ContentKey? = nil) -> Lineage.Entry {
        Lineage.Entry(
            key: key ?? provenance.key, command: provenance.command, text: text,
            place: "\(source.name):\(line)",
            point: point.text, seed: provenance.seed, inputs: call.inputs)
    }
}
