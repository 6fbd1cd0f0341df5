import Keys
import Language
import Synchronization

/// Where a session's results came from and what was made of them: one entry a result, linked by keys.
package final class Lineage: Sendable {
    /// How one result came about.
    package struct Entry: Hashable, Sendable {
        package let key: ContentKey
        package let command: String
        /// The statement as it was written.
        package let text: String
        /// Where it stands, such as `figure4.swirl:12`.
        package let place: String
        /// The arms of the sweeps around it, such as `seed:1 strategy:process`.
        package let arm: String
        /// The ambient seed, where it decided about the result.
        package let seed: UInt64?
        /// The results that it was made from, by the parameters that took them.
        package let inputs: [Input]
    }

    package struct Input: Hashable, Sendable {
        package let parameter: String
        package let key: ContentKey
    }

    private let entries = Mutex<(byKey: [ContentKey: Entry], order: [ContentKey])>(([:], []))

    package init() {}

    func add(_ provenance: Provenance, _ call: Call, _ place: Place) {
        let entry = Entry(
            key: provenance.key, command: provenance.command, text: place.text,
            place: "\(place.source.name):\(place.line)", arm: place.arm.text, seed: provenance.seed,
            inputs: call.inputs)
        entries.withLock { entries in
            // The first telling stays: what comes later is the same result again.
            guard entries.byKey[entry.key] == nil else { return }
            entries.byKey[entry.key] = entry
            entries.order.append(entry.key)
        }
    }

    package subscript(key: ContentKey) -> Entry? { entries.withLock { $0.byKey[key] } }

    /// What was made directly from a result, in the order of its making.
    package func users(of key: ContentKey) -> [Entry] {
        entries.withLock { entries in
            entries.order.compactMap { entries.byKey[$0] }.filter { entry in
                entry.inputs.contains { $0.key == key }
            }
        }
    }

    /// The keys of everything that rests on a result, directly or not.
    package func descendants(of key: ContentKey) -> Set<ContentKey> {
        entries.withLock { entries in
            // Results are made after what they rest on, so one pass in order sees all.
            var found: Set<ContentKey> = [key]
            for next in entries.order
            where entries.byKey[next]!.inputs.contains(where: { found.contains($0.key) }) {
                found.insert(next)
            }
            found.remove(key)
            return found
        }
    }
}

extension Call {
    /// The results among the arguments.
    var inputs: [Lineage.Input] {
        let own = values.sorted { $0.key < $1.key }.flatMap { name, value in
            value.keys.map { Lineage.Input(parameter: name, key: $0) }
        }
        let inRules = rules.sorted { $0.key < $1.key }.flatMap { name, rule in
            rule.references.flatMap(\.value.keys).map { Lineage.Input(parameter: name, key: $0) }
        }
        let compared = conditions.sorted { $0.key < $1.key }.flatMap { name, condition in
            (condition.left.keys + condition.right.keys).map { Lineage.Input(parameter: name, key: $0) }
        }
        return own + inRules + compared
    }
}

extension Value {
    /// The keys of the results that it is or holds.
    fileprivate var keys: [ContentKey] {
        switch self {
        case .object(_, let key, _), .frame(_, let key, _): [key]
        case .list(let elements): elements.flatMap(\.value.keys)
        default: []
        }
    }
}
