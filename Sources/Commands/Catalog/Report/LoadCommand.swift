import CommandKit
import Events
import Foundation
import Rendering

/// The command `load`: reads a CSV file as a frame.
///
/// Example: `let before = load "grid.csv"`.
struct LoadCommand: CatalogCommand {
    static let name = "load"
    static let group = CommandGroup.report
    static let summary = "reads a frame that save wrote, or any CSV file with named columns"
    static let discussion = """
        The first line names the columns. A column of plain decimal numbers becomes numbers; 007 and quoted \
        numbers stay labels. save puts an apostrophe before =, +, - and @ so that spreadsheets do not \
        evaluate these cells; load removes it. Rows of two runs are paired by seed, world and question, so \
        compare and claim work across runs.
        """
    static let file = Parameter<String>.required("file", .text, "a file that ends in .csv")
    var parameters: [ParameterDeclaration] {
        [Self.file.declaration]
    }

    init(_ services: Services) {}

    static let result = CommandResult.frame(nil)
    static let examples = [
        CommandExample(
            "model nano-xs tokens:10k; let e = eval on:hop-nano limit:20; save $e to:\".swirl/before.csv\"; let before = load \".swirl/before.csv\"; compare $before $e",
            "today against an earlier run", shows: ["world…pairs…first…second…difference…won…lost"])
    ]

    func problems(_ call: Call) -> [CallProblem] { FrameFile.problems(call[Self.file], parameter: "file") }

    func inputs(_ call: Call) throws -> [String] { ["file:\(try FileKey.of(call[Self.file]).hex)"] }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let path = call[Self.file]
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandFailure(
                .malformedFile, "\(path): not UTF-8 text", hint: "load reads CSV files such as save writes")
        }
        do {
            let frame = try Frame(csv: text)
            context.say(
                "frame", [.init("rows", .number(Double(frame.rows.count)))],
                ["\(path): \(frame.rows.count.grouped) rows of \(frame.columns.joined(separator: ", "))"])
            return .frame(frame)
        } catch {
            throw CommandFailure(
                .malformedFile, "\(path):\(error.line): \(error.message)",
                hint: "load reads CSV files such as save writes"
            )
        }
    }
}
