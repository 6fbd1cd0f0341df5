/// Decides when a long computation saves its unsaved work as a part: after a number of pieces or after some time,
/// whichever comes first. The time is at least twenty times the duration of the last save.
///
/// ```swift
/// var partSchedule = PartSchedule(every: 250)
/// for step in steps {
///     try train(step)
///     if partSchedule.finished() { try partSchedule.save { try save() } }
/// }
/// ```
package struct PartSchedule {
    private let count: Int
    private let interval: Duration
    private let clock = ContinuousClock()
    private var last: ContinuousClock.Instant
    private var duration = Duration.zero
    private var unsaved = 0

    /// - Parameters:
    ///   - count: the number of pieces between two parts.
    ///   - interval: the time after which a part is saved even if there are fewer pieces.
    package init(every count: Int, orAfter interval: Duration = .seconds(5)) {
        self.count = count
        self.interval = interval
        last = clock.now
    }

    /// Records finished pieces of work.
    ///
    /// - Returns: true if it is time to save the unsaved work.
    package mutating func finished(_ pieces: Int = 1) -> Bool {
        unsaved += pieces
        guard unsaved > 0 else { return false }
        return unsaved >= count || clock.now - last >= max(interval, duration * 20)
    }

    /// Saves the unsaved work and measures the time that it takes.
    package mutating func save(_ body: () throws -> Void) rethrows {
        let start = clock.now
        try body()
        recordSave(since: start)
    }

    /// Saves the unsaved work and measures the time that it takes.
    package mutating func save(_ body: () async throws -> Void) async rethrows {
        let start = clock.now
        try await body()
        recordSave(since: start)
    }

    private mutating func recordSave(since start: ContinuousClock.Instant) {
        last = clock.now
        duration = last - start
        unsaved = 0
    }
}
