import Foundation

// Usage: stamp GIT OUTPUT
//
// Writes a Swift file with the hash of the commit that the git folder GIT has checked out:
// `enum Commit { static let abbreviation: String? = "…" }`. The value is nil if there is no commit, as in a source
// archive.

guard CommandLine.arguments.count == 3 else {
    print("usage: stamp GIT OUTPUT")
    exit(2)
}
let git = URL(fileURLWithPath: CommandLine.arguments[1])
let output = URL(fileURLWithPath: CommandLine.arguments[2])

/// Returns the first line of a file in the git folder; nil if the file can't be read.
func line(_ path: String) -> Substring? {
    (try? String(contentsOf: git.appending(path: path), encoding: .utf8))?.split(whereSeparator: \.isNewline)
        .first
}

/// Returns the hash of a reference from the file `packed-refs`; nil if the reference is not there.
func packed(_ reference: Substring) -> Substring? {
    let lines = try? String(contentsOf: git.appending(path: "packed-refs"), encoding: .utf8).split(
        whereSeparator: \.isNewline)
    return lines?.first { $0.hasSuffix(" " + reference) }?.prefix { $0 != " " }
}

let reference = "ref: "
let head = line("HEAD")
let hash =
    head.flatMap { head in
        guard head.hasPrefix(reference) else { return head }
        let name = head.dropFirst(reference.count)
        return line(String(name)) ?? packed(name)
    }
let literal =
    hash.flatMap { $0.count >= 40 && $0.allSatisfy(\.isHexDigit) ? "\"\($0.prefix(8))\"" : nil } ?? "nil"
let text = """
    // Written by the build: see Plugins/stamp.

    /// The commit that the program was built from; nil if it was not built from a git checkout.
    enum Commit {
        static let abbreviation: String? = \(literal)
    }

    """
try Data(text.utf8).write(to: output)
