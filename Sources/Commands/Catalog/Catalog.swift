import CommandKit

/// Every command of the language, in the order of the reference page. A test compares this list
/// with the files of the folder.
package enum Catalog {
    package static let types: [any Command.Type] = [
        ModelCommand.self, DatasetCommand.self, ToolsCommand.self, RolloutCommand.self,
        JudgeCommand.self, FilterCommand.self,
        CountCommand.self, OverlapCommand.self, PickCommand.self, DescribeCommand.self,
        BranchCommand.self, RejudgeCommand.self, LabelCommand.self, WhyCommand.self,
        TrainCommand.self, EvalCommand.self,
        AuditCommand.self, TableCommand.self, PlotCommand.self, ClaimCommand.self, CompareCommand.self,
        PaperCommand.self, SaveCommand.self, LoadCommand.self, ReportCommand.self, ExpectCommand.self,
        ShowCommand.self, ScoreCommand.self,
        CallCommand.self, ExportCommand.self, HelpCommand.self,
    ]

    package static func type(named name: String) -> (any Command.Type)? {
        types.first { $0.name == name }
    }

    /// Help on a command or a word of the language; `nil` for anything else.
    package static func help(_ name: String) -> [String]? {
        type(named: name).map { HelpPages.help($0) } ?? HelpPages.help(word: name)
    }

    /// The commands at work in a laboratory.
    package static func commands(_ laboratory: Laboratory) -> CommandSet {
        CommandSet([
            ModelCommand(laboratory: laboratory), DatasetCommand(laboratory: laboratory), ToolsCommand(),
            RolloutCommand(laboratory: laboratory), JudgeCommand(laboratory: laboratory),
            FilterCommand(laboratory: laboratory),
            CountCommand(laboratory: laboratory), OverlapCommand(), PickCommand(), DescribeCommand(),
            BranchCommand(laboratory: laboratory), RejudgeCommand(laboratory: laboratory), LabelCommand(),
            WhyCommand(laboratory: laboratory),
            TrainCommand(laboratory: laboratory), EvalCommand(laboratory: laboratory),
            AuditCommand(), TableCommand(), PlotCommand(), ClaimCommand(), CompareCommand(), PaperCommand(),
            SaveCommand(), LoadCommand(),
            ReportCommand(), ExpectCommand(), ShowCommand(), ScoreCommand(),
            CallCommand(laboratory: laboratory), ExportCommand(), HelpCommand(),
        ])
    }
}
