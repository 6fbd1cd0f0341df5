import Foundation

// Our side of the benchmarks: a request a line in, an answer a line out, so that the driver can
// take turns between this program and its peers without starting either anew.

let works: [String: @Sendable (Request) async throws -> Answer] = [
    "describe": describe, "export": export, "train": train, "generate": generate, "update": update,
    "rollout": rollout, "search": search, "filter": filter, "scale": scale, "score": score,
    "tiles": tiles, "explore": explore, "read": read, "reopen": reopen,
    "corpus-build": corpusBuild, "corpus-search": corpusSearch, "vector-search": vectorSearch,
]

let decoder = JSONDecoder()
let encoder = JSONEncoder()
func say(_ answer: Answer) throws {
    try FileHandle.standardOutput.write(contentsOf: encoder.encode(answer) + Data("\n".utf8))
}
while let line = readLine() {
    do {
        let request = try decoder.decode(Request.self, from: Data(line.utf8))
        guard let work = works[request.work] else { throw Failure("no work '\(request.work)'") }
        try say(await work(request))
    } catch {
        try say(Answer(error: "\(error)"))
    }
}
