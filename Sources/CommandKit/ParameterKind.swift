/// The kind of argument that a parameter accepts.
package indirect enum ParameterKind: Sendable {
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case duration
    case text
    case boolean
    /// One word from a vocabulary, with or without quotes.
    case keyword(Vocabulary)
    /// One word from a vocabulary, or any text in quotes, such as a path.
    case keywordOrText(Vocabulary)
    /// Any word; those of a vocabulary are suggested. The command checks which other words there are.
    case openKeyword(Vocabulary)
    /// One word from a vocabulary, or an earlier value of one type, such as a judge with its own settings.
    case keywordOrObject(Vocabulary, ObjectType)
    /// A list; a single element needs no brackets.
    case list(ParameterKind)
    /// An earlier value of this type. Without the option, the workspace's slot of the type gives the value.
    case slot(ObjectType)
    /// A value that is never taken from a slot. It must have this type; with `nil`, any value is accepted.
    case object(ObjectType?)
    /// A frame, or an object with rows, such as an evaluation.
    case frame
    /// The name of a column. `of` is the name of the parameter that holds the frame.
    case column(of: String)
    /// Any word, text or number, read as a word.
    case label
    /// A Boolean rule over the fields of a grammar, as in `filter process and steps <= 3`.
    case rule(RuleGrammar)
    /// A comparison of two values, each a number, a frame or an object with rows, as in `expect $e > 50%`.
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
        case .openKeyword(let vocabulary): vocabulary.name
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
