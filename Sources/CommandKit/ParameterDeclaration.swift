/// One parameter of a command, as help, completion and the checker see it.
package struct ParameterDeclaration: Sendable {
    package let name: String
    package let kind: ParameterKind
    /// True if the argument is identified by its position, not by a label.
    package let isPositional: Bool
    package let isRequired: Bool
    /// The default in the language's notation.
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
