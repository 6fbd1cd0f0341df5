extension String {
    /// Returns the text as a line of a gnuplot data block. The line begins with `|`, so that no text can end the block.
    ///
    /// Labels are passed to gnuplot as data, because backquotes in quoted strings of a gnuplot script would run shell
    /// commands.
    ///
    /// - Parameter longest: the maximum length in characters. A longer text is cut and ends in `…`.
    package func labelForGnuplot(longest: Int = 120) -> String {
        "|" + inertLine.cut(to: longest)
    }

    /// Returns the text as a tic label in a line of a gnuplot data block. gnuplot reads tic labels as number formats,
    /// so percent signs are doubled.
    ///
    /// gnuplot copies a label with a percent sign through a buffer of 50 bytes and could cut it within a character.
    /// Therefore such labels are shortened to 48 bytes.
    package func ticForGnuplot(longest: Int = 40) -> String {
        var text = inertLine.cut(to: longest)
        guard text.unicodeScalars.contains("%") else { return "|" + text }
        func doubled(_ text: String) -> String { text.replacingScalars { $0 == "%" ? "%%" : nil } }
        while doubled(text).utf8.count > 48 { text = text.cut(to: text.count - 2) }
        return "|" + doubled(text)
    }

    private func cut(to longest: Int) -> String {
        count > longest ? prefix(max(0, longest - 1)) + "…" : self
    }
}
