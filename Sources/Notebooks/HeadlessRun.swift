import Events
import Foundation
import Interpreter
import Language
import Synchronization

/// Executes a notebook from top to bottom without Jupyter, in the same kind of session as a recipe.
package struct HeadlessRun: Sendable {
    private let session: Session
    private let router: CellRouter
    /// The shortest time between two saves. The state at the end of the run is always saved.
    private static let pause = Duration.seconds(1)

    /// Creates a run.
    ///
    /// - Parameters:
    ///   - session: a session that sends its events to `router.sink`.
    ///   - router: directs events to the running cell.
    package init(_ session: Session, _ router: CellRouter) {
        self.session = session
        self.router = router
    }

    /// Checks all cells as one script. If there are no errors, runs them one by one. The run stops at the first cell
    /// that fails, unless the cell is tagged `raises-exception`. Cells that are not reached stay unchanged.
    ///
    /// - Parameters:
    ///   - settings: values for `param`, in the language's notation.
    ///   - log: receives an event when a cell begins.
    ///   - save: stores the notebook during the run and at its end, also after a failure. It is not called if the check
    ///     fails.
    /// - Returns: how the run ended, as for a recipe. Failures of cells tagged `raises-exception` do not count.
    /// - Throws: the errors of `save`.
    package func run(
        _ notebook: Notebook, settings: [String: String] = [:],
        log: (Event) -> Void,
        save: (Notebook) throws -> Void
    ) async throws -> RunStatus {
        let code = notebook.cells.indices.filter { notebook.cells[$0].runs }
        let sources = code.enumerated().map { number, index in
            Source(name: "In[\(number + 1)]", text: notebook.cells[index].source)
        }
        guard await check(notebook, code, sources, settings) else { return .invalid }
        var executed = notebook
        executed.settings = settings.isEmpty ? nil : settings.mapValues { .text($0) }
        var overall = RunStatus.done
        var saved = ContinuousClock.now
        for (number, index) in code.enumerated() {
            let cell = notebook.cells[index]
            log(.cell(.init(number: number + 1, count: code.count, text: sources[number].title)))
            let (outputs, ending) = await run(cell, sources[number], number + 1, settings)
            executed.cells[index].strip()
            executed.cells[index].executionCount = number + 1
            executed.cells[index].outputs = outputs
            if ending == .incomplete, !cell.mayFail { overall = .incomplete }
            if ending == .expectationFailed, !cell.mayFail, overall == .done { overall = .expectationFailed }
            // An error that appears only at run time counts as a failure, as in a recipe.
            let isOver =
                ending == .interrupted || (ending == .invalid || ending == .failed) && !cell.mayFail
            if isOver { overall = ending == .interrupted ? .interrupted : .failed }
            if isOver || ContinuousClock.now - saved >= Self.pause {
                try save(executed)
                saved = .now
            }
            if isOver { return overall }
        }
        try save(executed)
        return overall
    }

    private func check(
        _ notebook: Notebook, _ code: [Int], _ sources: [Source], _ settings: [String: String]
    ) async -> Bool {
        let scripts = zip(code, sources).filter { MetaCell($1.text) == nil }
        let excused = Set(scripts.filter { notebook.cells[$0.0].mayFail }.map(\.1.name))
        return await session.check(scripts.map(\.1), settings: settings, excusing: excused)
    }

    private func run(
        _ cell: Notebook.Cell, _ source: Source, _ number: Int, _ settings: [String: String]
    ) async -> (outputs: [JSON], ending: RunStatus) {
        let kept = Mutex<[JSON]>([])
        let outputs = CellOutputBuilder(count: number, showsProgress: false) { output in
            kept.withLock { $0.append(output) }
        }
        let ending: RunStatus
        router.direct(to: outputs)
        if let meta = MetaCell(cell.source) {
            ending = await meta.answer(session, to: outputs).ending
        } else {
            let own = settings.isEmpty ? [:] : settings.filter { session.declares($0.key, source) }
            outputs.stream("stdout", own.sorted { $0.key < $1.key }.map { "--set \($0.key)=\($0.value)" })
            ending = await session.run(source, settings: own, cell: .init(number: number, id: cell.id))
        }
        router.direct(to: nil)
        outputs.conclude(ending)
        return (kept.withLock(\.self), ending)
    }
}

extension [JSON] {
    /// Adds an output. Consecutive texts of the same stream are joined, as in Jupyter.
    fileprivate mutating func append(_ output: CellOutput) {
        guard var kept = output.kept else { return }
        if case .stream(let name, let text) = output, let last, last["name"]?.text == name,
            let earlier = last["text"]?.joined
        {
            removeLast()
            kept = CellOutput.stream(name: name, text: earlier + text).kept ?? kept
        }
        append(kept)
    }
}
