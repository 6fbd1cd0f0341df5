import CommandKit
import Foundation
import Judges
import Keys
import StepwiseRL
import Store
import Tools
import Trajectories

/// The resources that commands share: the registry, the tools, the searchable passages and the SQLite tables. An
/// `Application` creates them once. Tables are opened and worlds are indexed at their first use.
///
/// ```swift
/// let services = Services(Registry())
/// let commands = services.commands
/// ```
package struct Services: Sendable {
    package let registry: Registry
    package let tools: ToolSet
    /// The SQLite table that rules query: one row per judged step, one column per field.
    let steps: StepTable
    /// The SQLite table that records the steps that each policy was trained on. `why` reads it.
    let trainings: TrainingTable
    /// A record of the question files that the session has used.
    let files = ContaminationGuard()
    private let passages: CorpusRetriever

    /// Creates the services of a registry.
    ///
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

    /// Returns the help on a command, a word of the language, or a field or rule of filters; `nil` for anything else.
    package func help(_ name: String) -> [String]? {
        commands[name].map { HelpPages.help($0) } ?? HelpPages.help(word: name)
            ?? HelpPages.help(rule: name, commands.commands)
    }

    /// Indexes a corpus, such as the passages of a file, so that the search tool finds them.
    func load(_ corpus: Corpus) { passages.load(corpus) }

    /// Creates a judge from its specification and returns a run that judges trajectories with it.
    ///
    /// - Parameter plans: the generators' solutions of the questions, which some judges read.
    /// - Throws: `CommandFailure` if the judge can't be created.
    func judging(_ judge: JudgeSpecification, _ plans: PlanKey) throws -> JudgingRun {
        JudgingRun(try self.judge(judge), plans: plans)
    }

    /// Creates a judge from its specification.
    ///
    /// - Throws: `CommandFailure` if the judge can't be created.
    func judge(_ specification: JudgeSpecification) throws -> any Judge {
        do {
            return try specification.make(from: registry.judges)
        } catch {
            throw CommandFailure(
                .judgeUnavailable, "the judge '\(specification.name)' can't be created: \(error)",
                hint: "judge again with another judge; train judge:rules rewards with another one")
        }
    }

    /// Returns a function that gives the maximum number of tool calls for a question. As in the paper, the default is
    /// 10 for math (questions that offer the calculator) and 5 for all others.
    ///
    /// - Parameter given: the maximum for all questions; `nil` for the default.
    static func stepLimit(_ given: Int?) -> @Sendable (Question) -> Int {
        { question in given ?? (question.tools.contains(Calculator.name) ? 10 : 5) }
    }
}
