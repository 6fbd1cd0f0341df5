import Foundation
import PackagePlugin

/// Writes the commit of the checkout into the program, for `swirl --version`.
@main
struct StampPlugin: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let git = context.package.directoryURL.appending(path: ".git")
        let output = context.pluginWorkDirectoryURL.appending(path: "Commit.swift")
        // logs/HEAD changes with every commit, HEAD when another branch is checked out. A source archive has neither.
        let inputs = ["HEAD", "logs/HEAD"].map { git.appending(path: $0) }
            .filter { FileManager.default.fileExists(atPath: $0.path) }
        return [
            .buildCommand(
                displayName: "Stamping \(target.name)", executable: try context.tool(named: "stamp").url,
                arguments: [git.path, output.path], inputFiles: inputs, outputFiles: [output])
        ]
    }
}
