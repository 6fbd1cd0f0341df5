import ArgumentParser
import Foundation
import Interpreter
import Language
import Notebooks
import Output

/// `swirl notebook`: notebooks without Jupyter.
struct NotebookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notebook",
        abstract: "Execute notebooks without Jupyter; turn recipes into notebooks and back.",
        subcommands: [Run.self, From.self, ToRecipe.self, Strip.self], defaultSubcommand: Strip.self)

    /// `swirl notebook run FILE.ipynb`
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Execute a notebook from the top to the bottom.",
            discussion: """
                All cells are checked before the first one runs. The executed notebook is written after every \
                cell, so it holds what was computed also where a cell fails; a cell that is tagged \
                raises-exception may fail. Exit status as for recipes.
                """)

        @Argument(help: "The notebook.")
        var file: String

        @Flag(help: "Write the executed notebook in the place of the notebook.")
        var inPlace = false

        @Option(help: "Write the executed notebook here; the default is FILE.executed.ipynb beside it.")
        var output: String?

        @Option(name: .customLong("set"), help: "Change a param of the notebook: --set name=value.")
        var settings: [String] = []

        @OptionGroup var workbench: Workbench

        func validate() throws {
            if inPlace, output != nil {
                throw ValidationError("--in-place and --output exclude each other")
            }
        }

        func run() async throws {
            let console = workbench.console()
            let settings = try Settings.parse(settings)
            let notebook = try Notebooks.read(file)
            let executed = inPlace ? file : output ?? Notebooks.sibling(file, ".executed.ipynb")
            try Notebooks.checkFolder(of: executed)
            let router = CellRouter(console.sink)
            let session = try workbench.session(
                console, sink: router.sink, home: URL(fileURLWithPath: file).deletingLastPathComponent())
            let ending = try await Interruptible.run {
                try await HeadlessRun(session, router).run(notebook, settings: settings) { event in
                    console.show(event)
                } save: {
                    try Notebooks.write($0.data, to: executed)
                }
            }
            if ending != .invalid {
                console.show(.artifact(.init(kind: "notebook", key: "", path: executed)))
            }
            throw ExitCode(ending.status)
        }
    }

    /// `swirl notebook from RECIPE`
    struct From: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a recipe as a notebook.",
            discussion: """
                A cell begins at every line '# %%'; text stands in comments under '# %% [markdown]'. What stands \
                before the first such line is cut at empty lines. Where the notebook exists, cells that still say \
                the same keep their outputs.
                """)

        @Argument(help: "The recipe.")
        var recipe: String

        @Option(name: .shortAndLong, help: "The notebook; the default is RECIPE.ipynb beside it.")
        var output: String?

        @Flag(help: "Keep no outputs.")
        var strip = false

        func run() throws {
            let text = try Files.source(recipe).text
            let target = output ?? Notebooks.sibling(recipe, ".ipynb")
            var notebook = try Notebooks.about(recipe) { () throws(NotebookFailure) in
                try RecipeCells.notebook(text)
            }
            if !strip, FileManager.default.fileExists(atPath: target) {
                notebook = notebook.takingOutputs(from: try Notebooks.read(target))
            }
            try Notebooks.write(notebook.data, to: target)
            let kept = notebook.cells.count { !$0.outputs.isEmpty }
            print("written to \(target)" + (kept > 0 ? "; \(kept) cells keep their outputs" : ""))
        }
    }

    /// `swirl notebook to-recipe FILE.ipynb`
    struct ToRecipe: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a notebook as a recipe.",
            discussion: "Nothing is lost but the outputs; swirl notebook from makes the same notebook again.")

        @Argument(help: "The notebook.")
        var file: String

        @Option(name: .shortAndLong, help: "The recipe; the default is FILE.swirl beside it, - prints it.")
        var output: String?

        @Flag(help: "Replace a recipe that says something else.")
        var force = false

        func run() throws {
            let notebook = try Notebooks.read(file)
            let recipe = try Notebooks.about(file) { () throws(NotebookFailure) in
                try RecipeCells.recipe(notebook)
            }
            let target = output ?? Notebooks.sibling(file, ".swirl")
            guard target != "-" else { return print(recipe, terminator: "") }
            if !force, FileManager.default.fileExists(atPath: target), try Files.source(target).text != recipe
            {
                throw NotebookFailure(
                    "\(target) exists and says something else; --force replaces it, --output names another file"
                )
            }
            try Notebooks.write(Data(recipe.utf8), to: target)
            print("written to \(target)")
        }
    }

    /// `swirl notebook strip FILE.ipynb…`
    struct Strip: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove outputs, in place; also: swirl notebook --strip FILE.")

        @Argument(help: "The notebooks.")
        var files: [String]

        @Flag(help: .hidden)
        var strip = false

        @Flag(help: "Change nothing; fail if there are outputs.")
        var check = false

        func run() throws {
            var isClean = true
            for file in files {
                let notebook = try Notebooks.read(file)
                let stripped = notebook.stripped
                guard stripped != notebook else { continue }
                isClean = false
                if check {
                    print("\(file) holds outputs; run: swirl notebook strip \(file)")
                } else {
                    try Notebooks.write(stripped.data, to: file)
                }
            }
            if check, !isClean { throw ExitCode(2) }
        }
    }
}

/// Notebooks on disk.
private enum Notebooks {
    /// - Throws: a message that names the file.
    static func read(_ path: String) throws -> Notebook {
        let text = try Files.source(path).text
        return try about(path) { () throws(NotebookFailure) in try Notebook(Data(text.utf8)) }
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

    /// - Throws: a message that names the file.
    static func write(_ data: Data, to path: String) throws {
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw NotebookFailure("\(path) can't be written: \(error.localizedDescription)")
        }
    }

    /// Before anything is computed.
    ///
    /// - Throws: a message where nothing can be written beside a file.
    static func checkFolder(of path: String) throws(NotebookFailure) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw NotebookFailure("\(path) can't be written: \(folder) is no folder, or not ours to write")
        }
    }

    /// The same name with another ending.
    static func sibling(_ path: String, _ ending: String) -> String {
        (path as NSString).deletingPathExtension + ending
    }
}
