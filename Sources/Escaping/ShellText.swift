extension String {
    /// One word for a POSIX shell.
    package var quotedForShell: String { "'" + replacingScalars { $0 == "'" ? "'\\''" : nil } + "'" }
}
