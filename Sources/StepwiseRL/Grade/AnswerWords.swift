/// The words of an answer, for comparing answers as texts.
///
/// Case and dashes are normalized; articles and separating punctuation are removed. Marks that carry meaning become
/// words of their own: signs, operators, currencies, brackets of intervals.
struct AnswerWords {
    /// The words if hyphens, dots and apostrophes separate words: `Spider-Man` is `spider` and `man`.
    let separated: [String]
    /// The words if hyphens, dots and apostrophes within a word are dropped: `U.S.` is `us`, `F-16` is `f16`.
    let joined: [String]

    init(_ text: String) {
        let characters = Array(Self.normalized(text))
        separated = Self.words(characters, joins: false)
        joined = Self.words(characters, joins: true)
    }

    /// Returns true if the words of two texts are equal in either reading, ``separated`` or ``joined``.
    func says(theSameAs other: AnswerWords) -> Bool {
        guard !separated.isEmpty, !other.separated.isEmpty else { return false }
        return separated == other.separated || joined == other.joined
    }

    // MARK: Characters

    /// Returns the text in lower case (`ß` becomes `ss`, final sigma becomes sigma), with one kind of dash and one kind
    /// of apostrophe.
    private static func normalized(_ text: String) -> String {
        String(
            text.uppercased().lowercased().map { character -> Character in
                switch character {
                case "−", "–", "—", "‐", "‑", "‒", "﹣", "－": "-"
                case "’", "‘", "ʼ", "`": "'"
                default: character
                }
            })
    }

    private static func isWord(_ character: Character?) -> Bool {
        character.map { $0.isLetter || $0.isNumber } ?? false
    }

    /// The marks that carry no meaning between words, such as the period at the end of a sentence.
    private static let silent: Set<Character> = [
        ".", ",", ";", ":", "?", "!", "\"", "“", "”", "„", "«", "»", "¿", "¡", "…", "'", "_", "\\", "(", ")",
        "[", "]",
        "{", "}", "·",
    ]

    // MARK: Words

    private struct Word {
        var text: String
        /// True if a hyphen joins the word to a neighbor; then `a` is not an article: `5-A`.
        var isTied = false
    }

    private static func words(_ characters: [Character], joins: Bool) -> [String] {
        var words: [Word] = []
        var index = 0
        var isTied = false
        let interval = intervalBrackets(characters)
        func at(_ place: Int) -> Character? { characters.indices.contains(place) ? characters[place] : nil }
        func add(_ text: String) {
            words.append(Word(text: text, isTied: isTied))
            isTied = false
        }
        while index < characters.count {
            let character = characters[index]
            let (before, after) = (at(index - 1), at(index + 1))
            if isWord(character) {
                let start = index
                var text = ""
                while let next = at(index), isWord(next) || Self.continues(characters, index, joins: joins) {
                    // Marks inside a word are dropped, except the decimal points and commas of numbers.
                    if isWord(next) || at(index - 1)?.isNumber == true && next != "'" && next != "-" {
                        text.append(next)
                    }
                    index += 1
                }
                add(number(text, characters[start..<index]))
                continue
            }
            index += 1
            let isInside = isWord(before) && isWord(after)
            switch character {
            case "-" where isInside && !(before!.isNumber && after!.isNumber):
                // Between letters, or a letter and a number: `Blink-182`.
                isTied = true
                if !words.isEmpty { words[words.count - 1].isTied = true }
            case "/" where isInside && before!.isLetter && after!.isLetter: break
            case "-"
            where before?.isWhitespace == true && after?.isWhitespace == true
                && isBetweenLetters(characters, index - 1):
                break
            case "!" where before?.isNumber == true: add("!")
            case ":" where before?.isNumber == true && after?.isNumber == true: add(":")
            case _ where interval.contains(index - 1): add(String(character))
            case _ where character.isWhitespace || silent.contains(character): break
            case "%": add("%")
            default: add(String(character))
            }
        }
        let texts = words.map { $0.text == "percent" ? "%" : $0.text }
        let contentWords = zip(words, texts).filter { word, _ in
            word.isTied || !["a", "an", "the"].contains(word.text)
        }
        // An answer can consist of an article alone, such as option A of a list; then the article is kept.
        return contentWords.isEmpty ? texts : contentWords.map(\.1)
    }

    /// Returns true if the mark at `index` does not end a word.
    ///
    /// Decimal points and thousands commas between digits never end a word. If `joins` is true, apostrophes, dots and
    /// hyphens inside a word do not end it either.
    private static func continues(_ characters: [Character], _ index: Int, joins: Bool) -> Bool {
        guard index > 0, index + 1 < characters.count || joins else { return false }
        let (before, mark) = (characters[index - 1], characters[index])
        let after = index + 1 < characters.count ? characters[index + 1] : " "
        if before.isNumber, after.isNumber { return mark == "." || mark == "," }
        guard joins else { return false }
        switch mark {
        case "'": return isWord(after)
        case ".": return before.isLetter && (isWord(after) || index >= 2 && characters[index - 2] == ".")
        case "-": return isWord(before) && isWord(after)
        default: return false
        }
    }

    /// Returns a number without thousands commas and without decimals that are all zero: `1,200.0` becomes `1200`. Any
    /// other text is unchanged.
    ///
    /// Leading zeros and all other digits are unchanged because they may be part of a name (`007`, `Python 3.10`).
    private static func number(_ text: String, _ written: ArraySlice<Character>) -> String {
        guard written.first?.isNumber == true,
            text.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "," || $0 == "." })
        else { return text }
        var parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let groups = parts[0].split(separator: ",", omittingEmptySubsequences: false)
        if groups.count > 1 {
            let isGrouped =
                (1...3).contains(groups[0].count) && groups[0].first != "0"
                && groups.dropFirst().allSatisfy { $0.count == 3 }
            guard isGrouped else { return text }
            parts[0] = groups.joined()
        }
        if parts.count == 2, parts[1].allSatisfy({ $0 == "0" }) { parts.removeLast() }
        return parts.joined(separator: ".")
    }

    /// Returns true if a dash between spaces separates words of several letters: `Paris - London`.
    private static func isBetweenLetters(_ characters: [Character], _ index: Int) -> Bool {
        let before = characters[..<index].last { !$0.isWhitespace }
        let after = characters[(index + 1)...].first { !$0.isWhitespace }
        return before?.isLetter == true && after?.isLetter == true
            && characters[..<index].reversed().drop(while: \.isWhitespace).prefix { isWord($0) }.count > 1
            && characters[(index + 1)...].drop(while: \.isWhitespace).prefix { isWord($0) }.count > 1
    }

    /// Returns the indices of brackets around comma-separated numbers: intervals, points and sets.
    private static func intervalBrackets(_ characters: [Character]) -> Set<Int> {
        var open: [Int] = []
        var found: Set<Int> = []
        for (index, character) in characters.enumerated() {
            if "([{".contains(character) { open.append(index) }
            guard ")]}".contains(character), let start = open.popLast() else { continue }
            let inside = characters[(start + 1)..<index]
            guard inside.contains(","), inside.allSatisfy({ $0.isNumber || " ,.-∞".contains($0) }) else {
                continue
            }
            found.formUnion([start, index])
        }
        return found
    }
}
