// Sources/Application
import CommandKit
import Keys
import Persistence
import Synchronization

/// Another place for results.
package final class DictionaryResults: ResultStore {
    private let kept = Mutex<[ContentKey: any WorkspaceObject]>([:])

    package init() {}

    package var count: Int { kept.withLock { $0.count } }

    package func result(
        _ provenance: Provenance, _ type: ObjectType, warn: @escaping @Sendable (String) -> Void,
        compute: (any PartStore) async throws -> any WorkspaceObject
    ) async throws -> (any WorkspaceObject, ResultOrigin) {
        if let known = kept.withLock({ $0[provenance.key] }) { return (known, .cached(seconds: nil)) }
        let object = try await compute(NoParts())
        kept.withLock { $0[provenance.key] = object }
        return (object, .computed(because: "computed into a dictionary"))
    }
}
