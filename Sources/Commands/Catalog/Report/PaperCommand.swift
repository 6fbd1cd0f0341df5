import CommandKit
import Events
import Paper

/// The command `paper`: returns a table or figure of the SWiRL paper as an object with rows.
///
/// Example: `paper figure4`.
struct PaperCommand: CatalogCommand {
    static let name = "paper"
    static let group = CommandGroup.report
    static let summary = "shows a table or figure of the SWiRL paper, as data"
    static let discussion = """
        Numbers of tables are exact. Numbers of figures were measured from the published charts (±0.005). \
        With paper:NAME, table and claim show these numbers next to the measured ones.
        """
    static let what = Parameter<String>.required("what", .keyword(PaperTable.words), "the table or figure")
    var parameters: [ParameterDeclaration] {
        [Self.what.declaration]
    }

    init(_ services: Services) {}

    static let result = CommandResult.object(.paper)
    static let isShown = true
    static let examples = [
        CommandExample(
            "paper figure4", "the filters of the paper", shows: ["strategy…HotpotQA…MuSiQue…CofCA…BeerQA"])
    ]

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard let table = PaperTable.named(call[Self.what]) else {
            preconditionFailure("the checker knows the tables")
        }
        return .object(PaperObject(table: table))
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let table = (output.object as? PaperObject)?.table else { return }
        let metrics = Set(table.rows.map(\.metric)).count
        context.emit(
            .table(
                Table(
                    name: "\(table.source): \(table.caption)",
                    columns: table.keys + (metrics > 1 ? ["metric"] : [])
                        + table.worlds.map(PaperTable.dataset),
                    rows: table.rows.map { row in
                        row.labels.map { .text($0) } + (metrics > 1 ? [.text(row.metric)] : [])
                            + zip(row.values, row.margins).map { value, margin in
                                guard let value else { return .empty }
                                return margin.map { .estimate(value, low: value - $0, high: value + $0) }
                                    ?? .number(value)
                            }
                    }, notes: ["arXiv 2504.04736; its policies and data differ from those here"],
                    isShare: true)))
    }
}
