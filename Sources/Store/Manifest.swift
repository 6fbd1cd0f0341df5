import Foundation
import Keys

/// The description of an artifact, stored with its files: its kind, its inputs and the statements that produced it.
package struct Manifest: Codable, Sendable, Equatable {
    /// The format version of the manifest. A program rejects any other version than its own.
    package let manifest: Int
    package let key: ContentKey
    /// The kind of object, such as `policy`.
    package let kind: String
    /// The name of the command that computed the result, such as `train`.
    package let command: String
    /// The version of the command. It is part of the key, so results of another version are not used.
    package let version: Int
    /// The version of the program that computed the result, such as `0.3.0`.
    package let program: String
    /// The time at which the result was stored. Informational only.
    package let date: Date
    /// The seed of the experiment; `nil` if the result does not depend on it.
    package let seed: UInt64?
    /// The results that this result was computed from.
    package let inputs: [Input]
    /// The arguments, input keys and seed in a fixed order and notation. The key is computed from the command, its
    /// version and these parts.
    package let parts: [String]
    /// The statement as the user wrote it.
    package let text: String
    /// The SHA-256 digest of each file, by file name.
    package fileprivate(set) var files: [String: ContentKey] = [:]
    /// The duration of the computation in seconds; `nil` if unknown. Informational only.
    package let seconds: Double?
    /// The statements that the result depends on. Each statement comes after the statements on which it depends.
    package let lineage: [LineageStatement]

    /// The format version that this program writes.
    package static let form = 1

    /// A result from which another result was computed.
    package struct Input: Codable, Sendable, Hashable {
        /// The parameter that received the input.
        package let parameter: String
        /// The kind of object, such as `trajectories`.
        package let kind: String
        package let key: ContentKey

        package init(parameter: String, kind: String, key: ContentKey) {
            self.parameter = parameter
            self.kind = kind
            self.key = key
        }
    }

    /// The statement that produced one result.
    package struct LineageStatement: Codable, Sendable, Hashable {
        package let key: ContentKey
        package let command: String
        package let text: String
        /// The file and line of the statement, such as `figure4.swirl:12`.
        package let place: String
        /// The values of the sweep variables, such as `seed:1 strategy:process`; empty outside a sweep.
        package let point: String
        package let seed: UInt64?
        package let inputs: [Input]

        /// The field `point` is named `arm` in files. That was its earlier name, and older results can thus be read.
        private enum CodingKeys: String, CodingKey {
            case key, command, text, place, seed, inputs
            case point = "arm"
        }

        package init(
            key: ContentKey, command: String, text: String, place: String, point: String, seed: UInt64?,
            inputs: [Input]
        ) {
            self.key = key
            self.command = command
            self.text = text
            self.place = place
            self.point = point
            self.seed = seed
            self.inputs = inputs
        }
    }

    package init(
        key: ContentKey, kind: String, command: String, version: Int, program: String, date: Date = Date(),
        seed: UInt64? = nil, inputs: [Input] = [], parts: [String], text: String, seconds: Double? = nil,
        lineage: [LineageStatement] = []
    ) {
        manifest = Self.form
        self.key = key
        self.kind = kind
        self.command = command
        self.version = version
        self.program = program
        // Whole seconds, so that a decoded manifest equals the encoded one.
        self.date = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
        self.seed = seed
        self.inputs = inputs
        self.parts = parts
        self.text = text
        self.seconds = seconds
        self.lineage = lineage
    }

    /// Returns this manifest with the digests of these files.
    func of(_ files: [String: Data]) -> Manifest {
        var copy = self
        copy.files = files.mapValues { ContentKey(contentsOf: $0) }
        return copy
    }

    /// Encodes the manifest as JSON.
    func data() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(self)
    }

    /// Decodes a manifest.
    ///
    /// - Throws: `DecodingError` if the data is not a manifest; ``UnknownManifestVersion`` if it has another format version.
    init(data: Data) throws {
        struct Form: Decodable {
            let manifest: Int?
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        guard let form = try decoder.decode(Form.self, from: data).manifest, form == Self.form else {
            throw UnknownManifestVersion()
        }
        self = try decoder.decode(Manifest.self, from: data)
    }

    /// The error for a manifest in an unknown format version.
    struct UnknownManifestVersion: Error {}
}
