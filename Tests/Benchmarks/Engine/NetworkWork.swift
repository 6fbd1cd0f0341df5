import Foundation
import Gemma
import Keys
import Learning

#if canImport(Accelerate)
    import Accelerate
#else
    import COpenBLAS
#endif

/// Writes a network with random weights, for us and for the peers.
@Sendable func export(_ request: Request) async throws -> Answer {
    guard let model = request.model, let hidden = request.hidden, let layers = request.layers,
        let heads = request.heads, let keyValueHeads = request.keyValueHeads,
        let intermediate = request.intermediate, let vocabulary = request.vocabulary
    else { throw Failure("export needs a shape") }
    let configuration = GemmaConfiguration(
        vocabularySize: vocabulary, hiddenSize: hidden, layerCount: layers, headCount: heads,
        keyValueHeadCount: keyValueHeads, headDimension: hidden / heads, intermediateSize: intermediate,
        slidingWindow: 4_096, maximumPositions: 1_024)
    let directory = URL(fileURLWithPath: model)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let published = HuggingFaceConfiguration(configuration, begin: nil, ends: [])
    try published.json().write(to: directory.appending(path: "config.json"))
    try Weights(configuration, seed: 1).safetensors().write(
        to: directory.appending(path: "model.safetensors"))
    return Answer(number: Double(configuration.parameterCount))
}

private func weights(_ request: Request) throws -> Weights {
    guard let model = request.model else { throw Failure("no model") }
    return try Weights(Checkpoint(URL(fileURLWithPath: model)))
}

/// Loads a checkpoint and scores some tokens; amount: tokens.
@Sendable func score(_ request: Request) async throws -> Answer {
    let count = request.length ?? 16
    let (_, seconds) = try await timed {
        let weights = try weights(request)
        return try await Scorer(weights).logProbabilities(
            tokens(count, weights.configuration.vocabularySize, "score"))
    }
    return Answer(seconds: seconds, amount: Double(count), peakBytes: peakBytes)
}

private func pool(_ request: Request) -> ComputePool {
    request.threads.map(ComputePool.init(threads:)) ?? .shared
}

private func tokens(_ count: Int, _ vocabulary: Int, _ name: RandomStream.Part) -> [Int32] {
    var stream = RandomStream(seed: 1, name)
    return (0..<count).map { _ in Int32(stream.below(vocabulary)) }
}

/// What tiles of 64 rows cost against one product, on one thread; number: times as long.
@Sendable func tiles(_ request: Request) async throws -> Answer {
    let (rows, width) = (512, 1_024)
    let a = [Float](repeating: 0.5, count: rows * width)
    let b = [Float](repeating: 0.25, count: width * width)
    var c = [Float](repeating: 0, count: rows * width)
    func multiply(_ tile: Int) async -> Double {
        await timed {
            for start in stride(from: 0, to: rows, by: tile) {
                a.withUnsafeBufferPointer { a in
                    c.withUnsafeMutableBufferPointer { c in
                        cblas_sgemm(
                            CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(tile), Int32(width),
                            Int32(width), 1, a.baseAddress! + start * width, Int32(width), b,
                            Int32(width), 0, c.baseAddress! + start * width, Int32(width))
                    }
                }
            }
        }.1
    }
    _ = pool(request)
    var ratios: [Double] = []
    for _ in 0..<40 { ratios.append(await multiply(64) / multiply(rows)) }
    return Answer(number: ratios.sorted()[ratios.count / 2])
}

/// Optimizer steps on batches of whole sequences; amount: tokens.
@Sendable func train(_ request: Request) async throws -> Answer {
    let weights = try weights(request)
    let (batch, length) = (request.batch ?? 64, request.length ?? 128)
    let trainer = try Trainer(
        weights, .init(beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.01, clip: 1),
        pool: pool(request))
    let targets = Float(batch * (length - 1))
    let sequences = (0..<batch).map { index in
        TokenSequence(
            prefix: [],
            branches: [
                .init(
                    tokens: tokens(length, weights.configuration.vocabularySize, .number(index)),
                    weights: (0..<length).map { $0 == 0 ? 0 : 1 / targets })
            ])
    }
    func step() async throws {
        _ = try await trainer.accumulate(TokenBatch(sequences))
        _ = try await trainer.step(learningRate: 1e-3)
    }
    try await step()
    let steps = request.steps ?? 3
    let (_, seconds) = try await timed { for _ in 0..<steps { try await step() } }
    return Answer(seconds: seconds, amount: Double(steps * batch * length))
}

/// Continuations of fixed length; amount: new tokens.
@Sendable func generate(_ request: Request) async throws -> Answer {
    let weights = try weights(request)
    let (batch, prompt, new) = (request.batch ?? 1, request.length ?? 32, request.new ?? 64)
    let decoder = Decoder(weights, pool: pool(request))
    func run(_ round: Int) async throws {
        let requests = (0..<batch).map { row in
            Decoder.Request(
                cache: decoder.makeCache(),
                reading: tokens(prompt, weights.configuration.vocabularySize, .number(row)),
                temperature: 1, maximumTokens: new,
                stream: RandomStream(seed: 1, .number(round), .number(row)))
        }
        _ = try await decoder.decode(requests, stops: [])
    }
    try await run(0)
    let rounds = request.steps ?? 1
    let (_, seconds) = try await timed { for round in 0..<rounds { try await run(round) } }
    return Answer(seconds: seconds, amount: Double(rounds * batch * new))
}

/// Policy-gradient updates on states with several actions each; amount: updates, tokens: those
/// that went through the network.
@Sendable func update(_ request: Request) async throws -> Answer {
    let weights = try weights(request)
    let (states, length, action) = (request.batch ?? 64, request.length ?? 70, request.new ?? 14)
    let trainer = try Trainer(
        weights, .init(beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, clip: 1), pool: pool(request))
    let size = weights.configuration.vocabularySize
    let batch = (0..<states).flatMap { state -> [TokenSequence] in
        let prefix = tokens(length, size, .number(state))
        let actions = (0..<4).map { number in
            TokenSequence.Branch(
                tokens: tokens(action, size, .number(1_000 + 4 * state + number)),
                weights: [Float](repeating: number % 2 == 0 ? 0.01 : -0.01, count: action))
        }
        return request.shares ?? true
            ? [.init(prefix: prefix, branches: actions)]
            : actions.map { .init(prefix: prefix, branches: [$0]) }
    }
    func step() async throws -> Int {
        let report = try await trainer.accumulate(TokenBatch(batch))
        _ = try await trainer.step(learningRate: 1e-4)
        return report.tokens
    }
    let through = try await step()
    let steps = request.steps ?? 3
    let (_, seconds) = try await timed { for _ in 0..<steps { _ = try await step() } }
    return Answer(seconds: seconds, amount: Double(steps), tokens: Double(steps * through))
}
