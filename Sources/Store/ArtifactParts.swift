import Foundation
import Keys
import Persistence
import Synchronization

/// The parts of a result that is being computed, on disk.
///
/// Only the process that holds the lock of the result's key reads and writes the parts. A part is a folder named
/// `name@number`. It is written as a draft, renamed into place, and replaces the folder with the previous number. Parts
/// are not synchronized to the disk; their digests detect damage after a power failure.
package final class ArtifactParts: PartStore {
    private let folder: URL
    private let warn: @Sendable (String) -> Void
    private let state = Mutex(State())

    private struct State {
        var resumed: String?
        var missing: String?
        var hasParts = false
        var hasFailed = false
    }

    /// Creates a store for parts. The folder is created with the first part.
    ///
    /// - Parameters:
    ///   - folder: the folder of this result's parts.
    ///   - warn: called with a warning for the user when a part can't be stored, but only the first time.
    init(_ folder: URL, warn: @escaping @Sendable (String) -> Void) {
        self.folder = folder
        self.warn = warn
    }

    /// The amount of work restored from parts, such as `50 of 60 updates`; `nil` if everything was computed.
    package var resumed: String? { state.withLock { $0.resumed } }

    /// A phrase about what the computed result lacks, such as `3 verdicts failed; the same statement asks for them
    /// again`; `nil` if the result is complete.
    package var missing: String? { state.withLock { $0.missing } }

    package func markIncomplete(_ what: String) { state.withLock { $0.missing = what } }

    package var hasParts: Bool { state.withLock { $0.hasParts } }

    private static let digests = "digests.json"
    private static let draft = "draft"

    package func part(_ name: String) -> [String: Data]? {
        for (_, entry) in numbers(name).reversed() {
            guard let files = Self.read(entry) else { continue }
            state.withLock { $0.hasParts = true }
            return files
        }
        return nil
    }

    /// Reads the files of one part; returns `nil` if a file is missing or does not match its digest.
    private static func read(_ entry: URL) -> [String: Data]? {
        guard let data = FileManager.default.contents(atPath: entry.appending(path: digests).path),
            let digests = try? JSONCoding.decoder.decode([String: ContentKey].self, from: data)
        else { return nil }
        var files: [String: Data] = [:]
        for (name, digest) in digests {
            guard let data = FileManager.default.contents(atPath: entry.appending(path: name).path),
                ContentKey(contentsOf: data) == digest
            else { return nil }
            files[name] = data
        }
        return files
    }

    /// Returns the numbers under which a part is stored and the folder of each one, oldest first.
    private func numbers(_ name: String) -> [(number: Int, entry: URL)] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return entries.compactMap { entry in
            guard entry.hasPrefix(name + "@"), let number = Int(entry.dropFirst(name.count + 1)) else {
                return nil
            }
            return (number, folder.appending(path: entry))
        }.sorted { $0.number < $1.number }
    }

    package func save(_ files: [String: Data], as name: String) {
        let manager = FileManager.default
        let draft = folder.appending(path: Self.draft)
        let earlier = numbers(name)
        do {
            try? manager.removeItem(at: draft)
            try manager.createDirectory(at: draft, withIntermediateDirectories: true)
            for (name, data) in files { try data.write(to: draft.appending(path: name)) }
            try JSONCoding.data(files.mapValues { ContentKey(contentsOf: $0) })
                .write(to: draft.appending(path: Self.digests))
            let number = (earlier.last?.number ?? 0) + 1
            try manager.moveItem(at: draft, to: folder.appending(path: "\(name)@\(number)"))
            for (_, entry) in earlier { try? manager.removeItem(at: entry) }
            state.withLock { $0.hasParts = true }
        } catch {
            try? manager.removeItem(at: draft)
            let isFirst = state.withLock { state in
                defer { state.hasFailed = true }
                return !state.hasFailed
            }
            if isFirst {
                warn(
                    "intermediate results can't be stored (\(error.localizedDescription)), so an interrupted run will start over"
                )
            }
        }
    }

    package func resumed(_ done: Int, of total: Int, _ unit: String) {
        state.withLock { state in
            let part = "\(done) of \(total) \(unit)"
            state.resumed = state.resumed.map { "\($0), \(part)" } ?? part
        }
    }
}
