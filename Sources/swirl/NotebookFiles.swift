import Events
import Foundation
import Language
import Notebooks

/// Reads and writes notebooks on disk.
enum NotebookFiles {
    static let ending = ".ipynb"

    /// Reads a notebook.
    ///
    /// - Throws: `NotebookFailure` if the file is a recipe or not a valid notebook; ``Files/Unreadable`` if it can't be
    ///   read.
    static func read(_ path: String) throws -> Notebook {
        guard !path.hasSuffix(Files.recipeEnding) else {
            throw NotebookFailure("\(path) is a recipe: swirl run \(path), or swirl notebook from \(path)")
        }
        let data = try Files.data(path)
        return try about(path) { () throws(NotebookFailure) in try Notebook(data) }
    }

    /// Reads a notebook whose kernel is swirl.
    ///
    /// - Throws: `NotebookFailure` if the notebook is for another kernel; the errors of ``read(_:)``.
    static func readSwirlNotebook(_ path: String) throws -> Notebook {
        let notebook = try read(path)
        if let kernel = notebook.foreignKernel {
            throw NotebookFailure("\(path) is a notebook for the kernel \(kernel), not for swirl")
        }
        return notebook
    }

    /// Runs `work`.
    ///
    /// - Throws: the failure of `work` with the path in front of its description.
    static func about<Result>(
        _ path: String, _ work: () throws(NotebookFailure) -> Result
    ) throws(NotebookFailure) -> Result {
        do {
            return try work()
        } catch {
            throw NotebookFailure("\(path): \(error)")
        }
    }

    /// Writes a file atomically. Follows symbolic links and preserves the permissions.
    ///
    /// - Throws: `NotebookFailure` with the path if the file can't be written.
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

    /// Returns the location that a path refers to after following symbolic links. It need not exist.
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

    /// Checks that a notebook can be written to a path. Call it before a long computation, so that an error comes
    /// early.
    ///
    /// - Returns: the existing notebook that would be overwritten; `nil` if there is no file.
    /// - Throws: `NotebookFailure` if nothing can be written there, or if the existing file is not a notebook.
    static func target(_ path: String) throws -> Notebook? {
        guard path != "-" else { throw NotebookFailure("'-' is not a file; name a file") }
        let files = FileManager.default
        let url = place(path)
        let folder = url.deletingLastPathComponent().path
        guard files.isWritableFile(atPath: folder) else {
            throw NotebookFailure("\(path) can't be written: \(folder) is not a folder, or not writable")
        }
        guard files.fileExists(atPath: url.path) else { return nil }
        guard files.isWritableFile(atPath: url.path) else {
            throw NotebookFailure("\(path) can't be written: the file is write-protected")
        }
        guard let notebook = try? read(path) else {
            throw NotebookFailure("\(path) exists and is not a notebook; name another file")
        }
        return notebook
    }

    /// Returns the path with another file extension.
    ///
    /// - Parameter ending: the new extension with its dot, such as `.executed.ipynb`.
    static func sibling(_ path: String, _ ending: String) -> String {
        (path as NSString).deletingPathExtension + ending
    }

    /// Returns the paths of a script's includes that would not be found from the folder of `target`.
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

/// The file of an executed notebook. If another program changes `NAME.ipynb` during the run, the notebook is written to
/// a new file `NAME.executed-1.ipynb` in the same folder instead.
final class ExecutedNotebook {
    private(set) var path: String
    private var known: Data?
    private let warn: (String) -> Void

    /// Creates the file's representation without writing it.
    ///
    /// - Parameters:
    ///   - known: the contents of the file at the start of the run; `nil` if it did not exist.
    ///   - warn: receives a warning if another program changes the file.
    init(_ path: String, _ known: Data?, warn: @escaping (String) -> Void) {
        self.path = path
        self.warn = warn
        self.known = known
    }

    /// Writes the notebook, to another file if a program has changed the current one.
    ///
    /// - Throws: `NotebookFailure` with the path if the file can't be written.
    func save(_ notebook: Notebook) throws(NotebookFailure) {
        let data = notebook.data
        if FileManager.default.contents(atPath: path) != known {
            let taken = path
            path = (1...).lazy.map { NotebookFiles.sibling(taken, ".executed-\($0).ipynb") }
                .first { !FileManager.default.fileExists(atPath: $0) }!
            warn(
                "another program changed \(taken) during the run; the executed notebook is written to \(path)"
            )
        }
        try NotebookFiles.write(data, to: path)
        known = data
    }
}
