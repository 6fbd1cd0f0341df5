import CommandKit
import Datasets
import Events
import Foundation
import Trajectories

/// A format of trajectories that `import` reads. Each format is one file in this folder; ``ImportFormats`` lists them.
protocol ImportFormat: Sendable {
    /// The format's name in the experiment language.
    static var name: String { get }
    /// One line for help: who writes such files.
    static var summary: String { get }
    /// Reads a file, or a directory that `export` wrote.
    ///
    /// - Throws: `DatasetError`, whose message names the file and the record; `CancellationError`.
    static func read(_ source: ImportSource) throws -> ImportedRun
}

/// What `import` reads, and how.
struct ImportSource: Sendable {
    /// The file, or the directory that `export` wrote.
    let path: String
    /// The scorer of the outcomes, for logs with several; `nil` takes the first one that says right or wrong.
    let scorer: String?

    /// True if the path is a directory.
    var isDirectory: Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    /// Returns the path of a file: that of the directory with this name, or the path itself.
    func file(_ name: String) -> String { isDirectory ? "\(path)/\(name)" : path }

    /// The world of the questions, unless the file tells one: the name of the file.
    let world: String

    /// Calls `body` with each record of a file of JSON Lines, a JSON array, or one JSON object.
    ///
    /// - Throws: `DatasetError`, also if the file has another format; errors of `body`; `CancellationError`.
    func records(_ path: String, _ body: (JSON, FileRecords.Position) throws -> Void) throws {
        let file = FileRecords(path: path)
        func value(_ data: Data, _ place: FileRecords.Position) throws -> JSON {
            do {
                return try Self.json(data)
            } catch {
                throw file.problem("not valid JSON", place, hint: "check that the file is complete")
            }
        }
        guard try file.kind() != .jsonObject else {
            let whole = FileRecords.Position(record: 1, line: 1)
            return try body(value(file.content(), whole), whole)
        }
        try file.records([.jsonLines, .jsonArray], format: nil) { data, place in
            try body(value(data, place), place)
        }
    }

    /// Decodes JSON. Python writes numbers that are not finite as NaN and Infinity, which are no JSON but JSON5.
    ///
    /// - Throws: `DecodingError` if the bytes are neither.
    static func json(_ data: Data) throws -> JSON {
        try (try? JSON(data)) ?? decoder.decode(JSON.self, from: data)
    }

    private static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        return decoder
    }()
}

/// The trajectories of a file.
struct ImportedRun: Sendable {
    var episodes: [ImportedEpisode] = []
    /// What the file has and a trajectory can't hold, with counts: `system messages`.
    var dropped: [String: Int] = [:]
    /// The judge of the verdicts; `nil` if the file has no verdicts.
    var judge: JudgeIdentity?
    /// The policy that acted, if the file tells it.
    var generator: BehaviorPolicy?
    /// The split of the questions, if the file tells it.
    var split: Split?

    mutating func drop(_ what: String, _ count: Int = 1) { dropped[what, default: 0] += count }
}

/// One trajectory of a file.
struct ImportedEpisode: Sendable {
    /// The question in words.
    var text: String
    /// The accepted answers, the first one first; empty if the file has none.
    var answers: [String] = []
    /// The world of the question, if the file tells one.
    var world: String?
    /// The question's identifier in the file; questions with equal texts and identifiers are one question.
    var id: String?
    /// The whole question and its right answer, if the file holds them.
    var known: (question: Question, gold: GoldAnswer?)?
    /// The trajectory's name, if the file gives one.
    var name: TrajectoryID?
    var tools: [ToolOffer]
    var steps: [Step]
    var termination: Termination
    var temperature = 1.0
    /// One verdict a step; `nil` if the file has none.
    var verdicts: [Verdict]?
    /// True if the file says that the answer is right; `nil` if it does not tell.
    var outcome: Bool?
}

extension Termination {
    /// Returns how an episode with these steps ended, for files that do not tell.
    static func of(_ steps: [Step]) -> Termination {
        switch steps.last?.action.form {
        case .answer: .answered
        case .toolCall: .stepLimit
        case .truncated: .truncated
        case .malformed, nil: .malformed
        }
    }
}

extension JSON {
    /// The text of a text or a number.
    var scalar: String? {
        switch self {
        case .text(let text): text
        case .integer(let value): String(value)
        case .number(let value): value.shortest
        case .boolean(let value): value ? "true" : "false"
        case .null, .list, .object: nil
        }
    }

    /// The texts of a list, or of a single value.
    var scalars: [String] { list?.compactMap(\.scalar) ?? scalar.map { [$0] } ?? [] }

    var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
