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
    /// Rows of a file that repeat an earlier question, and questions without passages.
    package var repeats = 0
    package var withoutPassages = 0
    /// True if a search can't find anything, since no row of the file has passages.
    package var lacksPassages = false

    package var summary: String {
        let count = set.questions.count
        let part = available.flatMap { $0 > count ? " of \($0.grouped)" : nil } ?? ""
        return "\(count.grouped)\(part) \(split.rawValue) questions of \(set.worlds.joined(separator: ", "))"
    }

    /// The limit, where it is more than there are.
    package var wanted: Int?
    /// The number of questions of the whole file, where it is divided.
    package var inFile: Int?

    /// Notes for the reader of the result.
    var remarks: [String] {
        var remarks: [String] = []
        if let wanted, wanted > set.questions.count {
            remarks.append("\(wanted.grouped) were asked for, there are no more")
        }
        if let inFile { remarks.append("the file has \(inFile.grouped) in all its parts") }
        if repeats > 0 { remarks.append("\(repeats.grouped) repeated rows left out") }
        if withoutPassages > 0 { remarks.append("\(withoutPassages.grouped) rows without passages") }
        return remarks
    }
}
