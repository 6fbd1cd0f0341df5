// Sources/Commands/Catalog/Data
import CommandKit
import Commands
import Keys
import Trajectories

/// A policy elsewhere, as one on a server: it has a name and a revision, and gives texts without tokens.
package struct ParrotCommand: CatalogCommand {
    package static let name = "parrot"
    package static let group = CommandGroup.data
    package static let summary = "takes a policy elsewhere"
    package static let phrase = Parameter<String>.required("phrase", .text, "what it answers")
    package static let result = CommandResult.object(.policy)
    package static let examples = [CommandExample("parrot \"hello\"", "a policy without weights")]
    package let parameters = [phrase.declaration]

    package init(_ services: Services) {}

    package func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        .object(PolicyObject(policy: Parrot(phrase: call[Self.phrase])))
    }
}

private struct Parrot: Policy, PolicyEpisode {
    let phrase: String
    let name = "parrot"
    let limits = PolicyLimits(concurrentEpisodes: 8, context: 2_000, unit: "characters")
    var identity: PolicyIdentity { .endpoint(url: "parrot://here", model: phrase, revision: nil) }

    func open(_ prompt: EpisodePrompt, samples: Int) async throws -> [any PolicyEpisode] {
        Array(repeating: self, count: samples)
    }

    func act(
        after observation: String?, _ sampling: Sampling, _ stream: RandomStream
    ) async throws -> SampledAction {
        if phrase == "silence" { throw EpisodeFailure(boundary: "policy", message: "the server is down") }
        return SampledAction(
            text: observation == nil ? "<weather>\(phrase)</weather>" : "<answer>\(phrase)</answer>",
            isComplete: true, trace: nil)
    }

    func close() async {}
}
