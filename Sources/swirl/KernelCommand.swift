import Application
import ArgumentParser
import Commands
import Foundation
import JupyterKernel

/// The subcommand `swirl kernel`: installs or runs the Jupyter kernel.
struct KernelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel", abstract: "Install or run the Jupyter kernel.",
        subcommands: [Install.self, Run.self])

    /// The subcommand `swirl kernel install`: writes the kernel spec with which Jupyter finds the kernel.
    struct Install: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Register this kernel with Jupyter.")

        @Flag(help: "Install for the current user; the default.")
        var user = false

        @Option(help: "Install into DIR/share/jupyter; DIR may be a virtual environment.")
        var prefix: String?

        func validate() throws {
            if user, prefix != nil { throw ValidationError("--user and --prefix can't be used together") }
        }

        func run() throws {
            guard let executable = Bundle.main.executableURL else {
                throw KernelFailure("the path of the swirl program can't be determined")
            }
            let folder =
                prefix.map { URL(fileURLWithPath: $0).appending(path: "share/jupyter") }
                ?? KernelSpec.userFolder
            do {
                let home = try KernelSpec.install(executable, in: folder)
                print("written to \(home.path)")
            } catch {
                throw KernelFailure("\(folder.path) can't be written: \(error.localizedDescription)")
            }
        }
    }

    /// The subcommand `swirl kernel run -f FILE`: runs the kernel until a client shuts it down. Jupyter starts it.
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the kernel that a connection file describes.",
            discussion: """
                Jupyter starts the kernel in the notebook's folder. If that folder has no .swirl folder, the kernel \
                stores results in the nearest .swirl of a parent folder, so that recipes and notebooks of a project \
                share them.
                """)

        @Option(name: .customShort("f"), help: "The connection file.")
        var connection: String

        @OptionGroup var sessionOptions: SessionOptions

        func run() async throws {
            // Interrupts come as messages; Ctrl-C on the terminal is meant for the client that started the kernel.
            signal(SIGINT, SIG_IGN)
            var sessionOptions = sessionOptions
            sessionOptions.useNearestStore(from: URL(fileURLWithPath: "."))
            let console = sessionOptions.console()
            let file = try ConnectionFile(path: connection)
            do {
                let kernel = try Kernel(
                    file, version: Application.version,
                    history: sessionOptions.folder.appending(path: "history.jsonl")
                ) { [sessionOptions] in
                    try sessionOptions.session(console, sink: $0)
                }
                let ending = try await InterruptHandling.run {
                    await kernel.run {
                        FileHandle.standardError.write(
                            Data(
                                """
                                the running cell did not end in time; run it again to continue from its last stored \
                                part

                                """.utf8))
                        _exit(InterruptHandling.endingSignal.map { 128 + $0 } ?? 0)
                    }
                }
                if ending.exitStatus != 0 { throw ExitCode(ending.exitStatus) }
            } catch let failure as KernelFailure {
                console.show(.error(failure.description))
                throw ExitCode(3)
            }
        }
    }
}
