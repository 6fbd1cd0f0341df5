/// The name, kind, default and help text of a parameter. Help, completion and the checker use it.
package struct ParameterDeclaration: Sendable {
    package let name: String
    package let kind: ParameterKind
    /// True if the argument may be written without a label: `pick $careful 5`. With a label, it may stand anywhere.
    package let isPositional: Bool
    package let isRequired: Bool
    /// The default in the language's notation; `nil` if there is none.
    package let defaultText: String?
    package let help: String
}

extension ParameterDeclaration {
    package init(
        _ name: String, _ kind: ParameterKind, positional: Bool = false, required: Bool = false,
        default defaultText: String? = nil, _ help: String
    ) {
        self.init(
            name: name, kind: kind, isPositional: positional, isRequired: required,
            defaultText: defaultText, help: help)
    }
}
