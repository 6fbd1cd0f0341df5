import CommandKit
import Datasets
import Keys
import Synchronization
import Trajectories

/// The files of questions that a session has used, told apart by their content, each with how: what a policy learned
/// from must never be what it is measured on. A file with other bytes is another file.
final class FileUses: Sendable {
    private struct Use {
        /// `nil`: the whole file.
        let division: FileDivision?
        let split: Split
    }

    private struct State {
        var uses: [ContentKey: Use] = [:]
        /// The content of each path when it was checked last: a large file is not read again for its key.
        var keys: [String: ContentKey] = [:]
    }

    private let state = Mutex(State())

    /// Notes that a checked file was used: what failed uses nothing.
    func note(_ path: String, _ division: FileDivision?, _ split: Split) {
        state.withLock { state in
            guard let key = state.keys[path], state.uses[key] == nil else { return }
            state.uses[key] = Use(division: division, split: split)
        }
    }

    /// - Parameter key: of the file's content, wherever it lies.
    /// - Throws: `CommandFailure` where an undivided file would be used under two names, or one file in two
    ///   divisions.
    func check(_ path: String, _ key: ContentKey, _ division: FileDivision?, _ split: Split) throws {
        try state.withLock { state in
            state.keys[path] = key
            guard let use = state.uses[key] else { return }
            guard use.division == division else {
                throw CommandFailure(
                    .otherDivision,
                    "\(path) is divided in another way here than before in this session: the parts would overlap",
                    hint: "give the same divide: everywhere, or begin a new session")
            }
            guard division == nil, use.split != split else { return }
            throw CommandFailure(
                .undividedFile,
                "\(path) is one undivided file: \(Self.words(use.split)) before in this session, and \(Self.words(split)) here, so its questions would be both",
                hint:
                    "divide:[40% 40% 10% 10%] gives shares for pretraining, train, validation and test; or take two files"
            )
        }
    }

    private static func words(_ split: Split) -> String {
        split == .pretraining ? "a base was pretrained on all of it" : "it was taken as \(split.rawValue)"
    }
}

/// `divide:[40% 40% 10% 10%]`, alike for `model data:` and `dataset data:`.
enum FileDividing {
    static let divide = Parameter<[Double]?>.numbers(
        "divide", in: 0...1,
        "shares of the file for pretraining, train, validation and test; without it the file is one split")

    static func division(_ call: Call) -> FileDivision? { call[divide].flatMap(FileDivision.init) }

    /// - Parameter split: the part that is asked for.
    static func problems(_ call: Call, hasFile: Bool, split: Split) -> [CallProblem] {
        guard let shares = call[divide] else { return [] }
        guard hasFile else {
            return [
                CallProblem(
                    .noEffect, parameter: "divide", "there is no file to divide",
                    hint: "leave divide out, or add data:\"…\"")
            ]
        }
        guard let division = FileDivision(shares) else {
            return [
                CallProblem(
                    .outOfRange, parameter: "divide", "four shares that add up to 100 % are wanted",
                    hint: "for pretraining, train, validation and test: divide:[40% 40% 10% 10%]")
            ]
        }
        guard division.share(of: split) > 0 else {
            return [
                CallProblem(
                    .outOfRange, parameter: "divide",
                    "the share of \(split.rawValue) is 0, and it is asked for",
                    hint: "the shares are for pretraining, train, validation and test, in this order")
            ]
        }
        return []
    }
}
