import Foundation

/// Where a Jupyter client wants the kernel to listen, and the key that signs messages.
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

    /// - Throws: ``KernelFailure`` where the file is not a connection file, or asks for what is not here.
    package init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw KernelFailure("\(path): no such file, or not readable")
        }
        do {
            self = try JSONDecoder().decode(ConnectionFile.self, from: data)
        } catch {
            // The file holds the key: its content is not for messages.
            throw KernelFailure("\(path) is no connection file of Jupyter")
        }
        guard ["tcp", "ipc"].contains(transport) else {
            throw KernelFailure("\(path): transport '\(transport)' is not known; tcp and ipc are")
        }
        if let scheme = signatureScheme, scheme != "hmac-sha256" {
            throw KernelFailure("\(path): signatures by '\(scheme)' are not known; hmac-sha256 are")
        }
    }

    /// The address of a port, and only that: nothing is bound beyond what the file names.
    func address(_ port: Int) -> String {
        transport == "ipc" ? "ipc://\(ip)-\(port)" : "tcp://\(ip):\(port)"
    }
}

/// Why the kernel can't run.
package struct KernelFailure: Error, CustomStringConvertible, Sendable {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
