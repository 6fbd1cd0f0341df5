extension String {
    /// Returns a label as a line of a gnuplot data block. A bar in front prevents any text from ending the block.
    ///
    /// Labels are passed to gnuplot as data, because backquotes within quoted strings of a gnuplot program would run
    /// commands.
    ///
    /// - Parameter longest: the maximum length in characters; a longer text is cut and ends in `…`.
    package func labelForGnuplot(longest: Int = 120) -> String {
        "|" + inertLine.cut(to: longest)
    }

    /// Returns the same for the name of a tic, which gnuplot reads as a number format.
    ///
    /// gnuplot copies a name with a percent sign through a buffer of 50 bytes and could cut it within a character. So
    /// such names are shortened here.
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
