import Events

/// A parameter together with the Swift type of its value.
///
/// ```swift
/// static let samples = Parameter<Int>.integer(
///     "samples", default: 5, in: 1...1_000, "the number of trajectories per question")
/// // In run(_:_:), call[Self.samples] is an Int.
/// ```
package struct Parameter<Content: Sendable>: Sendable {
    package let declaration: ParameterDeclaration
    /// Converts the argument to `Content`. The argument is `nil` if neither the statement nor a slot gives it.
    package let read: @Sendable (Value?) -> Content

    package init(_ declaration: ParameterDeclaration, read: @escaping @Sendable (Value?) -> Content) {
        self.declaration = declaration
        self.read = read
    }
}

// MARK: The parameters that commands declare

extension Parameter where Content == Int {
    package static func integer(
        _ name: String, default value: Int, in range: ClosedRange<Int>, _ help: String,
        positional: Bool = false
    ) -> Self {
        Self(.init(name, .integer(range), positional: positional, default: "\(value)", help)) { given in
            given?.integer ?? value
        }
    }
}

extension Parameter where Content == Int? {
    package static func integer(
        _ name: String, in range: ClosedRange<Int>, _ help: String, positional: Bool = false
    ) -> Self {
        Self(.init(name, .integer(range), positional: positional, help)) { $0?.integer }
    }
}

extension Parameter where Content == Double {
    package static func number(
        _ name: String, default value: Double, in range: ClosedRange<Double>, _ help: String
    ) -> Self {
        Self(.init(name, .number(range), default: value.shortest, help)) { $0?.number ?? value }
    }

    package static func duration(_ name: String, default seconds: Double, _ help: String) -> Self {
        Self(.init(name, .duration, default: seconds.shortest + "s", help)) { $0?.number ?? seconds }
    }
}

extension Parameter where Content == Double? {
    package static func number(_ name: String, in range: ClosedRange<Double>, _ help: String) -> Self {
        Self(.init(name, .number(range), help)) { $0?.number }
    }
}

extension Parameter where Content == Bool {
    package static func boolean(_ name: String, default value: Bool, _ help: String) -> Self {
        Self(.init(name, .boolean, default: "\(value)", help)) { given in
            if case .boolean(let flag) = given { flag } else { value }
        }
    }
}

extension Parameter where Content == String {
    package static func keyword(
        _ name: String, _ vocabulary: Vocabulary, default value: String, _ help: String,
        positional: Bool = false
    ) -> Self {
        Self(.init(name, .keyword(vocabulary), positional: positional, default: value, help)) {
            $0?.string ?? value
        }
    }

    /// Declares a required parameter whose value is read as a string: a word, or text in quotes.
    package static func required(
        _ name: String, _ kind: ParameterKind, _ help: String, positional: Bool = true
    ) -> Self {
        Self(.init(name, kind, positional: positional, required: true, help)) { $0?.string ?? "" }
    }
}

extension Parameter where Content == String? {
    package static func text(_ name: String, _ help: String, positional: Bool = false) -> Self {
        Self(.init(name, .text, positional: positional, help)) { $0?.string }
    }

    package static func keyword(
        _ name: String, _ vocabulary: Vocabulary, _ help: String, positional: Bool = false
    ) -> Self {
        Self(.init(name, .keyword(vocabulary), positional: positional, help)) { $0?.string }
    }

    package static func label(_ name: String, _ help: String, positional: Bool = false) -> Self {
        Self(.init(name, .label, positional: positional, help)) { $0?.string }
    }

    package static func column(_ name: String, of frame: String, _ help: String) -> Self {
        Self(.init(name, .column(of: frame), help)) { $0?.string }
    }
}

extension Parameter where Content == [String] {
    /// Declares a list of words from a vocabulary.
    ///
    /// - Parameter orTexts: true to accept any text in quotes too, such as a path.
    package static func keywords(
        _ name: String, _ vocabulary: Vocabulary, _ help: String, positional: Bool = false,
        required: Bool = false, orTexts: Bool = false
    ) -> Self {
        let element = orTexts ? ParameterKind.keywordOrText(vocabulary) : .keyword(vocabulary)
        return Self(.init(name, .list(element), positional: positional, required: required, help)) {
            $0?.strings ?? []
        }
    }
}

extension Parameter where Content == [String]? {
    package static func labels(_ name: String, _ help: String) -> Self {
        Self(.init(name, .list(.label), help)) { $0?.strings }
    }

    package static func keywords(_ name: String, _ vocabulary: Vocabulary, _ help: String) -> Self {
        Self(.init(name, .list(.keyword(vocabulary)), help)) { $0?.strings }
    }
}

extension Parameter where Content == [Int] {
    package static func integers(_ name: String, in range: ClosedRange<Int>, _ help: String) -> Self {
        Self(.init(name, .list(.integer(range)), help)) { $0?.integers ?? [] }
    }
}

extension Parameter where Content == [Double]? {
    package static func numbers(_ name: String, in range: ClosedRange<Double>, _ help: String) -> Self {
        Self(.init(name, .list(.number(range)), help)) { $0?.numbers }
    }
}

extension Parameter where Content == Value {
    /// Declares a required parameter that takes an earlier value.
    package static func value(_ name: String, _ kind: ParameterKind, _ help: String) -> Self {
        Self(.init(name, kind, positional: true, required: true, help)) { $0 ?? .nothing }
    }
}

extension Parameter where Content == Value? {
    package static func optionalValue(
        _ name: String, _ kind: ParameterKind, _ help: String, positional: Bool = false
    ) -> Self {
        Self(.init(name, kind, positional: positional, help)) { $0 }
    }
}

extension Parameter where Content: WorkspaceObject {
    /// Declares a required input, such as `policy:$base`. Without the option, the value in the slot of this type is
    /// used.
    package static func slot(_ name: String, _ help: String, positional: Bool = false) -> Self {
        Self(.init(name, .slot(Content.type), positional: positional, required: true, help)) { given in
            guard case .object(_, _, let object) = given, let content = object as? Content else {
                preconditionFailure("the checker must reject a command without its inputs")
            }
            return content
        }
    }

}

/// An optional workspace object. The protocol lets extensions of ``Parameter`` require that `Content` is such an
/// optional, for example `JudgementsObject?`.
package protocol OptionalObject {
    associatedtype Wrapped: WorkspaceObject
    init(_ object: Wrapped?)
}

extension Optional: OptionalObject where Wrapped: WorkspaceObject {
    package init(_ object: Wrapped?) { self = object }
}

extension Parameter where Content: OptionalObject {
    /// Declares an optional input that is never taken from a slot: it is `nil` unless the statement has the option.
    package static func object(_ name: String, _ help: String) -> Self {
        Self(.init(name, .object(Content.Wrapped.type), help)) { given in
            guard case .object(_, _, let object) = given else { return Content(nil) }
            return Content(object as? Content.Wrapped)
        }
    }

    /// Declares an optional input. Without the option, the value in the slot of this type is used; `nil` if the slot is
    /// empty.
    package static func optionalSlot(_ name: String, _ help: String) -> Self {
        Self(.init(name, .slot(Content.Wrapped.type), help)) { given in
            guard case .object(_, _, let object) = given else { return Content(nil) }
            return Content(object as? Content.Wrapped)
        }
    }
}
