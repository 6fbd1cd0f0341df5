/// Words of the language itself.
enum ReservedWords {
    /// The name of the last statement's value: `$_`.
    static let lastResult = "_"
    /// The commands that take a block.
    static let blocks = ["sweep", "repeat"]
    /// The name of the ambient seed: `$seed`.
    static let seed = "seed"
    /// Words that begin a statement but are not commands.
    static let statements = ["let", "param", "include", "background"]
}
