import CommandKit
import Datasets
import Events
import Foundation
import Keys
import Trajectories

/// The command `dataset`: fills the questions slot from generated worlds, from a file in an official format, or from a
/// file of the user's own.
///
/// Example: `dataset hop-nano split:train limit:600`.
struct DatasetCommand: CatalogCommand {
    static let name = "dataset"
    static let group = CommandGroup.data
    static let summary = "takes questions from worlds, from an official file, or from a file of your own"
    static let discussion = """
        Different splits share no question, in any world and any phrasing. Training questions depend on the \
        seed; validation and test questions never change. The limit is divided evenly among the worlds. A \
        file (data:) is used as it is: without limit: all of its questions are loaded, and split: only \
        states what they are used for. In one session, an undivided file can't serve as two splits, and it \
        can't give questions if a base was pretrained on it. divide:[40% 40% 10% 10%] divides one file into \
        shares for pretraining, train, validation and test; model data: takes the same option. Of a file of \
        your own (JSON Lines, a JSON array or CSV; its name in quotes), question: and answer: name the fields; \
        names inside of objects are joined by dots: answer:"extra.target". preview:true shows five questions \
        and fills no slot.
        """
    static let split = Parameter<String>.keyword(
        "split", Split.words, default: "train", "the part of the worlds' questions")
    static let limit = Parameter<Int>.integer(
        "limit", default: 600, in: 1...1_000_000,
        "the total number of questions; without it a file gives all of its questions")
    static let result = CommandResult.object(.questions)
    static let examples = [
        CommandExample(
            "dataset hop-nano limit:20", "twenty training questions",
            shows: ["20 train questions of hop-nano"]),
        CommandExample(
            "dataset hop-nano gsm-nano split:validation limit:40", "two worlds, evenly mixed",
            shows: ["40 validation questions of hop-nano, gsm-nano"]),
        CommandExample(
            "dataset hop-nano limit:20 preview:true", "a look at five of them",
            shows: ["1  what is the birthyear of the spouse of yara quincy?", "   answer  1999"]),
    ]
    static let data = Parameter<String?>.text("data", "the file for a data set with an official format")
    static let preview = Parameter<Bool>.boolean(
        "preview", default: false, "true: only show the first five questions and their answers")
    private let services: Services
    private let worlds: Parameter<[String]>
    /// The options of all generated worlds. Worlds that declare the same name share the option of the first of them.
    private let options: [Parameter<Double>]

    init(_ services: Services) {
        self.services = services
        worlds = .keywords(
            "worlds", services.registry.sourceWords,
            "the worlds that give the questions, a data set with data:, or a file of your own in quotes",
            positional: true, required: true, orTexts: true)
        var names: Set<String> = []
        options = services.registry.datasets.flatMap { $0.options }.filter { names.insert($0.name).inserted }
            .map { .number($0.name, default: $0.defaultValue, in: $0.range, $0.summary) }
    }

    var parameters: [ParameterDeclaration] {
        [
            worlds.declaration, Self.split.declaration, Self.limit.declaration, Self.data.declaration,
            DivideOption.divide.declaration, Self.preview.declaration,
        ] + FieldOptions.all.map(\.declaration) + options.map(\.declaration)
    }

    /// Returns the source of the questions of a call. The name of a known data set is that data set, also in quotes;
    /// any other text is a file.
    private func source(_ call: Call) -> QuestionSource {
        let names = call[worlds]
        let known = services.registry.datasets
        if let own = names.first(where: { name in !known.contains { $0.name == name } }) {
            return .own(path: own)
        }
        if let file = names.first(where: { services.registry.dataset($0).world == nil }) {
            return .official(name: file, path: call[Self.data])
        }
        return .worlds(names)
    }

    func result(_ call: Call) -> CommandResult { call[Self.preview] ? .nothing : Self.result }

    /// Returns the values of the worlds' options by their names.
    private func settings(_ call: Call) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: options.map { ($0.declaration.name, call[$0]) })
    }

    func usesSeed(_ call: Call) -> Bool { call[Self.split] == "train" }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let questions = try await questions(call)
        guard call[Self.preview] else { return .object(questions) }
        context.say("preview", [], QuestionPreview.lines(questions))
        return .nothing
    }

    private func questions(_ call: Call) async throws -> QuestionsObject {
        let split = Split(rawValue: call[Self.split])!
        let reader: any QuestionFile
        switch source(call) {
        case .worlds(let worlds):
            let set = try await services.questions(
                worlds, split, limit: call[Self.limit], seed: call.seed, settings: settings(call))
            return QuestionsObject(set: set, split: split)
        case .official(let name, let path):
            // The checker rejects a call without the file.
            let entry = services.registry.dataset(name)
            reader = entry.readerWithAliases?(path!, call[FieldOptions.aliases]) ?? entry.reader!(path!)
        case .own(let path):
            let name = services.registry.ownName(FieldOptions.name(of: path))
            reader = MappedFile(path, name: name, FieldOptions.names(call))
        }
        let file = try reader.read()
        if let corpus = file.corpus, !call[Self.preview] { services.load(corpus) }
        let division = DivideOption.division(call)
        let (set, available) = try file.set(
            split, division, limit: Self.fileLimit(call), seed: call[Self.preview] ? nil : call.seed)
        let isDivided = division != nil || call[FieldOptions.part] != nil
        return QuestionsObject(
            set: set, split: split, available: available, repeats: file.repeats,
            withoutPassages: file.withoutPassages, lacksPassages: file.lacksPassages,
            passages: file.corpus?.passages.count, leftOut: file.leftOut, wanted: Self.fileLimit(call),
            inFile: isDivided ? file.questions.count : nil)
    }

    /// Returns the limit for a file. It is `nil`, which means all questions of the file, unless the statement has
    /// `limit:`.
    private static func fileLimit(_ call: Call) -> Int? { call.isWritten(limit) ? call[limit] : nil }

    func problems(_ call: Call) -> [CallProblem] {
        if call[Self.limit] < call[worlds].count {
            return [
                CallProblem(
                    .outOfRange, parameter: "limit",
                    "a limit of \(call[Self.limit]) leaves some of the \(call[worlds].count) worlds without questions",
                    hint: "the limit is divided among the worlds; raise it, or name fewer worlds")
            ]
        }
        let source = source(call)
        let known = Set(
            services.registry.datasets.filter { call[worlds].contains($0.name) }
                .flatMap { $0.options.map(\.name) })
        let idle = options.filter { call.isWritten($0) }.map(\.declaration.name).filter {
            !known.contains($0)
        }
        guard idle.isEmpty else {
            return idle.map { name in
                let owners = services.registry.datasets.filter { $0.options.contains { $0.name == name } }
                return CallProblem(
                    .noEffect, parameter: name,
                    "'\(name)' has no effect on \(call[worlds].joined(separator: ", "))",
                    hint: "it is an option of \(owners.map { $0.name }.joined(separator: ", "))")
            }
        }
        let repeated = Registry.repeated(call[worlds], parameter: "worlds")
        guard repeated.isEmpty else { return repeated }
        let fields = FieldOptions.problems(call, source, readsAliases: aliasFile(call) != nil)
        guard fields.isEmpty else { return fields }
        if source.path != nil, call[worlds].count > 1 {
            return [
                CallProblem(
                    .contradiction, parameter: "worlds", "a file can't be combined with other worlds",
                    hint: "use one dataset statement for each file")
            ]
        }
        let split = Split(rawValue: call[Self.split])!
        let division = DivideOption.problems(call, hasFile: source.path != nil, split: split)
        guard division.isEmpty else { return division }
        if call[FieldOptions.part] != nil, call.isGiven(DivideOption.divide) {
            return [
                CallProblem(
                    .contradiction, parameter: "divide",
                    "'part' and 'divide' both say which split a record is in",
                    hint: "leave one of them out")
            ]
        }
        return problemsOfData(call, source)
    }

    /// Returns the mistakes in the option `data:`.
    private func problemsOfData(_ call: Call, _ source: QuestionSource) -> [CallProblem] {
        switch source {
        case .official(let name, nil):
            return [
                CallProblem(
                    .missingArgument, parameter: "worlds", "'\(name)' needs a file",
                    hint: "dataset \(name) data:\"…\"")
            ]
        case .official: return []
        case .own(let path) where call.isGiven(Self.data):
            return [
                CallProblem(
                    .noEffect, parameter: "data", "'data' has no effect: '\(path)' is already a file",
                    hint: "leave data out, or name an official data set in the place of '\(path)'")
            ]
        case .worlds where call.isGiven(Self.data):
            let files = services.registry.datasets.filter { $0.world == nil }.map { $0.name }
            return [
                CallProblem(
                    .noEffect, parameter: "data",
                    "'data' has no effect on generated worlds, which are not read from a file",
                    hint: "leave data out, or use \(files.joined(separator: ", "))")
            ]
        case .own, .worlds: return []
        }
    }

    func inputs(_ call: Call) throws -> [String] {
        guard let path = source(call).path else { return [] }
        let key = try FileKey.of(path)
        if !call[Self.preview] {
            try services.files.check(path, key, Self.partition(call), Split(rawValue: call[Self.split])!)
        }
        let aliases = try aliasFile(call).map { ["aliases:\(try FileKey.of($0).hex)"] } ?? []
        return aliases + ["file:\(key.hex)", "limit:\(Self.fileLimit(call).map(String.init) ?? "all")"]
    }

    /// Returns the file with the aliases of an official data set; `nil` if the call names none.
    private func aliasFile(_ call: Call) -> String? {
        guard case .official(let name, _) = source(call),
            services.registry.dataset(name).readerWithAliases != nil
        else { return nil }
        return call[FieldOptions.aliases]
    }

    /// Returns what divides the file of a call into splits.
    private static func partition(_ call: Call) -> FilePartition {
        if let part = call[FieldOptions.part] { return .field(part) }
        return DivideOption.partition(call)
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let questions = output.object as? QuestionsObject else { return }
        if let path = source(call).path {
            services.files.note(path, Self.partition(call), questions.split)
        }
        let counts = questions.set.worlds.map { world in
            (world, questions.set.questions.count { $0.world == world })
        }
        context.say(
            "questions",
            [
                .init("split", .text(questions.split.rawValue)),
                .init("questions", .number(Double(questions.set.questions.count))),
                .init("available", .number(Double(questions.available ?? questions.set.questions.count))),
                .init("passages", questions.passages.map { .number(Double($0)) } ?? .empty),
                .init("repeated", .number(Double(questions.repeats))),
                .init("left_out", .number(Double(questions.leftOut.values.reduce(0, +)))),
            ] + counts.map { Event.Field($0.0, .number(Double($0.1))) },
            [([questions.summary] + questions.remarks).joined(separator: "; ")])
        if questions.lacksPassages {
            context.warn(
                "no question has passages, so search finds nothing; use a file with contexts, or turn tools off: tools none"
            )
        }
    }
}
