import CommandKit
import Events
import Foundation
import Rendering

/// The command `save`: writes all rows of a frame to a CSV file.
///
/// Example: `save $grid to:"grid.csv"`.
struct SaveCommand: CatalogCommand {
    static let name = "save"
    static let group = CommandGroup.report
    static let summary = "writes all rows of a frame to a CSV file"
    static let discussion = """
        For an evaluation, every answer is a row with its seed, world and question. Another run can load the \
        file and compare the rows or show them in tables; other programs can read it too. To write means \
        instead, use table to:.
        """
    static let frame = Parameter<Value>.value("frame", .frame, "the frame to write")
    static let file = Parameter<String>.required(
        "to", .text, "a file that ends in .csv", positional: false)
    var parameters: [ParameterDeclaration] {
        [Self.frame.declaration, Self.file.declaration]
    }

    init(_ services: Services) {}

    static let result = CommandResult.nothing
    static let examples = [
        CommandExample(
            "model nano-xs tokens:10k; let e = eval on:hop-nano limit:20; save $e to:\".swirl/example.csv\"",
            "an evaluation for later", shows: ["frame written to .swirl/example.csv"])
    ]

    func problems(_ call: Call) -> [CallProblem] { FrameFile.problems(call[Self.file], parameter: "to") }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard let frame = call[Self.frame].frame else {
            throw CommandFailure(
                .wrongType, "'save' takes a frame or an evaluation, but this value has no rows")
        }
        try FileWriting.write(Data(frame.csv.utf8), to: call[Self.file])
        context.emit(.artifact(.init(kind: "frame", key: context.key.hex, path: call[Self.file])))
        return .nothing
    }
}
