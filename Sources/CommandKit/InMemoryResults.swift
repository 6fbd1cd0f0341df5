import Keys
import Persistence
import Synchronization

/// A cache of results in memory, for sessions without a store. It lasts as long as this object. Two statements that
/// request the same result at the same time both compute it.
package final class InMemoryResults: ResultStore {
    private let kept = Mutex<[ContentKey: any WorkspaceObject]>([:])

    package init() {}

    package func result(
        _ provenance: Provenance, _ type: ObjectType, warn: @escaping @Sendable (String) -> Void,
        compute: (any PartStore) async throws -> any WorkspaceObject
    ) async throws -> (any WorkspaceObject, ResultOrigin) {
        if let known = kept.withLock({ $0[provenance.key] }) { return (known, .cached(seconds: nil)) }
        let object = try await compute(NoParts())
        kept.withLock { $0[provenance.key] = object }
        return (object, .computed(because: "computed"))
    }
}
