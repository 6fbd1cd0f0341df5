import Keys
import StepwiseRL
import Testing
import Trajectories

@Suite struct FilterTests {
    private let judged = judgements(
        [[.good, .good], [.good, .bad, .good], [.bad, .good], [.good, .missing]],
        outcomes: [true, true, false, nil])

    private func steps(_ predicate: StepPredicate) -> [[Int]] {
        try! Filter(predicate, rule: "").select(from: judged).steps.map(\.indices)
    }

    @Test func `the paper's filters select the expected steps`() {
        #expect(steps(.constant(true)) == [[0, 1], [0, 1, 2], [0, 1], [0, 1]])
        #expect(steps(.field(.process)) == [[0, 1], [], [], []])
        #expect(steps(.field(.outcome)) == [[0, 1], [0, 1, 2], [], []])
        #expect(steps(.and(.field(.process), .field(.outcome))) == [[0, 1], [], [], []])
    }

    @Test func `prefix selects the steps up to the first BAD one`() {
        #expect(steps(.field(.prefix)) == [[0, 1], [0, 1], [0], [0, 1]])
    }

    @Test func `a rule with an unknown value selects nothing, and neither does its negation`() {
        #expect(steps(.not(.field(.process))) == [[], [0, 1, 2], [0, 1], []])
        #expect(steps(.not(.field(.outcome))) == [[], [], [0, 1], []])
        #expect(steps(.or(.field(.outcome), .constant(true))).allSatisfy { !$0.isEmpty })
    }

    @Test func `comparisons and membership select the expected steps`() {
        #expect(steps(.comparison(.steps, .greater, .number(1))) == [[], [0, 1, 2], [], []])
        #expect(steps(.comparison(.judgeMean, .less, .number(0.7))) == [[], [0, 1, 2], [0, 1], []])
        #expect(steps(.comparison(.step, .equal, .number(2))) == [[1], [1], [1], [1]])
        #expect(steps(.comparison(.firstBad, .equal, .number(1))) == [[], [], [0, 1], []])
        let some = [TrajectoryID(question: 1, sample: 0): StepSet([0])]
        #expect(steps(.member(of: "x", some)) == [[], [0], [], []])
        #expect(steps(.and(.constant(true), .not(.member(of: "x", some))))[1] == [1, 2])
    }

    @Test func `a trajectory with an environment failure is never selected`() {
        let broken = Trajectory(
            id: TrajectoryID(question: 0, sample: 0), question: question(0), tools: [],
            steps: [Step(action: action(.toolCall(tool: "search", input: "x")), observation: nil)],
            termination: .failed(boundary: "search", message: "down"), temperature: 1)
        let judged = Judgements(
            judge: JudgeIdentity(name: "t", version: 1), trajectories: [broken], verdicts: [[.good("")]],
            outcomes: [nil])
        let selection = try! Filter(.constant(true), rule: "none").select(from: judged)
        #expect(selection.stepCount == 0)
        #expect(selection.dropped == ["search failed": 1])
    }

    @Test func `the reason for exclusion is the deciding clause, and the counts add up`() {
        func dropped(_ predicate: StepPredicate) -> [String: Int] {
            let selection = try! Filter(predicate, rule: "").select(from: judged)
            #expect(selection.dropped.values.reduce(0, +) + selection.trajectoryCount == 4)
            return selection.dropped
        }
        // Two trajectories hold a BAD step, which outcome does not ask for.
        #expect(
            dropped(.field(.outcome)) == ["a wrong answer": 1, "no known answer to grade against": 1])
        #expect(dropped(.field(.process)) == ["a BAD step": 2, "a step without a verdict": 1])
        #expect(dropped(.comparison(.question, .equal, .number(3))) == ["question != 3": 3])
        #expect(
            dropped(.and(.field(.process), .field(.outcome))) == [
                "a BAD step": 2, "a step without a verdict": 1,
            ])
        #expect(
            dropped(.not(.or(.field(.outcome), .comparison(.steps, .greater, .number(1)))))
                == ["a right answer": 2, "no known answer to grade against": 1])
        #expect(
            dropped(.or(.field(.process), .comparison(.steps, .greater, .number(5))))
                == ["neither process nor steps > 5": 2, "unknown: (process or steps > 5)": 1])
        // Numbers of any size, and texts that are no words.
        #expect(dropped(.comparison(.tokens, .greater, .number(1e30))) == ["tokens <= 1e+30": 4])
        #expect(dropped(.comparison(.world, .equal, .text("New York"))) == ["world != \"New York\"": 4])
        #expect(
            dropped(.and(.comparison(.step, .equal, .number(1)), .comparison(.step, .equal, .number(2))))
                // The step that came furthest is the first, and it is not the second.
                == ["step != 2": 4])
        #expect(dropped(.constant(true)).isEmpty)
        #expect(dropped(.not(.constant(true))) == ["a rule that never holds": 4])
    }

    @Test func `a partly selected trajectory does not count as left out`() {
        let selection = try! Filter(.field(.prefix), rule: "").select(from: judged)
        #expect(selection.dropped.isEmpty && selection.cutCount == 2 && selection.trajectoryCount == 4)
    }

    @Test func `content keys depend on the selected steps, not on the rule's text`() {
        let whole = try! Filter(.constant(true), rule: "none").select(from: judged)
        let damaged = Filter(.constant(true), rule: "none").selection(
            whole.steps.dropLast().map { RuleOutcome(steps: $0) } + [RuleOutcome(steps: StepSet([0]))],
            of: judged)
        #expect(whole.contentKey != damaged.contentKey)
        #expect(
            whole.contentKey
                == (try! Filter(.not(.constant(false)), rule: "x").select(from: judged).contentKey))
    }

    @Test func `a slow regular expression ends with an error, and at once when its task is cancelled`()
        async throws
    {
        let pattern = try TextPattern("([a-z ]+)+[0-9]$")
        let text = String(repeating: "abc def ", count: 10)
        #expect(throws: TextPattern.TooSlow.self) { try pattern.matches(text) }
        #expect(try pattern.matches("abc 1"))
        let search = Task { try pattern.matches(text + "x") }
        search.cancel()
        await #expect(throws: CancellationError.self) { _ = try await search.value }
    }

    /// Boolean algebra holds in three-valued logic: random rules against a truth table by hand.
    @Test func `De Morgan holds for random rules`() {
        var stream = RandomStream(seed: 4, "rules")
        func random(_ depth: Int) -> StepPredicate {
            switch stream.below(depth > 0 ? 6 : 3) {
            case 0: .field(stream.pick([.process, .outcome, .prefix, .good]))
            case 1: .comparison(.steps, stream.pick(StepPredicate.Operator.allCases), .number(1))
            case 2: .constant(stream.chance(0.5))
            case 3: .and(random(depth - 1), random(depth - 1))
            case 4: .or(random(depth - 1), random(depth - 1))
            default: .not(random(depth - 1))
            }
        }
        for _ in 0..<200 {
            let (a, b) = (random(3), random(3))
            #expect(steps(.not(.and(a, b))) == steps(.or(.not(a), .not(b))))
            #expect(steps(.not(.not(a))) == steps(a))
        }
    }
}
