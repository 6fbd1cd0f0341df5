import CommandKit
import Foundation
import Judges
import Keys
import StepwiseRL
import Store
import Tools
import Trajectories

/// What commands work with: the registry, tools, passages, and tables beside the store. Made once a process; nothing is
/// opened or indexed before it is used.
package struct Services: Sendable {
    package let registry: Registry
    package let tools: ToolSet
    /// Steps and verdicts as columns, for filters.
    let steps: StepTable
    /// Which policy was trained on what.
    let trainings: TrainingTable
    /// Which files of questions were used, and how.
    let files = FileUses()
    private let passages: CorpusRetriever

    /// - Parameter folder: where tables are kept from run to run; `nil` keeps them in memory.
    package init(_ registry: Registry, keepingIn folder: URL? = nil) {
        self.registry = registry
        steps = StepTable(folder)
        trainings = TrainingTable(folder?.appending(path: "trainings.sqlite"))
        let passages = CorpusRetriever(registry.corpora)
        self.passages = passages
        let resources = ToolResources(retriever: passages)
        tools = ToolSet(registry.tools.map { $0.make(resources) })
    }

    /// The commands at work.
    package var commands: CommandSet { CommandSet(registry.commands.map { $0.init(self) }) }

    /// Help on a command or a word of the language; `nil` for anything else.
    package func help(_ name: String) -> [String]? {
        commands[name].map { HelpPages.help($0) } ?? HelpPages.help(word: name)
    }

    /// Makes a corpus searchable.
    func load(_ corpus: Corpus) { passages.load(corpus) }

    /// The judge of a specification at work.
    ///
    /// - Throws: `CommandFailure` where this program does not have it.
    func judging(_ judge: JudgeSpecification, _ plans: PlanKey) throws -> JudgingRun {
        JudgingRun(try self.judge(judge), plans: plans)
    }

    /// - Throws: `CommandFailure` where this program does not have it.
    func judge(_ specification: JudgeSpecification) throws -> any Judge {
        do {
            return try specification.make(from: registry.judges)
        } catch {
            throw CommandFailure(
                .judgeUnavailable, "the judge '\(specification.name)' can't be made: \(error)",
                hint: "judge again with another one")
        }
    }

    /// How many tool calls a question allows: 5 for question answering, 10 for math, as in the paper.
    static func stepLimit(_ given: Int?) -> @Sendable (Question) -> Int {
        { question in given ?? (question.tools.contains(Calculator.name) ? 10 : 5) }
    }
}
