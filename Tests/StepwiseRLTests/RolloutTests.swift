import Keys
import StepwiseRL
import Synchronization
import Testing
import Trajectories

@Suite struct RolloutTests {
    private static let search = ScriptedTool(name: "search", tag: "search_query") { "found \($0)" }

    private func run(
        _ tool: ScriptedTool = search, deadline: Duration = .seconds(600), limit: Int = 3,
        _ act: @escaping @Sendable (Question, Int, RandomStream) -> String
    ) async throws -> Trajectory {
        var rollout = Rollout()
        rollout.samplesPerQuestion = 1
        rollout.stepLimit = { _ in limit }
        let trajectories = try await rollout.run(
            ScriptedPolicy(act: act), [question(0)], ToolSet([tool], deadline: deadline))
        return trajectories[0]
    }

    @Test func `an episode records a tool call, its result and the answer`() async throws {
        let trajectory = try await run { _, step, _ in
            step == 0 ? "think <search_query> moon</search_query>" : "<answer>42</answer>"
        }
        #expect(trajectory.termination == .answered)
        #expect(trajectory.answer == "42")
        #expect(trajectory.steps[0].observation?.text == "found moon")
        let prompt = ScriptedPolicy.tokens("0|")
        #expect(trajectory.state(before: 0) == prompt)
        let expected =
            prompt + trajectory.steps[0].action.trace!.written + ScriptedPolicy.tokens("[found moon]")
        #expect(trajectory.state(before: 1) == expected)
    }

    @Test func `one answer turn comes on top of the step limit`() async throws {
        let call = "<search_query>a</search_query>"
        let stubborn = try await run { _, _, _ in call }
        #expect(stubborn.termination == .stepLimit)
        #expect(stubborn.steps.count == 4)
        #expect(stubborn.steps[2].observation != nil && stubborn.steps[3].observation == nil)
        let inTime = try await run { _, step, _ in step < 3 ? call : "<answer>a</answer>" }
        #expect(inTime.termination == .answered)
    }

    @Test(arguments: [
        "nothing at all>", "<search_query>a</search_query><answer>b</answer>", "<math_exp>1</math_exp>",
        "<answer></answer>", "<search_query>a</answer>", "<answer>a</answer>b</answer>",
        "<answer>a</answer> or <answer>b</answer>", "<answer>a</search_query></answer>",
    ])
    func `an action that breaks the grammar ends the episode as malformed`(_ text: String) async throws {
        let trajectory = try await run { _, _, _ in text }
        #expect(trajectory.termination == .malformed)
    }

    @Test(arguments: [
        ("<answer>x < 5</answer>", "x < 5"), ("<answer>5</answer>.", "5"), ("<answer>5</answer>\n```", "5"),
        ("so **<answer>5</answer>**", "5"), ("<answer>a <b> c</answer>", "a <b> c"),
        ("a < b <answer>5</answer>", "5"),
        ("<answer>5</answer> and that is it", "5"), ("<answer>1 << 4 >> 2</answer>", "1 << 4 >> 2"),
    ])
    func `text after the closing tag is ignored, and a less-than sign in an answer is text`(
        _ text: String, _ answer: String
    ) {
        let grammar = ActionGrammar(offers: [ToolOffer(name: "search", tag: "search_query")])
        #expect(grammar.read(text) == .answer(answer))
    }

    @Test func `an action cut by the length limit is truncated`() async throws {
        let trajectory = try await run { _, _, _ in "<answer>for ever and ever" }
        #expect(trajectory.termination == .truncated)
        #expect(trajectory.steps[0].action.form == .truncated)
    }

    @Test func `a hanging tool is a failure of the environment, not a hang`() async throws {
        let hanging = ScriptedTool(name: "search", tag: "search_query") { _ in
            // Deaf to cancellation, as blocking calls are.
            await Task.detached { try? await Task.sleep(for: .seconds(2)) }.value
            return "too late"
        }
        let trajectory = try await run(hanging, deadline: .milliseconds(50)) { _, _, _ in
            "<search_query>a</search_query>"
        }
        guard case .failed("search", _) = trajectory.termination else {
            Issue.record("\(trajectory.termination)")
            return
        }
        #expect(EqualGrader().outcome(of: trajectory, AnswerKey(["test/0": "a"])) == nil)
    }

    @Test func `the policy reads the error of invalid input, and a broken tool fails the episode`()
        async throws
    {
        let picky = ScriptedTool(name: "search", tag: "search_query") { input in
            if input == "bad" { throw ToolError.invalidInput(observation: "error", message: "bad input") }
            throw ToolError.unavailable(message: "down")
        }
        let trajectory = try await run(picky) { _, step, _ in
            step == 0 ? "<search_query>bad</search_query>" : "<search_query>good</search_query>"
        }
        #expect(trajectory.steps[0].observation?.text == "error")
        #expect(trajectory.steps[0].observation?.problem == "bad input")
        #expect(trajectory.termination == .failed(boundary: "search", message: "down"))
    }

    @Test func `an episode beyond the context length fails as a context failure`() async throws {
        var policy = ScriptedPolicy { _, _, _ in "<search_query>a</search_query>" }
        policy.contextLength = 100
        var rollout = Rollout()
        rollout.samplesPerQuestion = 1
        let trajectory = try await rollout.run(policy, [question(0)], ToolSet([Self.search]))[0]
        guard case .failed("context", _) = trajectory.termination else {
            Issue.record("\(trajectory.termination)")
            return
        }
        #expect(trajectory.steps.count == 2)
    }

    @Test func `a trajectory depends on seed, question and sample alone`() async throws {
        let policy = ScriptedPolicy { _, _, stream in
            var stream = stream
            return "<answer>\(stream.below(1_000_000))</answer>"
        }
        func answers(_ questions: [Question], seed: UInt64 = 1) async throws -> [String: String] {
            var rollout = Rollout()
            rollout.samplesPerQuestion = 3
            rollout.seed = seed
            let trajectories = try await rollout.run(policy, questions, ToolSet([Self.search]))
            return Dictionary(uniqueKeysWithValues: trajectories.map { ("\($0.id)", $0.answer!) })
        }
        let all = try await answers((0..<5).map { question($0) })
        let some = try await answers([question(3), question(1)])
        #expect(Set(all.values).count == 15)
        for (id, answer) in some { #expect(all[id] == answer) }
        #expect(try await answers((0..<5).map { question($0) }, seed: 2) != all)
    }

    @Test func `trajectories are returned in order, even with more episodes than the concurrency limit`()
        async throws
    {
        var rollout = Rollout()
        rollout.samplesPerQuestion = 2
        let policy = ScriptedPolicy { question, step, _ in
            step < question.number % 4
                ? "<search_query>a</search_query>" : "<answer>\(question.number)</answer>"
        }
        let trajectories = try await rollout.run(
            policy, (0..<700).map { question($0) }, ToolSet([Self.search]))
        #expect(trajectories.count == 1_400)
        #expect(trajectories.map(\.id) == (0..<1_400).map { TrajectoryID(question: $0 / 2, sample: $0 % 2) })
        #expect(trajectories.map(\.answer) == (0..<1_400).map { "\($0 / 2)" })
    }
}
