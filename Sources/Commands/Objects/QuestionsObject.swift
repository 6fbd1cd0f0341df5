import CommandKit
import Events
import Trajectories

extension ObjectType {
    package static let questions = ObjectType("questions")
}

/// The object in the questions slot: the questions of one split with their right answers, the result of `dataset`.
package struct QuestionsObject: WorkspaceObject {
    package static let type = ObjectType.questions
    package let set: QuestionSet
    package let split: Split
    /// The number of questions that the file has for this split, without the limit; `nil` for generated worlds.
    package var available: Int?
    /// The number of rows of a file that repeat an earlier question.
    package var repeats = 0
    /// The number of rows of a file without passages.
    package var withoutPassages = 0
    /// True if the search tool finds nothing because no row of the file has passages.
    package var lacksPassages = false
    /// The number of different passages of a file's questions; `nil` for formats without passages and for worlds.
    package var passages: Int?
    /// The numbers of rows of a file that are not used, by the reason.
    package var leftOut: [String: Int] = [:]

    package var summary: String {
        let count = set.questions.count
        let part = available.flatMap { $0 > count ? " of \($0.grouped)" : nil } ?? ""
        return "\(count.grouped)\(part) \(split.rawValue) questions of \(set.worlds.joined(separator: ", "))"
    }

    /// The value of `limit:` for a file; `nil` if the statement has no limit or the questions come from worlds.
    package var wanted: Int?
    /// The number of questions in the whole file if `divide:` divides it; `nil` otherwise.
    package var inFile: Int?

    /// Remarks for the result line, such as `12 repeated rows left out`.
    var remarks: [String] {
        var remarks: [String] = []
        if let wanted, wanted > set.questions.count {
            remarks.append("\(wanted.grouped) were requested, but there are no more")
        }
        if let inFile { remarks.append("the whole file has \(inFile.grouped)") }
        if repeats > 0 { remarks.append("\(repeats.grouped) repeated rows left out") }
        remarks += leftOut.sorted { $0.key < $1.key }.map { "\($0.value.grouped) \($0.key) rows left out" }
        if let passages, passages > 0 { remarks.append("\(passages.grouped) passages") }
        if withoutPassages > 0 { remarks.append("\(withoutPassages.grouped) rows without passages") }
        return remarks
    }
}
