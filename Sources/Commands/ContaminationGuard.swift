import CommandKit
import Datasets
import Keys
import Synchronization
import Trajectories

/// What assigns the questions of a file to splits.
enum FilePartition: Hashable, Sendable {
    /// The file is one split.
    case whole
    /// The shares of `divide:`.
    case shares(FileDivision)
    /// A field of every record.
    case field(String)
}

/// A record of the question files that a session has used and of what for. It prevents that a policy is measured on
/// questions that it was trained on. Files are identified by their content, so a copy with another name is the same
/// file.
final class ContaminationGuard: Sendable {
    /// The first use of a file.
    private struct Use {
        let partition: FilePartition
        let split: Split
    }

    private struct State {
        var uses: [ContentKey: Use] = [:]
        /// The content key of each path at its last check, so that a large file is not read again for its key.
        var keys: [String: ContentKey] = [:]
    }

    private let state = Mutex(State())

    /// Records the use of a file that ``check(_:_:_:_:)`` has accepted. Call it only after the statement has succeeded,
    /// because a failed statement has used nothing. Only the first use of a file is recorded.
    func note(_ path: String, _ partition: FilePartition, _ split: Split) {
        state.withLock { state in
            guard let key = state.keys[path], state.uses[key] == nil else { return }
            state.uses[key] = Use(partition: partition, split: split)
        }
    }

    /// Checks a use of a file against the earlier uses.
    ///
    /// - Parameter key: the key of the file's content, independent of its path.
    /// - Throws: `CommandFailure` if an undivided file would be used as two splits, or one file in two divisions.
    func check(_ path: String, _ key: ContentKey, _ partition: FilePartition, _ split: Split) throws {
        try state.withLock { state in
            state.keys[path] = key
            guard let use = state.uses[key] else { return }
            guard use.partition == partition else {
                throw CommandFailure(
                    .otherDivision,
                    "\(path) is divided differently here than earlier in this session, so the parts would overlap",
                    hint: "use the same divide: or part: everywhere, or start a new session")
            }
            guard partition == .whole, use.split != split else { return }
            throw CommandFailure(
                .undividedFile,
                "\(path) is one undivided file: it was used as \(Self.words(use.split)) earlier in this session, and would be used as \(Self.words(split)) here",
                hint:
                    "divide:[40% 40% 10% 10%] gives shares for pretraining, train, validation and test; or use two files"
            )
        }
    }

    private static func words(_ split: Split) -> String {
        split == .pretraining ? "the pretraining data of a base" : "the \(split.rawValue) questions"
    }
}

/// The option `divide:[40% 40% 10% 10%]`, which `model data:` and `dataset data:` share.
enum DivideOption {
    static let divide = Parameter<[Double]?>.numbers(
        "divide", in: 0...1,
        "shares of the file for pretraining, train, validation and test; without it the file is one split")

    static func division(_ call: Call) -> FileDivision? { call[divide].flatMap(FileDivision.init) }

    static func partition(_ call: Call) -> FilePartition { division(call).map { .shares($0) } ?? .whole }

    /// Returns the mistakes in the option `divide:` of a call.
    ///
    /// - Parameters:
    ///   - hasFile: true if the call reads a file.
    ///   - split: the part of the file that the call uses.
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
                    .outOfRange, parameter: "divide", "divide needs four shares that add up to 100 %",
                    hint: "for pretraining, train, validation and test: divide:[40% 40% 10% 10%]")
            ]
        }
        guard division.share(of: split) > 0 else {
            return [
                CallProblem(
                    .outOfRange, parameter: "divide",
                    "the share of \(split.rawValue) is 0, but this statement uses it",
                    hint: "the shares are for pretraining, train, validation and test, in this order")
            ]
        }
        return []
    }
}
