import Persistence

/// A cache of results. The result of each key is computed once; failures are not cached.
///
/// ```swift
/// let (object, origin) = try await results.result(provenance, type, warn: { print($0) }) { parts in
///     try await train(parts)
/// }
/// ```
package protocol ResultStore: Sendable {
    /// Returns the cached result, or computes it with `compute`.
    ///
    /// - Parameters:
    ///   - warn: called with a warning for the user: if another task or process is computing the same result, if the
    ///     store holds results of an earlier version, or if a part can't be stored.
    ///   - compute: receives the store for the parts of this result.
    func result(
        _ provenance: Provenance, _ type: ObjectType, warn: @escaping @Sendable (String) -> Void,
        compute: (any PartStore) async throws -> any WorkspaceObject
    ) async throws -> (any WorkspaceObject, ResultOrigin)
}

/// The origin of a result: the cache or a computation.
package enum ResultOrigin: Hashable, Sendable {
    /// The result was cached. `seconds` is how long its computation took; `nil` if that is unknown.
    case cached(seconds: Double?)
    /// The result was computed.
    ///
    /// - Parameters:
    ///   - because: the reason why no cached result was used, for the user.
    ///   - resumed: the work that an interrupted run had already done, such as `50 of 60 updates`; `nil` if none.
    case computed(because: String, resumed: String? = nil)
}
