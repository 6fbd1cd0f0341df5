import CArchive
import Foundation
import Trajectories

/// The files in a zip archive, read by libarchive. Members may be stored, deflated or compressed by zstd.
package struct ZipFile {
    private let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// The size in bytes above which a member is refused: an archive can claim to hold more than any disk.
    private static let largestMember = 1 << 31

    /// Calls `body` with each file in the archive, in the order in which they were written. A name may occur several
    /// times: its last content replaces the earlier ones.
    ///
    /// - Parameter wants: returns false for files that need not be read.
    /// - Throws: ``DatasetError`` if the archive can't be read or is damaged; errors of `body`; `CancellationError`.
    package func read(
        _ wants: (String) -> Bool, _ body: (_ name: String, _ content: Data) throws -> Void
    ) throws {
        guard let archive = archive_read_new() else { throw problem("there is no memory to read it") }
        defer { archive_read_free(archive) }
        archive_read_support_format_zip(archive)
        guard archive_read_open_filename(archive, path, 1 << 16) == ARCHIVE_OK else {
            throw problem(Self.message(archive))
        }
        while true {
            try Task.checkCancellation()
            var entry: OpaquePointer?
            let status = archive_read_next_header(archive, &entry)
            if status == ARCHIVE_EOF { return }
            guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry else {
                throw problem(Self.message(archive))
            }
            guard let text = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry) else {
                continue
            }
            let name = String(cString: text)
            guard wants(name) else { continue }
            try body(name, try content(archive, name))
        }
    }

    private func content(_ archive: OpaquePointer, _ name: String) throws -> Data {
        var content = Data()
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { block.deallocate() }
        while true {
            let count = archive_read_data(archive, block.baseAddress, block.count)
            guard count >= 0 else { throw problem("\(name): \(Self.message(archive))") }
            if count == 0 { return content }
            content.append(contentsOf: UnsafeRawBufferPointer(rebasing: block[..<count]))
            guard content.count <= Self.largestMember else {
                throw problem("\(name) is larger than 2 GiB")
            }
        }
    }

    private static func message(_ archive: OpaquePointer) -> String {
        archive_error_string(archive).map { String(cString: $0) } ?? "it is damaged"
    }

    private func problem(_ message: String) -> DatasetError {
        DatasetError(
            "\(path): the archive can't be read: \(message)", hint: "check that its download is complete")
    }
}
