import Foundation

/// The file in which sessions store what was typed, one entry a line. It has the form of libedit's history files.
///
/// Every entry is appended as soon as it is entered, so that sessions that run at the same time don't overwrite each
/// other's entries. A file of another form is never changed.
struct HistoryFile {
    let path: String
    private static let header = "_HiStOrY_V2_"
    /// The number of entries that a session loads. A file with more than twice as many is shortened to it.
    static let limit = 2000

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Reads the entries, the newest last. A file that does not exist has none. Bytes that are no UTF-8 become U+FFFD.
    ///
    /// - Throws: ``Failure`` if the file can't be read or has another form.
    func entries() throws -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try locked { file in
            let lines = try Self.lines(of: file, path)
            let entries = lines.map { Self.decoded($0) }.filter { !$0.isEmpty }
            guard entries.count > 2 * Self.limit else { return entries.suffix(Self.limit) }
            let kept = entries.suffix(Self.limit)
            // Without the right to write, the file stays as long as it is.
            try? shorten(to: Array(kept))
            return Array(kept)
        }
    }

    /// Appends an entry. Creates the file and its folder if they do not exist.
    ///
    /// - Throws: ``Failure`` if the file can't be written or has another form.
    func append(_ entry: String) throws {
        try? FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try locked { file in
            // Checks the form. A file that another session has just shortened is read anew.
            let size = try Self.check(file, path)
            var text = size == 0 ? Self.header + "\n" : ""
            var last: UInt8 = 0x0A
            if size > 0 { pread(file, &last, 1, off_t(size - 1)) }
            // A line that was cut off, for example by a full disk, must not swallow this entry.
            if last != 0x0A { text += "\n" }
            text += Self.encoded(entry) + "\n"
            let bytes = Array(text.utf8)
            guard write(file, bytes, bytes.count) == bytes.count else { throw Self.failure(path, errno) }
        }
    }

    // MARK: The file

    /// Opens the file, waits for its lock and runs the work.
    private func locked<Result>(_ work: (Int32) throws -> Result) throws -> Result {
        while true {
            var file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            // A history that can only be read is still of use.
            if file < 0, [EACCES, EROFS].contains(errno) { file = open(path, O_RDONLY | O_CLOEXEC) }
            guard file >= 0 else { throw Self.failure(path, errno) }
            defer { close(file) }
            // A signal such as that of a resized window may interrupt the wait. Some file systems have no locks; an entry
            // is appended in one write there.
            while flock(file, LOCK_EX) != 0, errno == EINTR {}
            // Another session may have replaced the file while this one waited.
            var own = stat()
            var current = stat()
            guard fstat(file, &own) == 0, stat(path, &current) == 0, own.st_ino == current.st_ino else {
                continue
            }
            return try work(file)
        }
    }

    /// Replaces the file by one with these entries.
    private func shorten(to entries: [String]) throws {
        // A symbolic link stays one: the file that it names is replaced.
        let target = (path as NSString).resolvingSymlinksInPath
        let text = ([Self.header] + entries.map(Self.encoded)).joined(separator: "\n") + "\n"
        do {
            let mode = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions]
            let draft = target + ".\(getpid())"
            try Data(text.utf8).write(to: URL(fileURLWithPath: draft))
            try FileManager.default.setAttributes([.posixPermissions: mode ?? 0o600], ofItemAtPath: draft)
            guard rename(draft, target) == 0 else { throw Self.failure(path, errno) }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(description: "the history \(path) can't be written: \(error.localizedDescription)")
        }
    }

    /// Returns the file's size, after a check that it is empty or a history file.
    private static func check(_ file: Int32, _ path: String) throws -> Int {
        var about = stat()
        guard fstat(file, &about) == 0 else { throw failure(path, errno) }
        guard about.st_size > 0 else { return 0 }
        var first = [UInt8](repeating: 0, count: header.utf8.count)
        guard pread(file, &first, first.count, 0) == first.count, first == Array(header.utf8) else {
            throw Failure(
                description:
                    "\(path) is not a history file, so this session's history is not stored; SWIRL_HISTORY sets another path"
            )
        }
        return Int(about.st_size)
    }

    private static func lines(of file: Int32, _ path: String) throws -> [ArraySlice<UInt8>] {
        let size = try check(file, path)
        var bytes = [UInt8](repeating: 0, count: size)
        let count = pread(file, &bytes, size, 0)
        guard count >= 0 else { throw failure(path, errno) }
        return bytes[..<count].split(separator: 0x0A).dropFirst().map { $0 }
    }

    private static func failure(_ path: String, _ code: Int32) -> Failure {
        Failure(description: "the history \(path) can't be used: \(String(cString: strerror(code)))")
    }

    // MARK: Entries

    /// Encodes an entry as one line: backslashes are doubled, and control characters become `\` and three octal digits.
    private static func encoded(_ entry: String) -> String {
        var bytes: [UInt8] = []
        for byte in entry.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes += [byte, byte]
            case ..<0x20, 0x7F:
                bytes += Array("\\".utf8) + [byte >> 6, byte >> 3 & 7, byte & 7].map { $0 + 0x30 }
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Decodes a line, also one that libedit has written: `\ooo`, `\\`, `\^C`, `\M-x` and `\M^C` (vis(3)). NUL, which no
    /// line can contain, becomes U+FFFD.
    private static func decoded(_ line: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var rest = line
        func control(_ byte: UInt8) -> UInt8 { byte == UInt8(ascii: "?") ? 0x7F : byte & 0x1F }
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.first else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(3)
            if digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }) {
                bytes.append(digits.reduce(0) { $0 &* 8 &+ ($1 - 0x30) })
                rest = rest.dropFirst(3)
            } else if next == UInt8(ascii: "^"), rest.count >= 2 {
                bytes.append(control(rest[rest.startIndex + 1]))
                rest = rest.dropFirst(2)
            } else if next == UInt8(ascii: "M"), rest.count >= 3 {
                let (sign, letter) = (rest[rest.startIndex + 1], rest[rest.startIndex + 2])
                bytes.append((sign == UInt8(ascii: "^") ? control(letter) : letter) | 0x80)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(next)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: bytes, as: UTF8.self).replacing("\0", with: "\u{FFFD}")
    }
}
