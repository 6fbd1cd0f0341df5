import Events
import Language

extension DiagnosticRecord {
    package init(_ diagnostic: Diagnostic) {
        self.init(
            severity: diagnostic.severity.rawValue, code: diagnostic.code.rawValue,
            message: diagnostic.message, hint: diagnostic.hint, file: diagnostic.source.name,
            line: diagnostic.line, column: diagnostic.column, excerpt: diagnostic.excerpt)
    }
}
