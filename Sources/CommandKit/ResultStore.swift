import Persistence

/// Keeps results. A key is computed once; failures are not kept.
package protocol ResultStore: Sendable {
    /// The kept result, or the one that `compute` makes.
    ///
    /// - Parameters:
    ///   - warn: told when somebody else is computing what is wanted here, and when parts can't be kept.
    ///   - compute: is given where the parts of this result are kept until it is there.
    func result(
        _ provenance: Provenance, _ type: ObjectType, warn: @escaping @Sendable (String) -> Void,
        compute: (any PartStore) async throws -> any WorkspaceObject
    ) async throws -> (any WorkspaceObject, ResultOrigin)
}

/// Where a result came from.
package enum ResultOrigin: Hashable, Sendable {
    /// `seconds`: how long it took when it was computed, where that is known.
    case kept(seconds: Double?)
    /// - Parameter resumed: what a broken-off run had done, such as `50 of 60 updates`.
    case computed(because: String, resumed: String? = nil)
}
