import Datasets
import Foundation
import Keys
import Models
import SearchIndex
import StepwiseRL
import Store
import Tools
import Trajectories

private struct Base: Sendable {
    let policy: GemmaPolicy
    let toolbox: Toolbox
}

private actor Bases {
    static let shared = Bases()
    private var known: [Int: Base] = [:]

    /// A nano base on so many tokens, pretrained once a process.
    func base(_ tokens: Int) async throws -> Base {
        if let base = known[tokens] { return base }
        let toolbox = Toolbox([try SearchTool(NanoWorld.corpora), CalculatorTool()])
        let pretraining = Pretraining.nano.reading(tokens, vocabularySize: 1_024)
        let policy = try await pretraining.run(
            name: "nano", NanoDemonstrations(tools: toolbox.tools), seed: 1, progress: { _ in })
        known[tokens] = Base(policy: policy, toolbox: toolbox)
        return known[tokens]!
    }
}

private func questions(_ count: Int) async throws -> QuestionSet {
    var questions: [Question] = []
    var answers = AnswerKey([:])
    for world in ["hop-nano", "gsm-nano"] {
        let dataset = NanoWorld.all.first { $0.name == world }!
        let set = try await dataset.questions(.train, limit: count / 2, seed: 1)
        questions += set.questions.map { $0.numbered(questions.count + $0.number) }
        answers = answers.merging(set.answers)
    }
    return QuestionSet(questions: questions, answers: answers)
}

/// Trajectories with tools from a base policy; amount: trajectories, tokens: sampled.
@Sendable func rollout(_ request: Request) async throws -> Answer {
    let base = try await Bases.shared.base(request.tokens ?? 1_500_000)
    let set = try await questions((request.count ?? 5_000) / 5)
    let (trajectories, seconds) = try await timed {
        try await Rollout().run(base.policy, set.questions, base.toolbox)
    }
    let sampled = trajectories.reduce(0) { $0 + $1.steps.reduce(0) { $0 + $1.action.tokens.count } }
    return Answer(seconds: seconds, amount: Double(trajectories.count), tokens: Double(sampled))
}

/// Top-1 titles of all questions; amount: questions.
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
    let index = try PassageIndex(corpus.map { ($0.title, $0.text) })
    let (titles, seconds) = try await timed { try texts.map { try index.search($0).first?.title ?? "" } }
    return Answer(seconds: seconds, amount: Double(texts.count), names: titles)
}
