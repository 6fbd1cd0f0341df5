import CommandKit
import Commands
import Failures
import Foundation
import Keys
import Persistence
import Store
import Synchronization

/// A cache of results in an artifact store on disk. A result is computed once, and all processes that use the store
/// read it. If the store is not writable, results are cached only in this process.
package final class CachedResults: ResultStore {
    private let store: ArtifactStore
    private let registry: Registry
    /// The manifests of stored results, by command. They are read when this process first computes a result of the
    /// command, and explain why the result was not in the cache.
    private let manifests = Mutex<[String: [Manifest]]>([:])
    /// The results that this process has read or computed. A script often uses a result more than once.
    private let memory = Mutex<[ContentKey: CacheEntry]>([:])

    private struct CacheEntry {
        let object: any WorkspaceObject
        /// The duration of the computation; `nil` if unknown.
        let seconds: Double?
    }

    package init(_ store: ArtifactStore, _ registry: Registry) {
        self.store = store
        self.registry = registry
    }

    package func result(
        _ provenance: Provenance, _ type: ObjectType, warn: @escaping @Sendable (String) -> Void,
        compute: (any PartStore) async throws -> any WorkspaceObject
    ) async throws -> (any WorkspaceObject, ResultOrigin) {
        if let kept = try find(provenance.key, type) {
            return (kept.object, .cached(seconds: kept.seconds))
        }
        let lock: KeyLock?
        let reasonNotCached: String?
        do {
            try store.checkWritable()
            lock = try await store.lock(provenance.key) {
                warn("another statement or process is computing '\(provenance.text)'; waiting for it")
            }
            reasonNotCached = nil
            if store.takeOlderResults() {
                warn(
                    "\(store.directory.path) holds results of an earlier version of this program; they are not used and are computed again. Remove the folder to free disk space"
                )
            }
        } catch let error as StoreError {
            (lock, reasonNotCached) = (nil, error.message)
        }
        defer { withExtendedLifetime(lock) {} }
        // Another process may have computed the result while this one waited for the lock.
        if let kept = try find(provenance.key, type) {
            return (kept.object, .cached(seconds: kept.seconds))
        }
        let because = reason(provenance)
        let clock = ContinuousClock()
        let start = clock.now
        let parts = reasonNotCached == nil ? store.parts(provenance.key, warn: warn) : nil
        let object = try await compute(parts ?? NoParts())
        // The total duration of a resumed computation is unknown.
        let seconds = parts?.resumed == nil ? (clock.now - start).inSeconds : nil
        if let missing = parts?.missing {
            // An incomplete result is cached neither in memory nor on disk. The same statement continues from its
            // parts.
            return (object, .computed(because: "\(because); not cached: \(missing)", resumed: parts?.resumed))
        }
        memory.withLock { $0[provenance.key] = CacheEntry(object: object, seconds: seconds) }
        if let reasonNotCached {
            return (object, .computed(because: "\(because); not cached: \(reasonNotCached)"))
        }
        do {
            let manifest = Manifest(provenance, kind: type.name, seconds: seconds)
            try store.write(manifest, files: stored(object))
            manifests.withLock { $0[provenance.command]?.insert(manifest, at: 0) }
        } catch {
            // If the disk is full, the caller still gets the result, and the stored parts remain.
            let reason = (error as? any Explained)?.message ?? "\(error)"
            return (object, .computed(because: "\(because); not cached: \(reason)", resumed: parts?.resumed))
        }
        store.removeParts(provenance.key)
        if (object as? any StoredObject).map({ Swift.type(of: $0).isMapped }) == true {
            memory.withLock { $0[provenance.key] = nil }
            let mapped = try find(provenance.key, type)?.object ?? object
            return (mapped, .computed(because: because, resumed: parts?.resumed))
        }
        return (object, .computed(because: because, resumed: parts?.resumed))
    }

    private func find(_ key: ContentKey, _ type: ObjectType) throws -> CacheEntry? {
        if let known = memory.withLock({ $0[key] }) { return known }
        guard let (manifest, files) = try store.read(key) else { return nil }
        let object: any WorkspaceObject
        do {
            object = try read(type, files)
        } catch {
            throw StoreError(
                .damagedResult, "\(store.folder(key).path) can't be used: \(error)",
                hint: "remove that folder; the result is then computed again")
        }
        let kept = CacheEntry(object: object, seconds: manifest.seconds)
        memory.withLock { $0[key] = kept }
        return kept
    }

    private func stored(_ object: any WorkspaceObject) throws -> [String: Data] {
        guard let object = object as? any StoredObject else {
            preconditionFailure("\(type(of: object)) can't be stored")
        }
        return try object.files(registry.policyCodecs)
    }

    private func read(_ type: ObjectType, _ files: [String: Data]) throws -> any WorkspaceObject {
        guard let kind = registry.objects.first(where: { $0.type == type }) else {
            throw DamagedObject("results of the kind \(type.name) are not stored")
        }
        let library = ObjectLibrary(registry.policyCodecs) { [self] key, type in
            guard let other = try find(key, type) else {
                throw DamagedObject("the store lacks a result from which this one was computed")
            }
            return other.object
        }
        return try kind.init(StoredFiles(files), library)
    }

    /// Returns the manifests of a command's stored results.
    ///
    /// The store is searched once per process and command. The manifests of results that this process stores are added.
    private func earlier(_ command: String) -> [Manifest] {
        manifests.withLock { manifests in
            if let known = manifests[command] { return known }
            let found = store.manifests(of: command)
            manifests[command] = found
            return found
        }
    }

    /// Returns the reason why a result is computed instead of read: how its provenance differs from that of the most
    /// similar stored result.
    private func reason(_ provenance: Provenance) -> String {
        let earlier = earlier(provenance.command)
        let wanted = Set(provenance.parts)
        guard
            let nearest = earlier.max(by: {
                wanted.intersection($0.parts).count < wanted.intersection($1.parts).count
            })
        else { return "computed: first of its kind here" }
        if nearest.version != provenance.version { return "computed: the command itself changed" }
        // Parts `NAME-content` are keys of objects that are not stored, such as selections. They change only with
        // inputs whose changes are reported already.
        let changes = provenance.parts.filter { !nearest.parts.contains($0) && !Self.isContent($0) }.map {
            part in
            Self.isReadable(part) ? part : "other \(Self.name(part))"
        }
        let dropped = nearest.parts.filter { !Self.isContent($0) }.map { String($0.prefix { $0 != ":" }) }
            .filter { name in
                !provenance.parts.contains { $0.hasPrefix("\(name):") }
            }.map { "without \($0):" }
        let difference = changes + dropped
        return difference.isEmpty
            ? "computed: not cached before" : "computed: \(difference.prefix(4).joined(separator: ", "))"
    }

    private static func isContent(_ part: String) -> Bool { part.prefix { $0 != ":" }.hasSuffix("-content") }

    /// Returns the name of a part in words: `judge version` for `judge-version:judge(…)`.
    private static func name(_ part: String) -> String {
        String(part.prefix { $0 != ":" }).replacing("-", with: " ")
    }

    /// Returns true if users can read the value of a part. They can't read content keys and canonical records such as
    /// `judge(name: "rules", version: 2)`, so the reason gives only the names of such parts.
    private static func isReadable(_ part: String) -> Bool {
        let value = part.drop { $0 != ":" }.dropFirst()
        return ContentKey(hex: String(value.first == "@" ? value.dropFirst() : value)) == nil
            && !value.contains("(")
    }
}

extension Manifest {
    fileprivate init(_ provenance: Provenance, kind: String, seconds: Double?) {
        func input(_ input: Lineage.Input) -> Input {
            Input(parameter: input.parameter, kind: input.kind, key: input.key)
        }
        self.init(
            key: provenance.key, kind: kind, command: provenance.command, version: provenance.version,
            program: Program.version, seed: provenance.seed, inputs: provenance.inputs.map(input),
            parts: provenance.parts, text: provenance.text, seconds: seconds,
            lineage: provenance.ancestry.map { entry in
                LineageStatement(
                    key: entry.key, command: entry.command, text: entry.text, place: entry.place,
                    point: entry.point, seed: entry.seed, inputs: entry.inputs.map(input))
            })
    }
}
