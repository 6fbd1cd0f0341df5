import Foundation
import Gemma
import Learning

/// The fixtures beside this file; `Fixtures/make_golden.py` makes them with transformers and
/// tokenizers.
enum Golden {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures")

    static func data(_ path: String) throws -> Data { try Data(contentsOf: folder.appending(path: path)) }

    static let networks = [
        "every-head-its-own-keys", "two-heads-share-keys", "all-heads-share-keys", "odd-sizes",
        "bfloat16-in-shards", "float16",
    ]

    struct Manifest: Decodable {
        struct AdamW: Decodable {
            let lr, eps, weight_decay: Double
            let betas: [Double]
        }
        let sha256: [String: String]
        let adamw: AdamW
    }

    static func manifest() throws -> Manifest {
        try JSONDecoder().decode(Manifest.self, from: data("manifest.json"))
    }

    /// One network as transformers computed it.
    struct Network {
        let directory: URL
        /// [sequences][positions]
        let tokens: [[Int32]]
        /// All sequences and positions in a row, V logits each.
        let logits: [Float]
        let losses: [Double]
        private let expected: SafetensorsFile

        init(_ name: String) throws {
            directory = Golden.folder.appending(path: "networks/\(name)")
            expected = try SafetensorsFile(Golden.data("networks/\(name)/expected.safetensors"), name: name)
            let ids = expected.values("tokens")!.map(Int32.init)
            tokens = [Array(ids[..<(ids.count / 2)]), Array(ids[(ids.count / 2)...])]
            logits = expected.values("logits")!
            losses = try JSONDecoder().decode(
                [Double].self, from: Golden.data("networks/\(name)/losses.json"))
        }

        func gradient(_ tensor: String) -> [Float]? { expected.values("gradient." + tensor) }

        /// The mean loss over all tokens but the first of each sequence.
        var batch: [TokenSequence] {
            let targets = tokens.reduce(0) { $0 + $1.count - 1 }
            return tokens.map { tokens in
                let weights = tokens.indices.map { $0 == 0 ? 0 : 1 / Float(targets) }
                return TokenSequence(prefix: [], branches: [.init(tokens: tokens, weights: weights)])
            }
        }
    }
}
