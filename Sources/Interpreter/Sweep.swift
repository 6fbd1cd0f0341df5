import CommandKit
import Events
import Language

extension Walker {
    /// Runs a sweep: its block once at each point. A point is one combination of the variables' values. Each point
    /// starts from the same workspace, and the sweep restores that workspace at its end.
    ///
    /// A point that fails during a run is reported, and the sweep goes on with the others.
    ///
    /// - Returns: the frames of all points in one, with a leading column for each variable. Failed points have no rows.
    /// - Throws: `Diagnostic` if the statement is malformed; ``ReportedFailure`` if every point fails, or at the first
    ///   one if ``WalkerDelegate/stopsOnFailure``.
    func sweep(
        _ invocation: Invocation, _ source: Source, _ scope: inout Scope
    ) async throws -> Value {
        let start = scope
        defer { scope = start }
        let (body, variables, starts) = try prepare(invocation, source, start)
        var layers: [StackedFrames.Layer] = []
        var failed: [String] = []
        let began = ContinuousClock().now
        for (index, (labels, own)) in starts.enumerated() {
            scope = own
            begin(own.point, index + 1, of: starts.count, since: began)
            do {
                layers.append(.init(labels: labels, value: try await block(body, source, &scope)))
            } catch let failure as ReportedFailure {
                failed.append(own.point.heading)
                if delegate.stopsOnFailure || failed.count == starts.count { throw failure }
            }
        }
        if !failed.isEmpty { delegate.failed(failed, of: starts.count) }
        return try StackedFrames(
            layers, variables: variables, place: invocation.name.span, source: source
        )
        .value("sweep", isChecking: delegate.isChecking)
    }

    /// Tells the delegate, during a run, that a point of a sweep or a round of a repetition begins.
    func begin(
        _ point: [Event.Coordinate], _ number: Int, of count: Int, since began: ContinuousClock.Instant
    ) {
        guard !delegate.isChecking else { return }
        let elapsed = (ContinuousClock().now - began).inSeconds
        delegate.begins(.init(point: point, number: number, count: count, elapsed: elapsed))
    }

    /// Returns the block, and the labels and the initial scope of each point.
    ///
    /// Not inlined: Swift 6.3.1 crashes on throwing code that is inlined into an asynchronous function.
    @inline(never)
    private func prepare(
        _ invocation: Invocation, _ source: Source, _ start: Scope
    ) throws -> (
        body: [Statement], variables: [(name: String, values: [String])],
        starts: [(labels: [(name: String, element: Value.Element)], scope: Scope)]
    ) {
        guard let body = invocation.block else {
            throw Diagnostic(
                .missingBlock, "sweep needs a block", hint: "sweep seed:[1 2 3] { … }",
                at: invocation.name.span, in: source)
        }
        let variables = try variables(invocation, source, start)
        let count = variables.reduce(1) { $0.multipliedReportingOverflow(by: $1.values.count).0 }
        guard count <= Self.maximumPoints, count > 0 else {
            throw Diagnostic(
                .tooManyPoints, "the sweep has more than \(Self.maximumPoints) points",
                at: invocation.name.span, in: source)
        }
        let starts = try points(variables).map { point in
            (
                labels: zip(variables, point).map { (name: $0.name.text, element: $1) },
                scope: try scope(start, variables, point, source)
            )
        }
        return (body, variables.map { ($0.name.text, $0.values.map(\.label)) }, starts)
    }

    /// Returns the workspace at the start of a point: `start` with the point's values as names, or as the seed.
    private func scope(
        _ start: Scope, _ variables: [Variable], _ point: [Value.Element], _ source: Source
    ) throws -> Scope {
        var scope = start
        scope.point += zip(variables, point).map { Event.Coordinate($0.name.text, $1.label) }
        for (variable, element) in zip(variables, point) {
            if variable.name.text == "seed" {
                scope.seed = try seed(element.value, variable.name, source)
            } else {
                scope.names[variable.name.text] = element.value
            }
        }
        return scope
    }

    private struct Variable {
        let name: Name
        let values: [Value.Element]
    }

    private func variables(
        _ invocation: Invocation, _ source: Source, _ scope: Scope
    ) throws -> [Variable] {
        var variables: [Variable] = []
        for argument in invocation.arguments {
            guard case .option(let name, let expression) = argument else {
                throw Diagnostic(
                    .wrongType, "a sweep's variables are written name:[values]",
                    hint: "sweep seed:[1 2 3] { … }", at: argument.expression.span, in: source)
            }
            guard !variables.contains(where: { $0.name.text == name.text }) else {
                throw Diagnostic(
                    .duplicateOption, "'\(name.text)' is given twice", at: name.span, in: source)
            }
            if scope.names[name.text] != nil, delegate.isChecking {
                delegate.report(
                    Diagnostic(
                        .shadowedName, "'\(name.text)' is already defined",
                        hint: "choose another name", at: name.span, in: source, severity: .warning))
            }
            let value = try evaluator(source, scope).value(expression)
            switch value {
            case .list(let elements) where !elements.isEmpty:
                variables.append(Variable(name: name, values: elements))
            case .list:
                throw Diagnostic(
                    .emptyList, "'\(name.text)' has no values", at: expression.span, in: source)
            default:
                variables.append(
                    Variable(name: name, values: [.init(label: value.cell.text, value: value)]))
            }
        }
        guard !variables.isEmpty else {
            throw Diagnostic(
                .missingArgument, "sweep needs a variable", hint: "sweep seed:[1 2 3] { … }",
                at: invocation.name.span, in: source)
        }
        return variables
    }

    private func points(_ variables: [Variable]) -> [[Value.Element]] {
        if delegate.isChecking {
            // Check the values side by side instead of every combination, because most mistakes depend on one value.
            // Point i takes value i of each variable; a variable with fewer values starts again at its first. Values
            // after number `maximumCheckedPoints` are not checked.
            let longest = variables.map(\.values.count).max() ?? 0
            return (0..<min(longest, Self.maximumCheckedPoints)).map { index in
                variables.map { $0.values[index % $0.values.count] }
            }
        }
        return variables.reduce([[]]) { points, variable in
            points.flatMap { point in variable.values.map { point + [$0] } }
        }
    }

    private func seed(_ value: Value, _ name: Name, _ source: Source) throws -> UInt64 {
        guard case .number(let number, .none) = value, number == number.rounded(),
            (0..<9e15).contains(number)
        else {
            throw Diagnostic(
                .wrongType, "a seed is a whole number, not \(value.kindName)", at: name.span,
                in: source)
        }
        return UInt64(number)
    }
}
