import Foundation
import Keys
import Store
import Testing
import Trajectories

/// SQL and memory must select the same steps, unknowns included.
@Suite struct StepTableTests {
    private static func judgements(_ stream: inout RandomStream) -> Judgements {
        let terminations: [Termination] = [
            .answered, .stepLimit, .malformed, .truncated, .failed(boundary: "search", message: "down"),
        ]
        var trajectories: [Trajectory] = []
        var outcomes: [Bool?] = []
        for number in 0..<60 {
            let question = Question(
                id: "q\(number)", number: number / 2, world: stream.pick(["hop-nano", "gsm-nano"]), text: "?",
                kind: stream.pick(["2-hop", "comparison"]), hops: stream.below(4), tools: ["search"])
            let steps = (0...stream.below(4)).map { _ in
                let form: ParsedAction =
                    stream.chance(0.6) ? .toolCall(tool: "search", input: "x") : .answer("a")
                let tokens = (0..<1 + stream.below(5)).map { Int32($0) }
                return Step(
                    action: Action(
                        text: "", form: form,
                        trace: TokenTrace(
                            read: [1], written: tokens, logProbabilities: tokens.map { _ in 0 })),
                    observation: nil)
            }
            trajectories.append(
                Trajectory(
                    id: TrajectoryID(question: number / 2, sample: number % 2), question: question, tools: [],
                    steps: steps, termination: stream.pick(terminations), temperature: 1))
            outcomes.append(stream.pick([true, false, nil]))
        }
        return Judgements(
            judge: JudgeIdentity(name: "t", version: 1), trajectories: trajectories,
            verdicts: verdicts(on: trajectories, &stream), outcomes: outcomes)
    }

    private static func verdicts(
        on trajectories: [Trajectory], _ stream: inout RandomStream
    ) -> [[Verdict]] {
        trajectories.map { trajectory in
            trajectory.steps.map { _ in
                Verdict(
                    stream.pick([.good, .good, .bad, .missing]),
                    stream.pick(["on plan", "a repeat (2)", "é"]))
            }
        }
    }

    /// Another judge's word on the same trajectories.
    private static func another(_ judgements: Judgements, _ stream: inout RandomStream) -> JudgementsRef {
        JudgementsRef(
            key: ContentKey("other \(stream.next())"),
            judgements: Judgements(
                judge: JudgeIdentity(name: "u", version: 1), trajectories: judgements.trajectories,
                verdicts: verdicts(on: judgements.trajectories, &stream), outcomes: judgements.outcomes))
    }

    private static func predicate(
        _ depth: Int, _ judgements: Judgements, _ others: [JudgementsRef], _ stream: inout RandomStream
    ) -> StepPredicate {
        func inner() -> StepPredicate { predicate(depth - 1, judgements, others, &stream) }
        switch stream.below(depth > 0 ? 8 : 4) {
        case 0: return .constant(stream.chance(0.5))
        case 1: return .field(stream.pick(StepPredicate.Field.allCases.filter { $0.kind == .boolean }))
        case 2:
            let field = stream.pick(StepPredicate.Field.allCases)
            let operand: StepPredicate.Operand = stream.pick([
                .number(Double(stream.below(4))), .number(0.5), .text("hop-nano"), .text("search"),
                .text("on pl"), .text("repeat|é"), .text(""), .text("\\(\\d\\)$"), .text("^.$"),
                .text("on pl"), .text("\\(\\d\\)$"), .text("^.$"),
                .boolean(true),
            ])
            return .comparison(field, stream.pick(StepPredicate.Operator.allCases), operand)
        case 3:
            let pairs = judgements.trajectories.filter { _ in stream.chance(0.5) }.map {
                ($0.id, StepSet([0, 2]))
            }
            return .member(of: "x", Dictionary(uniqueKeysWithValues: pairs))
        case 4: return .and(inner(), inner())
        case 5: return .or(inner(), inner())
        case 6: return .by(stream.pick(others), inner())
        default: return .not(inner())
        }
    }

    @Test func `random rules select the same steps in SQL and in memory`() throws {
        var stream = RandomStream(seed: 8, "step table")
        let table = StepTable(nil)
        for round in 0..<4 {
            let judgements = Self.judgements(&stream)
            let others = [Self.another(judgements, &stream), Self.another(judgements, &stream)]
            for _ in 0..<150 {
                let predicate = Self.predicate(3, judgements, others, &stream)
                let expected = try judgements.trajectories.indices.map { index -> [Int] in
                    let trajectory = judgements.trajectories[index]
                    guard !trajectory.termination.isEnvironmentFailure else { return [] }
                    return try trajectory.steps.indices.filter {
                        try predicate.value(judgements, trajectory: index, step: $0) == true
                    }
                }
                let found = try table.select(predicate, from: judgements, key: ContentKey("\(round)"))
                #expect(found.map(\.steps.indices) == expected, "\(predicate)")
                #expect(try found == predicate.outcomes(judgements), "\(predicate)")
            }
        }
    }

    @Test func `long and deep rules select the same steps as equivalent short rules`() throws {
        var stream = RandomStream(seed: 12, "step table")
        let judgements = Self.judgements(&stream)
        let table = StepTable(nil)
        let holds = StepPredicate.comparison(.steps, .greaterOrEqual, .number(0))
        let never = StepPredicate.comparison(.steps, .less, .number(0))
        let words = (0..<2_000).map { "w\($0)" }.joined(separator: "|") + "|on pl"
        let cases: [(StepPredicate, StepPredicate)] = [
            ((0..<511).reduce(.field(.process)) { rule, _ in .and(rule, holds) }, .field(.process)),
            ((0..<511).reduce(.field(.process)) { rule, _ in .and(holds, rule) }, .field(.process)),
            ((0..<511).reduce(.field(.good)) { rule, _ in .or(rule, never) }, .field(.good)),
            ((0..<900).reduce(.field(.good)) { rule, _ in .or(never, rule) }, .field(.good)),
            ((0..<63).reduce(.field(.good)) { rule, _ in .or(never, .and(rule, holds)) }, .field(.good)),
            ((0..<12).reduce(.field(.good)) { rule, _ in .not(rule) }, .field(.good)),
            (
                .comparison(.action, .matches, .text(words)), .comparison(.action, .matches, .text("on pl"))
            ),
        ]
        var selected = 0
        for (long, short) in cases {
            let found = try table.select(long, from: judgements, key: ContentKey("k"))
            let wanted = try table.select(short, from: judgements, key: ContentKey("k"))
            #expect(found.map(\.steps) == wanted.map(\.steps))
            #expect(try found == long.outcomes(judgements))
            selected += wanted.reduce(0) { $0 + $1.steps.count }
        }
        #expect(selected > 0)
    }

    @Test func `deeply nested rules select the same steps in SQL and in memory`() throws {
        var stream = RandomStream(seed: 13, "step table")
        let judgements = Self.judgements(&stream)
        let table = StepTable(nil)
        for levels in 1...40 {
            var rule = StepPredicate.comparison(.action, .matches, .text("search|on pl"))
            for level in 0..<levels {
                switch level % 3 {
                case 0: rule = .or(rule, .field(.process))
                case 1: rule = .and(.field(.good), rule)
                default: rule = .not(rule)
                }
            }
            let whole = (0..<300).reduce(rule) { whole, _ in .or(whole, .field(.outcome)) }
            for rule in [rule, whole] {
                #expect(
                    try table.select(rule, from: judgements, key: ContentKey("k"))
                        == rule.outcomes(judgements))
            }
        }
    }

    @Test func `two tables of one folder select the same steps`() throws {
        var stream = RandomStream(seed: 9, "step table")
        let judgements = Self.judgements(&stream)
        let folder = FileManager.default.temporaryDirectory.appending(path: "steps-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = ContentKey("k")
        let first = try StepTable(folder).select(.field(.process), from: judgements, key: key)
        let second = try StepTable(folder).select(.field(.process), from: judgements, key: key)
        #expect(first == second)
        #expect(first.contains { !$0.steps.isEmpty })
    }

    /// Zeros, noise, a cut and a missing end anywhere in the file: what is selected stays the same.
    @Test func `damage anywhere in the file changes no selection`() throws {
        var stream = RandomStream(seed: 10, "step table")
        let judgements = Self.judgements(&stream)
        let folder = FileManager.default.temporaryDirectory.appending(path: "steps-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = ContentKey("k")
        let predicate = StepPredicate.or(.field(.good), .comparison(.steps, .lessOrEqual, .number(2)))
        let expected = try StepTable(folder).select(predicate, from: judgements, key: key)
        func files() throws -> [URL] {
            try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        }
        let main = try #require(try files().first { $0.pathExtension == "sqlite" })
        // All of it in the main file.
        let sound = try Data(contentsOf: main)
        #expect(sound.count > 8_192)
        let rounds = 60 * (ProcessInfo.processInfo.environment["SWIRL_TORTURE"].flatMap(Int.init) ?? 1)
        for round in 0..<rounds {
            var data = sound
            let at = stream.below(data.count - 512)
            switch round % 4 {
            case 0: data.replaceSubrange(at..<at + 512, with: Data(count: 512))
            case 1: for offset in 0..<8 { data[at + offset] = UInt8(stream.below(256)) }
            case 2: data = data.prefix(at)
            default: data[at] ^= UInt8(1 << stream.below(8))
            }
            for file in try files() { try FileManager.default.removeItem(at: file) }
            try data.write(to: main)
            #expect(
                try StepTable(folder).select(predicate, from: judgements, key: key) == expected,
                "round \(round), byte \(at) of \(sound.count)")
        }
    }

    @Test func `a table without a writable file works in memory`() throws {
        var stream = RandomStream(seed: 11, "step table")
        let judgements = Self.judgements(&stream)
        let nowhere = StepTable(URL(fileURLWithPath: "/dev/null/store"))
        let found = try nowhere.select(.field(.good), from: judgements, key: ContentKey("k"))
        #expect(try found == StepTable(nil).select(.field(.good), from: judgements, key: ContentKey("k")))
    }

    @Test func `a damaged table file is replaced by a valid one`() throws {
        var stream = RandomStream(seed: 12, "step table")
        let judgements = Self.judgements(&stream)
        let folder = FileManager.default.temporaryDirectory.appending(path: "steps-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let expected = try StepTable(folder).select(.field(.good), from: judgements, key: ContentKey("k"))
        let main = try #require(
            try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .first { $0.pathExtension == "sqlite" })
        for damaged in [Data("no database at all, but long enough to look at".utf8), Data(count: 9_000)] {
            try damaged.write(to: main)
            #expect(
                try StepTable(folder).select(.field(.good), from: judgements, key: ContentKey("k"))
                    == expected)
            #expect(try Data(contentsOf: main).starts(with: Data("SQLite format 3".utf8)))
        }
    }

    @Test func `a damaged file that another table has open is not replaced`() throws {
        var stream = RandomStream(seed: 13, "step table")
        let judgements = Self.judgements(&stream)
        let folder = FileManager.default.temporaryDirectory.appending(path: "steps-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = StepTable(folder)
        let expected = try first.select(.field(.good), from: judgements, key: ContentKey("k"))
        let main = try #require(
            try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .first { $0.pathExtension == "sqlite" })
        let number = try FileManager.default.attributesOfItem(atPath: main.path)[.systemFileNumber] as? Int
        // Another one finds damage while the first is at work.
        var data = try Data(contentsOf: main)
        data.replaceSubrange(100..<4_000, with: Data(repeating: 0x5A, count: 3_900))
        let handle = try FileHandle(forWritingTo: main)
        try handle.write(contentsOf: data)
        try handle.close()
        #expect(
            try StepTable(folder).select(.field(.good), from: judgements, key: ContentKey("k")) == expected)
        #expect(
            try FileManager.default.attributesOfItem(atPath: main.path)[.systemFileNumber] as? Int == number)
        withExtendedLifetime(first) {}
    }

    @Test func `rules match texts that contain NUL, also from the stored table`() throws {
        let question = Question(
            id: "q", number: 0, world: "w", text: "a\0b", kind: "2-hop", hops: 1, tools: ["search"])
        let step = Step(
            action: Action(
                text: "x\0director", form: .answer("y\0z"),
                trace: TokenTrace(read: [1], written: [1], logProbabilities: [.nan])),
            observation: nil)
        let judgements = Judgements(
            judge: JudgeIdentity(name: "t", version: 1),
            trajectories: [
                Trajectory(
                    id: TrajectoryID(question: 0, sample: 0), question: question, tools: [],
                    steps: [step],
                    termination: .answered, temperature: 1)
            ], verdicts: [[.good("g\0h")]], outcomes: [true])
        let folder = FileManager.default.temporaryDirectory.appending(path: "steps-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for _ in 0..<2 {
            for pattern in ["director", "dir.ctor"] {
                let predicate = StepPredicate.comparison(.action, .matches, .text(pattern))
                let found = try StepTable(folder).select(predicate, from: judgements, key: ContentKey("k"))
                #expect(found.map(\.steps.indices) == [[0]], "\(pattern)")
            }
        }
    }
}
