import CommandKit
import Events
import Foundation
import Keys
import Trajectories

/// The command `import`: reads trajectories that `export` or another program wrote.
///
/// Example: `import "log.eval" format:inspect`.
struct ImportCommand: CatalogCommand {
    static let name = "import"
    static let group = CommandGroup.data
    static let summary = "reads trajectories that export or another program wrote"
    static let discussion = """
        Fills the trajectories and the questions, and the judgements if verdicts came along. swirl brings \
        everything back, token ids included. The other formats hold text: such trajectories can be judged, \
        filtered, labelled, exported and imitated, and swirl samples new actions at their states with any \
        policy. Right answers come from the file; questions:$set takes those of a data set instead, for \
        questions with the same identifier or the same text. The result says what the file has and \
        trajectories can't hold.
        """
    static let path = Parameter<String>.required("path", .text, "the file, or the directory of an export")
    static let format = Parameter<String>.keyword(
        "format", ImportFormats.words, default: SwirlImport.name,
        "the form of the file; the directory of an export tells its own")
    static let questions = Parameter<QuestionsObject?>.object(
        "questions", "the questions whose right answers count")
    static let scorer = Parameter<String?>.text(
        "scorer", "for inspect: the scorer that says whether an answer is right")
    var parameters: [ParameterDeclaration] {
        [
            Self.path.declaration, Self.format.declaration, Self.questions.declaration,
            Self.scorer.declaration,
        ]
    }

    private let services: Services

    init(_ services: Services) { self.services = services }

    static let result = CommandResult.object(.trajectories)
    static let companions: [ObjectType] = [.questions, .judgements]
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge; export judgements to:\".swirl/example-import\" replace:true; import \".swirl/example-import\"",
            "what an export holds comes back",
            shows: ["20 trajectories of 10 questions: …; verdicts by rules v2"])
    ]
    static let isCached = true

    /// The questions' key is part of the result's key, not the paths: the content of the files is.
    func ignored(_ call: Call) -> Set<String> { [Self.path.declaration.name] }

    func problems(_ call: Call) -> [CallProblem] {
        guard call.isWritten(Self.scorer), call[Self.format] != InspectImport.name else { return [] }
        return [
            CallProblem(
                .noEffect, parameter: "scorer", "'scorer' has no effect with format:\(call[Self.format])",
                hint: "add format:\(InspectImport.name), or leave scorer out")
        ]
    }

    func inputs(_ call: Call) throws -> [String] {
        let source = source(call)
        var names = [""]
        if source.isDirectory {
            let all = (try? FileManager.default.contentsOfDirectory(atPath: source.path)) ?? []
            let known = Set(ExportFormats.all.flatMap { $0.fileNames } + [ExportDirectory.marker])
            names = all.filter(known.contains).sorted()
        }
        // The name of the file is that of the questions' world.
        return try ["world:\(source.world)", "form:\(format(call, source).name)"]
            + names.map { "file-\($0):\(try FileKey.of(source.file($0)).hex)" }
    }

    private func source(_ call: Call) -> ImportSource {
        let name = FieldOptions.name(of: call[Self.path])
        return ImportSource(
            path: call[Self.path], scorer: call[Self.scorer], world: services.registry.ownName(name))
    }

    /// Returns the format of a call. The directory of an export tells its own.
    private func format(_ call: Call, _ source: ImportSource) -> any ImportFormat.Type {
        struct Marker: Decodable {
            let format: String
        }
        if source.isDirectory, !call.isWritten(Self.format),
            let data = FileManager.default.contents(atPath: source.file(ExportDirectory.marker)),
            let marker = try? JSONDecoder().decode(Marker.self, from: data),
            let own = ImportFormats.all.first(where: { $0.name == marker.format })
        {
            return own
        }
        return ImportFormats.named(call[Self.format])
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let source = source(call)
        let run = try format(call, source).read(source)
        guard !run.episodes.isEmpty else {
            let dropped = Self.words(run.dropped)
            throw CommandFailure(
                .malformedFile,
                "\(source.path) has no trajectory" + (dropped.isEmpty ? "" : ": left out \(dropped)"),
                hint:
                    "name the file's format: format:\(ImportFormats.all.map { $0.name }.joined(separator: ", "))"
            )
        }
        let assembly = ImportAssembly(run, source, answering: call[Self.questions]?.set)
        return .object(assembly.trajectories(context.key))
    }

    private static func words(_ counts: [String: Int]) -> String {
        counts.sorted { $0.key < $1.key }.map { "\($0.value.grouped) \($0.key)" }.joined(separator: ", ")
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let read = output.object as? TrajectoriesObject, let imported = read.imported else { return }
        let trajectories = read.trajectories
        let questions = Set(trajectories.map(\.question.id))
        let kinds = Dictionary(grouping: trajectories, by: \.termination.kind).mapValues(\.count)
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let ended = kinds.map { "\($0.value.grouped) \($0.key)" }.joined(separator: ", ")
        let calls = trajectories.reduce(0) { $0 + $1.toolCallCount }
        let withAnswer = questions.count { read.answers.answers[$0] != nil }
        let withTokens = trajectories.count { !$0.isText }
        var remarks = [
            "\(trajectories.count.grouped) trajectories of \(questions.count.grouped) questions: \(ended)",
            "\(calls.grouped) tool calls",
        ]
        if let judge = imported.judge { remarks.append("verdicts by \(judge)") }
        if imported.judge == nil { remarks.append("no verdicts") }
        if withAnswer < questions.count {
            remarks.append("\((questions.count - withAnswer).grouped) questions without a right answer")
        }
        if let matched = imported.matched {
            remarks.append("\(matched.grouped) of the questions are in the data set given")
        }
        if withTokens < trajectories.count {
            remarks.append(
                withTokens == 0
                    ? "no token ids" : "\((trajectories.count - withTokens).grouped) without token ids")
        }
        if !imported.dropped.isEmpty {
            remarks.append("left out or changed: \(Self.words(imported.dropped))")
        }
        context.say(
            "import",
            [
                .init("trajectories", .number(Double(trajectories.count))),
                .init("questions", .number(Double(questions.count))),
                .init("tool_calls", .number(Double(calls))),
                .init("with_answer", .number(Double(withAnswer))),
                .init("with_tokens", .number(Double(withTokens))),
                .init("judge", imported.judge.map { .text("\($0)") } ?? .empty),
            ] + kinds.map { Event.Field($0.key, .number(Double($0.value))) },
            [remarks.joined(separator: "; ")])
    }
}
