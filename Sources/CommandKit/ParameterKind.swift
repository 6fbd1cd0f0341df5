/// What an argument may be.
package indirect enum ParameterKind: Sendable {
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case duration
    case text
    case boolean
    /// One bare word out of a vocabulary.
    case keyword(Vocabulary)
    /// One bare word out of a vocabulary, or a text of the user's own, such as a path.
    case keywordOrText(Vocabulary)
    /// One bare word out of a vocabulary, or a value of a type made earlier: a judge with settings of its own.
    case keywordOrObject(Vocabulary, ObjectType)
    /// Several; one alone may stand without brackets.
    case list(ParameterKind)
    /// A value made earlier; without the option the workspace's slot of this type.
    case slot(ObjectType)
    /// A value made earlier, of any type or of one.
    case object(ObjectType?)
    /// Something with rows.
    case frame
    /// A column of the frame in another parameter.
    case column(of: String)
    /// A word or text of the user's own.
    case label
    /// A Boolean expression over fields.
    case rule(RuleGrammar)
    /// A comparison of numbers, frames or texts.
    case condition

    /// For signatures and messages.
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
