import Foundation

/// The format of a file, detected from its content because file names can be wrong. The raw values complete the message
/// "this is …".
package enum FileKind: String, Sendable {
    case jsonArray = "a JSON array"
    case jsonLines = "JSON lines"
    case jsonObject = "one JSON object"
    case gzip = "compressed by gzip"
    case zip = "a zip archive"
    case parquet = "a Parquet file"
    case utf16 = "text in UTF-16"
    case commaSeparated = "comma-separated values"
    case html = "a web page"
    case text = "plain text"

    /// Detects the format from the first bytes.
    ///
    /// - Precondition: the file is not empty.
    init(_ data: Data) {
        let head = data.prefix(4_096)
        let first = head.first { $0 > 0x20 } ?? 0
        self =
            switch first {
            case _ where head.starts(with: [0x1F, 0x8B]): .gzip
            case _ where head.starts(with: Data("PK\u{3}\u{4}".utf8)): .zip
            case _ where head.starts(with: Data("PAR1".utf8)): .parquet
            case _ where head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]): .utf16
            case UInt8(ascii: "["): .jsonArray
            case UInt8(ascii: "{"): Self.holdsLines(data) ? .jsonLines : .jsonObject
            case UInt8(ascii: "<"): .html
            default: Self.hasCommas(head) ? .commaSeparated : .text
            }
    }

    /// Returns true if the first line ends with `}`, as a complete object does.
    private static func holdsLines(_ data: Data) -> Bool {
        let line = data[(data.firstIndex { $0 > 0x20 } ?? data.startIndex)...].prefix { $0 != 0x0A }
        return line.last { $0 > 0x20 } == UInt8(ascii: "}")
    }

    /// Returns true if the first line contains a comma or a tab.
    private static func hasCommas(_ head: Data) -> Bool {
        head.prefix { $0 != 0x0A }.contains { $0 == UInt8(ascii: ",") || $0 == 0x09 }
    }
}
