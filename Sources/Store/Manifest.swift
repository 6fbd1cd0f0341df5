import Foundation
import Keys

/// What stands beside the files of a result: what it is, what it was made from, and by which statements.
package struct Manifest: Codable, Sendable, Equatable {
    /// The form of this description. A program refuses one that it does not know.
    package let manifest: Int
    package let key: ContentKey
    /// The kind of object, such as `policy`.
    package let kind: String
    package let command: String
    /// The version of the command: results of another version are not used.
    package let version: Int
    /// The program that made it, such as `0.3.0`.
    package let program: String
    /// When it was there; nothing depends on it.
    package let date: Date
    /// The ambient seed, where it decided about the result.
    package let seed: UInt64?
    /// The results that it was made from.
    package let inputs: [Input]
    /// Everything that decided about the result, in a fixed order and notation: the key is made of it.
    package let parts: [String]
    /// The statement as it was written.
    package let text: String
    /// SHA-256 by file name.
    package fileprivate(set) var files: [String: ContentKey] = [:]
    /// How long it took to compute; `nil` where nobody knows. Nothing depends on it.
    package let seconds: Double?
    /// The statements that it rests on, each after those that it rests on itself.
    package let lineage: [LineageStatement]

    /// The form that this program writes.
    package static let form = 1

    package struct Input: Codable, Sendable, Hashable {
        /// The parameter that took it.
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

    /// How one result came about.
    package struct LineageStatement: Codable, Sendable, Hashable {
        package let key: ContentKey
        package let command: String
        package let text: String
        /// Such as `figure4.swirl:12`.
        package let place: String
        /// The point of the sweeps around it, such as `seed:1 strategy:process`.
        package let point: String
        package let seed: UInt64?
        package let inputs: [Input]

        /// A file calls the point `arm`, its earlier name, so that older results are still read.
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
        // Whole seconds: what is read is what was written.
        self.date = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
        self.seed = seed
        self.inputs = inputs
        self.parts = parts
        self.text = text
        self.seconds = seconds
        self.lineage = lineage
    }

    /// The same description of these files.
    func of(_ files: [String: Data]) -> Manifest {
        var copy = self
        copy.files = files.mapValues { ContentKey(contentsOf: $0) }
        return copy
    }

    func data() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(self)
    }

    /// - Throws: `DecodingError` where it is none; ``OtherForm`` where another program wrote it.
    init(data: Data) throws {
        struct Form: Decodable {
            let manifest: Int?
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        guard let form = try decoder.decode(Form.self, from: data).manifest, form == Self.form else {
            throw OtherForm()
        }
        self = try decoder.decode(Manifest.self, from: data)
    }

    /// A description in a form that this program does not know.
    struct OtherForm: Error {}
}
