import CommandKit
import Datasets
import Judges
import Keys
import StepwiseRL
import Trajectories

/// Makes the objects of the workspace from the trajectories of a file.
struct ImportAssembly {
    private let run: ImportedRun
    private let source: ImportSource
    private let answering: QuestionSet?
    /// The questions of `answering` by their texts and by their identifiers.
    private let byText: [String: Question]
    private let byID: [String: Question]

    /// - Parameter answering: questions whose right answers and plans count for the imported ones with the same text or,
    ///   without one, the same identifier; `nil` takes the answers of the file.
    init(_ run: ImportedRun, _ source: ImportSource, answering: QuestionSet?) {
        self.run = run
        self.source = source
        self.answering = answering
        let questions = answering?.questions ?? []
        byText = Dictionary(questions.map { ($0.text, $0) }, uniquingKeysWith: { first, _ in first })
        byID = Dictionary(
            questions.flatMap { question in
                [question.id, question.sourceID].compactMap(\.self).map { ($0, question) }
            }, uniquingKeysWith: { first, _ in first })
    }

    /// - Parameter key: a key that stands for the file.
    func trajectories(_ key: ContentKey) -> TrajectoriesObject {
        var questions: [String: Question] = [:]
        var gold: [String: GoldAnswer] = [:]
        var samples: [String: Int] = [:]
        let keepsNames = namesAreUnique
        var plans: [String: QuestionPlan] = [:]
        var tools: [String: [String]] = [:]
        for episode in run.episodes {
            let id = identifier(episode)
            for offer in episode.tools where tools[id]?.contains(offer.name) != true {
                tools[id, default: []].append(offer.name)
            }
        }
        var dropped = run.dropped
        var matched = 0
        var trajectories: [Trajectory] = []
        for episode in run.episodes {
            let id = identifier(episode)
            let question =
                questions[id]
                ?? episode.known.map { keepsNames ? $0.question : $0.question.numbered(questions.count) }
                ?? Question(
                    id: id, number: keepsNames ? episode.name!.question : questions.count,
                    world: episode.world ?? source.world, text: episode.text.trimmingSpaces,
                    kind: "question", hops: 0,
                    // Its passages are not here: a search must not find those of another data set.
                    corpus: episode.world ?? source.world, tools: tools[id] ?? [], sourceID: episode.id)
            if let first = questions[id].flatMap({ _ in gold[id] }), let own = episode.answers.first,
                byText[question.text] == nil, own != first.text
            {
                dropped["other right answers to a question that has one", default: 0] += 1
            }
            if questions[id] == nil {
                questions[id] = question
                let known =
                    byText[question.text] ?? (episode.id ?? episode.known?.question.id).flatMap { byID[$0] }
                if known != nil { matched += 1 }
                gold[id] = known.flatMap { answering?.answers[$0] } ?? answer(episode)
                plans[id] = known.flatMap { answering?.plans[$0] }
            }
            let sample = samples[id, default: 0]
            samples[id] = sample + 1
            trajectories.append(
                Trajectory(
                    id: keepsNames
                        ? episode.name! : TrajectoryID(question: question.number, sample: sample),
                    question: question, tools: episode.tools, steps: episode.steps,
                    termination: episode.termination, temperature: episode.temperature))
        }
        let answers = AnswerKey(gold)
        var imported = TrajectoriesObject.Imported(
            split: run.split ?? .train, dropped: dropped, judge: nil, verdicts: nil, outcomes: nil,
            matched: answering.map { _ in matched })
        let says = run.episodes.contains { $0.outcome != nil }
        if let judge = run.judge ?? (says ? JudgeIdentity(name: "imported", version: 1) : nil) {
            imported.judge = judge
            imported.verdicts = run.episodes.map { episode in
                episode.verdicts
                    ?? episode.steps.map { _ in .missing("the file has no verdict on this step") }
            }
            imported.outcomes = zip(run.episodes, trajectories).map { episode, trajectory in
                episode.outcome ?? EqualGrader().outcome(of: trajectory, answers)
            }
        }
        return TrajectoriesObject(
            trajectories: trajectories, answers: answers, plans: PlanKey(plans),
            generator: run.generator ?? BehaviorPolicy(policy: key, tokenizer: nil), imported: imported)
    }

    /// True if every trajectory has a name of its own, and equal numbers in the names mean equal questions.
    private var namesAreUnique: Bool {
        let names = run.episodes.compactMap(\.name)
        guard names.count == run.episodes.count, Set(names).count == names.count else { return false }
        var numbers: [String: Int] = [:]
        for episode in run.episodes {
            let number = numbers[identifier(episode)] ?? episode.name!.question
            guard number == episode.name!.question, number == episode.known?.question.number ?? number else {
                return false
            }
            numbers[identifier(episode)] = number
        }
        return Set(numbers.values).count == numbers.count
    }

    /// Returns the identifier of an episode's question.
    private func identifier(_ episode: ImportedEpisode) -> String {
        if let known = episode.known { return known.question.id }
        let text = episode.text.trimmingSpaces
        return "\(source.world)/\(ContentKey(parts: [episode.id ?? "", text]).short)"
    }

    /// Returns the right answer that the file gives.
    private func answer(_ episode: ImportedEpisode) -> GoldAnswer? {
        if let gold = episode.known?.gold { return gold }
        guard let first = episode.answers.first else { return nil }
        return GoldAnswer(first, aliases: Array(episode.answers.dropFirst()))
    }
}
