import Events
import Interpreter
import Notebooks
import Synchronization
import Testing

@Suite struct CellOutputBuilderTests {
    private func outputs(
        showsProgress: Bool = false, _ events: [Event], _ ending: RunStatus
    ) -> (shown: [CellOutput], failure: CellFailure?) {
        let shown = Mutex<[CellOutput]>([])
        let outputs = CellOutputBuilder(count: 3, showsProgress: showsProgress) { output in
            shown.withLock { $0.append(output) }
        }
        for event in events { outputs.take(event) }
        let failure = outputs.conclude(ending)
        return (shown.withLock { $0 }, failure)
    }

    private func kinds(_ shown: [CellOutput]) -> [String] {
        shown.map { output in
            switch output {
            case .stream(let name, let text): "\(name): \(text.dropLast())"
            case .display: "display"
            case .update: "update"
            case .result(_, let count): "result \(count)"
            case .error(let failure): "error \(failure.name)"
            case .clear: "clear"
            }
        }
    }

    private func value(_ text: String) -> Event {
        .value(.init(type: "t", fields: [], lines: [text]))
    }

    private func diagnostic(_ severity: String) -> Event {
        .diagnostic(
            .init(
                severity: severity, code: "too-large", message: "99 is too much", hint: "take less",
                file: "cell", line: 1, column: 1, excerpt: ["add"]))
    }

    private func started(_ command: String) -> Event {
        .started(.init(command: command, text: command, line: 1, point: [], name: nil))
    }

    private func finished(_ outcome: Event.Outcome, _ note: String) -> Event {
        .finished(.init(command: "train", outcome: outcome, seconds: 1.5, note: note, key: ""))
    }

    @Test func `the last result becomes the cell's result, and earlier ones are displayed`() {
        let (shown, failure) = outputs([value("a"), .warning("careful"), value("b"), value("c")], .done)
        #expect(kinds(shown) == ["display", "stderr: warning: careful", "display", "result 3"])
        #expect(failure == nil)
    }

    @Test func `a cell that fails has one error, with the code as its name`() {
        let (shown, failure) = outputs([value("a"), diagnostic("error"), diagnostic("error")], .failed)
        #expect(kinds(shown) == ["display", "error too-large"])
        #expect(failure?.value == "99 is too much" && failure?.traceback.count == 6)
    }

    @Test func `a warning does not fail a cell`() {
        let (shown, failure) = outputs([diagnostic("warning"), value("a")], .done)
        #expect(kinds(shown).last == "result 3" && failure == nil)
    }

    @Test func `an interrupted cell reports that its results remain available`() {
        let (shown, failure) = outputs([value("a")], .interrupted)
        #expect(kinds(shown) == ["display", "error Interrupted"])
        #expect(failure?.value.contains("remain available") == true)
    }

    @Test func `a required claim that fails shows its result and an error`() {
        let claim = Event.claim(
            .init(name: "more", verdict: "does not hold", isRequired: true, detail: "1 > 2"))
        let (shown, failure) = outputs([claim], .expectationFailed)
        #expect(kinds(shown) == ["result 3", "error ExpectationFailed"])
        #expect(failure?.value.contains("more") == true && failure?.value.hasPrefix("required: ") == true)
    }

    @Test func `progress is one display that the command's final status replaces`() {
        let progress = [1, 2, 4].map {
            Event.progress(.init(command: "train", done: $0, total: 4, unit: "updates", note: ""))
        }
        let (shown, _) = outputs(
            showsProgress: true,
            [started("train")] + progress + [finished(.computed, "computed; resumed after 2 of 4 updates")],
            .done)
        #expect(kinds(shown).first == "display" && kinds(shown).dropFirst().allSatisfy { $0 == "update" })
        guard case .update(let bundle, _)? = shown.last else {
            Issue.record("no update")
            return
        }
        #expect(bundle.parts["text/plain"]?.contains("resumed after 2 of 4 updates (1.5 s)") == true)
        let (quiet, _) = outputs(
            [started("train")] + progress + [finished(.computed, "computed")], .done)
        #expect(quiet.isEmpty, "what goes into a file has none of it")
    }

    @Test func `a failing command's progress display is removed`() {
        let (shown, _) = outputs(
            showsProgress: true,
            [
                value("a"), started("train"),
                .progress(.init(command: "train", done: 1, total: 4, unit: "updates", note: "")),
                diagnostic("error"), finished(.failed, ""),
            ], .failed)
        #expect(kinds(shown).suffix(3) == ["clear", "display", "error too-large"])
    }
}
