import Foundation
import Testing

/// The examples of README and docs print what the pages show.
@Suite struct PageTests {
    private static let pages: [String] = {
        let folder = Executable.root.appending(path: "docs")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return ["README.md"] + names.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
    }()

    /// A fresh store with the base of most pages, so that it is pretrained once.
    private static let store = Task {
        let store = Executable.root.appending(path: ".build/pages")
        try? FileManager.default.removeItem(at: store)
        let folder = try Executable.Folder()
        let result = try await Executable.run(
            ["-", "--store", store.path], input: "model nano tokens:1M\n", in: folder)
        #expect(result.status == 0, "\(result.errors)")
        return store.path
    }

    /// With SWIRL_PAGES=write the pages are written anew: `make pages`.
    private static let writes = ProcessInfo.processInfo.environment["SWIRL_PAGES"] == "write"

    @Test(arguments: pages)
    func `examples print what the page shows`(_ name: String) async throws {
        let page = try Page(Executable.root.appending(path: name))
        guard !page.examples.isEmpty else { return }
        let folder = try Executable.Folder()
        for file in page.files { _ = try folder.write(file.name, file.text) }
        try FileManager.default.createSymbolicLink(
            at: folder.url.appending(path: "recipes"),
            withDestinationURL: Executable.root.appending(path: "recipes"))
        var outputs: [(example: Page.Example, lines: [String])] = []
        for (example, lines) in try await statements(page, folder) { outputs.append((example, lines)) }
        for example in page.examples where example.prompt == .shell {
            outputs.append((example, try await shell(example.text, folder)))
        }
        if Self.writes {
            let changed = outputs.filter { !Page.agree($0.example.expected, $0.lines, exactly: true) }
            let text = page.text(
                with: changed.map { ($0.example.place, $0.lines) }, processor: Self.processor)
            try Data(text.utf8).write(to: page.url)
            return
        }
        for (example, lines) in outputs {
            let isOurs = page.processor == Self.processor
            let agrees =
                isOurs || example.isMistake
                ? Page.agree(example.expected, lines, exactly: isOurs)
                : Page.haveOneTitle(example.expected, lines)
            #expect(agrees, "\(name): \(example.text)\nprints \(lines)\nand not \(example.expected)")
        }
    }

    @Test(arguments: pages + ["CONTRIBUTING.md", "Tests/README.md"])
    func `links lead to existing files`(_ name: String) throws {
        let file = Executable.root.appending(path: name)
        let text = try String(contentsOf: file, encoding: .utf8)
        for match in text.matches(of: #/\]\(([^)#\s]+)(#[^)]*)?\)/#) where !match.output.1.hasPrefix("http") {
            let target = file.deletingLastPathComponent().appending(path: String(match.output.1))
            #expect(
                FileManager.default.fileExists(atPath: target.standardizedFileURL.path),
                "\(name): \(match.output.1)")
        }
    }

    @Test(arguments: pages)
    func `code on a page equals a compiled extension`(_ name: String) throws {
        let folder = Executable.root.appending(path: "Tests/ExtensionTests/Extensions")
        for file in try Page(Executable.root.appending(path: name)).files where file.name.hasSuffix(".swift")
        {
            let text = try String(contentsOf: folder.appending(path: file.name), encoding: .utf8)
            // The first line names the folder of the file; there, it doesn't import its own room.
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let room = lines[0].split(separator: "/")[1]
            let own = lines.dropFirst().filter { $0 != "import \(room)" }.joined(separator: "\n")
            #expect(own == file.text, "\(name): \(file.name)")
        }
    }

    /// Runs the statements of a page as one script.
    private func statements(
        _ page: Page, _ folder: Executable.Folder
    ) async throws -> [(Page.Example, [String])] {
        let statements = page.examples.filter { $0.prompt == .statement }
        let sound = statements.filter { !$0.isMistake }
        guard !statements.isEmpty else { return [] }
        let script = ["-", "--store", try await Self.store.value]
        // A line between the outputs of two statements.
        let marks = sound.indices.map { String(987_654_000 + $0) }
        let text = zip(sound, marks).map { "\($0.text)\ncall calculator \"\($1)\"\n" }.joined()
        var rest: [String] = []
        if !sound.isEmpty {
            let result = try await Executable.run(script, input: text, in: folder)
            #expect(result.status == 0, "\(page.url.lastPathComponent): \(result.errors)")
            rest = lines(result.output)
        }
        var outputs = zip(sound, marks).map { example, mark in
            let end = rest.firstIndex(of: mark) ?? rest.endIndex
            let output = Array(rest[..<end])
            rest = Array(rest[min(end + 1, rest.count)...])
            return (example, output)
        }
        for example in statements where example.isMistake {
            let before = sound.filter { $0.place.lowerBound < example.place.lowerBound }.map(\.text)
            let result = try await Executable.run(
                script, input: (before + [example.text]).joined(separator: "\n") + "\n", in: folder)
            // In a session every cell begins with line 1.
            let output = result.errors.replacing(#/<stdin>:\d+:/#, with: "<repl>:1:")
            outputs.append(
                (example, lines(output).filter { !$0.hasSuffix("s)") && !$0.contains(": cached") }))
        }
        return outputs
    }

    private func shell(_ command: String, _ folder: Executable.Folder) async throws -> [String] {
        let path =
            Executable.path.deletingLastPathComponent().path + ":"
            + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        let result = try await Executable.start(
            ["-c", "exec 2>&1\n" + command], in: folder, program: URL(fileURLWithPath: "/bin/bash"),
            variables: ["PATH": path]
        ).wait()
        return lines(result.output)
    }

    private func lines(_ text: String) -> [String] {
        var lines = text.components(separatedBy: "\n").map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// The kind of processor, which decides about the last bits of a training.
    private static let processor: String = {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        func field(_ name: String) -> String {
            let line = text.split(separator: "\n").first {
                $0.prefix { $0 != ":" }.trimmingCharacters(in: .whitespaces) == name
            }
            return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown"
        }
        let flags = field("flags").split(separator: " ")
        let widest = ["avx512f", "avx2"].first { flags.contains(Substring($0)) } ?? "baseline"
        return "\(field("vendor_id"))-family\(field("cpu family"))-model\(field("model"))-\(widest)"
    }()
}
