import Foundation
import Keys
import Persistence
import Synchronization

/// The parts of one artifact that is being computed, in a folder next to the artifacts.
///
/// Only the process that holds the key's lock reads and writes them. A part is a folder named `name@number`. It is
/// written as a draft and renamed into place; a newer number replaces older ones. Parts are not synchronized to the
/// disk: after a power failure, digests detect damaged parts.
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

    /// - Parameter warn: called once if a part can't be stored.
    init(_ folder: URL, warn: @escaping @Sendable (String) -> Void) {
        self.folder = folder
        self.warn = warn
    }

    /// The amount of work restored from parts, such as `50 of 60 updates`; `nil` if everything was computed.
    package var resumed: String? { state.withLock { $0.resumed } }

    /// What the result lacks though it is computed; `nil` if it is whole.
    package var missing: String? { state.withLock { $0.missing } }

    package func lacks(_ what: String) { state.withLock { $0.missing = what } }

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

    private static func read(_ entry: URL) -> [String: Data]? {
        guard let data = FileManager.default.contents(atPath: entry.appending(path: digests).path),
            let digests = try? JSONForm.decoder.decode([String: ContentKey].self, from: data)
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

    /// Returns the stored numbers of a part and their folders, oldest first.
    private func numbers(_ name: String) -> [(number: Int, entry: URL)] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return entries.compactMap { entry in
            guard entry.hasPrefix(name + "@"), let number = Int(entry.dropFirst(name.count + 1)) else {
                return nil
            }
            return (number, folder.appending(path: entry))
        }.sorted { $0.number < $1.number }
    }

    package func keep(_ files: [String: Data], as name: String) {
        let manager = FileManager.default
        let draft = folder.appending(path: Self.draft)
        let earlier = numbers(name)
        do {
            try? manager.removeItem(at: draft)
            try manager.createDirectory(at: draft, withIntermediateDirectories: true)
            for (name, data) in files { try data.write(to: draft.appending(path: name)) }
            try JSONForm.data(files.mapValues { ContentKey(contentsOf: $0) })
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
