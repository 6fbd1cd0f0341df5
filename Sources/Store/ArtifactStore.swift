import Failures
import Foundation
import Keys
import Synchronization

/// A content-addressed store of results on disk.
///
/// ```swift
/// let store = ArtifactStore(folder)
/// if let (manifest, files) = try store.read(key) { print(manifest.text, files.keys) }
/// ```
///
/// An artifact is a stored result: a folder named by its key. It is written as a draft, with the manifest last, and
/// renamed into place. An artifact is therefore either complete or absent, even if the process ends during the write.
/// One process at a time computes the result of a key; the operating system releases the lock when the process ends.
package final class ArtifactStore: Sendable {
    /// The folder of the store, such as `.swirl`.
    package let directory: URL
    private let faults: FaultPoints

    private let isPrepared = Mutex(false)

    /// Creates a store without access to the disk. The folder is created with the first write.
    package init(_ directory: URL, faults: FaultPoints = .none) {
        self.directory = directory
        self.faults = faults
    }

    /// Checks that results can be added to the store. A store that is not writable can still be read.
    ///
    /// - Throws: ``StoreError`` if the store's folder exists but is not writable.
    package func checkWritable() throws {
        guard FileManager.default.fileExists(atPath: directory.path), access(directory.path, W_OK) != 0 else {
            return
        }
        throw StoreError(
            .storeUnusable, "\(directory.path) is not writable",
            hint: "choose another folder with --store DIR")
    }

    /// Prepares the store for writing: creates the folders, checks the store's format, and removes drafts and parts
    /// that are no longer needed. Later calls do nothing.
    ///
    /// - Throws: ``StoreError`` if the folders can't be created or the store has another format.
    private func prepare() throws {
        try isPrepared.withLock { isPrepared in
            guard !isPrepared else { return }
            for folder in [artifacts, temporary, locks] {
                do {
                    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                } catch {
                    throw StoreError(
                        .storeUnusable,
                        "the store can't be created at \(directory.path): \(error.localizedDescription)",
                        hint: "choose another folder with --store DIR")
                }
            }
            try checkForm()
            sweepTemporary()
            sweepParts()
            isPrepared = true
        }
    }

    /// Checks the store's format, which the file `form` contains. Writes the file if it is missing or empty, and
    /// remembers whether there were artifacts already (see ``takeOlderResults()``).
    ///
    /// - Throws: ``StoreError`` if the store has another format or the file can't be written.
    private func checkForm() throws {
        let file = directory.appending(path: "form")
        // A full disk can leave an empty file. It is treated as missing.
        if let data = FileManager.default.contents(atPath: file.path), !data.isEmpty {
            let form = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard form == "\(Manifest.form)" else {
                throw StoreError(
                    .storeUnusable,
                    "\(directory.path) was written by another version of this program (store format \(form.prefix(20)))",
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

    /// Returns true if the store contained artifacts but no format file, as stores of version 0.2 and earlier do, and
    /// this call is the first one. This version can't read the results of those versions.
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

    /// Returns the folder of an artifact, which need not exist.
    package func folder(_ key: ContentKey) -> URL {
        artifacts.appending(path: String(key.hex.prefix(2))).appending(path: key.hex)
    }

    /// Reads the manifest and the files of an artifact; returns `nil` if there is no artifact with this key.
    ///
    /// - Throws: ``StoreError`` if the artifact is damaged or another version of the program wrote it.
    package func read(_ key: ContentKey) throws -> (manifest: Manifest, files: [String: Data])? {
        guard let manifest = try manifest(key) else { return nil }
        var files: [String: Data] = [:]
        for (name, digest) in manifest.files {
            guard let data = Self.content(folder(key).appending(path: name), digest) else {
                throw StoreError(
                    .damagedResult,
                    "\(folder(key).path)/\(name) is damaged: its content has changed since it was written",
                    hint: "remove that folder; the result will be computed again")
            }
            files[name] = data
        }
        return (manifest, files)
    }

    /// The size in bytes from which a file is memory-mapped.
    private static let mappedSize = 1 << 22

    /// Returns the content of a file; `nil` if it can't be read or does not match its digest. A large file is
    /// memory-mapped; its digest is computed in blocks, so that checking it takes no memory.
    private static func content(_ file: URL, _ digest: ContentKey) -> Data? {
        let size = (try? FileManager.default.attributesOfItem(atPath: file.path)[.size]) as? Int ?? 0
        guard size >= mappedSize else {
            guard let data = FileManager.default.contents(atPath: file.path),
                ContentKey(contentsOf: data) == digest
            else { return nil }
            return data
        }
        guard ContentKey(file: file.path, block: {}) == digest else { return nil }
        return try? Data(contentsOf: file, options: .alwaysMapped)
    }

    /// Reads the manifest of an artifact; returns `nil` if there is no artifact with this key.
    ///
    /// - Throws: ``StoreError`` if the manifest is damaged or another version of the program wrote it.
    package func manifest(_ key: ContentKey) throws -> Manifest? {
        let file = folder(key).appending(path: Self.manifestName)
        guard let data = FileManager.default.contents(atPath: file.path) else { return nil }
        do {
            let manifest = try Manifest(data: data)
            if manifest.key == key { return manifest }
        } catch is Manifest.UnknownManifestVersion {
            throw StoreError(
                .damagedResult, "\(file.path) was written by another version of this program",
                hint: "remove its folder, or choose another store with --store DIR")
        } catch {}
        throw StoreError(
            .damagedResult, "\(file.path) can't be read",
            hint: "remove its folder; the result will be computed again"
        )
    }

    /// Writes an artifact. Does nothing if it exists already, because artifacts with equal keys have equal content.
    ///
    /// - Parameters:
    ///   - described: the manifest without the digests of the files, which this method adds.
    ///   - files: the content of each file by file name.
    /// - Throws: ``StoreError`` if the artifact can't be written.
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
            // A folder without a manifest is not an artifact: the store was changed by hand. The folder is removed
            // because it would block the rename.
            try? FileManager.default.removeItem(at: final)
            try FileManager.default.moveItem(at: draft, to: final)
            // A rename is durable once the folders that it changed are synchronized.
            for folder in [shelf, artifacts, temporary] { Self.synchronize(folder) }
            try faults.reach(.afterRename)
        } catch let error as StoreError {
            throw error
        } catch let error as CocoaError {
            try? FileManager.default.removeItem(at: draft)
            throw StoreError(
                .storeUnusable, "writing to \(directory.path) failed: \(error.localizedDescription)",
                hint: "check whether the disk is full; results stored so far are not lost")
        }
    }

    /// Returns the manifests of a command's artifacts, newest first. Manifests that can't be read are left out.
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

    /// Acquires the lock of a key, which permits computing its result. Waits while another task or process holds the
    /// lock.
    ///
    /// - Parameter whileWaiting: called once if the lock is not free at first.
    /// - Throws: `CancellationError`; ``StoreError`` if the store can't be prepared for writing or the lock file can't
    ///   be created or locked.
    package func lock(_ key: ContentKey, whileWaiting: () -> Void = {}) async throws -> KeyLock {
        try prepare()
        let path = locks.appending(path: key.hex).path
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw StoreError(
                .storeUnusable, "the lock file can't be created at \(path)",
                hint: "check that the store is writable")
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

    /// Returns the store for the parts of a result that is being computed.
    ///
    /// - Parameter warn: called with a warning for the user when a part can't be stored, but only the first time.
    /// - Precondition: the caller holds the key's lock.
    package func parts(_ key: ContentKey, warn: @escaping @Sendable (String) -> Void) -> ArtifactParts {
        ArtifactParts(parts.appending(path: key.hex), warn: warn)
    }

    /// Removes the parts of a result that has been stored.
    ///
    /// - Precondition: the caller holds the key's lock.
    package func removeParts(_ key: ContentKey) {
        try? FileManager.default.removeItem(at: parts.appending(path: key.hex))
    }

    /// Removes the parts of results that are stored by now, and parts to which nothing was added for 30 days. Keys
    /// whose lock is held are skipped.
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

    /// Acquires the lock of a key without waiting; returns `nil` if it is not free or the lock file can't be opened.
    private func freeLock(_ key: ContentKey) -> KeyLock? {
        let descriptor = open(locks.appending(path: key.hex).path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return nil }
        let lock = KeyLock(descriptor)
        return (try? lock.take()) == true ? lock : nil
    }

    private static let manifestName = "manifest.json"

    /// Writes a file and synchronizes it to the disk, so that a power failure can't leave a manifest whose files are
    /// missing.
    private static func write(_ data: Data, to file: URL) throws {
        try data.write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        try handle.synchronize()
        try handle.close()
    }

    /// Synchronizes a folder's entries to the disk. Errors are ignored: some file systems do not support or need this.
    private static func synchronize(_ folder: URL) {
        let descriptor = open(folder.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// Removes the drafts of processes that have ended. The lock of such a draft is free.
    ///
    /// Process ids can't identify the owner because containers number processes independently. A draft without a lock
    /// file is removed after a day, because its writer may be running but unable to create a lock file.
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

/// A lock on a file next to a draft. While the lock is held, the process that writes the draft is running.
private final class DraftLock {
    static let ending = ".lock"

    private let path: String
    private let descriptor: Int32

    init(_ draft: URL) {
        path = draft.path + Self.ending
        var opened: Int32 = -1
        // Another process may remove the lock file after this process created it and before it locks it; then try
        // again.
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

    /// Removes a draft and its lock file if the lock is free.
    static func sweep(_ draft: URL) {
        let descriptor = open(draft.path + ending, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
        try? FileManager.default.removeItem(at: draft)
        unlink(draft.path + ending)
    }
}

/// The lock that permits computing the result of one key. It is released when the last reference goes away.
package final class KeyLock: Sendable {
    private let descriptor: Int32

    fileprivate init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Tries to acquire the lock.
    ///
    /// - Returns: true if the lock is acquired; false if another task or process holds it.
    /// - Throws: ``StoreError`` if the file system does not support locks.
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

/// An error of the store: its cause, and a hint about the next step for the user.
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

/// A hook that is called at each stage of a write. Tests use it to throw an error or to end the process at that stage.
package struct FaultPoints: Sendable {
    /// The stages of a write, in order.
    package enum Point: CaseIterable, Sendable {
        case beforeDraft, beforeFile, beforeManifest, beforeRename, afterRename
    }

    package let reach: @Sendable (Point) throws -> Void

    package init(_ reach: @escaping @Sendable (Point) throws -> Void) {
        self.reach = reach
    }

    package static let none = FaultPoints { _ in }
}
