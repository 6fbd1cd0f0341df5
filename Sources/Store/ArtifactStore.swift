import Failures
import Foundation
import Keys
import Synchronization

/// Content-addressed results on disk.
///
/// An artifact is a folder named by its key. It is written elsewhere, its manifest last, and renamed
/// into place: it is there whole or not at all, whenever the process ends. A key is computed by one
/// process at a time; a lock dies with its holder.
package final class ArtifactStore: Sendable {
    package let directory: URL
    private let faults: FaultPoints

    private let isPrepared = Mutex(false)

    /// Touches nothing: the folder is made when something is written.
    package init(_ directory: URL, faults: FaultPoints = .none) {
        self.directory = directory
        self.faults = faults
    }

    /// - Throws: ``StoreError`` where the store is there and nothing can be added to it, such as on a read-only
    ///   disk: what it holds is read all the same.
    package func checkWritable() throws {
        guard FileManager.default.fileExists(atPath: directory.path), access(directory.path, W_OK) != 0 else {
            return
        }
        throw StoreError(
            .storeUnusable, "\(directory.path) can't be written",
            hint: "choose another folder with --store DIR")
    }

    /// Makes the folders and clears away drafts of processes that are gone, once.
    ///
    /// - Throws: ``StoreError`` when they can't be made.
    private func prepare() throws {
        try isPrepared.withLock { isPrepared in
            guard !isPrepared else { return }
            for folder in [artifacts, temporary, locks] {
                do {
                    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                } catch {
                    throw StoreError(
                        .storeUnusable,
                        "the store can't be made at \(directory.path): \(error.localizedDescription)",
                        hint: "choose another folder with --store DIR")
                }
            }
            try checkForm()
            sweepTemporary()
            sweepParts()
            isPrepared = true
        }
    }

    /// Marks the store with the form of its descriptions.
    ///
    /// - Throws: ``StoreError`` where a later program wrote it in another one.
    private func checkForm() throws {
        let file = directory.appending(path: "form")
        // An empty file is what a full disk leaves behind: it says nothing.
        if let data = FileManager.default.contents(atPath: file.path), !data.isEmpty {
            let form = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard form == "\(Manifest.form)" else {
                throw StoreError(
                    .storeUnusable,
                    "\(directory.path) is a store of another version of this program (form \(form.prefix(20)))",
                    hint: "choose another folder with --store DIR")
            }
            return
        }
        let older = try? FileManager.default.contentsOfDirectory(atPath: artifacts.path)
        if older?.isEmpty == false { hasOlderResults.withLock { $0 = true } }
        do {
            try Data("\(Manifest.form)\n".utf8).write(to: file, options: .atomic)
        } catch {
            throw StoreError(
                .storeUnusable, "\(file.path) can't be written: \(error.localizedDescription)",
                hint: "choose another folder with --store DIR")
        }
    }

    private let hasOlderResults = Mutex(false)

    /// Whether results of an earlier version were found when the store was marked, which are never used again. True
    /// once: the store is marked then.
    package func takeOlderResults() -> Bool {
        hasOlderResults.withLock { found in
            defer { found = false }
            return found
        }
    }

    private var artifacts: URL { directory.appending(path: "artifacts") }
    private var temporary: URL { directory.appending(path: "tmp") }
    private var locks: URL { directory.appending(path: "locks") }
    private var parts: URL { directory.appending(path: "parts") }

    /// Where an artifact lies or would lie.
    package func folder(_ key: ContentKey) -> URL {
        artifacts.appending(path: String(key.hex.prefix(2))).appending(path: key.hex)
    }

    /// The files of an artifact; `nil` where there is none.
    ///
    /// - Throws: ``StoreError`` when it is there but damaged.
    package func read(_ key: ContentKey) throws -> (manifest: Manifest, files: [String: Data])? {
        guard let manifest = try manifest(key) else { return nil }
        var files: [String: Data] = [:]
        for (name, digest) in manifest.files {
            guard let data = FileManager.default.contents(atPath: folder(key).appending(path: name).path),
                ContentKey(contentsOf: data) == digest
            else {
                throw StoreError(
                    .damagedResult, "\(folder(key).path)/\(name) is not what was written",
                    hint: "remove that folder; it will be computed again")
            }
            files[name] = data
        }
        return (manifest, files)
    }

    /// - Throws: ``StoreError`` when it is there but can't be read.
    package func manifest(_ key: ContentKey) throws -> Manifest? {
        let file = folder(key).appending(path: Self.manifestName)
        guard let data = FileManager.default.contents(atPath: file.path) else { return nil }
        do {
            let manifest = try Manifest(data: data)
            if manifest.key == key { return manifest }
        } catch is Manifest.OtherForm {
            throw StoreError(
                .damagedResult, "\(file.path) was written by another version of this program",
                hint: "remove its folder, or choose another store with --store DIR")
        } catch {}
        throw StoreError(
            .damagedResult, "\(file.path) can't be read", hint: "remove its folder; it will be computed again"
        )
    }

    /// Writes an artifact. If it is there already, nothing happens: equal keys hold equal content.
    package func write(_ described: Manifest, files: [String: Data]) throws {
        let manifest = described.of(files)
        let final = folder(manifest.key)
        guard try self.manifest(manifest.key) == nil else { return }
        try prepare()
        let draft = temporary.appending(path: UUID().uuidString)
        let guardian = DraftLock(draft)
        defer { withExtendedLifetime(guardian) {} }
        do {
            try faults.reach(.beforeDraft)
            try FileManager.default.createDirectory(at: draft, withIntermediateDirectories: true)
            for (name, data) in files.sorted(by: { $0.key < $1.key }) {
                try faults.reach(.beforeFile)
                try Self.write(data, to: draft.appending(path: name))
            }
            try faults.reach(.beforeManifest)
            try Self.write(try manifest.data(), to: draft.appending(path: Self.manifestName))
            Self.synchronize(draft)
            try faults.reach(.beforeRename)
            let shelf = final.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: shelf, withIntermediateDirectories: true)
            // A folder without a manifest is a leftover of somebody's hands; it is in the way.
            try? FileManager.default.removeItem(at: final)
            try FileManager.default.moveItem(at: draft, to: final)
            // A rename is on the disk when the folders are that it changed.
            for folder in [shelf, artifacts, temporary] { Self.synchronize(folder) }
            try faults.reach(.afterRename)
        } catch let error as StoreError {
            throw error
        } catch let error as CocoaError {
            try? FileManager.default.removeItem(at: draft)
            throw StoreError(
                .storeUnusable, "writing to \(directory.path) failed: \(error.localizedDescription)",
                hint: "is the disk full? what was computed so far is kept")
        }
    }

    /// The manifests of a command's artifacts, newest first.
    package func manifests(of command: String) -> [Manifest] {
        let files = FileManager.default
        var found: [Manifest] = []
        for prefix in (try? files.contentsOfDirectory(atPath: artifacts.path)) ?? [] {
            for name in (try? files.contentsOfDirectory(atPath: artifacts.appending(path: prefix).path)) ?? []
            {
                guard let key = ContentKey(hex: name), let manifest = try? manifest(key),
                    manifest.command == command
                else { continue }
                found.append(manifest)
            }
        }
        return found.sorted { ($0.date, $0.key.hex) > ($1.date, $1.key.hex) }
    }

    /// Holds the right to compute a key. Waits while another process has it.
    ///
    /// - Throws: `CancellationError`; ``StoreError`` when the lock file can't be made.
    package func lock(_ key: ContentKey, whileWaiting: () -> Void = {}) async throws -> KeyLock {
        try prepare()
        let path = locks.appending(path: key.hex).path
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw StoreError(.storeUnusable, "no lock can be made at \(path)", hint: "is the store writable?")
        }
        let lock = KeyLock(descriptor)
        var isFirst = true
        while try !lock.take() {
            if isFirst { whileWaiting() }
            isFirst = false
            try await Task.sleep(for: .milliseconds(50))
        }
        return lock
    }

    /// The parts of a result in the making. The caller holds the key's lock.
    ///
    /// - Parameter warn: told once when a part can't be kept.
    package func parts(_ key: ContentKey, warn: @escaping @Sendable (String) -> Void) -> ArtifactParts {
        ArtifactParts(parts.appending(path: key.hex), warn: warn)
    }

    /// Removes the parts of a result that is there now. The caller holds the key's lock.
    package func removeParts(_ key: ContentKey) {
        try? FileManager.default.removeItem(at: parts.appending(path: key.hex))
    }

    /// Parts of results that are there, and of computations that nobody went on with for a month.
    private func sweepParts() {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: parts.path)) ?? [] {
            guard let key = ContentKey(hex: name) else { continue }
            let entry = parts.appending(path: name)
            let date = (try? files.attributesOfItem(atPath: entry.path))?[.modificationDate] as? Date
            let isOld = date.map { $0.timeIntervalSinceNow < -30 * 86_400 } ?? false
            let isDone = files.fileExists(atPath: folder(key).appending(path: Self.manifestName).path)
            guard isOld || isDone, let lock = freeLock(key) else { continue }
            withExtendedLifetime(lock) { try? files.removeItem(at: entry) }
        }
    }

    /// The lock of a key that nobody holds; `nil` where somebody does.
    private func freeLock(_ key: ContentKey) -> KeyLock? {
        let descriptor = open(locks.appending(path: key.hex).path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return nil }
        let lock = KeyLock(descriptor)
        return (try? lock.take()) == true ? lock : nil
    }

    private static let manifestName = "manifest.json"

    /// To the disk, not only to its cache: a manifest must not outlive the files that it names.
    private static func write(_ data: Data, to file: URL) throws {
        try data.write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        try handle.synchronize()
        try handle.close()
    }

    /// A folder's entries, to the disk. Some file systems know no such thing, and need none.
    private static func synchronize(_ folder: URL) {
        let descriptor = open(folder.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// Drafts of processes that are gone: nobody holds their lock. Process numbers would not do: another
    /// container has others. A draft without a lock is left for a day, it may be about to get one.
    private func sweepTemporary() {
        let files = FileManager.default
        let names = (try? files.contentsOfDirectory(atPath: temporary.path)) ?? []
        for name in names where name.hasSuffix(DraftLock.ending) {
            DraftLock.sweep(temporary.appending(path: String(name.dropLast(DraftLock.ending.count))))
        }
        for name in names where !names.contains(name + DraftLock.ending) && !name.hasSuffix(DraftLock.ending)
        {
            let draft = temporary.appending(path: name)
            let date = (try? files.attributesOfItem(atPath: draft.path))?[.modificationDate] as? Date
            if let date, date.timeIntervalSinceNow < -86_400 { try? files.removeItem(at: draft) }
        }
    }
}

/// A lock beside a draft that tells other processes that its writer lives. It goes with its holder.
private final class DraftLock {
    static let ending = ".lock"

    private let path: String
    private let descriptor: Int32

    init(_ draft: URL) {
        path = draft.path + Self.ending
        var opened: Int32 = -1
        // Another process may sweep the lock away between its making and its taking: then once more.
        for _ in 0..<100 {
            opened = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
            guard opened >= 0 else { break }
            var status = stat()
            if flock(opened, LOCK_EX | LOCK_NB) == 0, fstat(opened, &status) == 0, status.st_nlink > 0 {
                break
            }
            close(opened)
            opened = -1
        }
        descriptor = opened
    }

    deinit {
        guard descriptor >= 0 else { return }
        unlink(path)
        close(descriptor)
    }

    /// Removes a draft and its lock where nobody holds it.
    static func sweep(_ draft: URL) {
        let descriptor = open(draft.path + ending, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
        try? FileManager.default.removeItem(at: draft)
        unlink(draft.path + ending)
    }
}

/// The right to compute one key, given back when the last reference goes.
package final class KeyLock: Sendable {
    private let descriptor: Int32

    fileprivate init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// - Returns: whether it is held now; `false` while somebody else has it.
    fileprivate func take() throws -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK || errno == EINTR else {
            throw StoreError(
                .storeUnusable, "the file system can't lock files (error \(errno))",
                hint: "choose another folder with --store DIR")
        }
        return false
    }

    deinit { close(descriptor) }
}

/// What is wrong with the store, and what to do next.
package struct StoreError: Explained, Hashable {
    package let code: FailureCode
    package let message: String
    package let hint: String?

    package init(_ code: FailureCode, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}

/// The moments of a write at which a process may end. Tests end it there.
package struct FaultPoints: Sendable {
    package enum Point: CaseIterable, Sendable {
        case beforeDraft, beforeFile, beforeManifest, beforeRename, afterRename
    }

    package let reach: @Sendable (Point) throws -> Void

    package init(_ reach: @escaping @Sendable (Point) throws -> Void) {
        self.reach = reach
    }

    package static let none = FaultPoints { _ in }
}
