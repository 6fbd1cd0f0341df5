import CommandKit

/// All formats that `import` reads, in the order of help.
enum ImportFormats {
    static let all: [any ImportFormat.Type] = [
        SwirlImport.self, MessagesImport.self, InspectImport.self, SearchR1Import.self, ReActImport.self,
    ]

    static var words: Vocabulary { Vocabulary("format", all.map { ($0.name, $0.summary) }) }

    static func named(_ name: String) -> any ImportFormat.Type { all.first { $0.name == name }! }
}
