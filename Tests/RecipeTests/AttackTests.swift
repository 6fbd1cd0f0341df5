import Foundation
import HostileTexts
import Keys
import Testing

/// Damage, cut files, hostile texts and weights that are no numbers, tried on the built program.
@Suite(.serialized) struct AttackTests {
    private static let recipe = """
        model nano tokens:120k
        dataset hop-nano gsm-nano limit:40
        rollout samples:3
        judge
        filter prefix and steps <= 3
        let tuned = train updates:3 batch:16 validate:0
        let e = eval policy:$tuned on:[hop-nano gsm-nano] limit:30
        table $e rows:world

        """

    private func table(_ result: Executable.Result) -> String? {
        result.output.split(separator: "\n").last { $0.contains("\"event\":\"table\"") }.map(String.init)
    }

    private func selection(_ result: Executable.Result) -> String? {
        result.output.split(separator: "\n").last { $0.contains("\"type\":\"selection\"") }.map(String.init)
    }

    private func files(_ folder: URL, where isWanted: (String) -> Bool) -> [URL] {
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
        return (all?.allObjects as? [URL] ?? []).filter {
            isWanted($0.lastPathComponent)
                && (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true
        }.sorted { $0.path < $1.path }
    }

    /// Zeros, noise, a flipped bit, a cut, or nothing at all in the place of a file's bytes.
    private func damage(_ file: URL, _ stream: inout RandomStream) throws -> String {
        var data = try Data(contentsOf: file)
        guard data.count > 1 else { return "left" }
        let at = stream.below(data.count)
        let kind = stream.below(5)
        switch kind {
        case 0: for offset in at..<min(data.count, at + 512) { data[offset] = 0 }
        case 1: for offset in at..<min(data.count, at + 16) { data[offset] = UInt8(stream.below(256)) }
        case 2: data[at] ^= UInt8(1 << stream.below(8))
        case 3: data = data.prefix(at)
        default: data = Data()
        }
        try data.write(to: file)
        return "\(file.lastPathComponent): kind \(kind) at \(at)"
    }

    @Test func `a damaged index changes neither selection nor training`() async throws {
        let folder = try Executable.Folder()
        let script = try folder.write("a.swirl", Self.recipe)
        let first = try await Executable.run(["run", script, "--json", "--store", "s"], in: folder)
        #expect(first.status == 0 && table(first) != nil, "\(first.errors)")
        var stream = RandomStream(seed: 5, "index")
        for round in 0..<(4 * Torture.rounds) {
            let index = try #require(
                files(folder.url.appending(path: "s")) { $0.hasPrefix("steps-") && $0.hasSuffix(".sqlite") }
                    .first)
            var done: [String] = []
            for _ in 0..<3 { done.append(try damage(index, &stream)) }
            let again = try await Executable.run(["run", script, "--json", "--store", "s"], in: folder)
            #expect(again.status == 0, "round \(round): \(done) \(again.errors)")
            #expect(
                selection(again) == selection(first) && table(again) == table(first),
                "round \(round): \(done)")
        }
        // A training under another selection is never found under this one.
        for file in files(folder.url.appending(path: "s"), where: { $0.contains(".sqlite") }) {
            try FileManager.default.removeItem(at: file)
        }
        let last = try await Executable.run(["run", script, "--json", "--store", "s"], in: folder)
        #expect(last.status == 0 && table(last) == table(first))
    }

    @Test func `a damaged artifact is reported or leaves the result unchanged`() async throws {
        let folder = try Executable.Folder()
        let script = try folder.write("a.swirl", Self.recipe)
        let store = folder.url.appending(path: "s")
        let first = try await Executable.run(["run", script, "--json", "--store", "s"], in: folder)
        #expect(first.status == 0)
        var stream = RandomStream(seed: 6, "artifacts")
        let artifacts = store.appending(path: "artifacts")
        var named = 0
        for round in 0..<(6 * Torture.rounds) {
            let all = files(artifacts) { _ in true }
            let file = all[stream.below(all.count)]
            let sound = try Data(contentsOf: file)
            let done = try damage(file, &stream)
            let again = try await Executable.run(["run", script, "--json", "--store", "s"], in: folder)
            if again.status == 0 {
                #expect(table(again) == table(first), "round \(round): \(done)")
            } else {
                named += 1
                #expect(
                    again.status == 3 && again.output.contains("remove"),
                    "round \(round): \(done) \(again.output)")
            }
            try sound.write(to: file)
        }
        #expect(named > 0)
    }

    @Test func `non-finite weights are refused with exit status 3`() async throws {
        let folder = try Executable.Folder()
        let made = try await Executable.run(
            ["repl", "--store", "s"], input: "model nano-xs tokens:5k; export policy to:\"m\"", in: folder)
        #expect(made.status == 0, "\(made.errors)")
        let file = folder.url.appending(path: "m/model.safetensors")
        let sound = try Data(contentsOf: file)
        var stream = RandomStream(seed: 7, "weights")
        for value in [Float.nan, .infinity, -.infinity] {
            for _ in 0..<Torture.rounds {
                var data = sound
                let place = data.count - 4 * (1 + stream.below(10_000))
                withUnsafeBytes(of: value.bitPattern.littleEndian) {
                    data.replaceSubrange(place..<place + 4, with: $0)
                }
                try data.write(to: file)
                let result = try await Executable.run(
                    ["repl", "--store", "s"],
                    input:
                        "model \"m\"; dataset hop-nano limit:3; rollout samples:1; eval on:hop-nano limit:3",
                    in: folder)
                #expect(
                    result.status == 3 && result.errors.contains("infinite or not a number"),
                    "\(result.errors)")
            }
        }
    }

    @Test func `a cut-off file of questions is refused`() async throws {
        let folder = try Executable.Folder()
        let row =
            #"{"question": "Who wrote book #?", "answer": "Ann #", "context": [["Book #", ["Book # is by Ann #."]]]}"#
        let whole = "[" + (0..<40).map { row.replacing("#", with: "\($0)") }.joined(separator: ",\n ") + "]"
        var stream = RandomStream(seed: 8, "cut")
        for _ in 0..<(8 * Torture.rounds) {
            let cut = 1 + stream.below(whole.utf8.count - 1)
            _ = try folder.write("h.json", String(decoding: Array(whole.utf8.prefix(cut)), as: UTF8.self))
            let result = try await Executable.run(
                ["repl", "--store", "s"], input: "dataset hotpotqa data:\"h.json\" split:test", in: folder)
            #expect(
                result.status == 3 && result.errors.contains("h.json"),
                "\(cut): \(result.output) \(result.errors)")
        }
        _ = try folder.write("h.json", whole)
        let result = try await Executable.run(
            ["repl", "--store", "s"], input: "dataset hotpotqa data:\"h.json\" split:test", in: folder)
        #expect(result.status == 0 && result.output.contains("40 test questions"))
    }

    @Test
    func `check and run print no control characters of hostile scripts and execute nothing`()
        async throws
    {
        let folder = try Executable.Folder()
        let texts = HostileTexts.all.filter { !$0.contains("\0") }
        for start in stride(from: 0, to: texts.count, by: Torture.rounds > 1 ? 1 : 10) {
            let part = texts[start..<min(texts.count, start + (Torture.rounds > 1 ? 1 : 10))]
            // As statements, each of them wrong in its own way.
            let script = part.map { "call calculator \($0)" }.joined(separator: "\n")
            let checked = try await Executable.run(
                ["check", try folder.write("x.swirl", script)], in: folder)
            #expect(checked.status == 0 || checked.status == 2, "\(checked.errors)")
            let run = try await Executable.run(["run", "x.swirl", "--store", "s"], in: folder)
            #expect([0, 2, 3].contains(run.status))
            for text in [checked.errors, checked.output, run.errors, run.output] {
                let active = text.unicodeScalars.filter {
                    $0.value < 0x20 && $0 != "\n" && $0 != "\t" || (0x7F...0x9F).contains($0.value)
                }
                #expect(active.isEmpty, "\(text.debugDescription)")
            }
        }
        #expect(!FileManager.default.fileExists(atPath: folder.url.appending(path: HostileTexts.marker).path))
    }

    @Test func `check creates no files`() async throws {
        let folder = try Executable.Folder()
        let script = try folder.write("a.swirl", Self.recipe)
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(try await Executable.run(["check", script], in: folder).status == 0)
        let after = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(
            Set(after).subtracting(before).allSatisfy {
                $0.hasSuffix(".in") || $0.hasSuffix(".out") || $0.hasSuffix(".err")
            })
    }

    /// A disk that is not writable, as a user without rights sees it.
    @Test(
        .enabled(
            if: geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv"),
            "needs root and setpriv"))
    func `a read-only store serves cached results, and a new run reports that it is not writable`()
        async throws
    {
        let folder = try Executable.Folder()
        let script = try folder.write("a.swirl", Self.recipe)
        let first = try await Executable.run(["run", script, "--json", "--store", "s"], in: folder)
        #expect(first.status == 0)
        func unprivileged(_ arguments: [String]) async throws -> Executable.Result {
            try await Executable.start(
                ["--reuid=65534", "--regid=65534", "--clear-groups", Executable.path.path] + arguments,
                in: folder,
                program: URL(fileURLWithPath: "/usr/bin/setpriv")
            ).wait()
        }
        let again = try await unprivileged(["run", script, "--json", "--store", "s"])
        #expect(again.status == 0 && table(again) == table(first), "\(again.errors) \(again.output)")
        let cached = again.events.filter { $0["outcome"] as? String == "cached" }
        #expect(cached.count == 5)
        let new = try folder.write("b.swirl", Self.recipe.replacing("updates:3", with: "updates:2"))
        let other = try await unprivileged(["run", new, "--json", "--store", "s"])
        #expect(other.status == 0, "\(other.errors)")
        #expect(other.output.contains("is not writable"))
    }

    /// A `.swirl` in a shared folder may be anybody's: its results would be somebody else's word.
    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func `a store of another user is used only with the store option`() async throws {
        let folder = try Executable.Folder()
        let script = try folder.write("a.swirl", "model nano tokens:3k\n")
        #expect(try await Executable.run(["run", script], in: folder).status == 0)
        let store = folder.url.appending(path: ".swirl").path
        #expect(FileManager.default.fileExists(atPath: store))
        #expect(chown(store, 65_534, 65_534) == 0)
        let refused = try await Executable.run(["run", script], in: folder)
        #expect(
            refused.status == 3 && refused.errors.contains("belongs to another user"), "\(refused.errors)")
        #expect(!refused.output.contains("cached"))
        // A notebook, which looks for a store above its folder, passes it by.
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "below"), withIntermediateDirectories: true)
        let notebook = "cd below && \"$0\" notebook from ../a.swirl -o a.ipynb && \"$0\" notebook run a.ipynb"
        let below = try await Executable.start(
            ["-c", notebook, Executable.path.path], in: folder, program: URL(fileURLWithPath: "/bin/sh")
        ).wait()
        #expect(below.status == 0 && below.errors.contains("is not used"), "\(below.errors)")
        let asked = try await Executable.run(["run", script, "--store", ".swirl"], in: folder)
        #expect(asked.status == 0 && (asked.output + asked.errors).contains("cached"))
    }
}
