/// Words of the language itself.
enum LanguageWords {
    /// `$_` is the last statement's value.
    static let lastResult = "_"
    /// The commands that take a block.
    static let blocks = ["sweep", "repeat"]
    /// The ambient seed, as `$seed`.
    static let seed = "seed"
    /// Words that begin a statement and are no commands.
    static let statements = ["let", "param", "include", "background"]
}
