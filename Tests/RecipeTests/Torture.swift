import Foundation

/// The length of attacks: `make torture` sets SWIRL_TORTURE, which multiplies their rounds.
enum Torture {
    static let rounds = ProcessInfo.processInfo.environment["SWIRL_TORTURE"].flatMap(Int.init) ?? 1
}
