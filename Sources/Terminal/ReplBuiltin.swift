/// A REPL command without a dot: `jobs`, `wait`, `stop` or `tour`. It is never part of a recipe.
struct ReplBuiltin {
    let name: String
    let argument: String
    let meaning: String
    /// The largest number of words that may follow. A line with more words belongs to the language.
    let most: Int
    /// Runs the word with the text that follows it.
    let run: (Repl, String) -> Void

    /// All words with their handlers.
    static var all: [ReplBuiltin] {
        [
            ReplBuiltin(
                name: "jobs", argument: "", meaning: "lists background jobs, running and ended",
                most: 0
            ) { repl, _ in repl.listJobs() },
            ReplBuiltin(
                name: "wait", argument: " [N]", meaning: "waits for job N, or for all; Ctrl-C stops waiting",
                most: 1
            ) { $0.wait($1) },
            ReplBuiltin(name: "stop", argument: " N", meaning: "interrupts job N", most: 1) { $0.stop($1) },
            ReplBuiltin(
                name: "tour", argument: "",
                meaning: "runs an example session: a first result within a minute", most: 0
            ) { repl, _ in repl.tour() },
        ]
    }
}
