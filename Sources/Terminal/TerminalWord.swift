/// Words that watch what runs beside the session; they stand at the beginning of a line.
struct TerminalWord {
    let name: String
    let argument: String
    let meaning: String
    /// How many words may follow; a line with more belongs to the language.
    let most: Int
    /// Runs it with what stands behind the word.
    let run: (Repl, String) -> Void

    /// Every one with its handler.
    static var all: [TerminalWord] {
        [
            TerminalWord(
                name: "jobs", argument: "", meaning: "what runs beside the session, and what has ended",
                most: 0
            ) { repl, _ in repl.listJobs() },
            TerminalWord(
                name: "wait", argument: " [N]", meaning: "waits for job N, or for all; Ctrl-C stops waiting",
                most: 1
            ) { $0.wait($1) },
            TerminalWord(name: "stop", argument: " N", meaning: "interrupts job N", most: 1) { $0.stop($1) },
            TerminalWord(
                name: "tour", argument: "", meaning: "a first result within a minute, step by step", most: 0
            ) { repl, _ in repl.tour() },
        ]
    }
}
