import CommandKit

/// All formats, in the order of help.
enum ExportFormats {
    static let all: [any ExportFormat.Type] = [
        SwirlFormat.self, MessagesFormat.self, StepsFormat.self, PairsFormat.self, VerlFormat.self,
    ]

    static var words: Vocabulary { Vocabulary("format", all.map { ($0.name, $0.summary) }) }

    static func named(_ name: String) -> any ExportFormat.Type { all.first { $0.name == name }! }
}
