import Keys
import Synchronization

/// The provenance of a session's results: one entry for each result, with the keys of its inputs. The command `why`
/// shows it.
package final class Lineage: Sendable {
    /// The statement that computed one result.
    package struct Entry: Hashable, Sendable {
        package let key: ContentKey
        package let command: String
        /// The source text of the statement.
        package let text: String
        /// The place of the statement, such as `figure4.swirl:12`.
        package let place: String
        /// The values of the enclosing sweeps' variables, such as `seed:1 strategy:process`.
        package let point: String
        /// The ambient seed; `nil` if the result does not depend on it.
        package let seed: UInt64?
        /// The results that the statement read, each with the parameter that took it.
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
            // An equal key means an equal result, so the entry of its first computation is kept.
            guard entries.byKey[entry.key] == nil else { return }
            entries.byKey[entry.key] = entry
            entries.order.append(entry.key)
        }
    }

    package subscript(key: ContentKey) -> Entry? { entries.withLock { $0.byKey[key] } }

    /// Returns the statements that computed these results and, directly or indirectly, their inputs. Each statement
    /// comes after the statements that it depends on.
    package func ancestry(of keys: [ContentKey]) -> [Entry] {
        entries.withLock { entries in
            var wanted = Set(keys)
            // A result is recorded after its inputs, so one pass in reverse order finds all of them.
            for key in entries.order.reversed() where wanted.contains(key) {
                wanted.formUnion(entries.byKey[key]!.inputs.map(\.key))
            }
            return entries.order.filter(wanted.contains).map { entries.byKey[$0]! }
        }
    }

    /// Returns the entries that use a result directly, in the order in which they were recorded.
    package func users(of key: ContentKey) -> [Entry] {
        entries.withLock { entries in
            entries.order.compactMap { entries.byKey[$0] }.filter { entry in
                entry.inputs.contains { $0.key == key }
            }
        }
    }

    /// Returns the keys of all results that depend on a result, directly or indirectly.
    package func descendants(of key: ContentKey) -> Set<ContentKey> {
        entries.withLock { entries in
            // A result is recorded after its inputs, so one pass in order finds all of them.
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
