/// Keeps results. A key is computed once; failures are not kept.
package protocol ResultStore: Sendable {
    /// The kept result, or the one that `compute` makes.
    ///
    /// - Parameter waiting: told when somebody else is computing what is wanted here.
    func result(
        _ provenance: Provenance, _ type: ObjectType, waiting: @Sendable (String) -> Void,
        compute: () async throws -> any WorkspaceObject
    ) async throws -> (any WorkspaceObject, ResultOrigin)
}

/// Where a result came from.
package enum ResultOrigin: Hashable, Sendable {
    /// `seconds`: how long it took when it was computed, where that is known.
    case kept(seconds: Double?)
    case computed(because: String)
}
