import Keys

extension Call {
    /// The results of earlier statements that this call reads: arguments, elements of lists, and values inside rules
    /// and conditions.
    package var inputs: [Lineage.Input] {
        let own = values.sorted { $0.key < $1.key }.flatMap { name, value in
            value.results.map { Lineage.Input(parameter: name, kind: $0.kind, key: $0.key) }
        }
        let inRules = rules.sorted { $0.key < $1.key }.flatMap { name, rule in
            rule.references.flatMap(\.value.results).map {
                Lineage.Input(parameter: name, kind: $0.kind, key: $0.key)
            }
        }
        let compared = conditions.sorted { $0.key < $1.key }.flatMap { name, condition in
            (condition.left.results + condition.right.results).map {
                Lineage.Input(parameter: name, kind: $0.kind, key: $0.key)
            }
        }
        return own + inRules + compared
    }
}

extension Value {
    /// The results that this value is or contains.
    fileprivate var results: [(kind: String, key: ContentKey)] {
        switch self {
        case .object(let type, let key, _): [(type.name, key)]
        case .frame(_, let key, _): [("frame", key)]
        case .list(let elements): elements.flatMap(\.value.results)
        default: []
        }
    }
}
