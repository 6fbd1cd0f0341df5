import CommandKit
import Events
import Failures
import Foundation
import Gemma
import Models

/// `export policy to:"DIR"`
struct ExportCommand: CatalogCommand {
    static let name = "export"
    static let group = CommandGroup.report
    static let summary = "writes the policy as a Hugging Face directory"
    static let discussion =
        "config.json, model.safetensors (32-bit floats), tokenizer.json and what else transformers wants to load it: AutoModelForCausalLM and AutoTokenizer read it, and so does model. The directory is new or an earlier export; replace:true lets another policy take an export's place."
    static let what = Parameter<String>.required(
        "what", .keyword(Vocabulary("object", [("policy", "weights and tokenizer")])), "what is written")
    static let to = Parameter<String>.required("to", .text, "the directory", positional: false)
    static let replace = Parameter<Bool>.boolean(
        "replace", default: false, "whether an earlier export may be replaced")
    static let policy = Parameter<PolicyObject>.slot("policy", "which policy")
    var parameters: [ParameterDeclaration] {
        [Self.what.declaration, Self.to.declaration, Self.replace.declaration, Self.policy.declaration]
    }

    init(_ services: Services) {}

    static let result = CommandResult.nothing
    static let examples = [
        CommandExample(
            "model nano tokens:20k; export policy to:\".swirl/example-export\" replace:true",
            "a policy for other programs", shows: ["nano (…) … .swirl/example-export"])
    ]

    /// The file that says which policy a directory holds; only a directory with it is ever replaced.
    private static let marker = "swirl.json"

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard let policy = call[Self.policy].policy as? any PublishablePolicy else {
            throw CommandFailure(
                .weightsElsewhere, "this policy's weights are not at hand", hint: "export an embedded policy")
        }
        let directory = URL(fileURLWithPath: call[Self.to])
        let earlier = try earlierExport(directory, call[Self.to])
        func say(_ verb: String) {
            context.say(
                "export", [.init("directory", .text(call[Self.to])), .init("policy", .text(policy.key.hex))],
                ["\(policy.name) (\(policy.key.short)) \(verb) \(call[Self.to])"])
        }
        do {
            let marker = try JSONEncoder().encode(["policy": policy.key.hex, "name": policy.name])
            let files = try policy.publishedFiles() + [(Self.marker, marker)]
            if let earlier {
                if holds(directory, files.filter { $0.name != Self.marker }) {
                    say("is already in")
                    return .nothing
                }
                guard call[Self.replace] else {
                    throw CommandFailure(
                        .occupiedDirectory, "\(call[Self.to]) holds another policy",
                        hint: "give another directory, or replace:true")
                }
                let strange = earlier.subtracting(files.map(\.name)).sorted()
                guard strange.isEmpty else {
                    throw CommandFailure(
                        .occupiedDirectory,
                        "\(call[Self.to]) holds files that no export wrote: \(strange.joined(separator: ", "))",
                        hint: "move them away or give another directory; nothing there was touched")
                }
            }
            try write(files, to: directory)
        } catch let failure as any Explained {
            throw failure
        } catch {
            throw CommandFailure(.notWritten, "\(call[Self.to]): \(error.localizedDescription)")
        }
        say("written to")
        return .nothing
    }

    private func holds(_ directory: URL, _ files: [(name: String, data: Data)]) -> Bool {
        files.allSatisfy { file in
            (try? Data(contentsOf: directory.appending(path: file.name), options: .alwaysMapped)) == file.data
        }
    }

    /// The names in a directory that was exported to; `nil` where there is nothing yet.
    ///
    /// - Throws: `CommandFailure` where something else is there.
    private func earlierExport(_ directory: URL, _ path: String) throws -> Set<String>? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory.path) else {
            guard !FileManager.default.fileExists(atPath: directory.path) else {
                throw CommandFailure(.occupiedDirectory, "\(path) is no directory")
            }
            return nil
        }
        if names.isEmpty { return nil }
        guard names.contains(Self.marker) else {
            throw CommandFailure(
                .occupiedDirectory, "\(path) holds files that are no export",
                hint: "give a directory that is new or empty; nothing there was touched")
        }
        return Set(names)
    }

    /// All or nothing: the files are written beside the directory, and the whole takes its place.
    private func write(_ contents: [(name: String, data: Data)], to directory: URL) throws {
        let files = FileManager.default
        let parent = directory.standardizedFileURL.deletingLastPathComponent()
        try files.createDirectory(at: parent, withIntermediateDirectories: true)
        let name = ".\(directory.lastPathComponent).\(UUID().uuidString)"
        let fresh = parent.appending(path: name)
        let old = parent.appending(path: name + ".old")
        do {
            try files.createDirectory(at: fresh, withIntermediateDirectories: false)
            for (name, data) in contents { try data.write(to: fresh.appending(path: name)) }
            if files.fileExists(atPath: directory.path) { try files.moveItem(at: directory, to: old) }
            try files.moveItem(at: fresh, to: directory)
        } catch {
            if files.fileExists(atPath: old.path) { try? files.moveItem(at: old, to: directory) }
            try? files.removeItem(at: fresh)
            throw error
        }
        try? files.removeItem(at: old)
    }
}
