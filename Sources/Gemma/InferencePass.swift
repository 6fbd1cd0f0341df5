import CKernels

/// The forward pass that processes new tokens and appends their keys and values to caches. It runs on one thread.
final class InferencePass {
    private let weights: Weights
    private var capacity = 0
    private var activations: LayerActivations!
    private var streams: [FloatBuffer] = []
    private var headCapacity = 0
    private var last = FloatBuffer(0)
    private var normed = FloatBuffer(0)
    private var logits = FloatBuffer(0)
    private var normaliser = FloatBuffer(0)
    private var scores = FloatBuffer(0)
    /// The number of floats from one row of log-probabilities to the next.
    let stride: Int

    init(_ weights: Weights) {
        self.weights = weights
        stride = Weights.padded(weights.configuration.vocabularySize)
    }

    /// Processes new tokens of every sequence and appends their keys and values to its cache. Stops early once the
    /// interrupt is raised.
    ///
    /// The number of tokens per pass is limited, because the activations of a larger pass would need more memory than
    /// the caches themselves.
    func read(_ segments: [(cache: KVCache, tokens: [Int32])], _ interrupt: CancellationFlag) {
        var part: [(cache: KVCache, tokens: [Int32])] = []
        var rows = 0
        func flush() {
            if !part.isEmpty, !interrupt.isRaised { _ = run(part) }
            part = []
            rows = 0
        }
        for (cache, tokens) in segments {
            for start in Swift.stride(from: 0, to: tokens.count, by: Self.partTokens) {
                let piece = Array(tokens[start..<min(tokens.count, start + Self.partTokens)])
                // Two pieces of one sequence can't share a pass, because the second attends to the keys of the first.
                if rows + piece.count > Self.partTokens || start > 0 { flush() }
                part.append((cache, piece))
                rows += piece.count
            }
        }
        flush()
    }

    /// The maximum number of tokens per pass.
    private static let partTokens = 1_024

    /// Processes new tokens of every sequence and predicts the token after its last one.
    ///
    /// - Precondition: every segment has at least one token.
    /// - Returns: log π over the vocabulary, [segments, stride]; valid until the next call.
    func next(
        _ segments: [(cache: KVCache, tokens: [Int32])], _ interrupt: CancellationFlag
    ) -> UnsafePointer<Float> {
        precondition(segments.allSatisfy { !$0.tokens.isEmpty })
        if segments.reduce(0, { $0 + $1.tokens.count }) > Self.partTokens {
            read(segments.map { ($0.cache, Array($0.tokens.dropLast())) }, interrupt)
            return next(segments.map { ($0.cache, Array($0.tokens.suffix(1))) }, interrupt)
        }
        let c = weights.configuration
        reserveHead(segments.count)
        let x = run(segments)
        var row = 0
        for (index, segment) in segments.enumerated() {
            row += segment.tokens.count
            (last.pointer + index * c.hiddenSize).update(
                from: x + (row - 1) * c.hiddenSize, count: c.hiddenSize)
        }
        weights.logits(
            last.pointer, rows: segments.count, normed: normed.pointer, scale: nil,
            into: logits.pointer)
        swirl_log_softmax(
            Int64(segments.count), Int64(c.vocabularySize), logits.pointer, Int64(stride),
            normaliser.pointer)
        return UnsafePointer(logits.pointer)
    }

    /// Processes new tokens of one sequence and computes the logits at each of them.
    ///
    /// - Returns: capped logits, [tokens, stride]; valid until the next call.
    func logits(_ cache: KVCache, _ tokens: [Int32]) -> UnsafeMutablePointer<Float> {
        reserveHead(tokens.count)
        let x = run([(cache, tokens)])
        weights.logits(
            x, rows: tokens.count, normed: normed.pointer, scale: nil, into: logits.pointer)
        return logits.pointer
    }

    private func reserveHead(_ rows: Int) {
        guard rows > headCapacity else { return }
        let width = weights.configuration.hiddenSize
        headCapacity = rows
        last = FloatBuffer(rows * width)
        normed = FloatBuffer(rows * width)
        logits = FloatBuffer(rows * stride)
        normaliser = FloatBuffer(rows)
    }

    /// Runs all layers on new tokens and appends their keys and values to the caches.
    ///
    /// - Returns: the residual stream after the last layer, [all new tokens, C]; valid until the next call.
    private func run(_ segments: [(cache: KVCache, tokens: [Int32])]) -> UnsafePointer<Float> {
        let c = weights.configuration
        let tokens = segments.flatMap(\.tokens)
        reserve(tokens.count, longest: segments.map { $0.cache.length + $0.tokens.count }.max() ?? 0)
        var positions: [Int32] = []
        for (cache, new) in segments {
            cache.reserve(new.count)
            positions += new.indices.map { Int32(cache.length + $0) }
        }
        weights.embed(tokens, into: streams[0].pointer)
        for layer in 0..<c.layerCount {
            let pass = LayerPass(
                weights: weights, index: layer, rows: tokens.count, positions: positions)
            pass.run(
                streams[layer % 2].pointer, into: streams[(layer + 1) % 2].pointer, activations
            ) { fused, heads in
                attend(segments, layer: layer, fused: fused, heads: heads)
            }
        }
        for (cache, new) in segments { cache.advance(new.count) }
        return UnsafePointer(streams[c.layerCount % 2].pointer)
    }

    private func attend(
        _ segments: [(cache: KVCache, tokens: [Int32])], layer: Int,
        fused: UnsafeMutablePointer<Float>, heads: UnsafeMutablePointer<Float>
    ) {
        let c = weights.configuration
        let window = c.window(layer: layer)
        var shape = c.attentionShape
        var row = 0
        for (cache, new) in segments {
            for offset in new.indices {
                let q = fused + row * c.fusedWidth
                cache.write(
                    layer: layer, offset: offset, key: q + c.headsWidth,
                    value: q + c.headsWidth + c.keyValueWidth)
                let end = cache.length + offset + 1
                let start = window == .max ? 0 : max(0, end - window)
                swirl_attention_cached(
                    &shape, q, cache.keys(layer: layer), cache.values(layer: layer),
                    Int64(cache.capacity), Int64(start), Int64(end), heads + row * c.headsWidth,
                    scores.pointer)
                row += 1
            }
        }
    }

    private func reserve(_ rows: Int, longest: Int) {
        let c = weights.configuration
        if rows > capacity {
            capacity = rows
            activations = LayerActivations(c, rows: rows)
            streams = (0..<2).map { _ in FloatBuffer(rows * c.hiddenSize) }
        }
        let wanted = 2 * c.headCount * longest + 32
        if wanted > scores.count { scores = FloatBuffer(wanted * 2) }
    }
}
