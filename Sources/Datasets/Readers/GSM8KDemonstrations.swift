import Foundation
import Keys
import Trajectories

/// The annotated solutions of a GSM8K file as calculator trajectories: each annotation is a call,
/// the gold answer is the answer. Of a divided file only the pretraining part is shown.
package struct GSM8KDemonstrations: DemonstrationSource {
    /// To be raised whenever the demonstrations change.
    /// 2: the calculator reads more notations; a file is divided only where that is asked for.
    package static let version = 2

    private let demonstrations: [Demonstration]
    package let key: ContentKey

    /// - Parameters:
    ///   - division: `nil` takes all of the file.
    ///   - calculator: serves the calls; a solution with a call that it refuses is left out.
    /// - Throws: ``DatasetError``; what the calculator throws on cancellation.
    package init(_ path: String, _ division: FileDivision?, calculator: any Tool) async throws {
        let file = GSM8KFile(path)
        var problems: [GSM8KFile.Problem] = []
        try file.forEach { problem in
            let isShown = division.map { $0.part(of: problem.question) == .pretraining } ?? true
            if isShown, !problem.annotations.isEmpty { problems.append(problem) }
        }
        var demonstrations: [Demonstration] = []
        for problem in problems {
            var turns: [Demonstration.Turn] = []
            do {
                for annotation in problem.annotations {
                    let result = try await calculator.call(annotation.expression, for: nil)
                    turns.append(
                        .init(
                            action: ActionGrammar.write(annotation.expression, tag: calculator.tag),
                            observation: result))
                }
            } catch is ToolError {
                continue
            }
            turns.append(
                .init(
                    action: ActionGrammar.write(problem.gold, tag: ActionGrammar.answerTag), observation: nil)
            )
            demonstrations.append(
                Demonstration(question: file.question(problem), tools: [calculator.name], turns: turns))
        }
        guard !demonstrations.isEmpty else {
            throw DatasetError(
                "\(path): no annotated solution to learn from",
                hint: "GSM8K's solutions hold <<48/2=24>> annotations")
        }
        self.demonstrations = demonstrations
        key = ContentKey(
            parts: ["gsm8k-demonstrations", String(Self.version)] + demonstrations.map { $0.question.id })
    }

    package var count: Int { demonstrations.count }

    package var vocabulary: DemonstrationVocabulary {
        .learned(from: demonstrations.map { " " + $0.question.text } + [" calculator"])
    }

    /// The problems in a new order every time through.
    package func demonstration(_ index: Int, seed: UInt64) async throws -> Demonstration {
        let (round, place) = index.quotientAndRemainder(dividingBy: demonstrations.count)
        var stream = RandomStream(seed: seed, "gsm8k-demonstrations", .number(round))
        // A walk with a step prime to the count visits everything once.
        var step = 1 + stream.below(demonstrations.count)
        while Self.commonDivisor(step, demonstrations.count) != 1 { step += 1 }
        let start = stream.below(demonstrations.count)
        return demonstrations[(start + place * step) % demonstrations.count]
    }

    private static func commonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : commonDivisor(b, a % b) }
}
