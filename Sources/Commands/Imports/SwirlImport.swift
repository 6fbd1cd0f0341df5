import CommandKit
import Datasets
import Events
import Foundation
import Keys
import Trajectories

/// Our own format, as `export … format:swirl` writes it. Everything comes back, token ids and log-probabilities included.
enum SwirlImport: ImportFormat {
    static let name = "swirl"
    static let summary = "a directory that export format:swirl wrote: everything comes back"

    private struct Marker: Decodable {
        let version: Int?
        let subject: String?
        let format: String?
    }

    static func read(_ source: ImportSource) throws -> ImportedRun {
        guard source.isDirectory else {
            throw DatasetError(
                "\(source.path): the format swirl is a directory, not a file",
                hint: "give the directory that export wrote, or name the file's format: format:messages")
        }
        let marker = try? JSONDecoder().decode(
            Marker.self, from: Data(contentsOf: URL(fileURLWithPath: source.file(ExportDirectory.marker))))
        guard let marker, marker.version == SwirlFormat.version else {
            throw DatasetError(
                "\(source.path): \(marker?.version.map { "version \($0) of the format swirl can't be read" } ?? "no export wrote this directory")",
                hint: "this program reads version \(SwirlFormat.version)")
        }
        if let format = marker.format, format != name {
            throw DatasetError(
                "\(source.path): this export is in the format \(format), which can't be imported",
                hint: "export … format:\(name), or format:messages, can")
        }
        guard FileManager.default.fileExists(atPath: source.file("trajectories.jsonl")) else {
            throw DatasetError(
                "\(source.path): there are no trajectories in it; it holds \(marker.subject ?? "something else")",
                hint:
                    "dataset \"\(source.path)/questions.jsonl\" question:\"question\" answer:\"answer\" reads questions"
            )
        }
        var run = ImportedRun()
        let questions = try questions(source, &run)
        try source.records(source.file("trajectories.jsonl")) { record, place in
            guard let episode = episode(record, questions) else {
                throw malformed(source.file("trajectories.jsonl"), place)
            }
            run.episodes.append(episode)
        }
        if FileManager.default.fileExists(atPath: source.file("verdicts.jsonl")) {
            try addVerdicts(source, &run)
        } else if ["judgements", "selection"].contains(marker.subject) {
            throw DatasetError(
                "\(source.path): the file verdicts.jsonl is missing", hint: "copy the whole directory")
        }
        if FileManager.default.fileExists(atPath: source.file("generator.jsonl")) {
            try source.records(source.file("generator.jsonl")) { record, _ in
                run.generator = record["policy"]?.text.flatMap(ContentKey.init(hex:)).map { policy in
                    BehaviorPolicy(
                        policy: policy,
                        tokenizer: record["tokenizer"]?.text.flatMap(ContentKey.init(hex:)),
                        stepLimit: record["step_limit"]?.integer,
                        actionTokens: record["action_tokens"]?.integer)
                }
            }
        }
        for name in ["selection.jsonl", "labels.jsonl"]
        where FileManager.default.fileExists(atPath: source.file(name)) {
            run.drop(name == "selection.jsonl" ? "a selection (filter again)" : "labels")
        }
        return run
    }

    private static func malformed(_ path: String, _ place: FileRecords.Position) -> DatasetError {
        FileRecords(path: path).problem(
            "not a record of the format swirl, version \(SwirlFormat.version)", place,
            hint: "docs/data.md describes the format")
    }

    private static func questions(
        _ source: ImportSource, _ run: inout ImportedRun
    ) throws -> [String: (question: Question, gold: GoldAnswer?)] {
        var questions: [String: (question: Question, gold: GoldAnswer?)] = [:]
        let path = source.file("questions.jsonl")
        try source.records(path) { record, place in
            guard let id = record["id"]?.text, let number = record["number"]?.integer,
                let world = record["world"]?.text, let text = record["question"]?.text
            else { throw malformed(path, place) }
            let question = Question(
                id: id, number: number, world: world, text: text, kind: record["kind"]?.text ?? "question",
                hops: record["hops"]?.integer ?? 0, corpus: record["corpus"]?.text,
                tools: record["tools"]?.scalars ?? [], sourceID: record["source_id"]?.text)
            let gold = record["answer"]?.text.map { answer in
                GoldAnswer(
                    answer, aliases: record["aliases"]?.scalars ?? [],
                    rules: record["grading"]?.text.flatMap(PublishedRules.init(rawValue:)))
            }
            if run.split == nil { run.split = record["split"]?.text.flatMap(Split.init(rawValue:)) }
            questions[id] = (question, gold)
        }
        return questions
    }

    private static func episode(
        _ record: JSON, _ questions: [String: (question: Question, gold: GoldAnswer?)]
    ) -> ImportedEpisode? {
        guard let known = record["question"]?.text.flatMap({ questions[$0] }),
            let name = record["name"]?.text.flatMap(TrajectoryID.init),
            let steps = record["steps"]?.list?.map(step), !steps.contains(where: { $0 == nil }),
            let termination = termination(record)
        else { return nil }
        return ImportedEpisode(
            text: known.question.text, known: known, name: name,
            tools: (record["tools"]?.list ?? []).compactMap { tool in
                tool["name"]?.text.flatMap { name in tool["tag"]?.text.map { ToolOffer(name: name, tag: $0) }
                }
            }, steps: steps.map { $0! }, termination: termination,
            temperature: record["temperature"]?.double ?? 1)
    }

    private static func termination(_ record: JSON) -> Termination? {
        switch record["termination"]?.text {
        case "answered": .answered
        case "step-limit": .stepLimit
        case "malformed": .malformed
        case "truncated": .truncated
        case "failed":
            .failed(boundary: record["failed_part"]?.text ?? "", message: record["failure"]?.text ?? "")
        default: nil
        }
    }

    private static func step(_ record: JSON) -> Step? {
        guard let text = record["text"]?.text, let action = record["action"],
            let form = ParsedAction(record: action)
        else {
            return nil
        }
        return Step(
            action: Action(text: text, form: form, trace: record["tokens"].flatMap(trace)),
            observation: record["observation"]?.text.map {
                Observation(
                    text: $0, problem: record["problem"]?.text,
                    fullLength: record["observation_length"]?.integer)
            })
    }

    private static func trace(_ tokens: JSON) -> TokenTrace? {
        guard let read = tokens["read"]?.list, let written = tokens["written"]?.list else { return nil }
        func ids(_ values: [JSON]) -> [Int32] {
            values.compactMap { $0.integer.flatMap(Int32.init(exactly:)) }
        }
        func numbers(_ values: [JSON]?) -> [Float]? {
            values.map { $0.compactMap { $0.double.map(Float.init) } }
        }
        return TokenTrace(
            read: ids(read), written: ids(written), logProbabilities: numbers(tokens["logprobs"]?.list) ?? [],
            samplingLogProbabilities: numbers(tokens["sampling_logprobs"]?.list))
    }

    private static func addVerdicts(_ source: ImportSource, _ run: inout ImportedRun) throws {
        let path = source.file("verdicts.jsonl")
        var places: [TrajectoryID: Int] = [:]
        for (index, episode) in run.episodes.enumerated() { episode.name.map { places[$0] = index } }
        var judge: JudgeIdentity?
        var episodes = run.episodes
        try source.records(path) { record, place in
            guard let index = record["name"]?.text.flatMap(TrajectoryID.init).flatMap({ places[$0] }),
                let verdicts = record["verdicts"]?.list?.map(Verdict.init(record:)),
                verdicts.count == episodes[index].steps.count, !verdicts.contains(where: { $0 == nil }),
                let name = record["judge"]?.text
            else { throw malformed(path, place) }
            episodes[index].verdicts = verdicts.map { $0! }
            episodes[index].outcome = record["outcome"]?.boolean
            judge = JudgeIdentity(
                name: name, version: record["judge_version"]?.integer ?? 1,
                options: record["judge_options"]?.text ?? "")
        }
        let without = episodes.count { $0.verdicts == nil }
        guard without == 0 else {
            throw DatasetError(
                "\(path): \(without) of \(episodes.count) trajectories have no verdicts; the file is cut",
                hint: "copy the whole directory")
        }
        run.episodes = episodes
        run.judge = judge
    }
}

extension Verdict {
    /// Reads a verdict as `export` writes it; `nil` if it has another form.
    init?(record: JSON) {
        guard let label = record["verdict"]?.text.flatMap(Label.init(rawValue:)) else { return nil }
        var cost: Cost?
        if let read = record["tokens_read"]?.integer, let written = record["tokens_written"]?.integer {
            cost = Cost(read: read, written: written)
        }
        self.init(label, record["reason"]?.text ?? "", score: record["score"]?.double, cost: cost)
    }
}

extension ParsedAction {
    /// Reads an action as `export` writes it; `nil` if it has another form.
    init?(record action: JSON) {
        switch action["form"]?.text {
        case "tool-call":
            guard let tool = action["tool"]?.text, let input = action["input"]?.text else { return nil }
            self = .toolCall(tool: tool, input: input)
        case "answer":
            guard let answer = action["answer"]?.text else { return nil }
            self = .answer(answer)
        case "malformed":
            guard let reason = action["reason"]?.text else { return nil }
            self = .malformed(reason: reason)
        case "truncated": self = .truncated
        default: return nil
        }
    }
}
