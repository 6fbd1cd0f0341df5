import Events
import Foundation

/// The kernel spec: a folder with a `kernel.json` that registers the kernel with Jupyter.
package enum KernelSpec {
    static let name = "swirl"

    /// Jupyter's data folder of the current user.
    package static var userFolder: URL {
        let environment = ProcessInfo.processInfo.environment
        if let own = environment["JUPYTER_DATA_DIR"], !own.isEmpty { return URL(fileURLWithPath: own) }
        #if os(macOS)
            return URL(fileURLWithPath: NSHomeDirectory() + "/Library/Jupyter")
        #else
            let data = environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            return URL(fileURLWithPath: data ?? NSHomeDirectory() + "/.local/share").appending(
                path: "jupyter")
        #endif
    }

    /// Writes the folder. An earlier `kernel.json` is overwritten.
    ///
    /// - Parameters:
    ///   - executable: the program that runs the kernel.
    ///   - folder: Jupyter's data folder.
    /// - Returns: the folder that was written.
    /// - Throws: errors of the file system.
    package static func install(_ executable: URL, in folder: URL) throws -> URL {
        let home = folder.appending(path: "kernels").appending(path: name)
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let specification: JSON = [
            "argv": [.text(executable.path), "kernel", "run", "-f", "{connection_file}"],
            "display_name": "swirl", "language": "swirl", "interrupt_mode": "message",
            "metadata": ["debugger": false],
        ]
        try (specification.data + Data("\n".utf8)).write(
            to: home.appending(path: "kernel.json"), options: .atomic)
        return home
    }
}
