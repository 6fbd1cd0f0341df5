import CommandKit

extension Completion {
    /// What a session offers to completion: its names with their types, and the trajectories in its slots.
    package struct Workspace: Sendable {
        /// The defined names without `$`, each with its value.
        private let names: [(name: String, value: Value?)]
        /// Returns the names of the trajectories or questions that begin with a text such as `q37.`.
        let trajectories: @Sendable (String) -> [String]

        package init(
            _ names: [(name: String, value: Value?)] = [],
            trajectories: @escaping @Sendable (String) -> [String] = { _ in [] }
        ) {
            self.names = names
            self.trajectories = trajectories
        }

        /// Returns the names whose values a parameter of one of these kinds takes.
        ///
        /// - Parameter kinds: `nil` where any value may follow.
        func candidates(for kinds: [ParameterKind]?) -> [Candidate] {
            let known = names + [("seed", nil), (ReservedWords.lastResult, nil)]
            return known.filter { own in
                guard let kinds, !kinds.isEmpty, let value = own.value else { return true }
                return kinds.contains { Self.takes($0, value) }
            }.map { Candidate(text: "$" + $0.name, meaning: $0.value?.typeName ?? "") }
        }

        private static func takes(_ kind: ParameterKind, _ value: Value) -> Bool {
            switch (kind, value) {
            case (.slot(let wanted), _), (.object(.some(let wanted)), _):
                if case .object(wanted, _, _) = value { true } else { false }
            case (.keywordOrObject(_, let wanted), .object(let type, _, _)): type == wanted
            case (.keywordOrObject, _), (.keyword, _), (.keywordOrText, _), (.text, _), (.label, _),
                (.column, _), (.openKeyword, _):
                value.string != nil
            case (.object(nil), _): value.key != nil
            case (.frame, _): value.columns != nil || value.frame != nil
            case (.list(let inner), .list): takesElement(inner)
            case (.list(let inner), _): takes(inner, value)
            case (.rule(let grammar), .object(let type, _, _)): type == grammar.members
            case (.rule, .frame): false
            case (.integer, _), (.number, _), (.duration, _): value.number != nil
            case (.boolean, _): if case .boolean = value { true } else { false }
            default: true
            }
        }

        /// Returns true if a list of plain values may be meant for a list parameter with this kind of element.
        private static func takesElement(_ kind: ParameterKind) -> Bool {
            switch kind {
            case .slot, .object, .frame: false
            default: true
            }
        }
    }
}

extension Value {
    /// The type of an object, or the value itself, for the list of completions.
    fileprivate var typeName: String {
        switch self {
        case .object(let type, _, _): type.name
        case .frame: "frame"
        default: notation
        }
    }
}
