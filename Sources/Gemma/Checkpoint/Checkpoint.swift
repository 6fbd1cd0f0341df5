import Foundation
import Keys

/// A Hugging Face directory with a Gemma 2 network: config.json, and model.safetensors or a sharded index. Opening a
/// checkpoint maps the files and reads only their headers.
package struct Checkpoint: Sendable {
    package let configuration: PublishedConfiguration
    private let files: [SafetensorsFile]
    private let places: [String: Int]

    /// Returns the files of a directory that define the network, in a fixed order.
    ///
    /// - Throws: ``CheckpointError`` if the directory has no weights.
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

    /// - Throws: ``CheckpointError`` naming the file, field or tensor that is missing or unknown.
    package init(_ directory: URL) throws {
        let names = try Self.files(directory)
        try self.init(
            PublishedConfiguration(json: Self.read(names[0])),
            files: names.dropFirst().map { (data: try Self.read($0), name: $0.lastPathComponent) })
    }

    /// - Throws: ``CheckpointError`` naming the tensor that is missing, is unknown or has the wrong shape.
    package init(_ configuration: PublishedConfiguration, files: [(data: Data, name: String)]) throws {
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

    /// The size of the weight files in bytes: the memory that the tensors take once all of them have been read.
    package var byteCount: Int { files.reduce(0) { $0 + $1.data.count } }

    /// Returns a tensor and the file that contains it.
    func tensor(_ name: String) -> (file: SafetensorsFile, tensor: SafetensorsFile.Tensor) {
        guard let place = places[name], let tensor = files[place].tensors[name] else {
            preconditionFailure("\(name) was found when the checkpoint was opened")
        }
        return (files[place], tensor)
    }

    /// Checks that every tensor of the network is present with the right shape, and that there are no other tensors.
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
        // Some writers store a copy of the tied output matrix; it is ignored.
        let others = places.keys.filter { !known.contains($0) && $0 != "lm_head.weight" }
        if let other = others.min() { throw CheckpointError("the tensor \(other) is not part of Gemma 2") }
    }

    /// Checks that every weight is a finite number. Reads all values once, at memory speed.
    ///
    /// - Throws: ``CheckpointError`` naming tensor and element. One such weight makes every score undefined, and no
    ///   later step would report it.
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
            let map = (try? JSONValue(read(index)))?["weight_map"]?.members,
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
