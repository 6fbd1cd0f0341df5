/// When unkept work is worth a part: after so many pieces, or after some time, whichever comes first. The time is at
/// least twenty times as long as the last part took to keep.
package struct Pace {
    private let count: Int
    private let interval: Duration
    private let clock = ContinuousClock()
    private var last: ContinuousClock.Instant
    private var duration = Duration.zero
    private var unkept = 0

    /// - Parameters:
    ///   - count: pieces between two parts.
    ///   - interval: the time after which a part is kept though there are fewer pieces.
    package init(every count: Int, orAfter interval: Duration = .seconds(5)) {
        self.count = count
        self.interval = interval
        last = clock.now
    }

    /// Notes a finished piece of work.
    ///
    /// - Returns: whether it is time to keep what is unkept.
    package mutating func finished(_ pieces: Int = 1) -> Bool {
        unkept += pieces
        guard unkept > 0 else { return false }
        return unkept >= count || clock.now - last >= max(interval, duration * 20)
    }

    /// Keeps what is unkept.
    package mutating func keep(_ body: () throws -> Void) rethrows {
        let start = clock.now
        try body()
        kept(since: start)
    }

    /// Keeps what is unkept.
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
