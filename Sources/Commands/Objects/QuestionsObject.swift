import CommandKit
import Events
import Trajectories

extension ObjectType {
    package static let questions = ObjectType("questions")
}

/// The questions slot.
package struct QuestionsObject: WorkspaceObject {
    package static let type = ObjectType.questions
    package let set: QuestionSet
    package let split: Split
    /// The number of questions without a limit; `nil` for generated worlds, which have no end.
    package var available: Int?
    /// The number of rows of a file that repeat an earlier question.
    package var repeats = 0
    /// The number of rows of a file without passages.
    package var withoutPassages = 0
    /// True if a search can't find anything, since no row of the file has passages.
    package var lacksPassages = false

    package var summary: String {
        let count = set.questions.count
        let part = available.flatMap { $0 > count ? " of \($0.grouped)" : nil } ?? ""
        return "\(count.grouped)\(part) \(split.rawValue) questions of \(set.worlds.joined(separator: ", "))"
    }

    /// The limit that the statement gave for a file; `nil` if it gave none.
    package var wanted: Int?
    /// The number of questions of the whole file if it is divided, `nil` otherwise.
    package var inFile: Int?

    /// Notes for the reader of the result.
    var remarks: [String] {
        var remarks: [String] = []
        if let wanted, wanted > set.questions.count {
            remarks.append("\(wanted.grouped) were requested, but there are no more")
        }
        if let inFile { remarks.append("the whole file has \(inFile.grouped)") }
        if repeats > 0 { remarks.append("\(repeats.grouped) repeated rows left out") }
        if withoutPassages > 0 { remarks.append("\(withoutPassages.grouped) rows without passages") }
        return remarks
    }
}
