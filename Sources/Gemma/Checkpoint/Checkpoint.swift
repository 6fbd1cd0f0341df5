import Foundation
import Keys

/// A Hugging Face directory with a Gemma 2 network: config.json, and model.safetensors or several files with an index.
/// Opening a checkpoint maps the files and reads only their headers.
///
/// ```swift
/// let checkpoint = try Checkpoint(URL(filePath: "gemma-2-2b-it"))
/// let weights = try Weights(checkpoint)
/// ```
package struct Checkpoint: Sendable {
    package let configuration: HuggingFaceConfiguration
    private let files: [SafetensorsFile]
    /// The index in `files` of the file that contains each tensor, by the tensor's name.
    private let places: [String: Int]

    /// Returns the files of a directory that define the network: config.json first, then the files with weights.
    ///
    /// - Throws: ``CheckpointError`` if the directory has no weights or an invalid index.
    package static func files(_ directory: URL) throws -> [URL] {
        let index = directory.appending(path: "model.safetensors.index.json")
        let single = directory.appending(path: "model.safetensors")
        var files = [directory.appending(path: "config.json")]
        if FileManager.default.fileExists(atPath: single.path) {
            files.append(single)
        } else if FileManager.default.fileExists(atPath: index.path) {
            files += try shards(index)
        } else {
            throw CheckpointError(
                "the directory has neither model.safetensors nor model.safetensors.index.json")
        }
        return files
    }

    /// Opens the checkpoint in a directory.
    ///
    /// - Throws: ``CheckpointError`` if a file, field or tensor is missing, unknown or invalid. The message contains
    ///   its name.
    package init(_ directory: URL) throws {
        let names = try Self.files(directory)
        try self.init(
            HuggingFaceConfiguration(json: Self.read(names[0])),
            files: names.dropFirst().map { (data: try Self.read($0), name: $0.lastPathComponent) })
    }

    /// Opens a checkpoint from the contents of its safetensors files.
    ///
    /// - Throws: ``CheckpointError`` if a file is invalid, or if a tensor is missing, is unknown or has the wrong
    ///   shape. The message contains its name.
    package init(_ configuration: HuggingFaceConfiguration, files: [(data: Data, name: String)]) throws {
        self.configuration = configuration
        self.files = try files.map { try SafetensorsFile($0.data, name: $0.name) }
        var places: [String: Int] = [:]
        for (index, file) in self.files.enumerated() {
            for tensor in file.tensors.keys {
                guard places.updateValue(index, forKey: tensor) == nil else {
                    throw CheckpointError("the tensor \(tensor) is in two files")
                }
            }
        }
        self.places = places
        try check()
    }

    /// The total size of the weight files in bytes. Their mapping takes this much memory once all tensors have been
    /// read.
    package var byteCount: Int { files.reduce(0) { $0 + $1.data.count } }

    /// Returns a tensor and the file that contains it.
    func tensor(_ name: String) -> (file: SafetensorsFile, tensor: SafetensorsFile.Tensor) {
        guard let place = places[name], let tensor = files[place].tensors[name] else {
            preconditionFailure("\(name) was found when the checkpoint was opened")
        }
        return (files[place], tensor)
    }

    /// Checks that every tensor of the network is present with the right shape, and that there are no other tensors.
    ///
    /// - Throws: ``CheckpointError`` with the name of the first tensor for which this is not true.
    private func check() throws {
        let layout = TensorLayout(configuration.network)
        for tensor in layout.tensors {
            guard let place = places[tensor.name], let found = files[place].tensors[tensor.name] else {
                throw CheckpointError("the tensor \(tensor.name) is missing")
            }
            guard found.shape == tensor.shape else {
                throw CheckpointError(
                    "\(tensor.name) has the shape \(found.shape), but config.json requires \(tensor.shape)")
            }
        }
        let known = Set(layout.tensors.map(\.name))
        // Some programs also store the output matrix, although it is tied to the embedding. This copy is ignored.
        let others = places.keys.filter { !known.contains($0) && $0 != "lm_head.weight" }
        if let other = others.min() { throw CheckpointError("the tensor \(other) is not part of Gemma 2") }
    }

    /// Checks that every weight is a finite number. It reads all values once.
    ///
    /// A single NaN can make all log-probabilities undefined. Later checks would report this, but not which weight is
    /// the cause.
    ///
    /// - Throws: ``CheckpointError`` with the tensor and the index of the first such weight.
    func checkFinite() throws {
        let names = Set(TensorLayout(configuration.network).tensors.map(\.name))
        for file in files {
            guard let (tensor, index) = file.firstNotFinite(in: names) else { continue }
            throw CheckpointError(
                "\(file.name): \(tensor) contains a weight that is infinite or not a number (element \(index)); the checkpoint is damaged, or its training diverged"
            )
        }
    }

    private static func shards(_ index: URL) throws -> [URL] {
        guard
            let map = (try? OrderedJSON(read(index)))?["weight_map"]?.members,
            case let names = map.compactMap(\.value.string), names.count == map.count
        else {
            throw CheckpointError("\(index.lastPathComponent) has no weight_map")
        }
        let directory = index.deletingLastPathComponent()
        return try Set(names).sorted().map { name in
            guard !name.contains("/"), !name.contains("..") else {
                throw CheckpointError(
                    "\(index.lastPathComponent) names a file outside of the directory: \(name)")
            }
            return directory.appending(path: name)
        }
    }

    /// Maps a file into memory.
    ///
    /// - Throws: ``CheckpointError`` if the file is missing, is not readable or is a Git LFS pointer.
    package static func read(_ file: URL) throws -> Data {
        guard let data = try? Data(contentsOf: file, options: .alwaysMapped) else {
            throw CheckpointError("\(file.lastPathComponent) is missing or not readable")
        }
        if let pointer = GitLFSPointer(data) {
            throw CheckpointError(pointer.explanation(file.lastPathComponent))
        }
        return data
    }
}
