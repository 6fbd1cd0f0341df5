import Persistence

/// A cache of results. Each key is computed once; failures are not cached.
package protocol ResultStore: Sendable {
    /// Returns the cached result, or computes it with `compute`.
    ///
    /// - Parameters:
    ///   - warn: called if another computation of the same result is running, and if parts can't be stored.
    ///   - compute: receives the store for the parts of this result.
    func result(
        _ provenance: Provenance, _ type: ObjectType, warn: @escaping @Sendable (String) -> Void,
        compute: (any PartStore) async throws -> any WorkspaceObject
    ) async throws -> (any WorkspaceObject, ResultOrigin)
}

/// The origin of a result: the cache or a computation.
package enum ResultOrigin: Hashable, Sendable {
    /// The result was cached. `seconds` is the time of its computation, if known.
    case kept(seconds: Double?)
    /// The result was computed.
    ///
    /// - Parameter resumed: the work that an interrupted run had already done, such as `50 of 60 updates`.
    case computed(because: String, resumed: String? = nil)
}
