import CommandKit
import Datasets
import Events
import Foundation
import Trajectories

/// Logs of Inspect AI: `.eval`, an archive with one file a sample, and `.json`. A sample is a trajectory, its epochs are
/// the samples of one question, and a scorer says whether the answer is right.
///
/// Source: inspect_ai 0.3.285 (`log/_log.py`, `log/_recorders/eval.py`), logs since 0.3.130.
enum InspectImport: ImportFormat {
    static let name = "inspect"
    static let summary = "logs of Inspect AI, .eval or .json, with their scores as outcomes"

    static func read(_ source: ImportSource) throws -> ImportedRun {
        var run = ImportedRun()
        var samples: [JSON] = []
        if try FileRecords(path: source.path).kind() == .zip {
            samples = try archived(source)
        } else {
            try source.records(source.path) { record, place in
                guard record["eval"] != nil else {
                    throw FileRecords(path: source.path).problem(
                        "this is no log of Inspect", place, hint: "a log has the members eval and samples")
                }
                samples += record["samples"]?.list ?? []
            }
        }
        samples.sort { order($0) < order($1) }
        // How many samples each scorer calls right or wrong.
        var scorers: [String: Int] = [:]
        for sample in samples {
            for (name, score) in scores(sample) {
                scorers[name, default: 0] += isRight(score["value"] ?? .null) == nil ? 0 : 1
            }
        }
        if let wanted = source.scorer, scorers[wanted] == nil, !samples.isEmpty {
            throw DatasetError(
                "\(source.path): no sample has a score by '\(wanted)'",
                hint: "scorers here: \(scorers.keys.sorted().joined(separator: ", "))")
        }
        let scorer =
            source.scorer
            ?? scorers.filter { $0.value > 0 }.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key
        for sample in samples { add(sample, scorer, &run) }
        if let scorer, run.episodes.contains(where: { $0.outcome != nil }) {
            run.judge = JudgeIdentity(name: "inspect-\(scorer)", version: 1)
        }
        return run
    }

    /// Returns the samples of an archive. Of several files with one name, the last one counts.
    private static func archived(_ source: ImportSource) throws -> [JSON] {
        var samples: [String: JSON] = [:]
        var isLog = false
        try ZipFile(source.path).read { name in
            isLog = isLog || name == "header.json" || name == "_journal/start.json"
            return name.hasPrefix("samples/") && name.hasSuffix(".json")
        } _: { name, content in
            guard name.wholeMatch(of: /samples\/.+_epoch_\d+\.json/) != nil else {
                throw DatasetError(
                    "\(source.path): the log has samples in pieces (\(name)), which Inspect uses only internally",
                    hint: "convert it: inspect log convert --to eval --output-dir DIR FILE")
            }
            do {
                samples[name] = try ImportSource.json(content)
            } catch {
                throw DatasetError(
                    "\(source.path): \(name) is not valid JSON", hint: "the log may be damaged")
            }
        }
        guard isLog else {
            throw DatasetError(
                "\(source.path): this archive is no log of Inspect", hint: "an .eval file has a header.json")
        }
        return samples.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The order of samples: by identifier, numbers by value, then by epoch.
    private static func order(_ sample: JSON) -> (Int, String, Int) {
        let epoch = sample["epoch"]?.integer ?? 1
        if let number = sample["id"]?.integer { return (number, "", epoch) }
        return (.max, sample["id"]?.text ?? "", epoch)
    }

    private static func add(
        _ sample: JSON, _ scorer: String?, _ run: inout ImportedRun
    ) {
        let messages = sample["messages"]?.list ?? []
        let inputCount = sample["input"]?.list?.count ?? 0
        let marked = messages.prefix { $0["source"]?.text == "input" || Self.isSystem($0) }.count
        let chat = ChatTranscript(messages, input: marked > 0 ? marked : inputCount)
        for (what, count) in chat.dropped { run.drop(what, count) }
        let text = sample["input"]?.text ?? chat.question
        guard !text.trimmingSpaces.isEmpty else { return run.drop("samples without a question") }
        var steps = chat.steps
        // Agents of Inspect give their answer by a call of `submit`.
        if let last = steps.last, case .toolCall("submit", let answer) = last.action.form,
            last.observation?.problem == nil
        {
            steps[steps.count - 1] = Step(
                action: Action(text: last.action.text, form: .answer(answer)), observation: nil)
        }
        var termination = Termination.of(steps)
        if let error = sample["error"]?["message"]?.text {
            termination = .failed(boundary: "inspect", message: error)
        } else if chat.steps.isEmpty {
            termination = .failed(boundary: "inspect", message: "the sample has no turn of the model")
        } else if sample["limit"]?.object != nil, termination != .answered {
            termination = .stepLimit
        }
        let outcome = scorer.flatMap { scores(sample)[$0]?["value"] }.flatMap(isRight)
        run.episodes.append(
            ImportedEpisode(
                text: text, answers: sample["target"]?.scalars.filter { !$0.isEmpty } ?? [],
                id: sample["id"]?.scalar, tools: chat.tools.filter { $0.name != "submit" }, steps: steps,
                termination: termination,
                outcome: outcome))
    }

    /// Returns the scores of a sample by their scorers.
    private static func scores(_ sample: JSON) -> [String: JSON] {
        sample["scores"]?.object ?? sample["score"].map { ["score": $0] } ?? [:]
    }

    private static func isSystem(_ message: JSON) -> Bool { message["role"]?.text == "system" }

    /// Returns what a score says of the answer: C and I, true and false, 1 and 0. Other values, such as partial credit and
    /// NaN of unscored samples, say neither.
    private static func isRight(_ value: JSON) -> Bool? {
        switch value {
        case .text("C"), .boolean(true), .integer(1), .number(1): true
        case .text("I"), .text("N"), .boolean(false), .integer(0), .number(0): false
        default: nil
        }
    }
}
