import CommandKit
import Failures
import Foundation

/// A directory that `export` writes: all of its files, or none. A directory with anything but an earlier export is never
/// changed.
struct ExportDirectory {
    /// The path as the user wrote it.
    let path: String
    /// The name of the file that identifies what was exported. Only a directory with this file is ever overwritten.
    static let marker = "swirl.json"
    /// The names of all files that formats write. An earlier export in another format may be replaced; the list in its
    /// own marker is not trusted.
    private static let dataFiles = ExportFormats.all.flatMap { $0.fileNames }

    /// The folder itself, also where the path is a link to it. Resolved once, because the working folder may move.
    private let directory: URL

    init(path: String) {
        self.path = path
        directory = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath()
    }

    /// Writes the files.
    ///
    /// - Parameters:
    ///   - what: what an earlier export may be about, for messages, such as `another policy`.
    ///   - replaces: true to overwrite an earlier export with other content.
    /// - Returns: false if the directory already holds exactly these files.
    /// - Throws: `CommandFailure` if the directory holds something else, or can't be written.
    func write(
        _ files: [(name: String, data: Data)], marker: Data, what: String, replaces: Bool
    ) throws -> Bool {
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath).resolvingSymlinksInPath()
            .path
        guard here != directory.path, !here.hasPrefix(directory.path + "/"), directory.path != "/" else {
            throw CommandFailure(
                .occupiedDirectory, "'\(path)' is the working folder, or holds it",
                hint: "give a folder of its own: to:\"out\"")
        }
        do {
            if let earlier = try earlierExport() {
                if earlier == Set(files.map(\.name) + [Self.marker]), holds(files + [(Self.marker, marker)]) {
                    return false
                }
                guard replaces else {
                    throw CommandFailure(
                        .occupiedDirectory, "\(path) holds \(what)",
                        hint: "give another directory, or replace:true")
                }
                let strange = earlier.subtracting(files.map(\.name) + [Self.marker] + Self.dataFiles).sorted()
                guard strange.isEmpty else {
                    throw CommandFailure(
                        .occupiedDirectory,
                        "\(path) has files that no export wrote: \(strange.joined(separator: ", "))",
                        hint: "move these files away or give another directory; nothing was changed")
                }
            }
            try replace(by: files + [(Self.marker, marker)])
            return true
        } catch let failure as any Explained {
            throw failure
        } catch {
            throw CommandFailure(.notWritten, "\(path): \(error.localizedDescription)")
        }
    }

    private func holds(_ files: [(name: String, data: Data)]) -> Bool {
        files.allSatisfy { file in
            (try? Data(contentsOf: directory.appending(path: file.name), options: .alwaysMapped)) == file.data
        }
    }

    /// Returns the names of the files of an earlier export; `nil` if the directory is missing or empty.
    ///
    /// - Throws: `CommandFailure` if the path is not a directory, or a directory that no export wrote.
    private func earlierExport() throws -> Set<String>? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory.path) else {
            guard !FileManager.default.fileExists(atPath: directory.path) else {
                throw CommandFailure(.occupiedDirectory, "\(path) is not a directory")
            }
            return nil
        }
        if names.isEmpty { return nil }
        struct Marker: Decodable {
            let policy: String?
            let format: String?
            let subject: String?
        }
        let marker = try? JSONDecoder().decode(
            Marker.self, from: Data(contentsOf: directory.appending(path: Self.marker)))
        let isPlain = names.allSatisfy { name in
            let values = try? directory.appending(path: name).resourceValues(forKeys: [.isRegularFileKey])
            return values?.isRegularFile == true
        }
        guard let marker, marker.policy != nil || marker.format != nil && marker.subject != nil, isPlain
        else {
            throw CommandFailure(
                .occupiedDirectory, "\(path) has files but is not an export",
                hint: "give a new or empty directory; nothing was changed")
        }
        return Set(names)
    }

    /// Writes all files or none: writes them to a temporary directory, which then replaces the target.
    ///
    /// - Throws: errors of the file system. The target then has its earlier content.
    private func replace(by contents: [(name: String, data: Data)]) throws {
        let files = FileManager.default
        let parent = directory.standardizedFileURL.deletingLastPathComponent()
        try files.createDirectory(at: parent, withIntermediateDirectories: true)
        let name = ".\(directory.lastPathComponent).\(UUID().uuidString)"
        let fresh = parent.appending(path: name)
        let old = parent.appending(path: name + ".old")
        do {
            try files.createDirectory(at: fresh, withIntermediateDirectories: false)
            for (name, data) in contents { try data.write(to: fresh.appending(path: name)) }
            if files.fileExists(atPath: directory.path) { try files.moveItem(at: directory, to: old) }
            try files.moveItem(at: fresh, to: directory)
        } catch {
            if files.fileExists(atPath: old.path) { try? files.moveItem(at: old, to: directory) }
            try? files.removeItem(at: fresh)
            throw error
        }
        try? files.removeItem(at: old)
    }
}
