import Events
import Foundation
import Keys
import Notebooks
import Testing

@Suite struct RecipeConverterTests {
    /// The project's own recipes.
    private static let recipes: [URL] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../recipes").standardized
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)!
        return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swirl" }
    }()

    @Test func `converting a recipe to a notebook and back returns the recipe`() throws {
        #expect(Self.recipes.count > 15)
        for file in Self.recipes {
            let recipe = try String(contentsOf: file, encoding: .utf8)
            let notebook = try RecipeConverter.notebook(recipe)
            #expect(
                notebook.cells.count > 1 && notebook.cells[0].kind == .markdown, "\(file.lastPathComponent)")
            #expect(try RecipeConverter.recipe(notebook) == recipe, "\(file.lastPathComponent)")
            let written = try Notebook(notebook.data)
            #expect(written == notebook)
        }
    }

    @Test func `markers begin cells, and comments become Markdown text`() throws {
        let recipe = """
            # Head.
            # More.

            param n = 5
            sweep a:[1 2] {

                help
            }

            # %%
            model nano


            # %% [markdown] A title {"tags":["intro"]}
            # # Heading
            #
            # Text.
            # %%
            # %% [raw]
            # <b>

            # %% Last
            help

            """
        let notebook = try RecipeConverter.notebook(recipe)
        #expect(
            notebook.cells.map(\.source) == [
                "Head.\nMore.", "param n = 5\nsweep a:[1 2] {\n\n    help\n}", "model nano\n",
                "# Heading\n\nText.", "", "<b>", "help",
            ])
        #expect(notebook.cells.map(\.kind) == [.markdown, .code, .code, .markdown, .code, .raw, .code])
        #expect(notebook.cells[3].tags == ["intro"])
        #expect(notebook.cells[3].metadata["title"] == "A title")
        #expect(notebook.cells[6].metadata["title"] == "Last")
        #expect(Set(notebook.cells.map(\.id)).count == 7)
        #expect(try RecipeConverter.recipe(notebook) == recipe)
    }

    @Test(arguments: [
        "# %% [markdown]\nno comment\n", "# %% [markdown]\n# a\nhelp\n", "# %% [notebook]\n",
        "# %% [md]\n# a\n", "# %% tags=[\"a\"]\nhelp\n", "# %%  two spaces\nhelp\n",
    ]) func `a recipe that the conversion would change is refused`(recipe: String) {
        #expect(throws: NotebookFailure.self) { try RecipeConverter.notebook(recipe) }
    }

    @Test(arguments: [("# a\n#\n\nhelp\n# b\n", 5), ("# a\n\n# b\n", 3)])
    func `a refusal names the line`(text: String, line: Int) {
        let failure = #expect(throws: NotebookFailure.self) {
            try RecipeConverter.notebook("# %% [markdown]\n" + text)
        }
        #expect(failure?.description.contains("line \(line):") == true, "\(failure?.description ?? "")")
    }

    @Test(arguments: [
        "", "\n", "\n\n", "help", "help\n\n", "\n\nhelp\n", "help\n\n\nhelp\n", "help\r\n\r\nhelp\r\n",
        "help\r\n\nhelp\n", "# note\n# %%\nhelp\n", "#!swirl\n# %%\nhelp", "#\n", "#\n\nhelp\n", "# \n# a\n",
        "sweep a:[1] {\n# %%\n}\n", "sweep a:[1] {\n\n\n    help\n}\n\n\n\n# %%",
        "# %% [markdown]\n# a\n\n\n\n# %%\n\n\nhelp\n\n\n# %%\n# %%\n", "# %%\n", "# %%", "# %% [markdown]",
        "# e\u{301}\n\n# %% [raw]\n# \u{301}a\n", "#%%\nhelp\n", "  \nhelp\n \n",
        "let x = \"open\n\n# %%\n\"\n", "# \\%% a\n", "# %% [markdown]\n# \\%% a\n# \\\\%% b\n",
    ]) func `recipes of any layout survive the conversion byte for byte`(recipe: String) throws {
        let again = try RecipeConverter.recipe(RecipeConverter.notebook(recipe))
        #expect(Array(again.utf8) == Array(recipe.utf8), "\(recipe.debugDescription)")
    }

    @Test func `an absurd stored layout is ignored`() throws {
        var notebook = try RecipeConverter.notebook("\nhelp\n\n\nhelp\n")
        notebook.metadata["swirl"] = ["paragraphs": .integer(.max), "leading_lines": .integer(.max)]
        notebook.cells[0].metadata["swirl"] = ["line_ends": .integer(.max)]
        let again = try RecipeConverter.notebook(RecipeConverter.recipe(notebook))
        #expect(again.cells.map(\.source) == ["help", "help"])
    }

    @Test func `a stored layout that no longer fits the cells is ignored`() throws {
        var notebook = try RecipeConverter.notebook("# %%\n# %%\nlet b = 2")
        notebook.cells[0].source = "let a = 1"
        notebook.cells.append(.init(.code, source: "help"))
        let recipe = try RecipeConverter.recipe(notebook)
        #expect(
            try RecipeConverter.notebook(recipe).cells.map(\.source) == ["let a = 1", "let b = 2", "help"])
        var paragraphs = try RecipeConverter.notebook("help\n\nmodel nano\n")
        paragraphs.cells[0].source = "help\n\nhelp"
        #expect(try RecipeConverter.recipe(paragraphs) == "# %%\nhelp\n\nhelp\n\n# %%\nmodel nano\n")
    }

    @Test func `a notebook survives the conversion except for its outputs`() throws {
        var noise = RandomStream(seed: 6, "recipe cells")
        let lines = [
            "help", "", "# note", "#", "# %% x", "sweep a:[1] {", "}", "  text", "é\u{301}", "\"}{\"", "# ",
            "let x = [1", "%% a", "\\%%", "\u{301}a", "a\r",
        ]
        let titles = ["A", "[markdown]", "x {\"a\":1}", " led", "two\nlines", "", "{"]
        for _ in 0..<1_500 {
            var cells: [Notebook.Cell] = []
            for _ in 0..<Int.random(in: 0...5, using: &noise) {
                let kind = Notebook.Cell.Kind.allCases.randomElement(using: &noise)!
                let source = (0..<Int.random(in: 0...4, using: &noise)).map { _ in
                    lines.filter { kind != .code || !$0.hasPrefix("# %%") }.randomElement(using: &noise)!
                }.joined(separator: "\n")
                var cell = Notebook.Cell(kind, source: source)
                if Bool.random(using: &noise) {
                    cell.metadata["title"] = .text(titles.randomElement(using: &noise)!)
                }
                if Bool.random(using: &noise) { cell.metadata["tags"] = ["a", "b {"] }
                if kind == .markdown, Bool.random(using: &noise) {
                    cell.attachments = ["x.png": ["image/png": "AA=="]]
                }
                if kind == .code {
                    cell.outputs = [["output_type": "stream", "name": "stdout", "text": ["x"]]]
                }
                cells.append(cell)
            }
            var notebook = Notebook(cells: cells)
            if Bool.random(using: &noise) { notebook.metadata["authors"] = [["name": "A"]] }
            if Bool.random(using: &noise) { notebook.metadata["kernelspec"] = ["name": "swirl-dev"] }
            if Bool.random(using: &noise) {
                notebook.metadata["swirl"] = ["paragraphs": .integer(Int.random(in: -1...6))]
            }
            let recipe = try RecipeConverter.recipe(notebook)
            let again = try RecipeConverter.notebook(recipe)
            #expect(again.cells.map(\.source) == cells.map(\.source), "\(recipe)")
            #expect(again.cells.map(\.kind) == cells.map(\.kind))
            #expect(again.cells.map { $0.metadata["title"] } == cells.map { $0.metadata["title"] })
            #expect(again.cells.map(\.tags) == cells.map(\.tags))
            #expect(again.cells.map(\.attachments) == cells.map(\.attachments))
            #expect(again.metadata["authors"] == notebook.metadata["authors"])
            #expect(again.metadata["kernelspec"] == notebook.metadata["kernelspec"])
            #expect(try RecipeConverter.recipe(again) == recipe)
        }
    }

    @Test func `a code line that looks like a cell marker is refused`() {
        let notebook = Notebook(cells: [.init(.code, source: "help\n# %%\nhelp")])
        #expect(throws: NotebookFailure.self) { try RecipeConverter.recipe(notebook) }
    }

    @Test func `cells with unchanged source keep their outputs`() throws {
        let output: JSON = ["output_type": "stream", "name": "stdout", "text": ["x\n"]]
        let earlier = Notebook(cells: [
            .init(.code, id: "one", source: "help", executionCount: 1, outputs: [output]),
            .init(.code, id: "two", source: "model nano", executionCount: 2, outputs: [output]),
        ])
        let now = try RecipeConverter.notebook("# %%\nmodel nano\n\n# %%\nmodel nano-xs\n\n# %%\nhelp\n")
        let taken = now.takingOutputs(from: earlier)
        #expect(taken.cells.map(\.outputs.count) == [1, 0, 1])
        #expect(taken.cells.map(\.executionCount) == [2, nil, 1])
        #expect(taken.cells[0].id == "two" && taken.cells[2].id == "one")
        #expect(taken.stripped.cells.allSatisfy { $0.outputs.isEmpty && $0.executionCount == nil })
    }
}
