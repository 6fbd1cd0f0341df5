import CommandKit
import Events
import Tools
import Trajectories

/// The command `tools`: sets the tools that the policy may call in rollouts and evaluations.
///
/// Examples: `tools [search calculator]`, `tools none`, `tools [search] corpus:$wiki top:3`.
struct ToolsCommand: CatalogCommand {
    static let name = "tools"
    static let group = CommandGroup.data
    static let summary =
        "sets the tools that are offered; by default each question offers the tools of its world"
    static let discussion = """
        search looks in the passages of the question's world or file. With corpus:$wiki it looks in a corpus \
        instead. A corpus in the list of tools, tools [$wiki $news], is a tool of its own, with the name that \
        its tag: gave it. with: and top: say how passages are found in a corpus, and how many a result has; \
        each is one line, with its title first.
        """
    static let corpus = Parameter<CorpusObject?>.object("corpus", "the corpus that search looks in")
    static let with = Parameter<String>.keyword(
        "with", Vocabulary("method of search", SearchMethod.allCases.map { ($0.rawValue, $0.meaning) }),
        default: SearchMethod.bm25.rawValue, "how passages are found in a corpus")
    static let top = Parameter<Int>.integer(
        "top", default: 1, in: 1...100, "the number of passages in a result from a corpus; 1 in the paper")
    private let offered: Parameter<[Value]>
    private let services: Services

    init(_ services: Services) {
        self.services = services
        let words = Vocabulary(
            "tool",
            services.registry.toolWords.words.map { ($0.word, $0.meaning) }
                + [("none", "no tool at all"), ("own", "for each question the tools of its world")])
        offered = Parameter(
            .init(
                "offered", .list(.keywordOrObject(words, .corpus)), positional: true, required: true,
                "the tools, none, or own")
        ) { given in
            if case .list(let elements)? = given { elements.map(\.value) } else { [] }
        }
    }

    var parameters: [ParameterDeclaration] {
        [
            offered.declaration, Self.corpus.declaration, Self.with.declaration, Self.top.declaration,
        ]
    }

    static let result = CommandResult.object(.tools)
    static let examples = [
        CommandExample("tools [search calculator]", "both at once", shows: ["tools: search, calculator"]),
        CommandExample("tools none", "the policy acts without tools", shows: ["no tools"]),
        CommandExample("tools own", "back to what each world offers", shows: ["tools: each world's own"]),
    ]

    func problems(_ call: Call) -> [CallProblem] {
        let offered = call[offered]
        let words = offered.compactMap(\.string)
        if let alone = words.first(where: ["none", "own"].contains), offered.count > 1 {
            return [
                CallProblem(
                    .contradiction, parameter: "offered", "\(alone) can't be combined with other tools",
                    hint: "tools \(alone), or tools [search calculator]")
            ]
        }
        let repeated = Registry.repeated(words, parameter: "offered")
        guard repeated.isEmpty else { return repeated }
        let hasCorpus = call.isGiven(Self.corpus) || words.count < offered.count
        if call.isGiven(Self.corpus), !words.contains(Search.name), words != ["own"] {
            return [
                CallProblem(
                    .noEffect, parameter: "corpus", "'corpus' has no effect: search is not offered",
                    hint: "tools [search] corpus:$name")
            ]
        }
        let idle = [(call.isWritten(Self.with), "with"), (call.isWritten(Self.top), "top")]
        return hasCorpus
            ? []
            : idle.filter(\.0).map { _, name in
                CallProblem(
                    .noEffect, parameter: name, "'\(name)' has no effect without a corpus",
                    hint: "tools [search] corpus:$name \(name):…")
            }
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let method = SearchMethod(rawValue: call[Self.with])!
        var own: [any Tool] = []
        if let corpus = call[Self.corpus] {
            own.append(try corpus.tool(nil, by: method, limit: call[Self.top]))
        }
        var names: [String] = []
        for value in call[offered] {
            if case .object(_, _, let corpus as CorpusObject) = value {
                own.append(try corpus.tool(corpus.facts.tag, by: method, limit: call[Self.top]))
                names.append(own.last!.name)
            } else {
                names.append(value.string ?? "")
            }
        }
        if let twice = Dictionary(grouping: names + own.map(\.name), by: \.self).first(where: { name, found in
            names.count { $0 == name } > 1 || own.count { $0.name == name } > 1
        })?.key {
            throw CommandFailure(
                .contradiction, "two of the tools are named \(twice)",
                hint: "give each corpus a name: corpus \"…\" tag:news")
        }
        return .object(ToolsObject(names: names == ["own"] ? nil : names.filter { $0 != "none" }, own: own))
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let tools = output.object as? ToolsObject else { return }
        let names = tools.names ?? ["own"]
        context.say(
            "tools",
            [.init("offered", .text(names.isEmpty ? "none" : names.joined(separator: " ")))],
            [tools.summary])
    }
}
