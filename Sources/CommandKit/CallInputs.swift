import Keys

extension Call {
    /// The results among the arguments.
    package var inputs: [Lineage.Input] {
        let own = values.sorted { $0.key < $1.key }.flatMap { name, value in
            value.keys.map { Lineage.Input(parameter: name, key: $0) }
        }
        let inRules = rules.sorted { $0.key < $1.key }.flatMap { name, rule in
            rule.references.flatMap(\.value.keys).map { Lineage.Input(parameter: name, key: $0) }
        }
        let compared = conditions.sorted { $0.key < $1.key }.flatMap { name, condition in
            (condition.left.keys + condition.right.keys).map { Lineage.Input(parameter: name, key: $0) }
        }
        return own + inRules + compared
    }
}

extension Value {
    /// The keys of the results that it is or holds.
    fileprivate var keys: [ContentKey] {
        switch self {
        case .object(_, let key, _), .frame(_, let key, _): [key]
        case .list(let elements): elements.flatMap(\.value.keys)
        default: []
        }
    }
}
