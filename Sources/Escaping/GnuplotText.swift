extension String {
    /// A line of a gnuplot data block. A bar stands in front, so that no text can end the block.
    ///
    /// Labels go to gnuplot as data: inside quotes of its program, back-quotes would run commands.
    ///
    /// - Parameter longest: in characters; a longer text ends in `…`.
    package func labelForGnuplot(longest: Int = 120) -> String {
        "|" + inertLine.cut(to: longest)
    }

    /// The same for the name of a tic, which gnuplot reads as a format for numbers.
    ///
    /// A name with a per cent sign goes through a buffer of 50 bytes in gnuplot, which would cut it
    /// inside of a character.
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
