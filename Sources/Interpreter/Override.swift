import Language

/// A value for a `param` that is given from outside, as text and, where it reads as one, as an expression.
struct Override {
    let source: Source
    let text: String
    let expression: Expression?
}
