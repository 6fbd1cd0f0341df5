import Keys
import Language

/// A comparison of two values in `claim` or `expect`, such as `$e[world:hop-nano] > 50%`.
package struct Condition: Sendable {
    package let left: Value
    package let op: Expression.Operator
    package let right: Value
    /// The source text of the comparison.
    package let text: String

    package init(left: Value, op: Expression.Operator, right: Value, text: String) {
        self.left = left
        self.op = op
        self.right = right
        self.text = text
    }
}

extension Condition: Canonical {
    package var canonical: String { "\(left.canonical) \(op.rawValue) \(right.canonical)" }
}
