import Foundation

/// How long attacks go on: `make torture` sets SWIRL_TORTURE, which multiplies their rounds.
enum Torture {
    static let rounds = ProcessInfo.processInfo.environment["SWIRL_TORTURE"].flatMap(Int.init) ?? 1
}
