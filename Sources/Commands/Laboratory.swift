import CommandKit
import Datasets
import Foundation
import Judges
import Keys
import Models
import Paper
import StepwiseRL
import Store
import Tools
import Trajectories

/// Everything that commands work with: tools, data sets, judges, bases. Built once a process.
package struct Laboratory: Sendable {
    package static let version = "0.2.0"

    let toolbox: ToolSet
    /// Steps and verdicts as columns, for filters.
    let steps: StepTable
    /// Which policy was trained on what.
    let trainings: TrainingTable
    static let datasets: [any Dataset] = NanoWorld.all

    private let passages = CorpusRetriever(NanoWorld.corpora)
    /// Which files of questions were used, and how.
    let files = FileUses()

    /// Makes a corpus searchable.
    func load(_ corpus: Corpus) { passages.load(corpus) }

    /// - Parameter folder: where columns are kept from run to run; `nil` keeps nothing.
    package init(keepingIn folder: URL? = nil) {
        steps = StepTable(folder)
        trainings = TrainingTable(folder?.appending(path: "trainings.sqlite"))
        toolbox = ToolSet([SearchTool(passages), CalculatorTool()])
    }

    static func dataset(_ name: String) -> any Dataset {
        guard let dataset = datasets.first(where: { $0.name == name }) else {
            preconditionFailure("the checker knows the data sets")
        }
        return dataset
    }

    /// The words for data sets.
    static let worlds = Vocabulary("world", datasets.map { ($0.name, $0.summary) })

    /// The parts of a data set that an experiment may name.
    static let splits = Vocabulary(
        "split",
        [
            ("train", "questions to learn from"), ("validation", "questions to choose settings by"),
            ("test", "questions that recipes report on"),
        ])

    /// The words for everything that has questions: worlds, and files in an official format.
    static let sources = Vocabulary(
        "world",
        worlds.words.map { ($0.word, $0.meaning) }
            + fileFormats.map { make in (make("").name, make("").summary) })

    /// The readers of files in an official format.
    private static let fileFormats: [@Sendable (_ path: String) -> any QuestionFile] = [
        { GSM8KFile($0) }, { HotpotQAFile($0) },
    ]

    /// - Precondition: the checker knows the name.
    static func questionFile(_ name: String, _ path: String) -> any QuestionFile {
        guard let file = fileFormats.lazy.map({ $0(path) }).first(where: { $0.name == name }) else {
            preconditionFailure("the checker knows the formats")
        }
        return file
    }

    /// A world that is named twice would count twice.
    static func repeated(_ worlds: [String], parameter: String) -> [CallProblem] {
        var seen: Set<String> = []
        return worlds.filter { !seen.insert($0).inserted }.map {
            CallProblem(
                "duplicate-option", parameter: parameter, "'\($0)' is named twice",
                hint: "name each world once")
        }
    }

    /// The key of a file's content.
    ///
    /// - Throws: `CommandFailure` when it can't be read.
    static func fileKey(_ path: String) throws -> ContentKey {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) else {
            throw CommandFailure(
                "\(path): no such file, or not readable", hint: "paths count from where swirl was started")
        }
        if let pointer = GitLFSPointer(data) {
            throw CommandFailure(
                pointer.explanation(path), hint: GitLFSPointer.hint)
        }
        return ContentKey(contentsOf: data)
    }

    /// The tables and figures of the paper.
    static let paperTables = Vocabulary(
        "table of the paper", PaperTable.all.map { ($0.name, "\($0.source): \($0.caption)") })

    static let toolNames = Vocabulary(
        "tool",
        [
            ("search", "full-text search over the passages of the question's world"),
            ("calculator", "exact arithmetic"),
        ])

    static let objectives: [any Objective.Type] = [
        StepwisePolicyGradient.self, OffPolicyReinforce.self, SupervisedFineTuning.self,
    ]

    /// - Precondition: the checker knows the name.
    static func objective(_ name: String) -> any Objective.Type {
        guard let objective = objectives.first(where: { $0.name == name }) else {
            preconditionFailure("the checker knows the objectives")
        }
        return objective
    }

    /// How many tool calls a question allows: 5 for question answering, 10 for math, as in the
    /// paper.
    static func stepLimit(_ given: Int?) -> @Sendable (Question) -> Int {
        { question in given ?? (question.tools.contains("calculator") ? 10 : 5) }
    }
}

/// A judge as a script names it: enough to build it again.
package struct JudgeChoice: Hashable, Sendable, Codable {
    package var name: String
    package var noise: Double
    package var seed: UInt64
    /// The verdicts of `human`.
    package var labels: [HumanVerdict]?

    package init(name: String, noise: Double = 0, seed: UInt64 = 0, labels: [HumanVerdict]? = nil) {
        self.name = name
        self.noise = noise
        self.seed = seed
        self.labels = labels
    }

    package static let vocabulary = Vocabulary(
        "judge",
        [
            ("rules", "rules that know what a question is about, not the order of its steps"),
            ("strict", "rules that know the generator's plan step by step: nearly an oracle"),
            ("oracle", "the generated world's own truth, for measuring other judges"),
            (human, "verdicts given by label; none on what nobody labelled"),
        ])

    static let human = "human"
    /// The judges that need nobody: they can be named where no labels are at hand.
    package static let automatic = Vocabulary(
        "judge", vocabulary.words.filter { $0.word != human }.map { ($0.word, $0.meaning) })

    func make() -> any Judge {
        let judge: any Judge =
            switch name {
            case Self.human: HumanJudge(labels ?? [])
            case "oracle": OracleJudge()
            default: RulesJudge(strict: name == "strict")
            }
        return noise > 0 ? NoisyJudge(judge, noise: noise, seed: seed) : judge
    }

    func judging(_ plans: PlanKey) -> JudgingRun { JudgingRun(make(), plans: plans) }
}

extension Laboratory {
    /// Questions of several worlds, evenly, numbered through.
    ///
    /// - Throws: `CommandFailure` when a world can't give as many.
    static func questions(
        _ worlds: [String], _ split: Split, limit: Int, seed: UInt64
    ) async throws -> QuestionSet {
        var questions: [Question] = []
        var answers = AnswerKey.empty
        var plans = PlanKey.empty
        for (index, world) in worlds.enumerated() {
            let share = limit / worlds.count + (index < limit % worlds.count ? 1 : 0)
            do {
                let set = try await dataset(world).questions(split, limit: share, seed: seed)
                questions += set.questions.map { $0.numbered(questions.count + $0.number) }
                answers = answers.merging(set.answers)
                plans = plans.merging(set.plans)
            } catch let error as DatasetError {
                throw CommandFailure(error.message, hint: error.hint)
            }
        }
        return QuestionSet(questions: questions, answers: answers, plans: plans)
    }
}
