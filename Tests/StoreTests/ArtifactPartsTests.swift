import Foundation
import Keys
import Persistence
import Store
import Synchronization
import Testing

@Suite struct ArtifactPartsTests {
    private let folder = FileManager.default.temporaryDirectory.appending(
        path: "swirl-parts-\(UUID().uuidString)")
    private let key = ContentKey("a")
    private var parts: URL { folder.appending(path: "parts/\(key.hex)") }

    private func part(_ text: String) -> [String: Data] {
        ["a.json": Data(text.utf8), "b.bin": Data([1, 2])]
    }

    private func entries() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: parts.path).sorted()
    }

    @Test func `another store object finds the newest part of each name`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let own = ArtifactStore(folder).parts(key) { _ in }
        #expect(own.part("training") == nil)
        own.save(part("1"), as: "training")
        own.save(part("2"), as: "training")
        own.save(part("x"), as: "trajectories-0")
        #expect(try entries() == ["training@2", "trajectories-0@1"], "older ones are gone")
        let other = ArtifactStore(folder).parts(key) { _ in }
        #expect(other.part("training") == part("2"))
        #expect(other.part("trajectories-0") == part("x"))
        #expect(other.part("trajectories-1") == nil)
        #expect(ArtifactStore(folder).parts(ContentKey("b")) { _ in }.part("training") == nil)
    }

    @Test func `an unfinished replacement of a part leaves the older part`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let own = ArtifactStore(folder).parts(key) { _ in }
        own.save(part("1"), as: "training")
        // Half a draft, and a newer part whose digests were never written.
        for name in ["draft", "training@2"] {
            let entry = parts.appending(path: name)
            try FileManager.default.createDirectory(at: entry, withIntermediateDirectories: true)
            try Data("half".utf8).write(to: entry.appending(path: "a.json"))
        }
        #expect(own.part("training") == part("1"))
        own.save(part("3"), as: "training")
        #expect(own.part("training") == part("3"))
        #expect(try entries() == ["training@3"])
    }

    @Test(arguments: ["a.json", "b.bin", "digests.json"])
    func `a damaged part is ignored`(_ file: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let own = ArtifactStore(folder).parts(key) { _ in }
        own.save(part("1"), as: "training")
        try Data("other".utf8).write(to: parts.appending(path: "training@1/\(file)"))
        #expect(own.part("training") == nil)
    }

    @Test func `parts that can't be stored cause one warning and no failure`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data().write(to: folder.appending(path: "parts"))
        let told = Mutex<[String]>([])
        let own = ArtifactStore(folder).parts(key) { text in told.withLock { $0.append(text) } }
        own.save(part("1"), as: "training")
        own.save(part("2"), as: "training")
        #expect(told.withLock { $0.count } == 1)
        #expect(told.withLock { $0.first?.contains("can't be stored") } == true)
        #expect(own.part("training") == nil)
    }

    @Test func `parts are removed once finished or old, but not while their key is locked`()
        async throws
    {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = ArtifactStore(folder)
        let keys = (0..<4).map { ContentKey("\($0)") }
        for key in keys { store.parts(key) { _ in }.save(part("1"), as: "x") }
        func isThere(_ index: Int) -> Bool {
            FileManager.default.fileExists(atPath: folder.appending(path: "parts/\(keys[index].hex)").path)
        }
        // 0 is done; 1 is old; 2 is old and being computed; 3 is waited for.
        try store.write(
            Manifest(
                key: keys[0], kind: "policy", command: "model", version: 1, program: "0.0", parts: [],
                text: ""), files: [:])
        for index in [1, 2] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -40 * 86_400)],
                ofItemAtPath: folder.appending(path: "parts/\(keys[index].hex)").path)
        }
        let lock = try await store.lock(keys[2])
        // Another process begins to write.
        _ = try await ArtifactStore(folder).lock(ContentKey("other"))
        withExtendedLifetime(lock) {}
        #expect((0..<4).map(isThere) == [false, false, true, true])
        store.removeParts(keys[3])
        #expect(!isThere(3))
    }

    @Test func `the summary of resumed work lists the parts in order`() {
        let own = ArtifactStore(folder).parts(key) { _ in }
        #expect(own.resumed == nil)
        own.resumed(120, of: 250, "questions")
        own.resumed(64, of: 250, "trajectories")
        #expect(own.resumed == "120 of 250 questions, 64 of 250 trajectories")
    }
}
