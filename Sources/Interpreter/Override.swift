import Language

/// A value for a `param` from outside the script (`--set`): its text and, if the text parses, its expression.
struct Override {
    let source: Source
    let text: String
    let expression: Expression?
}
