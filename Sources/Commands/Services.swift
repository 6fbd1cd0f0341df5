import CommandKit
import Foundation
import Judges
import Keys
import StepwiseRL
import Store
import Tools
import Trajectories

/// The resources that commands use: the registry, tools, passages, and the tables next to the store. They are created
/// once per process. Nothing is opened or indexed before its first use.
package struct Services: Sendable {
    package let registry: Registry
    package let tools: ToolSet
    /// The table of steps and verdicts as columns, for filters.
    let steps: StepTable
    /// The table of trainings: each policy with the steps that it was trained on.
    let trainings: TrainingTable
    /// The question files that were used, each with its use.
    let files = FileUses()
    private let passages: CorpusRetriever

    /// - Parameter folder: the folder that stores tables between runs; `nil` for tables in memory.
    package init(_ registry: Registry, keepingIn folder: URL? = nil) {
        self.registry = registry
        steps = StepTable(folder)
        trainings = TrainingTable(folder?.appending(path: "trainings.sqlite"))
        let passages = CorpusRetriever(registry.corpora)
        self.passages = passages
        let resources = ToolResources(retriever: passages)
        tools = ToolSet(registry.tools.map { $0.make(resources) })
    }

    /// The commands, created with these services.
    package var commands: CommandSet { CommandSet(registry.commands.map { $0.init(self) }) }

    /// Returns the help on a command or on a word of the language; `nil` for anything else.
    package func help(_ name: String) -> [String]? {
        commands[name].map { HelpPages.help($0) } ?? HelpPages.help(word: name)
    }

    /// Makes a corpus searchable.
    func load(_ corpus: Corpus) { passages.load(corpus) }

    /// Returns a judging run with the judge of a specification.
    ///
    /// - Throws: `CommandFailure` if the judge can't be created.
    func judging(_ judge: JudgeSpecification, _ plans: PlanKey) throws -> JudgingRun {
        JudgingRun(try self.judge(judge), plans: plans)
    }

    /// Returns the judge of a specification.
    ///
    /// - Throws: `CommandFailure` if the judge can't be created.
    func judge(_ specification: JudgeSpecification) throws -> any Judge {
        do {
            return try specification.make(from: registry.judges)
        } catch {
            throw CommandFailure(
                .judgeUnavailable, "the judge '\(specification.name)' can't be created: \(error)",
                hint: "judge again with another judge")
        }
    }

    /// Returns the number of tool calls that a question allows: the given number, or else 5 for question answering and
    /// 10 for math, as in the paper.
    static func stepLimit(_ given: Int?) -> @Sendable (Question) -> Int {
        { question in given ?? (question.tools.contains(Calculator.name) ? 10 : 5) }
    }
}
