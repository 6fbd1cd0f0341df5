import Foundation
import PackagePlugin

/// Generates lists of the commands, judges, tools and other entries of a module, so that adding an entry means adding
/// one file and nothing else.
///
/// In the modules below, every type that declares conformance to one of the named protocols becomes part of the list of
/// that protocol, such as `JudgeEntryList.all`.
@main
struct CataloguePlugin: BuildToolPlugin {
    /// The protocols whose conforming types are listed, by module.
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
