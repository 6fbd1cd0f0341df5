import Synchronization
import Trajectories

/// Episodes that no lane has taken yet.
protocol WaitingEpisodes: Sendable {
    var isEmpty: Bool { get }
    /// The next ones, which belong together; `nil` where there are none left.
    func next() -> [Live]?
}

/// The questions that no lane has taken yet. All samples of a question go to one lane: they share the
/// reading of its prompt.
final class WaitingQuestions: WaitingEpisodes {
    private struct State {
        var next = 0
        var offers: [[String]: Offer] = [:]
    }

    private let rollout: Rollout
    private let policy: any Policy
    private let questions: [Question]
    private let toolbox: Toolbox
    private let state = Mutex(State())

    init(_ rollout: Rollout, _ policy: any Policy, _ questions: [Question], _ toolbox: Toolbox) {
        self.rollout = rollout
        self.policy = policy
        self.questions = questions
        self.toolbox = toolbox
    }

    var isEmpty: Bool { state.withLock { $0.next == questions.count } }

    /// The episodes of the next question, made when they are wanted.
    func next() -> [Live]? {
        let taken = state.withLock { state -> (number: Int, offer: Offer)? in
            guard state.next < questions.count else { return nil }
            defer { state.next += 1 }
            let names = rollout.tools ?? questions[state.next].tools
            if state.offers[names] == nil {
                let box = toolbox.offering(names)
                let tools = box.tools.map(ToolOffer.init)
                state.offers[names] = Offer(box: box, tools: tools, grammar: ActionGrammar(offers: tools))
            }
            return (state.next, state.offers[names]!)
        }
        guard let (number, offer) = taken else { return nil }
        let question = questions[number]
        let prompt = policy.encodePrompt(question, tools: offer.box.tools)
        return (0..<rollout.samplesPerQuestion).map { sample in
            Live(
                index: number * rollout.samplesPerQuestion + sample,
                episode: Episode(
                    id: TrajectoryID(question: question.number, sample: sample), question: question,
                    tools: offer.tools, prompt: prompt, stepLimit: rollout.stepLimit(question),
                    temperature: rollout.temperature), offer: offer)
        }
    }
}
