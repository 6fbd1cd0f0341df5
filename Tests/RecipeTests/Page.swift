import Foundation

/// A page of the documentation with its examples.
///
/// A block ```` ```console ```` holds statements behind `swirl> ` and shell commands behind `$ `, each with the lines that
/// it prints. A block with a name behind its language, ```` ```swirl NAME ````, is a file of that name. `…` in an expected line matches any text, a line
/// `…` any lines.
struct Page {
    /// A statement or a shell command with its output.
    struct Example {
        enum Prompt: String, CaseIterable {
            case statement = "swirl> "
            case shell = "$ "
        }

        let prompt: Prompt
        let text: String
        let expected: [String]
        /// The lines of the page that hold the output.
        let place: Range<Int>

        /// True if the output is a mistake, told on standard error.
        var isMistake: Bool { expected.contains { $0.contains(": error: ") } }
    }

    let url: URL
    let lines: [String]
    private(set) var examples: [Example] = []
    private(set) var files: [(name: String, text: String)] = []
    /// The processor that the outputs were made on: others may compute other figures.
    private(set) var processor: String?

    private static let fence = "```"
    private static let console = "```console"
    private static let origin = "<!-- outputs: "

    init(_ url: URL) throws {
        self.url = url
        lines = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
        var index = 0
        while index < lines.count {
            let line = lines[index]
            index += 1
            if line.hasPrefix(Self.origin) {
                processor = line.dropFirst(Self.origin.count).split(separator: " ").first.map(String.init)
            }
            guard line.hasPrefix(Self.fence) else { continue }
            let end = lines[index...].firstIndex(of: Self.fence) ?? lines.count
            if line == Self.console { examples += Self.examples(lines, index..<end) }
            let words = line.split(separator: " ")
            if words.count == 2 {
                files.append((String(words[1]), lines[index..<end].joined(separator: "\n") + "\n"))
            }
            index = end + 1
        }
    }

    private static func examples(_ lines: [String], _ block: Range<Int>) -> [Example] {
        func prompt(_ index: Int) -> Example.Prompt? {
            Example.Prompt.allCases.first { lines[index].hasPrefix($0.rawValue) }
        }
        let starts = block.filter { prompt($0) != nil }
        return zip(starts, starts.dropFirst() + [block.upperBound]).map { start, end in
            let prompt = prompt(start)!
            return Example(
                prompt: prompt, text: String(lines[start].dropFirst(prompt.rawValue.count)),
                expected: Array(lines[start + 1..<end]), place: start + 1..<end)
        }
    }

    /// The page with other outputs.
    func text(with outputs: [(place: Range<Int>, lines: [String])], processor: String) -> String {
        var lines = lines
        for output in outputs.sorted(by: { $0.place.lowerBound > $1.place.lowerBound }) {
            lines.replaceSubrange(output.place, with: output.lines)
        }
        lines.removeAll { $0.hasPrefix(Self.origin) }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return (lines + ["", "\(Self.origin)\(processor) -->", ""]).joined(separator: "\n")
    }

    // MARK: Comparison

    /// Returns true if an output has the title of the expected one and, if it is a table, its columns.
    ///
    /// Samples differ from processor to processor, and with them names, rows, and which endings occur at all.
    static func haveOneTitle(_ expected: [String], _ output: [String]) -> Bool {
        guard let wanted = expected.first, wanted != "…" else { return true }
        guard let line = output.first else { return false }
        func title(_ line: String) -> String { line.contains("…") ? "" : String(line.prefix { $0 != ":" }) }
        guard title(wanted).isEmpty || fits(title(line), title(wanted), exactly: false) else { return false }
        guard expected.count > 2, expected[2].hasPrefix("──") else { return true }
        return output.count > 2 && words(output[1]) == words(expected[1])
    }

    private static func words(_ line: String) -> [Substring] { line.split(separator: " ") }

    /// Returns true if an output is the expected one.
    ///
    /// - Parameter exactly: compares figures too, and not only their places.
    static func agree(_ expected: [String], _ output: [String], exactly: Bool) -> Bool {
        guard let wanted = expected.first else { return output.isEmpty }
        if wanted == "…" {
            return (0...output.count).contains {
                agree(Array(expected.dropFirst()), Array(output.dropFirst($0)), exactly: exactly)
            }
        }
        guard let line = output.first, fits(line, wanted, exactly: exactly) else { return false }
        return agree(Array(expected.dropFirst()), Array(output.dropFirst()), exactly: exactly)
    }

    private static func fits(_ line: String, _ wanted: String, exactly: Bool) -> Bool {
        let form = exactly ? withoutTimes : shape
        let (line, wanted) = (form(line), form(wanted))
        let parts = wanted.components(separatedBy: "…")
        guard parts.count > 1 else { return line == wanted }
        guard line.hasPrefix(parts[0]) else { return false }
        var rest = line.dropFirst(parts[0].count)
        for part in parts.dropFirst().dropLast() {
            guard let found = rest.range(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(parts.last!)
    }

    /// A line without what differs from run to run: 1.7 s.
    private static func withoutTimes(_ line: String) -> String {
        line.replacing(#/\b[0-9.]+ (ms|s|min|h)\b/#, with: "0 s")
    }

    /// A line without its figures, keys and bars.
    private static func shape(_ line: String) -> String {
        withoutTimes(line).replacing(#/\([0-9a-f]{12}\)/#, with: "(key)")
            .replacing(#/[-+]?[0-9][0-9,.]*/#, with: "0")
            .replacing(#/[ █▏▎▍▌▋▊▉─]+/#, with: " ")
            .trimmingCharacters(in: .whitespaces)
    }
}
