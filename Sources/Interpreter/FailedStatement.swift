import CommandKit
import Language

extension Scope {
    /// Marks everything that a statement with an error would have defined as unknown, so that a check reports one error
    /// for one mistake.
    mutating func noteFailure(of statement: Statement, _ commands: CommandSet) {
        switch statement {
        case .command(let invocation): noteFailure(ofCommand: invocation.name.text, commands)
        case .binding(let name, let bound, _):
            names[name.text] = .unknown
            if case .invocation(let invocation) = bound {
                noteFailure(ofCommand: invocation.name.text, commands)
            }
        case .parameter(let name, _, _, _): names[name.text] = .unknown
        case .background(let inner, _): noteFailure(of: inner, commands)
        case .include: isIncomplete = true
        case .invalid(let invalid):
            for name in invalid.names { names[name] = .unknown }
            if let command = invalid.command { noteFailure(ofCommand: command, commands) }
        }
    }

    private mutating func noteFailure(ofCommand name: String, _ commands: CommandSet) {
        // A sweep restores the workspace.
        guard name != "sweep" else { return }
        guard let command = commands[name] ?? commands.names.nearest(to: name).flatMap({ commands[$0] })
        else {
            isIncomplete = true
            return
        }
        if case .object(let type) = Swift.type(of: command).result { slots[type] = .unknown }
        for type in Swift.type(of: command).companions { slots[type] = .unknown }
    }
}
