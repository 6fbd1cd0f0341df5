/// Decides when a long computation saves its unsaved work as a part: after a number of pieces or after some time,
/// whichever comes first. The time is at least twenty times the duration of the last save.
///
/// ```swift
/// var pace = Pace(every: 250)
/// for step in steps {
///     try train(step)
///     if pace.finished() { try pace.keep { try save() } }
/// }
/// ```
package struct Pace {
    private let count: Int
    private let interval: Duration
    private let clock = ContinuousClock()
    private var last: ContinuousClock.Instant
    private var duration = Duration.zero
    private var unkept = 0

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
        unkept += pieces
        guard unkept > 0 else { return false }
        return unkept >= count || clock.now - last >= max(interval, duration * 20)
    }

    /// Saves the unsaved work and measures the time that it takes.
    package mutating func keep(_ body: () throws -> Void) rethrows {
        let start = clock.now
        try body()
        kept(since: start)
    }

    /// Saves the unsaved work and measures the time that it takes.
    package mutating func keep(_ body: () async throws -> Void) async rethrows {
        let start = clock.now
        try await body()
        kept(since: start)
    }

    private mutating func kept(since start: ContinuousClock.Instant) {
        last = clock.now
        duration = last - start
        unkept = 0
    }
}
