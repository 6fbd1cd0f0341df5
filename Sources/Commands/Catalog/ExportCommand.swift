import Foundation
import Interpreter
import Models
import Output

/// `export policy to:"DIR"`
struct ExportCommand: Command {
    static let name = "export"
    static let summary = "writes the policy as a Hugging Face directory"
    static let discussion =
        "config.json, model.safetensors (32-bit floats), tokenizer.json and what else transformers wants to load it: AutoModelForCausalLM and AutoTokenizer read it, and so does model. The directory is new or an earlier export; replace:true writes anew over an earlier export."
    static let what = Parameter<String>.required(
        "what", .keyword(Vocabulary("object", [("policy", "weights and tokenizer")])), "what is written")
    static let to = Parameter<String>.required("to", .text, "the directory", positional: false)
    static let replace = Parameter<Bool>.boolean(
        "replace", default: false, "whether an earlier export may be replaced")
    static let policy = Parameter<PolicyObject>.slot("policy", "which policy")
    static let parameters = [what.declaration, to.declaration, replace.declaration, policy.declaration]
    static let result = CommandResult.nothing
    static let examples = [
        CommandExample(
            "model nano tokens:20k; export policy to:\"/tmp/swirl-example-export\" replace:true",
            "a policy for other programs")
    ]

    /// The file that says which policy a directory holds; only a directory with it is ever replaced.
    private static let marker = "swirl.json"

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard let policy = call[Self.policy].policy as? GemmaPolicy else {
            throw CommandFailure("this policy's weights are not at hand", hint: "export an embedded policy")
        }
        let directory = URL(fileURLWithPath: call[Self.to])
        let found = try held(directory)
        func say(_ verb: String) {
            context.say(
                "export", [.init("directory", .text(call[Self.to])), .init("policy", .text(policy.key.hex))],
                ["\(policy.name) (\(policy.key.short)) \(verb) \(call[Self.to])"])
        }
        if found == policy.key.hex, !call[Self.replace] {
            say("is already in")
            return .nothing
        }
        if found != nil, !call[Self.replace] {
            throw CommandFailure(
                "\(call[Self.to]) holds another policy", hint: "give another directory, or replace:true")
        }
        do {
            try write(policy, to: directory, replacing: found != nil)
        } catch {
            throw CommandFailure("\(call[Self.to]): \(error.localizedDescription)")
        }
        say("written to")
        return .nothing
    }

    /// The key of the policy that was exported to a directory; `nil` where there is nothing yet.
    ///
    /// - Throws: `CommandFailure` where something else is there.
    private func held(_ directory: URL) throws -> String? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory.path) else {
            guard !FileManager.default.fileExists(atPath: directory.path) else {
                throw CommandFailure("\(directory.path) is no directory")
            }
            return nil
        }
        if names.isEmpty { return nil }
        guard
            let data = try? Data(contentsOf: directory.appending(path: Self.marker)),
            let fields = try? JSONDecoder().decode([String: String].self, from: data),
            let key = fields["policy"]
        else {
            throw CommandFailure(
                "\(directory.path) holds files that are no export",
                hint: "give a directory that is new or empty; nothing there was touched")
        }
        return key
    }

    /// All or nothing: the files are written beside the directory, and the whole takes its place.
    private func write(_ policy: GemmaPolicy, to directory: URL, replacing: Bool) throws {
        let files = FileManager.default
        let parent = directory.standardizedFileURL.deletingLastPathComponent()
        try files.createDirectory(at: parent, withIntermediateDirectories: true)
        let name = ".\(directory.lastPathComponent).\(UUID().uuidString)"
        let fresh = parent.appending(path: name)
        do {
            try files.createDirectory(at: fresh, withIntermediateDirectories: false)
            for (name, data) in policy.publishedFiles { try data.write(to: fresh.appending(path: name)) }
            let marker = ["policy": policy.key.hex, "name": policy.name]
            try JSONEncoder().encode(marker).write(to: fresh.appending(path: Self.marker))
            let old = parent.appending(path: name + ".old")
            if files.fileExists(atPath: directory.path) { try files.moveItem(at: directory, to: old) }
            try files.moveItem(at: fresh, to: directory)
            try? files.removeItem(at: old)
        } catch {
            try? files.removeItem(at: fresh)
            throw error
        }
    }
}
