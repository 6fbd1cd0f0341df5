import Foundation

// catalogue PROTOCOL OUTPUT SOURCE…
//
// Writes a list of the types that declare a protocol: `enum PROTOCOLList { static let all: [any PROTOCOL.Type] = […] }`,
// sorted by name. A type has to stand at the beginning of a line, with its protocols behind it.

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

    /// The entries of this room, by name.
    package enum \(entry)List {
        package static let all: [any \(entry).Type] = [\(list)
        ]
    }

    """
try Data(text.utf8).write(to: output)
