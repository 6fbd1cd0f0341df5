import Foundation
import Testing

/// A report, opened in a real browser.
@Suite struct ReportTests {
    private static let browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    private static let script = """
        # small: a report with something of everything
        let grid = sweep seed:[1 2] {
            let base = model nano-xs tokens:40k
            dataset hop-nano limit:20
            rollout samples:2
            judge noise:30%
            filter prefix
            let swirl = train updates:3 batch:8 validate:0 from:$base
            sweep system:[$base $swirl] { eval policy:$system on:[hop-nano gsm-nano] limit:20 }
        }
        table $grid rows:system columns:world best:true against:base
        plot bar $grid x:world series:system to:"chart.svg"
        claim "<b>better</b>" $grid[system:swirl] > $grid[system:base]
        report to:"report.html"
        """

    /// The page after its scripts ran, and what the console said. `width` in pixels.
    private func open(_ page: URL, width: Int) async throws -> (dom: String, console: [String]) {
        let folder = try Executable.Folder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.browser))
        process.arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--user-data-dir=\(folder.url.path)", "--enable-logging=stderr", "--window-size=\(width),900",
            "--dump-dom", page.absoluteString,
        ]
        let files = ["out", "err"].map { folder.url.appending(path: $0) }
        for file in files { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        while process.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        #expect(process.terminationStatus == 0)
        let texts = try files.map { try String(contentsOf: $0, encoding: .utf8) }
        return (texts[0], texts[1].split(separator: "\n").map(String.init).filter { $0.contains("CONSOLE") })
    }

    @Test(.enabled(if: browser != nil, "needs chromium"))
    func `a report opens in a browser without errors and fits desktop and phone widths`() async throws {
        let folder = try Executable.Folder()
        let script = try folder.write("small.swirl", Self.script)
        let result = try await Executable.run(
            ["run", script, "--report", "copy.html", "--report", "copy.md"], in: folder)
        #expect(result.status == 0, "\(result.errors)")
        let again = try await Executable.run(["run", script, "--json"], in: folder)
        let kept = again.events.filter { $0["outcome"] as? String == "cached" }
        #expect(kept.count > 5 && kept.allSatisfy { ($0["computed_in"] as? Double ?? 0) > 0 })
        let html = try String(contentsOf: folder.url.appending(path: "report.html"), encoding: .utf8)
        #expect(FileManager.default.fileExists(atPath: folder.url.appending(path: "copy.html").path))
        let markdown = try String(contentsOf: folder.url.appending(path: "copy.md"), encoding: .utf8)
        #expect(markdown.contains("better\\</b>") && markdown.contains("accuracy by system"))
        for width in [1280, 500] {
            // The copy says in its title how wide it came out.
            let measured = html.replacing(
                "</body>",
                with:
                    "<script>document.title = 'wide ' + document.documentElement.scrollWidth</script></body>")
            let page = URL(fileURLWithPath: try folder.write("measured-\(width).html", measured))
            let (dom, console) = try await open(page, width: width)
            #expect(console.isEmpty, "\(console)")
            let found = try #require(dom.firstMatch(of: /<title>wide (\d+)<\/title>/))
            #expect(try #require(Int(found.1)) <= width)
            #expect(dom.contains("&lt;b&gt;better&lt;/b&gt;") && dom.contains("Verdicts"))
            #expect(dom.contains("<svg"), "the charts are in the file")
        }
    }

    @Test func `a report file with an unknown extension is refused before anything runs`() async throws {
        let folder = try Executable.Folder()
        let script = try folder.write("small.swirl", "call calculator \"1+1\"")
        let result = try await Executable.run(["run", script, "--report", "x.pdf"], in: folder)
        #expect(result.status == 2 && result.errors.contains("x.pdf") && result.output.isEmpty)
    }

    @Test func `a report that can't be written does not prevent the other reports`() async throws {
        let folder = try Executable.Folder()
        let script = try folder.write("small.swirl", "report to:\"/proc/a.html\"\nreport to:\"b.html\"")
        let result = try await Executable.run(
            ["run", script, "--report", "/proc/c.html", "--report", "d.md"], in: folder)
        #expect(
            result.status == 3 && result.errors.contains("/proc/a.html")
                && result.errors.contains("/proc/c.html"))
        for file in ["b.html", "d.md"] {
            #expect(FileManager.default.fileExists(atPath: folder.url.appending(path: file).path), "\(file)")
        }
    }

    @Test func `a run that fails half-way leaves its report`() async throws {
        let folder = try Executable.Folder()
        let script = try folder.write("small.swirl", "call calculator \"1+1\"\ncall calculator \"1/0\"")
        let result = try await Executable.run(["run", script, "--report", "x.html"], in: folder)
        #expect(result.status == 3)
        let html = try String(contentsOf: folder.url.appending(path: "x.html"), encoding: .utf8)
        #expect(html.contains("did not finish") && html.contains("division by zero"))
    }
}
