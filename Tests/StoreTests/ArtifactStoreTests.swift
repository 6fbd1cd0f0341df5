import Foundation
import Keys
import Store
import Synchronization
import Testing

@Suite struct ArtifactStoreTests {
    private let folder = FileManager.default.temporaryDirectory.appending(
        path: "swirl-store-\(UUID().uuidString)")
    private let key = ContentKey("a")
    private let files = ["one.json": Data("1".utf8), "two.bin": Data(repeating: 7, count: 5_000)]

    private var manifest: Manifest {
        let input = Manifest.Input(parameter: "from", kind: "policy", key: ContentKey("base"))
        return Manifest(
            key: key, kind: "policy", command: "model", version: 1, program: "0.0", seed: 7, inputs: [input],
            parts: ["x:1"], text: "model x:1",
            lineage: [
                .init(
                    key: ContentKey("base"), command: "model", text: "model nano", place: "a.swirl:1",
                    point: "seed:7", seed: 7, inputs: [])
            ])
    }

    private func write(_ store: ArtifactStore) throws {
        try store.write(manifest, files: files)
    }

    @Test func `a written artifact is read back with its manifest`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = ArtifactStore(folder)
        #expect(try store.read(key) == nil)
        try write(store)
        try write(store)
        let read = try #require(try ArtifactStore(folder).read(key))
        #expect(read.files == files)
        let expected = manifest
        #expect(read.manifest.files.keys.sorted() == ["one.json", "two.bin"])
        #expect(read.manifest.manifest == 1 && abs(read.manifest.date.timeIntervalSinceNow) < 600)
        #expect(read.manifest.lineage == expected.lineage && read.manifest.inputs == expected.inputs)
        #expect(read.manifest.parts == ["x:1"] && read.manifest.seed == 7 && read.manifest.program == "0.0")
        #expect(store.manifests(of: "model").map(\.key) == [key])
        #expect(store.manifests(of: "train").isEmpty)
    }

    /// The process ends at a moment of the write: the artifact is there whole or not at all, the
    /// store stays usable, and the next write succeeds.
    @Test(arguments: FaultPoints.Point.allCases)
    func `an interrupted write leaves a complete artifact or none`(_ point: FaultPoints.Point) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        struct Ended: Error {}
        for occurrence in 1...2 {
            let reached = Mutex(0)
            let broken = ArtifactStore(
                folder,
                faults: FaultPoints { reachedPoint in
                    guard reachedPoint == point else { return }
                    let count = reached.withLock { count in
                        count += 1
                        return count
                    }
                    if count == occurrence { throw Ended() }
                })
            _ = try? write(broken)
            let store = ArtifactStore(folder)
            if let read = try store.read(key) { #expect(read.files == files) }
            try write(store)
            #expect(try store.read(key)?.files == files)
            try FileManager.default.removeItem(at: store.folder(key))
        }
    }

    @Test func `a damaged artifact is refused`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = ArtifactStore(folder)
        try write(store)
        try Data("2".utf8).write(to: store.folder(key).appending(path: "one.json"))
        #expect(throws: StoreError.self) { try store.read(key) }
        try Data("{".utf8).write(to: store.folder(key).appending(path: "manifest.json"))
        #expect(throws: StoreError.self) { try store.read(key) }
    }

    @Test func `only one task at a time holds the lock of a key`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = ArtifactStore(folder)
        let counts = Counts()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { [key] in
                    let lock = try await store.lock(key) { counts.state.withLock { $0.waits += 1 } }
                    counts.state.withLock { state in
                        state.now += 1
                        state.most = max(state.most, state.now)
                    }
                    try await Task.sleep(for: .milliseconds(20))
                    counts.state.withLock { $0.now -= 1 }
                    withExtendedLifetime(lock) {}
                }
            }
            try await group.waitForAll()
        }
        #expect(counts.state.withLock { $0.most } == 1)
        #expect(counts.state.withLock { $0.waits } == 3)
    }

    private final class Counts: Sendable {
        let state = Mutex((now: 0, most: 0, waits: 0))
    }

    @Test func `a store that can't be created fails with a hint`() {
        let error = #expect(throws: StoreError.self) {
            try write(ArtifactStore(URL(fileURLWithPath: "/dev/null/store")))
        }
        #expect(error?.hint?.contains("--store") == true)
    }

    @Test func `results of an earlier version cause one warning, and a later version is refused`()
        async throws
    {
        defer { try? FileManager.default.removeItem(at: folder) }
        // As versions until 0.2 wrote them.
        let old = folder.appending(path: "artifacts/aa/\(String(repeating: "a", count: 64))")
        try FileManager.default.createDirectory(at: old, withIntermediateDirectories: true)
        let text =
            #"{"command":"model","files":{},"key":"\#(old.lastPathComponent)","kind":"policy","parts":[],"text":"","version":2}"#
        try Data(text.utf8).write(to: old.appending(path: "manifest.json"))
        let store = ArtifactStore(folder)
        #expect(store.manifests(of: "model").isEmpty)
        let error = #expect(throws: StoreError.self) {
            try store.read(ContentKey(hex: old.lastPathComponent)!)
        }
        #expect(error?.message.contains("another version") == true)
        try write(store)
        #expect(store.takeOlderResults() && !store.takeOlderResults())
        let second = ArtifactStore(folder)
        _ = try await second.lock(key)
        #expect(!second.takeOlderResults(), "told once")
        try Data("2\n".utf8).write(to: folder.appending(path: "form"))
        let refused = await #expect(throws: StoreError.self) { _ = try await ArtifactStore(folder).lock(key) }
        #expect(refused?.code == .storeUnusable && refused?.message.contains("store format 2") == true)
    }

    @Test func `reading from a store that does not exist creates nothing`() throws {
        let store = ArtifactStore(folder)
        #expect(try store.read(key) == nil && store.manifests(of: "model").isEmpty)
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    @Test func `drafts of dead processes are removed, and drafts of live processes stay`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write(ArtifactStore(folder))
        let temporary = folder.appending(path: "tmp")
        func draft(_ name: String) throws -> URL {
            let draft = temporary.appending(path: name)
            try FileManager.default.createDirectory(at: draft, withIntermediateDirectories: true)
            return draft
        }
        // A process in another container has a number that means nothing here; its lock does.
        let (alive, dead, new) = (try draft("alive"), try draft("dead"), try draft("new"))
        let holder = open(alive.path + ".lock", O_CREAT | O_RDWR, 0o644)
        #expect(flock(holder, LOCK_EX | LOCK_NB) == 0)
        try Data().write(to: URL(fileURLWithPath: dead.path + ".lock"))
        let old = try draft("4711-old")
        try FileManager.default.setAttributes(
            [.modificationDate: Date.now.addingTimeInterval(-200_000)], ofItemAtPath: old.path)
        let other = ArtifactStore(folder)
        try other.write(
            Manifest(
                key: ContentKey("b"), kind: "policy", command: "model", version: 1, program: "0.0", parts: [],
                text: ""), files: files)
        let exists = [alive, dead, new, old].map { FileManager.default.fileExists(atPath: $0.path) }
        #expect(exists == [true, false, true, false])
        close(holder)
    }
}
