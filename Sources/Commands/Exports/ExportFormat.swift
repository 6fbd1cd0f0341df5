import CommandKit
import Events
import Foundation
import Judges
import StepwiseRL
import Trajectories

/// A format in which `export` writes questions, trajectories and what was judged of them. Each format is one file in this
/// folder; ``ExportFormats`` lists them.
protocol ExportFormat: Sendable {
    /// The format's name in the experiment language.
    static var name: String { get }
    /// One line for help: who reads the files.
    static var summary: String { get }
    /// The subjects that the format can hold.
    static var subjects: Set<ExportSubject> { get }
    /// The names of all files that the format can write.
    static var fileNames: [String] { get }
    /// Returns the files of an export.
    ///
    /// - Throws: `CommandFailure` if there is nothing to write.
    static func export(_ content: ExportContent) throws -> ExportedFiles
}

/// What an export is about.
enum ExportSubject: String, CaseIterable, Sendable {
    case questions, trajectories, judgements, selection, labels

    var meaning: String {
        switch self {
        case .questions: "questions and right answers"
        case .trajectories: "trajectories and their questions"
        case .judgements: "trajectories with their verdicts"
        case .selection: "the selected steps"
        case .labels: "your verdicts"
        }
    }
}

/// The values that an export writes.
struct ExportContent: Sendable {
    let subject: ExportSubject
    /// The questions, each once, in order.
    let questions: [Question]
    let answers: AnswerKey
    /// The split of the questions; `nil` if it is not known.
    let split: Split?
    let trajectories: [Trajectory]
    /// `nil` if the subject has no verdicts.
    let judgements: Judgements?
    /// `nil` unless the subject is a selection.
    let selection: Selection?
    let labels: [HumanVerdict]
    /// The actions that the training of the policy in the workspace sampled at states of these trajectories.
    let resampled: [ResampledAction]
    /// The objective of the advantages in `steps`; `nil` for none.
    let objective: (any Objective.Type)?
    /// The policy that acted; `nil` if the subject has no trajectories.
    let generator: BehaviorPolicy?
    /// The names of the tools that the workspace offers; `nil` if each question offers the tools of its world.
    let offered: [String]?
    /// The tools by their names, for prompts.
    let tools: ToolSet

    /// Returns true if a step belongs to the export: with a selection, if the selection has it.
    func includes(_ trajectory: Int, _ step: Int) -> Bool {
        selection.map { $0.steps[trajectory].contains(step) } ?? true
    }

    /// The indices of the trajectories that belong to the export.
    var included: [Int] {
        trajectories.indices.filter { selection?.steps[$0].isEmpty != true }
    }
}

/// The files of an export.
struct ExportedFiles: Sendable {
    let files: [(name: String, data: Data)]
    /// What the files hold, and what they do not, as clauses of the result line: `12 pairs at 7 states`.
    let remarks: [String]
}

extension JSON {
    init(_ text: String?) { self = text.map { .text($0) } ?? .null }
}
