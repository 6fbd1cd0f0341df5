import Language
import Output

/// What a statement sees: the latest object of every slot, and names.
package struct Scope: Sendable {
    /// Latest objects by slot.
    package var slots: [ObjectType: Value] = [:]
    package var names: [String: Value] = [:]
    /// The ambient seed.
    package var seed: UInt64
    /// The arms of the sweeps around, from the outside in.
    var arm: [Event.Arm] = []

    package init(seed: UInt64) {
        self.seed = seed
    }

    func resolve(_ name: String) -> Value? {
        name == "seed" ? .number(Double(seed), .none) : names[name]
    }

    /// Puts a value into its slot, if its type has one.
    mutating func fill(with value: Value) {
        if case .object(let type, _, _) = value, type.isSlot { slots[type] = value }
    }
}
