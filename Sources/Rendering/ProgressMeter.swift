import Events

/// Computes the rate and the remaining time of a command from its progress events.
package struct ProgressMeter: Sendable {
    private var command = ""
    private var start: Double = 0
    private var first = 0

    package init() {}

    /// Returns a line such as `rollout  1,200/3,000 trajectories  40 %  310/s  6 s left`.
    ///
    /// - Parameter now: seconds on any steady clock.
    package mutating func line(_ progress: Event.Progress, now: Double) -> String {
        let rate = rate(progress, now: now)
        let parts = [
            progress.command, "\(progress.done.grouped)/\(progress.total.grouped) \(progress.unit)",
            share(progress), rate.map { "\($0 < 10 ? $0.fixed(1) : Int($0).grouped)/s" },
            rate.map { left(progress, $0) }, progress.note.isEmpty ? nil : progress.note,
        ]
        return parts.compactMap(\.self).joined(separator: "  ")
    }

    /// Returns a short form, such as `rollout 40 %, 6 s left`.
    package mutating func words(_ progress: Event.Progress, now: Double) -> String {
        let rate = rate(progress, now: now)
        return "\(progress.command) \(share(progress))" + (rate.map { ", " + left(progress, $0) } ?? "")
    }

    /// Returns the number of units per second since the command's first event; `nil` in the first half second, and
    /// until another unit is done.
    private mutating func rate(_ progress: Event.Progress, now: Double) -> Double? {
        if progress.command != command || progress.done < first {
            command = progress.command
            start = now
            first = progress.done
        }
        let seconds = now - start
        return seconds > 0.5 && progress.done > first ? Double(progress.done - first) / seconds : nil
    }

    private func share(_ progress: Event.Progress) -> String {
        "\((100 * Double(progress.done) / Double(max(1, progress.total))).fixed(0)) %"
    }

    private func left(_ progress: Event.Progress, _ rate: Double) -> String {
        "\((Double(progress.total - progress.done) / rate).duration) left"
    }

    /// Returns a progress bar of `width` characters, such as `████░░░░`.
    ///
    /// - Parameter share: the finished share, from 0 to 1.
    package static func bar(_ share: Double, width: Int) -> String {
        let filled = Int((share * Double(width)).rounded(.down))
        return String(repeating: "█", count: min(width, max(0, filled)))
            + String(repeating: "░", count: max(0, width - filled))
    }
}
