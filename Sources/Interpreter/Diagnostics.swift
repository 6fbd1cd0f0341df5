import Language

/// Several diagnostics as one error.
package struct Diagnostics: Error {
    package let all: [Diagnostic]

    package init(_ all: [Diagnostic]) {
        self.all = all
    }
}

/// The error that a statement failed and that its diagnostics are reported.
struct ReportedFailure: Error {}

extension [Diagnostic] {
    /// The largest number of diagnostics that are reported for one file.
    private static var limit: Int { 100 }

    /// The diagnostics of each file in the order of their places, at most 100 a file. If a file has more, a last
    /// diagnostic tells how many.
    var inOrderAndLimited: [Diagnostic] {
        var files: [String] = []
        var byFile: [String: [Diagnostic]] = [:]
        for diagnostic in self {
            let name = diagnostic.source.name
            if byFile[name] == nil { files.append(name) }
            byFile[name, default: []].append(diagnostic)
        }
        return files.flatMap { file -> [Diagnostic] in
            let own = byFile[file, default: []].sorted { $0.span.start < $1.span.start }
            let hidden = own.dropFirst(Self.limit)
            guard let first = hidden.first else { return own }
            let errors = hidden.count { $0.severity == .error }
            let counts = [(errors, "error"), (hidden.count - errors, "warning")].filter { $0.0 > 0 }
                .map { "\($0) more \($1)\($0 == 1 ? "" : "s")" }
            return own.prefix(Self.limit) + [
                Diagnostic(
                    .tooManyDiagnostics, "\(counts.joined(separator: " and ")) in this file",
                    hint: "fix the errors above first", at: first.span, in: first.source,
                    severity: errors > 0 ? .error : .warning)
            ]
        }
    }
}
