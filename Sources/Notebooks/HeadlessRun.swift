import Foundation
import Interpreter
import Language
import Output
import Synchronization

/// Executes a notebook from the top to the bottom without Jupyter, through a session as a recipe's.
package struct HeadlessRun: Sendable {
    private let session: Session
    private let router: CellRouter

    /// - Parameters:
    ///   - session: its events go to the router.
    package init(_ session: Session, _ router: CellRouter) {
        self.session = session
        self.router = router
    }

    /// Checks all cells as one script; where nothing is wrong, runs them one by one until one fails.
    ///
    /// - Parameters:
    ///   - settings: values for `param`, in the language's notation.
    ///   - log: told of each cell that begins.
    ///   - save: takes the notebook after every cell: nothing that was computed is lost.
    /// - Returns: how it ended, as a recipe would have.
    /// - Throws: what `save` throws.
    package func run(
        _ notebook: Notebook, settings: [String: String] = [:],
        log: (Event) -> Void,
        save: (Notebook) throws -> Void
    ) async throws -> Session.Ending {
        let code = notebook.cells.indices.filter { notebook.cells[$0].kind == .code }
        func source(_ number: Int) -> Source {
            Source(name: "In[\(number + 1)]", text: notebook.cells[code[number]].source)
        }
        let checked = code.indices.filter { number in
            let cell = notebook.cells[code[number]]
            return !cell.mayFail && MetaCell(cell.source) == nil
        }.map(source)
        guard await session.check(checked, settings: settings) else { return .invalid }
        var executed = notebook.stripped
        if !settings.isEmpty {
            var own = executed.metadata["swirl"]?.object ?? [:]
            own["set"] = .object(settings.mapValues { .text($0) })
            executed.metadata["swirl"] = .object(own)
        }
        var overall = Session.Ending.done
        for (number, index) in code.enumerated() {
            let cell = notebook.cells[index]
            log(.cell(.init(number: number + 1, count: code.count, text: source(number).title)))
            let kept = Mutex<[JSON]>([])
            let outputs = CellOutputs(count: number + 1, showsProgress: false) { output in
                kept.withLock { $0.append(output) }
            }
            let own = settings.filter { session.declares($0.key, source(number)) }
            outputs.stream("stdout", own.sorted { $0.key < $1.key }.map { "--set \($0.key)=\($0.value)" })
            router.direct(to: outputs)
            let ending: Session.Ending
            switch MetaCell(cell.source) {
            case .cells:
                await router.sink(session.cells)
                ending = .done
            // Help is for the reader at the keyboard.
            case .question: ending = .done
            case nil:
                ending = await session.run(
                    source(number), settings: own, cell: .init(number: number + 1, id: cell.id))
            }
            router.direct(to: nil)
            outputs.conclude(ending)
            executed.cells[index].executionCount = number + 1
            executed.cells[index].outputs = kept.withLock(\.self)
            try save(executed)
            switch ending {
            case .done: break
            case .interrupted: return .interrupted
            case _ where cell.mayFail: break
            case .expectationFailed: overall = .expectationFailed
            // A mistake that only running could show is a failure, as in a recipe.
            case .invalid, .failed: return .failed
            }
        }
        if code.isEmpty { try save(executed) }
        return overall
    }
}

extension [JSON] {
    /// Adds an output; what follows on the same stream is joined, as Jupyter joins it.
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
