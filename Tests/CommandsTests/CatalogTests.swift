import Application
import CommandKit
import Commands
import Foundation
import Language
import Testing

@Suite struct CatalogTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    private static let types = SessionHarness.application.commands.commands.map { type(of: $0) }
    private static let examples = types.flatMap { type in
        type.examples.indices.map { (type.name, $0) }
    }

    @Test(arguments: examples)
    func `every command's example runs and prints the output that it declares`(
        _ command: String, _ index: Int
    ) async {
        let example = Self.types.first { $0.name == command }!.examples[index]
        let harness = SessionHarness()
        let ending = await harness.run(example.script)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let told = harness.all.compactMap { event -> [String]? in
            switch event {
            case .value(let value): value.lines
            case .table(let table): table.lines
            case .claim(let claim): claim.lines
            case .artifact(let artifact): ["\(artifact.kind) written to \(artifact.path)"]
            default: nil
            }
        }.last
        #expect(!example.shows.isEmpty, "\(example.script) tells: \(told ?? [])")
        #expect(example.agrees(with: told ?? []), "\(example.shows) and not \(told ?? [])")
        if ProcessInfo.processInfo.environment["SWIRL_EXAMPLES"] != nil {
            print("EXAMPLE\t\(example.script)\t\(told?.first ?? "")")
        }
    }

    @Test func `every command has an example and its own file in the catalog`() throws {
        let folder = Self.root.appending(path: "Sources/Commands/Catalog")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix("Command.swift") }.map {
                $0.split(separator: "/").last!.replacing("Command.swift", with: "").lowercased()
            }
        #expect(!files.isEmpty)
        #expect(Set(files) == Set(Self.types.map { $0.name }))
        for type in Self.types { #expect(!type.examples.isEmpty, "\(type.name)") }
    }

    @Test func `the reference page equals the text generated from the declarations`() throws {
        let page = try String(contentsOf: Self.root.appending(path: "docs/reference.md"), encoding: .utf8)
        #expect(page == SessionHarness.application.reference, "stale: run make reference")
    }

    @Test func `recipes are formatted and state question, expectation, paper and result`() async throws {
        let folder = Self.root.appending(path: "recipes")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".swirl")
        }
        #expect(files.contains("quickstart.swirl") && files.contains("shared/nano.swirl"))
        for file in files {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            for part in ["Question", "Expected", "The paper", "Here"] where !file.hasPrefix("shared/") {
                #expect(text.contains("\n# \(part)  "), "\(file) does not say: \(part)")
            }
            #expect(try Formatter.format(Source(name: file, text: text)) == text, "\(file): run make format")
        }
    }
}
