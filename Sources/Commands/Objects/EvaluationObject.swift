import CommandKit
import Events
import Foundation
import Models
import Persistence
import Trajectories

extension ObjectType {
    package static let evaluation = ObjectType("evaluation", columns: EvaluationObject.columns)
}

/// The object in the evaluation slot: one graded answer per question, the result of `eval`.
package struct EvaluationObject: StoredObject {
    package static let type = ObjectType.evaluation
    package let evaluation: Evaluation

    /// The columns of the frame. The first two identify a row; the others describe its outcome.
    package static let columns = [
        "world", "question", "accuracy", "grader", "f1", "precision", "recall", "process", "steps",
        "wrong_tools",
        "termination", "answer", "asked",
    ]
    package init(evaluation: Evaluation) {
        self.evaluation = evaluation
    }

    package func files(_ codecs: [any PolicyCodec.Type]) throws -> [String: Data] {
        ["evaluation.json": try JSONCoding.data(evaluation)]
    }

    package init(_ files: StoredFiles, _ library: ObjectLibrary) throws {
        self.init(evaluation: try files.json("evaluation.json", as: Evaluation.self))
    }

    package var summary: String {
        "evaluation of \(evaluation.policy) on \(evaluation.outcomes.count) questions"
    }

    package var frame: Frame? {
        Frame(
            columns: Self.columns,
            rows: evaluation.outcomes.map { outcome in
                func share(_ value: Double?) -> TableCell { value.map { .number($0) } ?? .empty }
                return [
                    .text(outcome.world), .text(outcome.question),
                    share(outcome.isCorrect.map { $0 ? 1 : 0 }), .text(outcome.grader),
                    share(outcome.overlap?.f1),
                    share(outcome.overlap?.precision), share(outcome.overlap?.recall),
                    share(outcome.processScore), .number(Double(outcome.steps)),
                    .number(Double(outcome.wrongTools)), .text(outcome.termination),
                    .text(outcome.answer ?? ""), .text(outcome.text),
                ]
            })
    }
}
