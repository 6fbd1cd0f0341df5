extension String {
    /// The text quoted as one word for a POSIX shell.
    package var quotedForShell: String { "'" + replacingScalars { $0 == "'" ? "'\\''" : nil } + "'" }
}
