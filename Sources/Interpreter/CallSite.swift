import CommandKit
import Events
import Language

/// Where in a script something stands.
struct CallSite {
    let source: Source
    let span: Span
    /// The point of the sweeps around the call.
    let point: [Event.Coordinate]
    /// What `let` calls the value.
    let name: String?
    /// What the statement sees.
    let scope: Scope

    var text: String { source.text(span) }
    var line: Int { source.position(span.start).line }

    /// What is noted of a result that was made here.
    func entry(_ provenance: Provenance, _ call: Call) -> Lineage.Entry {
        Lineage.Entry(
            key: provenance.key, command: provenance.command, text: text, place: "\(source.name):\(line)",
            point: point.text, seed: provenance.seed, inputs: call.inputs)
    }
}
