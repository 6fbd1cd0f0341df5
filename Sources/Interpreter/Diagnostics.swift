import Language

/// Several diagnostics as one error.
package struct Diagnostics: Error {
    package let all: [Diagnostic]

    package init(_ all: [Diagnostic]) {
        self.all = all
    }
}
