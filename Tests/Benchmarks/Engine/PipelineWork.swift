import Datasets
import Foundation
import Keys
import Models
import Retrieval
import StepwiseRL
import Store
import Tools
import Trajectories

private struct Base: Sendable {
    let policy: GemmaPolicy
    let tools: ToolSet
}

private actor Bases {
    static let shared = Bases()
    private var known: [Int: Base] = [:]

    /// A nano base on so many tokens, pretrained once a process.
    func base(_ tokens: Int) async throws -> Base {
        if let base = known[tokens] { return base }
        let tools = ToolSet([SearchTool(CorpusRetriever(DatasetEntryList.all.corpora)), CalculatorTool()])
        let pretraining = Nano.pretraining.reading(tokens, vocabularySize: 1_024)
        let policy = try await pretraining.run(
            name: "nano", NanoDemonstrations(tools: tools.tools), seed: 1, progress: { _ in })
        known[tokens] = Base(policy: policy, tools: tools)
        return known[tokens]!
    }
}

private func questions(_ count: Int) async throws -> QuestionSet {
    var questions: [Question] = []
    var answers = AnswerKey.empty
    var plans = PlanKey.empty
    for world in ["hop-nano", "gsm-nano"] {
        let dataset = DatasetEntryList.all.worlds.first { $0.name == world }!
        let set = try await dataset.questions(.train, limit: count / 2, seed: 1)
        questions += set.questions.map { $0.numbered(questions.count + $0.number) }
        answers = answers.merging(set.answers)
        plans = plans.merging(set.plans)
    }
    return QuestionSet(questions: questions, answers: answers, plans: plans)
}

/// A rollout from a base policy, five samples a question, and the seconds that it took.
func rolled(_ count: Int, _ request: Request) async throws -> ([Trajectory], QuestionSet, Double) {
    let base = try await Bases.shared.base(request.tokens ?? 1_500_000)
    let set = try await questions(max(2, count / 5))
    let (trajectories, seconds) = try await timed {
        try await Rollout().run(base.policy, set.questions, base.tools)
    }
    return (trajectories, set, seconds)
}

/// Trajectories with tools; amount: trajectories, tokens: sampled.
@Sendable func rollout(_ request: Request) async throws -> Answer {
    let (trajectories, _, seconds) = try await rolled(request.count ?? 5_000, request)
    let sampled = trajectories.reduce(0) { $0 + ($1.writtenTokenCount ?? 0) }
    return Answer(seconds: seconds, amount: Double(trajectories.count), tokens: Double(sampled))
}

/// Top-1 passages of all questions, by number, and the words that were looked for; amount: questions.
/// Titles weigh as much as text here: the peers know no columns.
@Sendable func search(_ request: Request) async throws -> Answer {
    guard let passages = request.passages, let questions = request.questions else {
        throw Failure("search needs passages and questions")
    }
    struct Passage: Decodable {
        let title, text: String
    }
    let decoder = JSONDecoder()
    let corpus = try decoder.decode([Passage].self, from: Data(contentsOf: URL(fileURLWithPath: passages)))
    let texts = try decoder.decode([String].self, from: Data(contentsOf: URL(fileURLWithPath: questions)))
    let index = PassageIndex(corpus.map { ($0.title, $0.text) }, titleWeight: 1)
    let (hits, seconds) = await timed { texts.map { index.search($0).first } }
    return Answer(
        seconds: seconds, amount: Double(texts.count), names: hits.map { $0?.text ?? "" },
        words: texts.map(SearchTerms.withoutStopWords))
}
