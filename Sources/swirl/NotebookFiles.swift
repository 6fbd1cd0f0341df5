import Events
import Foundation
import Language
import Notebooks

/// Notebooks on disk.
enum NotebookFiles {
    static let ending = ".ipynb"

    /// - Throws: a message that names the file and, where it is something else, what to do with it.
    static func read(_ path: String) throws -> Notebook {
        guard !path.hasSuffix(Files.recipeEnding) else {
            throw NotebookFailure("\(path) is a recipe: swirl run \(path), or swirl notebook from \(path)")
        }
        let data = try Files.data(path)
        return try about(path) { () throws(NotebookFailure) in try Notebook(data) }
    }

    /// A notebook whose kernel is this program.
    ///
    /// - Throws: a message where it is written in another language.
    static func readOurs(_ path: String) throws -> Notebook {
        let notebook = try read(path)
        if let kernel = notebook.foreignKernel {
            throw NotebookFailure("\(path) is a notebook for the kernel \(kernel), not for swirl")
        }
        return notebook
    }

    static func about<Result>(
        _ path: String, _ work: () throws(NotebookFailure) -> Result
    ) throws(NotebookFailure) -> Result {
        do {
            return try work()
        } catch {
            throw NotebookFailure("\(path): \(error)")
        }
    }

    /// Writes all or nothing, through links, and leaves the permissions as they are.
    ///
    /// - Throws: a message that names the file.
    static func write(_ data: Data, to path: String) throws(NotebookFailure) {
        let url = place(path)
        let files = FileManager.default
        let mode = (try? files.attributesOfItem(atPath: url.path))?[.posixPermissions]
        do {
            try data.write(to: url, options: .atomic)
            if let mode { try files.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path) }
        } catch {
            throw NotebookFailure("\(path) can't be written: \(error.localizedDescription)")
        }
    }

    /// Where a path leads, through links, whether something lies at their end or not.
    private static func place(_ path: String) -> URL {
        var url = URL(fileURLWithPath: path).standardizedFileURL
        for _ in 0..<40 {
            guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: url.path) else {
                break
            }
            url = URL(fileURLWithPath: next, relativeTo: url.deletingLastPathComponent()).standardizedFileURL
        }
        return url
    }

    /// The notebook that would be replaced, looked at before anything is computed; `nil` where none lies there.
    ///
    /// - Throws: a message where a notebook can't be written there, or something else would be lost.
    static func target(_ path: String) throws -> Notebook? {
        guard path != "-" else { throw NotebookFailure("'-' is no file; name one") }
        let files = FileManager.default
        let url = place(path)
        let folder = url.deletingLastPathComponent().path
        guard files.isWritableFile(atPath: folder) else {
            throw NotebookFailure("\(path) can't be written: \(folder) is no folder, or not ours to write")
        }
        guard files.fileExists(atPath: url.path) else { return nil }
        guard files.isWritableFile(atPath: url.path) else {
            throw NotebookFailure("\(path) can't be written: it is protected")
        }
        guard let notebook = try? read(path) else {
            throw NotebookFailure("\(path) exists and is no notebook; name another file")
        }
        return notebook
    }

    /// The same name with another ending.
    static func sibling(_ path: String, _ ending: String) -> String {
        (path as NSString).deletingPathExtension + ending
    }

    /// Where a script's includes would no longer be found from another folder.
    static func lostIncludes(_ text: String, from source: String, to target: String) -> [String] {
        func folder(_ path: String) -> URL {
            URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent()
        }
        guard folder(source) != folder(target) else { return [] }
        return Parser.parse(Source(name: source, text: text)).script.statements.compactMap { statement in
            guard case .include(let path, _) = statement else { return nil }
            let url = URL(fileURLWithPath: path, relativeTo: folder(target))
            return FileManager.default.fileExists(atPath: url.path) ? nil : path
        }
    }
}

/// The file that an executed notebook goes to. What somebody else writes there meanwhile stays: the notebook
/// then goes beside it.
final class ExecutedNotebook {
    private(set) var path: String
    private var known: Data?
    private let warn: (String) -> Void

    /// - Parameter known: what lies there.
    init(_ path: String, _ known: Data?, warn: @escaping (String) -> Void) {
        self.path = path
        self.warn = warn
        self.known = known
    }

    /// - Throws: a message that names the file.
    func save(_ notebook: Notebook) throws(NotebookFailure) {
        let data = notebook.data
        if FileManager.default.contents(atPath: path) != known {
            let taken = path
            path = (1...).lazy.map { NotebookFiles.sibling(taken, ".executed-\($0).ipynb") }
                .first { !FileManager.default.fileExists(atPath: $0) }!
            warn("\(taken) was changed by somebody else meanwhile; the executed notebook goes to \(path)")
        }
        try NotebookFiles.write(data, to: path)
        known = data
    }
}
