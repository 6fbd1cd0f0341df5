import Keys
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
        /// The point of the sweeps around it, such as `seed:1 strategy:process`.
        package let point: String
        /// The ambient seed, where it decided about the result.
        package let seed: UInt64?
        /// The results that it was made from, by the parameters that took them.
        package let inputs: [Input]

        package init(
            key: ContentKey, command: String, text: String, place: String, point: String, seed: UInt64?,
            inputs: [Input]
        ) {
            self.key = key
            self.command = command
            self.text = text
            self.place = place
            self.point = point
            self.seed = seed
            self.inputs = inputs
        }
    }

    package struct Input: Hashable, Sendable {
        package let parameter: String
        /// The kind of object, or `frame`.
        package let kind: String
        package let key: ContentKey

        package init(parameter: String, kind: String, key: ContentKey) {
            self.parameter = parameter
            self.kind = kind
            self.key = key
        }
    }

    private let entries = Mutex<(byKey: [ContentKey: Entry], order: [ContentKey])>(([:], []))

    package init() {}

    package func add(_ entry: Entry) {
        entries.withLock { entries in
            // The first telling stays: what comes later is the same result again.
            guard entries.byKey[entry.key] == nil else { return }
            entries.byKey[entry.key] = entry
            entries.order.append(entry.key)
        }
    }

    package subscript(key: ContentKey) -> Entry? { entries.withLock { $0.byKey[key] } }

    /// The statements that results rest on, each after those that it rests on itself.
    package func ancestry(of keys: [ContentKey]) -> [Entry] {
        entries.withLock { entries in
            var wanted = Set(keys)
            // Results are made after what they rest on, so one pass against the order sees all.
            for key in entries.order.reversed() where wanted.contains(key) {
                wanted.formUnion(entries.byKey[key]!.inputs.map(\.key))
            }
            return entries.order.filter(wanted.contains).map { entries.byKey[$0]! }
        }
    }

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
