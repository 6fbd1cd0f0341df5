import Foundation

// Usage: catalogue PROTOCOL OUTPUT SOURCE…
//
// Writes a Swift file that lists the types that conform to a protocol, sorted by name:
// `enum PROTOCOLList { static let all: [any PROTOCOL.Type] = […] }`. It finds a type only if its declaration begins at
// the beginning of a line and names the protocol on the same line; it does not see conformances in extensions.

guard CommandLine.arguments.count > 3 else {
    print("usage: catalogue PROTOCOL OUTPUT SOURCE…")
    exit(2)
}
let entry = CommandLine.arguments[1]
let output = URL(fileURLWithPath: CommandLine.arguments[2])
let declaration = #/^(?:package |public )?(?:final )?(?:struct|enum|class) (\w+): ([^{]+)/#

var names: [String] = []
for path in CommandLine.arguments.dropFirst(3) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        print("\(path): not readable")
        exit(1)
    }
    for line in text.split(whereSeparator: \.isNewline) {
        guard let match = line.firstMatch(of: declaration) else { continue }
        let protocols = match.output.2.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        if protocols.contains(entry) { names.append(String(match.output.1)) }
    }
}
let list = names.sorted().map { "\n        \($0).self," }.joined()
let text = """
    // Written by the build: see Plugins/catalogue.

    /// The entries of this module, sorted by the names of their types.
    package enum \(entry)List {
        package static let all: [any \(entry).Type] = [\(list)
        ]
    }

    """
try Data(text.utf8).write(to: output)
