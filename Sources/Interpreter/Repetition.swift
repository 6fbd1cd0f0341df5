import CommandKit
import Events
import Language

extension Walker {
    /// Runs a `repeat` statement: its block several times, each round with the slots that the previous round left.
    /// Names that the block assigns are removed after each round. A check walks the block once.
    ///
    /// - Returns: the frames of all rounds in one, with a leading column `round`.
    /// - Throws: `Diagnostic` if the statement is malformed; the errors of the block.
    func repetition(
        _ invocation: Invocation, _ source: Source, _ scope: inout Scope
    ) async throws -> Value {
        guard let body = invocation.block, invocation.arguments.count == 1,
            case .positional(let expression) = invocation.arguments[0]
        else {
            throw Diagnostic(
                .missingArgument, "repeat needs a count and a block", hint: "repeat 3 { … }",
                at: invocation.name.span, in: source)
        }
        let value = try evaluator(source, scope).argument(
            expression, .integer(1...1_000), for: "repeat")
        let outer = scope.point
        defer { scope.point = outer }
        var layers: [StackedFrames.Layer] = []
        let began = ContinuousClock().now
        let count = value.integer ?? 1
        for round in 1...(delegate.isChecking ? 1 : count) {
            scope.point = outer + [Event.Coordinate("round", String(round))]
            begin(scope.point, round, of: count, since: began)
            let number = Value.number(Double(round), .none)
            layers.append(
                .init(
                    labels: [("round", .init(label: String(round), value: number))],
                    value: try await block(body, source, &scope)))
        }
        return try StackedFrames(
            layers, variables: [("round", (1...count).map(String.init))], place: invocation.name.span,
            source: source
        )
        .value("repeat", isChecking: delegate.isChecking)
    }
}
