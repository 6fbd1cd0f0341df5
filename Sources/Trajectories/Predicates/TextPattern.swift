import Failures
import Foundation
import Synchronization

/// A regular expression that matches a text if it occurs anywhere in it. Results are cached by text because stored
/// texts (reasons, questions) repeat often.
///
/// The syntax is that of ICU (`NSRegularExpression`), whose matching can be stopped. Some patterns, such as
/// `([a-z ]+)+[0-9]$`, take time that grows exponentially with the text.
package final class TextPattern: Sendable {
    /// The alternatives of an expression that is plain text with bars, such as `plan` and `repeat` for `plan|repeat`;
    /// `nil` for other expressions. A text matches if it contains an alternative, so the store searches for these texts
    /// without a regular expression.
    package let literals: [String]?
    private let pattern: String
    /// `nil` if ``literals`` suffice.
    private let expression: NSRegularExpression?
    private let known = Mutex<[String: Bool]>([:])

    /// The time limit for one text.
    package static let limit = Duration.seconds(1)

    /// Compiles a pattern.
    ///
    /// - Throws: an error if the pattern is not a valid regular expression.
    package init(_ pattern: String) throws {
        let isPlain = pattern.allSatisfy { $0.isLetter || $0.isNumber || " _-,:'\"=<>/|".contains($0) }
        literals =
            isPlain ? pattern.split(separator: "|", omittingEmptySubsequences: false).map(String.init) : nil
        self.pattern = pattern
        expression = isPlain ? nil : try NSRegularExpression(pattern: pattern)
    }

    /// Returns true if the expression occurs in a text.
    ///
    /// - Throws: ``TooSlow`` if the search takes longer than ``limit``; `CancellationError`.
    package func matches(_ text: String) throws -> Bool {
        if let literals { return literals.contains { $0.isEmpty || text.contains($0) } }
        if let isFound = known.withLock({ $0[text] }) { return isFound }
        try Task.checkCancellation()
        let isFound = try search(text)
        known.withLock { $0[text] = isFound }
        return isFound
    }

    private func search(_ text: String) throws -> Bool {
        let clock = ContinuousClock()
        let start = clock.now
        var isFound = false
        var failure: (any Error)?
        expression?.enumerateMatches(
            in: text, options: [.reportProgress], range: NSRange(location: 0, length: text.utf16.count)
        ) { [pattern] match, _, stop in
            // Without a match, the call reports progress of a long search.
            if match != nil {
                isFound = true
            } else if Task.isCancelled {
                failure = CancellationError()
            } else if clock.now - start > Self.limit {
                failure = TooSlow(pattern: pattern)
            } else {
                return
            }
            stop.pointee = true
        }
        if let failure { throw failure }
        return isFound
    }

    /// The error that the search for a pattern in one text takes too long.
    package struct TooSlow: Explained, Hashable {
        let pattern: String
        package var code: FailureCode { .slowPattern }
        package var message: String { "the search for '\(pattern)' takes more than a second on one text" }
        package var hint: String? { "avoid a repetition inside a repetition, such as (a+)+" }
    }
}
