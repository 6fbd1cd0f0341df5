import Application
import ArgumentParser
import CommandKit
import Commands
import Events
import Foundation
import Interpreter
import Language
import Rendering
import Terminal

/// The options `--seed`, `--store` and `--json`, which several subcommands share. It creates the console and the
/// session from them.
struct SessionOptions: ParsableArguments {
    @Option(help: "The ambient seed; the default is 1.")
    var seed: UInt64?

    @Option(
        help: "The folder that stores results; the default is the nearest \(SessionOptions.usualStore).")
    var store: String?

    @Flag(help: "Print every event as one JSON object a line.")
    var json = false

    @Flag(help: "End the run at the first failing point of a sweep, instead of going on with the others.")
    var stopOnFailure = false

    func validate() throws {
        if store?.isEmpty == true {
            throw ValidationError("'--store' is empty: name a folder, or leave it out")
        }
    }

    func console() -> Console {
        let environment = ProcessInfo.processInfo.environment
        let isTerminal = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
        let wantsColor = (environment["NO_COLOR"] ?? "").isEmpty
        return Console(
            .init(
                isJSON: json, isInteractive: isTerminal && !json,
                hasColor: isTerminal && wantsColor,
                hasOutputColor: isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb" && wantsColor,
                columns: { TerminalSize.columns }))
    }

    /// The folder that stores results.
    var folder: URL { URL(fileURLWithPath: store ?? Self.usualStore) }

    /// Without `--store`, uses the nearest folder `.swirl` in `folder` or one of its parent folders. A store that
    /// belongs to another user is skipped with a warning.
    mutating func useNearestStore(from folder: URL) {
        guard store == nil else { return }
        var place = folder.standardizedFileURL
        while place.path != "/" {
            let candidate = place.appending(path: Self.usualStore)
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder),
                isFolder.boolValue
            {
                guard Self.isForeign(candidate) else {
                    store = candidate.path
                    return
                }
                console().show(.warning("\(candidate.path) is not used: \(Self.foreign(candidate))"))
            }
            place.deleteLastPathComponent()
        }
    }

    private static let usualStore = ".swirl"

    private static func foreign(_ folder: URL) -> String {
        """
        it belongs to another user, and swirl does not trust results of other users by default; if you trust them, \
        use --store \(folder.path)
        """
    }

    /// Returns true if a folder belongs to another user, except root. Cached results of another user are not trusted.
    private static func isForeign(_ folder: URL) -> Bool {
        var status = stat()
        return stat(folder.path, &status) == 0 && status.st_uid != geteuid() && status.st_uid != 0
    }

    /// Creates a session.
    ///
    /// - Parameters:
    ///   - sink: receives the events; the default is the console.
    ///   - home: the folder of scripts that are not files, such as cells; the default is the current folder.
    ///   - keepsResults: true to read and store results on disk. A check needs no results and writes no files.
    /// - Throws: `ExitCode` 3, after an error, if the default store belongs to another user.
    func session(
        _ console: Console, sink: EventSink? = nil, home: URL? = nil, keepsResults: Bool = true
    ) throws -> Session {
        let sink = sink ?? console.sink
        if keepsResults, store == nil, Self.isForeign(folder) {
            console.show(
                .error("\(folder.path): \(Self.foreign(folder))"))
            throw ExitCode(3)
        }
        let application = Application(keepingIn: keepsResults ? folder : nil)
        return Session(
            application.commands, application.results, seed: seed ?? 1,
            loader: ScriptLoader { path, from in
                let folder = URL(fileURLWithPath: from, relativeTo: home).deletingLastPathComponent()
                return try Files.source(URL(fileURLWithPath: path, relativeTo: folder).path)
            }, isSeedGiven: seed != nil, stopsOnFailure: stopOnFailure, sink: sink)
    }
}

/// Reads scripts from disk.
enum Files {
    static let recipeEnding = ".swirl"

    /// The name that stands for standard input.
    static let standardInput = "-"

    /// Reads a script. The path `-` means standard input.
    ///
    /// - Throws: ``Unreadable`` if the file can't be read, is a notebook or is not UTF-8 text.
    static func source(_ path: String) throws -> Source {
        if path == standardInput {
            guard let text = String(data: FileHandle.standardInput.readDataToEndOfFile(), encoding: .utf8)
            else {
                throw Unreadable(path: "standard input", reason: "not UTF-8 text")
            }
            return Source(name: "<stdin>", text: text)
        }
        guard !path.hasSuffix(NotebookFiles.ending) else {
            throw Unreadable(
                path: path,
                reason: """
                    this is a notebook; use swirl notebook run \(path), or swirl notebook to-recipe \(path)
                    """)
        }
        guard let text = String(data: try data(path), encoding: .utf8) else {
            throw Unreadable(path: path, reason: "not UTF-8 text")
        }
        return Source(name: path, text: text)
    }

    /// Reads a file.
    ///
    /// - Throws: ``Unreadable`` if the path is a folder or can't be read.
    static func data(_ path: String) throws -> Data {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw Unreadable(path: path, reason: "this is a folder")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Unreadable(path: path, reason: "no such file, or not readable")
        }
        return data
    }

    /// The error that a file can't be read as a script or notebook.
    struct Unreadable: Error, CustomStringConvertible {
        let path: String
        let reason: String
        var description: String { "\(path): \(reason)" }
    }
}
