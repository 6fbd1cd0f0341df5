import ArgumentParser
import Events
import Foundation
import Interpreter
import Language
import Notebooks

/// `swirl notebook`: notebooks without Jupyter.
struct NotebookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notebook",
        abstract: "Execute notebooks without Jupyter; turn recipes into notebooks and back.",
        subcommands: [Run.self, From.self, ToRecipe.self, Strip.self, Bare.self], defaultSubcommand: Bare.self
    )

    /// `swirl notebook run FILE.ipynb`
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Execute a notebook from the top to the bottom.",
            discussion: """
                All cells are checked before the first one runs. The executed notebook is written while it runs and \
                at the end, so it holds what was computed also where a cell fails; cells that were not reached stay \
                as they are. A cell that is tagged raises-exception may fail, one tagged skip-execution is left \
                alone. Exit status as for recipes.
                """)

        @Argument(help: "The notebook.")
        var file: String

        @Flag(help: "Write the executed notebook in the place of the notebook.")
        var inPlace = false

        @Option(
            name: .shortAndLong,
            help: "Write the executed notebook here; the default is FILE.executed.ipynb beside it.")
        var output: String?

        @Flag(help: "Let --output replace a notebook whose cells say something else.")
        var force = false

        @Option(name: .customLong("set"), help: "Change a param of the notebook: --set name=value.")
        var settings: [String] = []

        @OptionGroup var sessionOptions: SessionOptions

        func validate() throws {
            if inPlace, output != nil {
                throw ValidationError("--in-place and --output exclude each other")
            }
        }

        func run() async throws {
            let console = sessionOptions.console()
            let settings = try Settings.parse(settings)
            let target = inPlace ? file : output ?? NotebookFiles.sibling(file, ".executed.ipynb")
            // What lies there before the notebook is read: whatever changes from here on is somebody else's.
            let known = FileManager.default.contents(atPath: target)
            let notebook = try NotebookFiles.readOurs(file)
            let other = try NotebookFiles.target(target)
            if output != nil, !force, let other, !RecipeCells.saysTheSame(other, notebook) {
                throw NotebookFailure(
                    "\(target) exists and its cells say something else; --force replaces it")
            }
            let home = URL(fileURLWithPath: file).deletingLastPathComponent()
            var sessionOptions = sessionOptions
            sessionOptions.useNearestStore(from: home)
            let router = CellRouter(console.sink)
            let session = try sessionOptions.session(console, sink: router.sink, home: home)
            let ending: Ending
            do {
                ending = try await Interruptible.run {
                    let executed = ExecutedNotebook(target, known) { console.show(.warning($0)) }
                    let ending = try await HeadlessRun(session, router).run(notebook, settings: settings) {
                        console.show($0)
                    } save: {
                        try executed.save($0)
                    }
                    if ending != .invalid {
                        console.show(.artifact(.init(kind: "notebook", key: "", path: executed.path)))
                    }
                    return ending
                }
            } catch let failure as NotebookFailure {
                console.show(.warning(failure.description))
                throw ExitCode(3)
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

        @Option(
            name: .shortAndLong, help: "The notebook; the default is RECIPE.ipynb beside it, - prints it.")
        var output: String?

        @Flag(help: "Replace a notebook whose cells say something else.")
        var force = false

        @Flag(help: "Keep no outputs.")
        var strip = false

        func run() throws {
            let text = try Files.source(recipe).text
            guard try Files.data(recipe) == Data(text.utf8) else {
                throw NotebookFailure("\(recipe) begins with a byte-order mark; remove it")
            }
            let target = output ?? NotebookFiles.sibling(recipe, NotebookFiles.ending)
            var notebook = try NotebookFiles.about(recipe) { () throws(NotebookFailure) in
                try RecipeCells.notebook(text)
            }
            guard target != "-" else {
                return print(String(decoding: notebook.data, as: UTF8.self), terminator: "")
            }
            if let earlier = try NotebookFiles.target(target) {
                guard force || RecipeCells.saysTheSame(earlier, notebook) else {
                    throw NotebookFailure(
                        "\(target) exists and its cells say something else; --force replaces them and keeps the outputs "
                            + "of those that say the same, --output names another file")
                }
                if !strip { notebook = notebook.takingOutputs(from: earlier) }
            }
            try NotebookFiles.write(notebook.data, to: target)
            let kept = notebook.cells.count { !$0.outputs.isEmpty }
            print("written to \(target)" + (kept > 0 ? "; \(kept) cells keep their outputs" : ""))
            warnOfIncludes(text, from: recipe, to: target)
        }
    }

    /// `swirl notebook to-recipe FILE.ipynb`
    struct ToRecipe: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a notebook as a recipe.",
            discussion: """
                Nothing is lost but the outputs and the cells' ids: swirl notebook from makes the same cells again.
                """)

        @Argument(help: "The notebook.")
        var file: String

        @Option(name: .shortAndLong, help: "The recipe; the default is FILE.swirl beside it, - prints it.")
        var output: String?

        @Flag(help: "Replace a recipe that says something else.")
        var force = false

        func run() throws {
            let notebook = try NotebookFiles.readOurs(file)
            let recipe = try NotebookFiles.about(file) { () throws(NotebookFailure) in
                try RecipeCells.recipe(notebook)
            }
            let target = output ?? NotebookFiles.sibling(file, Files.recipeEnding)
            guard target != "-" else { return print(recipe, terminator: "") }
            if !force, FileManager.default.fileExists(atPath: target),
                try Files.data(target) != Data(recipe.utf8)
            {
                throw NotebookFailure(
                    "\(target) exists and says something else; --force replaces it, --output names another file"
                )
            }
            try NotebookFiles.write(Data(recipe.utf8), to: target)
            print("written to \(target)")
            warnOfIncludes(recipe, from: file, to: target)
        }
    }

    /// `swirl notebook strip FILE.ipynb…`
    struct Strip: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove outputs, in place; also: swirl notebook --strip FILE.")

        @Argument(help: "The notebooks.")
        var files: [String]

        @Flag(help: "Change nothing; fail if there are outputs.")
        var check = false

        func run() throws {
            // All or nothing: what can't be read is found before anything is written.
            let notebooks = try files.map { (file: $0, notebook: try NotebookFiles.read($0)) }
            let dirty = notebooks.filter { $0.notebook.stripped != $0.notebook }
            for (file, notebook) in dirty {
                if check {
                    print("\(file) holds outputs; run: swirl notebook strip \(file)")
                } else {
                    try NotebookFiles.write(notebook.stripped.data, to: file)
                    print("outputs removed from \(file)")
                }
            }
            if check, !dirty.isEmpty { throw ExitCode(2) }
        }
    }

    /// `swirl notebook --strip FILE.ipynb…`, and what to say where no subcommand is named.
    struct Bare: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "bare", shouldDisplay: false)

        @Argument var files: [String] = []
        @Flag var strip = false

        func run() throws {
            guard strip, !files.isEmpty else {
                throw ValidationError(
                    "say what to do: swirl notebook run, from, to-recipe or strip; swirl notebook --help tells more"
                )
            }
            var command = Strip()
            command.files = files
            command.check = false
            try command.run()
        }
    }
}

/// Says which includes a script would no longer find.
private func warnOfIncludes(_ text: String, from source: String, to target: String) {
    for path in NotebookFiles.lostIncludes(text, from: source, to: target) {
        let message = "warning: \(target) includes \"\(path)\", which is not found from there\n"
        try? FileHandle.standardError.write(contentsOf: Data(message.utf8))
    }
}
