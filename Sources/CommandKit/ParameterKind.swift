/// The kind of argument that a parameter accepts.
package indirect enum ParameterKind: Sendable {
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case duration
    case text
    case boolean
    /// One bare word from a vocabulary.
    case keyword(Vocabulary)
    /// One bare word from a vocabulary, or any text, such as a path.
    case keywordOrText(Vocabulary)
    /// One bare word from a vocabulary, or an earlier value of a type, such as a judge with its own settings.
    case keywordOrObject(Vocabulary, ObjectType)
    /// A list; a single element needs no brackets.
    case list(ParameterKind)
    /// An earlier value; without the option, the workspace's slot of this type.
    case slot(ObjectType)
    /// An earlier value of one type, or of any type for `nil`.
    case object(ObjectType?)
    /// A value with rows.
    case frame
    /// A column of the frame that another parameter holds.
    case column(of: String)
    /// A word or text that the user chooses.
    case label
    /// A Boolean expression over fields.
    case rule(RuleGrammar)
    /// A comparison of numbers, frames or texts.
    case condition

    /// The name of the kind, for signatures and messages.
    package var name: String {
        switch self {
        case .integer: "integer"
        case .number: "number"
        case .duration: "duration"
        case .text: "\"text\""
        case .boolean: "true|false"
        case .keyword(let vocabulary): vocabulary.name
        case .keywordOrText(let vocabulary): "\(vocabulary.name)|\"text\""
        case .keywordOrObject(let vocabulary, let type): "\(vocabulary.name)|$\(type.name)"
        case .list(let kind): "[\(kind.name) …]"
        case .slot(let type): "$\(type.name)"
        case .object(let type): "$\(type?.name ?? "value")"
        case .frame: "$frame"
        case .column: "column"
        case .label: "word"
        case .rule: "rule"
        case .condition: "condition"
        }
    }
}
