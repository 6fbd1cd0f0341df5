import Crypto
import Events
import Foundation

/// A message of the Jupyter protocol.
struct Message: Sendable {
    /// The routing prefix of the message: the client's identity on a ROUTER socket, the topic on iopub.
    var identities: [Data]
    var header: JSON
    var parent: JSON
    var metadata: JSON = [:]
    var content: JSON

    var type: String { header["msg_type"]?.text ?? "" }
}

/// Serializes messages as ZeroMQ frames and signs them; parses frames and verifies their signature (Jupyter messaging,
/// wire protocol).
struct Wire: Sendable {
    static let version = "5.4"
    private static let delimiter = Data("<IDS|MSG>".utf8)

    private let key: SymmetricKey?
    /// The ID of this run of the kernel. It is in the header of every message.
    let session = UUID().uuidString

    /// Creates a wire with a signing key.
    ///
    /// - Parameter key: the key in the connection file. If it is empty, messages are neither signed nor verified.
    init(key: String) {
        self.key = key.isEmpty ? nil : SymmetricKey(data: Data(key.utf8))
    }

    /// Creates a message with a new ID and the current time.
    ///
    /// - Parameter parent: the request that the message belongs to; `nil` if there is none.
    func message(_ type: String, _ content: JSON, to parent: Message?, identities: [Data] = []) -> Message {
        let header: JSON = [
            "msg_id": .text(UUID().uuidString), "session": .text(session), "username": "swirl",
            "date": .text(Date.now.formatted(.iso8601)), "msg_type": .text(type),
            "version": .text(Self.version),
        ]
        return Message(
            identities: identities, header: header, parent: parent?.header ?? [:], content: content)
    }

    /// Returns the signed frames of a message.
    func frames(_ message: Message) -> [Data] {
        let parts = [message.header, message.parent, message.metadata, message.content].map(\.data)
        return message.identities + [Self.delimiter, Data(signature(parts).utf8)] + parts
    }

    /// Parses frames and verifies their signature.
    ///
    /// - Returns: the message; `nil` if the frames are malformed or their signature is wrong.
    func message(_ frames: [Data]) -> Message? {
        guard let at = frames.firstIndex(of: Self.delimiter), frames.count >= at + 6 else { return nil }
        let parts = Array(frames[(at + 2)..<(at + 6)])
        guard isSigned(parts, frames[at + 1]) else { return nil }
        let values = parts.compactMap { try? JSON($0) }
        guard values.count == 4, values.allSatisfy({ $0.object != nil }), values[0]["msg_type"]?.text != nil
        else { return nil }
        return Message(
            identities: Array(frames[..<at]), header: values[0], parent: values[1], metadata: values[2],
            content: values[3])
    }

    private func signature(_ parts: [Data]) -> String {
        guard let key else { return "" }
        var code = HMAC<SHA256>(key: key)
        for part in parts { code.update(data: part) }
        return code.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private func isSigned(_ parts: [Data], _ signature: Data) -> Bool {
        guard let key else { return true }
        guard let code = Data(hexadecimal: signature) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(
            code, authenticating: parts.reduce(Data(), +), using: key)
    }
}

extension Data {
    /// Bytes from their hexadecimal digits.
    fileprivate init?(hexadecimal digits: Data) {
        guard digits.count % 2 == 0 else { return nil }
        var bytes = Data()
        var high: UInt8?
        for digit in digits {
            guard let value = Character(UnicodeScalar(digit)).hexDigitValue.map(UInt8.init) else {
                return nil
            }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        self = bytes
    }
}
