import CommandKit
import Events
import Failures
import Foundation
import Gemma
import Models

/// The command `export`: writes the policy as a directory that transformers and `model` can load.
///
/// Example: `export policy to:"models/tuned"`.
struct ExportCommand: CatalogCommand {
    static let name = "export"
    static let group = CommandGroup.report
    static let summary = "writes the policy as a Hugging Face directory"
    static let discussion = """
        Writes config.json, model.safetensors (32-bit floats), tokenizer.json and the other files that \
        transformers needs. AutoModelForCausalLM and AutoTokenizer can load the directory, and so can model. \
        The directory must be new, empty or an earlier export. An export of another policy is overwritten \
        only with replace:true.
        """
    static let what = Parameter<String>.required(
        "what", .keyword(Vocabulary("object", [("policy", "weights and tokenizer")])), "the object to write")
    static let to = Parameter<String>.required("to", .text, "the directory", positional: false)
    static let replace = Parameter<Bool>.boolean(
        "replace", default: false, "true: overwrite an earlier export of another policy")
    static let policy = Parameter<PolicyObject>.slot("policy", "the policy to export")
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

    /// The name of the file that identifies the exported policy. Only a directory with this file is ever overwritten.
    private static let marker = "swirl.json"

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard let policy = call[Self.policy].policy as? any PublishablePolicy else {
            throw CommandFailure(
                .weightsElsewhere, "this policy's weights are not available here",
                hint: "export an embedded policy")
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
                        "\(call[Self.to]) has files that no export wrote: \(strange.joined(separator: ", "))",
                        hint: "move these files away or give another directory; nothing was changed")
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

    /// Returns true if the directory contains all these files with this content.
    private func holds(_ directory: URL, _ files: [(name: String, data: Data)]) -> Bool {
        files.allSatisfy { file in
            (try? Data(contentsOf: directory.appending(path: file.name), options: .alwaysMapped)) == file.data
        }
    }

    /// Returns the names of the files in an earlier export; `nil` if the directory is missing or empty.
    ///
    /// - Throws: `CommandFailure` if the path is not a directory, or a directory that no export wrote.
    private func earlierExport(_ directory: URL, _ path: String) throws -> Set<String>? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory.path) else {
            guard !FileManager.default.fileExists(atPath: directory.path) else {
                throw CommandFailure(.occupiedDirectory, "\(path) is not a directory")
            }
            return nil
        }
        if names.isEmpty { return nil }
        guard names.contains(Self.marker) else {
            throw CommandFailure(
                .occupiedDirectory, "\(path) has files but is not an export",
                hint: "give a new or empty directory; nothing was changed")
        }
        return Set(names)
    }

    /// Writes all files or none: writes them to a temporary directory, which then replaces the target.
    ///
    /// - Throws: errors of the file system. The target then has its earlier content.
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
