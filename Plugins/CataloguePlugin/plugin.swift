import Foundation
import PackagePlugin

/// Lists what a room offers, so that a new command, judge or tool is one new file: the build finds it.
///
/// In the rooms below, every type that declares one of the room's protocols enters the list of that protocol.
@main
struct CataloguePlugin: BuildToolPlugin {
    /// The protocols that make a type an entry, by room.
    private static let entries = [
        "Commands": ["CatalogCommand", "StoredObject"], "Datasets": ["DatasetEntry"],
        "Judges": ["JudgeEntry"],
        "Models": ["ModelEntry", "PolicyCodec"], "Rendering": ["ChartStyle"], "StepwiseRL": ["Objective"],
        "Tools": ["ToolEntry"],
    ]

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let entries = Self.entries[target.name], let module = target as? any SourceModuleTarget else {
            return []
        }
        let sources = module.sourceFiles(withSuffix: "swift").map(\.url).sorted { $0.path < $1.path }
        let tool = try context.tool(named: "catalogue").url
        return entries.map { entry in
            let output = context.pluginWorkDirectoryURL.appending(path: "\(entry)List.swift")
            return .buildCommand(
                displayName: "Listing \(entry) in \(target.name)", executable: tool,
                arguments: [entry, output.path] + sources.map(\.path), inputFiles: sources,
                outputFiles: [output])
        }
    }
}
