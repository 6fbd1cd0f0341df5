import CommandKit
import Events
import Language

/// The scope of a statement: the latest object of every slot, the named values and the seed.
package struct Scope: Sendable {
    /// The latest objects by slot.
    package var slots: [ObjectType: Value] = [:]
    package var names: [String: Value] = [:]
    /// The latest objects by type and qualifier, such as the judgements of each judge.
    var qualified: [ObjectType: [String: Value]] = [:]
    /// The ambient seed.
    package var seed: UInt64
    /// The values of the variables of the enclosing sweeps and repetitions, from the outermost to the innermost.
    var point: [Event.Coordinate] = []
    /// True if the rows of the next statement become rows of a frame that `let` names. A report then shows that frame's
    /// tables and charts, not a table for every point.
    var gathersRows = false
    /// True if a check could not read a statement that may have defined anything. Missing names and inputs are then no
    /// errors.
    var isIncomplete = false

    package init(seed: UInt64) {
        self.seed = seed
    }

    /// The values in the scope, by name: slots (`policy`) and objects with a qualifier (`judgements by strict`), then
    /// the names that the user assigned (`$careful`).
    var contents: [(name: String, value: Value)] {
        var named: [(name: String, value: Value)] = slots.map { ($0.key.name, $0.value) }
        for (type, own) in qualified {
            for (name, value) in own { named.append(("\(type.name) by \(name)", value)) }
        }
        named.sort { $0.name < $1.name }
        let given = names.filter { $0.key != ReservedWords.lastResult }.sorted { $0.key < $1.key }
        return named + given.map { ("$" + $0.key, $0.value) }
    }

    func resolve(_ name: String) -> Value? {
        name == "seed" ? .number(Double(seed), .none) : names[name]
    }

    /// Adds the result of a command.
    ///
    /// - Parameters:
    ///   - fillsSlot: true if the result becomes the latest object of its type.
    ///   - qualifier: a second name under which the result stays reachable, such as the judge's name; `nil` if it has
    ///     none.
    mutating func take(_ value: Value, fillsSlot: Bool, qualifier: String?) {
        guard case .object(let type, _, _) = value else { return }
        if let qualifier { qualified[type, default: [:]][qualifier] = value }
        if fillsSlot, type.isSlot { slots[type] = value }
    }
}
