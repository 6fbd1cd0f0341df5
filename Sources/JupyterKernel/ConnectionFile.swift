import Foundation

/// A Jupyter connection file: the addresses on which the kernel must listen, and the key that signs messages.
package struct ConnectionFile: Sendable, Decodable {
    let transport: String
    let ip: String
    let shellPort: Int
    let controlPort: Int
    let iopubPort: Int
    let stdinPort: Int
    let heartbeatPort: Int
    let key: String
    let signatureScheme: String?

    private enum CodingKeys: String, CodingKey {
        case transport, ip, key
        case shellPort = "shell_port"
        case controlPort = "control_port"
        case iopubPort = "iopub_port"
        case stdinPort = "stdin_port"
        case heartbeatPort = "hb_port"
        case signatureScheme = "signature_scheme"
    }

    /// Reads a connection file.
    ///
    /// - Throws: ``KernelFailure`` if the file is not a connection file, or if its transport or signature scheme is not
    ///   supported.
    package init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw KernelFailure("\(path) does not exist or can't be read")
        }
        do {
            self = try JSONDecoder().decode(ConnectionFile.self, from: data)
        } catch {
            // The file contains the key, so the message must not quote its content.
            throw KernelFailure("\(path) is not a Jupyter connection file")
        }
        guard ["tcp", "ipc"].contains(transport) else {
            throw KernelFailure("\(path): transport '\(transport)' is not supported; use tcp or ipc")
        }
        if let scheme = signatureScheme, scheme != "hmac-sha256" {
            throw KernelFailure("\(path): signature scheme '\(scheme)' is not supported; use hmac-sha256")
        }
    }

    /// Returns the address of a port. The kernel binds only addresses that the file names.
    func address(_ port: Int) -> String {
        transport == "ipc" ? "ipc://\(ip)-\(port)" : "tcp://\(ip):\(port)"
    }
}

/// An error that prevents the kernel from being installed or run. The description is the message for the user.
package struct KernelFailure: Error, CustomStringConvertible, Sendable {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
