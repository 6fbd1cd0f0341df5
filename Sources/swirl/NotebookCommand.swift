import ArgumentParser
import Events
import Foundation
import Interpreter
import Language
import Notebooks

/// The subcommand `swirl notebook`: executes, converts and cleans notebooks without Jupyter.
struct NotebookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notebook",
        abstract: "Execute notebooks without Jupyter; turn recipes into notebooks and back.",
        subcommands: [Run.self, From.self, ToRecipe.self, Strip.self, Bare.self], defaultSubcommand: Bare.self
    )

    /// The subcommand `swirl notebook run FILE.ipynb`: executes a notebook and writes it with its outputs.
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Execute a notebook from top to bottom.",
            discussion: """
                All cells are checked before the first one runs. The executed notebook is written during the run and \
                at the end, so it contains the results even if a cell fails. Cells that were not reached stay \
                unchanged. A cell tagged raises-exception may fail; a cell tagged skip-execution is not run. The exit \
                status is the same as for recipes.
                """)

        @Argument(help: "The notebook.")
        var file: String

        @Flag(help: "Overwrite the notebook with the executed notebook.")
        var inPlace = false

        @Option(
            name: .shortAndLong,
            help: "The executed notebook; the default is FILE.executed.ipynb in the same folder.")
        var output: String?

        @Flag(help: "Let --output overwrite a notebook with different cells.")
        var force = false

        @Option(name: .customLong("set"), help: "Change a param of the notebook: --set name=value.")
        var settings: [String] = []

        @OptionGroup var sessionOptions: SessionOptions

        func validate() throws {
            if inPlace, output != nil {
                throw ValidationError("--in-place and --output can't be used together")
            }
        }

        func run() async throws {
            let console = sessionOptions.console()
            let settings = try Settings.parse(settings)
            let target = inPlace ? file : output ?? NotebookFiles.sibling(file, ".executed.ipynb")
            // Read the target before the notebook: if it changes from now on, another program has written it.
            let known = FileManager.default.contents(atPath: target)
            let notebook = try NotebookFiles.readSwirlNotebook(file)
            let other = try NotebookFiles.target(target)
            if output != nil, !force, let other, !RecipeConverter.hasSameContent(other, notebook) {
                throw NotebookFailure(
                    "\(target) exists and has different cells; --force overwrites it")
            }
            let home = URL(fileURLWithPath: file).deletingLastPathComponent()
            var sessionOptions = sessionOptions
            sessionOptions.useNearestStore(from: home)
            let router = CellRouter(console.sink)
            let session = try sessionOptions.session(console, sink: router.sink, home: home)
            let ending: InterruptHandling.Ending
            do {
                ending = try await InterruptHandling.run {
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
                console.show(.error(failure.description))
                throw ExitCode(3)
            }
            throw ExitCode(ending.exitStatus)
        }
    }

    /// The subcommand `swirl notebook from RECIPE`: converts a recipe to a notebook.
    struct From: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a recipe as a notebook.",
            discussion: """
                A line '# %%' begins a cell; text is written as comments below a line '# %% [markdown]'. Lines before \
                the first such line are split into cells at empty lines. If the notebook exists, unchanged cells keep \
                their outputs.
                """)

        @Argument(help: "The recipe.")
        var recipe: String

        @Option(
            name: .shortAndLong,
            help: "The notebook; the default is RECIPE.ipynb in the same folder, - prints the notebook.")
        var output: String?

        @Flag(help: "Overwrite a notebook with different cells.")
        var force = false

        @Flag(help: "Leave out the outputs of an existing notebook.")
        var strip = false

        func run() throws {
            let text = try Files.source(recipe).text
            guard try Files.data(recipe) == Data(text.utf8) else {
                throw NotebookFailure("\(recipe) begins with a byte-order mark; remove it")
            }
            let target = output ?? NotebookFiles.sibling(recipe, NotebookFiles.ending)
            var notebook = try NotebookFiles.about(recipe) { () throws(NotebookFailure) in
                try RecipeConverter.notebook(text)
            }
            guard target != "-" else {
                return print(String(decoding: notebook.data, as: UTF8.self), terminator: "")
            }
            if let earlier = try NotebookFiles.target(target) {
                guard force || RecipeConverter.hasSameContent(earlier, notebook) else {
                    throw NotebookFailure(
                        """
                        \(target) exists and has different cells; --force overwrites it and keeps the outputs of \
                        unchanged cells, --output names another file
                        """)
                }
                if !strip { notebook = notebook.takingOutputs(from: earlier) }
            }
            try NotebookFiles.write(notebook.data, to: target)
            let kept = notebook.cells.count { !$0.outputs.isEmpty }
            print("written to \(target)" + (kept > 0 ? "; \(kept) cells keep their outputs" : ""))
            warnOfIncludes(text, from: recipe, to: target)
        }
    }

    /// The subcommand `swirl notebook to-recipe FILE.ipynb`: converts a notebook to a recipe.
    struct ToRecipe: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a notebook as a recipe.",
            discussion: """
                Outputs, execution counts, execution metadata and cell IDs are lost. Everything else is kept: swirl \
                notebook from creates the same cells again.
                """)

        @Argument(help: "The notebook.")
        var file: String

        @Option(
            name: .shortAndLong,
            help: "The recipe; the default is FILE.swirl in the same folder, - prints the recipe.")
        var output: String?

        @Flag(help: "Overwrite a recipe with different content.")
        var force = false

        func run() throws {
            let notebook = try NotebookFiles.readSwirlNotebook(file)
            let recipe = try NotebookFiles.about(file) { () throws(NotebookFailure) in
                try RecipeConverter.recipe(notebook)
            }
            let target = output ?? NotebookFiles.sibling(file, Files.recipeEnding)
            guard target != "-" else { return print(recipe, terminator: "") }
            if !force, FileManager.default.fileExists(atPath: target),
                try Files.data(target) != Data(recipe.utf8)
            {
                throw NotebookFailure(
                    """
                    \(target) exists and has different content; --force overwrites it, --output names another file
                    """
                )
            }
            try NotebookFiles.write(Data(recipe.utf8), to: target)
            print("written to \(target)")
            warnOfIncludes(recipe, from: file, to: target)
        }
    }

    /// The subcommand `swirl notebook strip FILE.ipynb…`: removes outputs, execution counts and execution metadata.
    struct Strip: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove outputs, in place; also: swirl notebook --strip FILE.")

        @Argument(help: "The notebooks.")
        var files: [String]

        @Flag(help: "Change nothing; fail if there are outputs.")
        var check = false

        func run() throws {
            // All or nothing: all notebooks are read before the first one is written.
            let notebooks = try files.map { (file: $0, notebook: try NotebookFiles.read($0)) }
            let dirty = notebooks.filter { $0.notebook.stripped != $0.notebook }
            for (file, notebook) in dirty {
                if check {
                    print("\(file) contains outputs; run: swirl notebook strip \(file)")
                } else {
                    try NotebookFiles.write(notebook.stripped.data, to: file)
                    print("outputs removed from \(file)")
                }
            }
            if check, !dirty.isEmpty { throw ExitCode(2) }
        }
    }

    /// The form `swirl notebook --strip FILE.ipynb…` of `strip`. Without `--strip`, it reports that a subcommand is
    /// missing.
    struct Bare: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "bare", shouldDisplay: false)

        @Argument var files: [String] = []
        @Flag var strip = false

        func run() throws {
            guard strip, !files.isEmpty else {
                throw ValidationError(
                    "name a subcommand: run, from, to-recipe or strip; swirl notebook --help explains them"
                )
            }
            var command = Strip()
            command.files = files
            command.check = false
            try command.run()
        }
    }
}

/// Warns of includes that a script can't find from its new folder.
private func warnOfIncludes(_ text: String, from source: String, to target: String) {
    for path in NotebookFiles.lostIncludes(text, from: source, to: target) {
        let message = "warning: \(target) includes \"\(path)\", which is not found from its folder\n"
        try? FileHandle.standardError.write(contentsOf: Data(message.utf8))
    }
}
