import Foundation
import Gemma
import Keys
import Trajectories

/// A policy that can be written as a Hugging Face directory.
package protocol PublishablePolicy: Policy {
    /// Returns the names and contents of all files that transformers needs to load the policy.
    ///
    /// - Throws: `OutOfMemory` if the files would not fit in memory.
    func publishedFiles() throws -> [(name: String, data: Data)]
}

/// Reading and writing of policies as Hugging Face directories.
extension GemmaPolicy: PublishablePolicy {
    /// Returns the files of a directory that define a policy: config.json, the weights and tokenizer.json.
    ///
    /// - Throws: `CheckpointError` if a file is missing or not readable.
    package static func files(_ directory: URL) throws -> [URL] {
        let files = try Checkpoint.files(directory) + [directory.appending(path: "tokenizer.json")]
        for file in files where !FileManager.default.isReadableFile(atPath: file.path) {
            throw CheckpointError("\(file.lastPathComponent) is missing or not readable")
        }
        return files
    }

    /// Reads a Hugging Face directory with a Gemma 2 policy. Large weights stay in their memory-mapped files.
    ///
    /// - Throws: `CheckpointError` or `Tokenizer.Malformed` if a file is missing, damaged or not supported;
    ///   `OutOfMemory` if the weights would not fit in memory.
    package init(directory: URL) throws {
        let checkpoint = try Checkpoint(directory)
        let file = directory.appending(path: "tokenizer.json")
        let tokenizer = try Tokenizer(json: Checkpoint.read(file))
        let published = checkpoint.configuration
        guard tokenizer.vocabularySize <= published.network.vocabularySize else {
            throw CheckpointError(
                "tokenizer.json has \(tokenizer.vocabularySize) tokens, but config.json's vocab_size is \(published.network.vocabularySize)"
            )
        }
        self.init(
            name: directory.standardizedFileURL.lastPathComponent, weights: try Weights(checkpoint),
            tokenizer: tokenizer, begin: published.begin, ends: published.ends)
    }

    /// The tokens that end a text, followed by the other tokens that end an action. Other programs must stop at each of
    /// them.
    private var stops: [Int32] { ends + format.stops.subtracting(ends).sorted() }

    /// Returns the policy as the files of a Hugging Face directory, with weights as 32-bit floats.
    ///
    /// - Throws: `OutOfMemory` if the weights would not fit in memory.
    package func publishedFiles() throws -> [(name: String, data: Data)] {
        let published = HuggingFaceConfiguration(weights.configuration, begin: begin, ends: stops)
        return [
            ("config.json", published.json()), ("generation_config.json", published.generationJSON()),
            ("model.safetensors", try weights.safetensors()), ("tokenizer.json", tokenizer.json()),
            ("tokenizer_config.json", tokenizerConfiguration),
        ]
    }

    private var tokenizerConfiguration: Data {
        var fields: [String: Any] = [
            "tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": false,
            "model_max_length": contextLength,
        ]
        fields["bos_token"] = begin.flatMap(tokenizer.piece)
        fields["eos_token"] = stops.first.flatMap(tokenizer.piece)
        if tokenizer.id(of: "<pad>") != nil { fields["pad_token"] = "<pad>" }
        if case .words(let unknown) = tokenizer.description.model { fields["unk_token"] = unknown }
        if format is ChatTurns { fields["chat_template"] = ChatTurns.template }
        guard
            let data = try? JSONSerialization.data(
                withJSONObject: fields, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
        else { preconditionFailure("texts and numbers can be written as JSON") }
        return data
    }
}
