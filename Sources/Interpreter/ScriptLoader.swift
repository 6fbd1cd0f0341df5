import Language

/// A parsed script whose includes are replaced by the included scripts.
package struct LoadedScript: Sendable {
    let source: Source
    let parts: [Part]

    enum Part: Sendable {
        case statement(Statement)
        case script(LoadedScript)
    }

    /// Returns the source text of a part; for an included script, the text of its statements.
    func text(of part: Part) -> String {
        switch part {
        case .statement(let statement): source.text(statement.span)
        case .script(let script): script.parts.map(script.text(of:)).joined(separator: "\n")
        }
    }

    /// Returns the name that a part binds with `let`; `nil` for other parts.
    func boundName(of part: Part) -> String? {
        if case .statement(.binding(let name, _, _)) = part { name.text } else { nil }
    }

    /// The names of the parameters that the script and its includes declare.
    var parameters: [String] { declaredParameters.map(\.name) }

    /// The parameters that the script and its includes declare, in their order.
    var declaredParameters: [ScriptParameter] {
        parts.flatMap { part -> [ScriptParameter] in
            switch part {
            case .statement(.parameter(let name, let value, let description, _)):
                [
                    ScriptParameter(
                        name: name.text, defaultText: source.text(value.span), description: description,
                        file: source.name)
                ]
            case .statement: []
            case .script(let script): script.declaredParameters
            }
        }
    }
}

/// A parameter of a script: `param seeds = [1 2 3] "base seeds"`.
package struct ScriptParameter: Hashable, Sendable {
    package let name: String
    /// The default as it is written in the script.
    package let defaultText: String
    package let description: String?
    /// The name of the script that declares it.
    package let file: String
}

/// Parses a script and the scripts that it includes.
package struct ScriptLoader: Sendable {
    /// Reads an included file, given the path as written and the name of the including script.
    package typealias Read = @Sendable (_ path: String, _ from: String) throws -> Source

    private let read: Read

    package init(read: @escaping Read) {
        self.read = read
    }

    /// Parses a script and, recursively, the scripts that it includes.
    ///
    /// - Returns: the script, and the diagnostics of all syntax errors, unreadable includes and files that include
    ///   themselves. A script with diagnostics can be checked further, but not run.
    package func load(_ source: Source) -> (script: LoadedScript, diagnostics: [Diagnostic]) {
        var diagnostics: [Diagnostic] = []
        let script = load(source, trail: [source.name], &diagnostics)
        return (script, diagnostics)
    }

    private func load(
        _ source: Source, trail: [String], _ diagnostics: inout [Diagnostic]
    ) -> LoadedScript {
        let result = Parser.parse(source)
        diagnostics += result.diagnostics
        let parts = result.script.statements.map { statement -> LoadedScript.Part in
            guard case .include(let path, let span) = statement else { return .statement(statement) }
            do {
                let included = try read(path, source.name)
                guard !trail.contains(included.name) else {
                    diagnostics.append(
                        Diagnostic(
                            .includeCycle, "'\(path)' includes itself",
                            hint: (trail + [included.name]).joined(separator: " → "), at: span,
                            in: source))
                    return .statement(Self.unreadable(span))
                }
                return .script(load(included, trail: trail + [included.name], &diagnostics))
            } catch {
                diagnostics.append(
                    Diagnostic(
                        .unreadableInclude, "'\(path)' can't be read: \(error)",
                        hint: "paths are relative to the including file", at: span, in: source))
                return .statement(Self.unreadable(span))
            }
        }
        return LoadedScript(source: source, parts: parts)
    }

    /// Returns a statement that stands for an include that can't be read.
    private static func unreadable(_ span: Span) -> Statement {
        .invalid(InvalidStatement(names: [], command: "include", span: span))
    }
}
