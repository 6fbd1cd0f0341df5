import Foundation
import Keys
import Trajectories

/// The annotated solutions of a GSM8K file as demonstrations: each annotation such as `<<48/2=24>>` becomes a call of
/// the calculator, and the gold answer becomes the answer. If the file is divided, only its pretraining split is used.
package struct GSM8KDemonstrations: DemonstrationSource {
    /// The version of the demonstrations. Increment it whenever they change.
    ///
    /// Version 2: the calculator reads more notations; a file is divided only on request.
    package static let version = 2

    private let demonstrations: [Demonstration]
    package let key: ContentKey

    /// Reads a GSM8K file and executes the annotations of its solutions.
    ///
    /// - Parameters:
    ///   - division: the shares of the splits; `nil` uses the whole file.
    ///   - calculator: executes the calls. A solution is left out if the calculator rejects one of its calls.
    /// - Throws: ``DatasetError`` if the file can't be read or contains no usable solution; other errors of the
    ///   calculator.
    package init(_ path: String, _ division: FileDivision?, calculator: any Tool) async throws {
        let file = GSM8KFile(path)
        var problems: [GSM8KFile.Example] = []
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
                hint: "solutions in GSM8K contain annotations such as <<48/2=24>>")
        }
        self.demonstrations = demonstrations
        key = ContentKey(
            parts: ["gsm8k-demonstrations", String(Self.version)] + demonstrations.map { $0.question.id })
    }

    /// The number of demonstrations before the sequence repeats them.
    package var count: Int { demonstrations.count }

    package var vocabulary: DemonstrationVocabulary {
        .learned(from: demonstrations.map { " " + $0.question.text } + [" calculator"])
    }

    /// Returns the demonstration at an index. After all demonstrations, the sequence repeats them in a new order.
    package func demonstration(_ index: Int, seed: UInt64) async throws -> Demonstration {
        let (round, place) = index.quotientAndRemainder(dividingBy: demonstrations.count)
        var stream = RandomStream(seed: seed, "gsm8k-demonstrations", .number(round))
        // A walk whose step is coprime to the count visits every problem once.
        var step = 1 + stream.below(demonstrations.count)
        while Self.commonDivisor(step, demonstrations.count) != 1 { step += 1 }
        let start = stream.below(demonstrations.count)
        return demonstrations[(start + place * step) % demonstrations.count]
    }

    private static func commonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : commonDivisor(b, a % b) }
}
