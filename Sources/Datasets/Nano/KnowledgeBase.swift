import Keys
import Trajectories

/// A small fictional world: entities, facts about them, and a passage for every film, person, company and city.
///
/// The entities are fixed and the facts depend on the seed: two knowledge bases have the same entities but other facts.
package struct KnowledgeBase: Sendable {
    let entities: [EntityKind: [String]]
    private let facts: [Fact: String]
    private let kinds: [String: EntityKind]
    package let corpus: Corpus

    /// The key of a fact: an entity and the relation whose value is stored.
    private struct Fact: Hashable {
        let entity: String
        let relation: KnowledgeRelation
    }

    package init(name: String, seed: UInt64) {
        func pairs(_ first: [String], _ second: [String], _ count: Int, _ purpose: String)
            -> [String]
        {
            var stream = RandomStream(seed: 0, "names", .word(purpose))
            return Array(
                first.flatMap { a in second.map { "\(a) \($0)" } }.shuffled(using: &stream)
                    .prefix(count))
        }
        let entities: [EntityKind: [String]] = [
            .person: pairs(EntityNames.first, EntityNames.last, 160, "people"),
            .film: pairs(EntityNames.adjectives, EntityNames.nouns, 160, "films"),
            .company: pairs(EntityNames.companies, EntityNames.suffixes, 60, "companies"),
            .city: EntityNames.cities, .country: EntityNames.countries, .year: EntityNames.years,
        ]
        var stream = RandomStream(seed: seed, "facts")
        var facts: [Fact: String] = [:]
        for relation in KnowledgeRelation.allCases {
            for entity in entities[relation.domain]! {
                var value = stream.pick(entities[relation.range]!)
                while value == entity { value = stream.pick(entities[relation.range]!) }
                facts[Fact(entity: entity, relation: relation)] = value
            }
        }
        self.entities = entities
        self.facts = facts
        kinds = Dictionary(
            uniqueKeysWithValues: entities.flatMap { kind, names in names.map { ($0, kind) } })
        corpus = Corpus(name: name, passages: Self.passages(entities, facts, trueAsides: nil))
    }

    /// Creates a knowledge base with the entities and passages of another one and other facts.
    private init(_ other: KnowledgeBase, facts: [Fact: String]) {
        entities = other.entities
        kinds = other.kinds
        corpus = other.corpus
        self.facts = facts
    }

    /// Returns a knowledge base with the same passages in which a share of some relations' facts has another value: the
    /// passages are out of date. A fact that changes at one share also changes at every higher share.
    ///
    /// - Parameter share: the expected share of the relations' facts that change, 0 to 1.
    func changing(_ share: Double, of relations: Set<KnowledgeRelation>) -> KnowledgeBase {
        guard share > 0 else { return self }
        var changed = facts
        for relation in KnowledgeRelation.allCases where relations.contains(relation) {
            for entity in entities[relation.domain]! {
                var stream = RandomStream(seed: 0, "changed", .word(relation.rawValue), .word(entity))
                guard stream.chance(share) else { continue }
                let fact = Fact(entity: entity, relation: relation)
                var value = stream.pick(entities[relation.range]!)
                while value == entity || value == facts[fact] {
                    value = stream.pick(entities[relation.range]!)
                }
                changed[fact] = value
            }
        }
        return KnowledgeBase(self, facts: changed)
    }

    /// The name of the passages with asides of which a share is true.
    func corpusName(trueAsides share: Double) -> String { "\(corpus.name)-asides-\(share.canonical)" }

    /// Returns passages with asides: statements about the entities that a passage mentions. The passage of a film then also
    /// states a birthplace, that of its director if the aside is true, any city if it is not. The same asides are made at
    /// every share, so that passages look alike.
    ///
    /// - Parameter share: the share of the asides that are true, 0 to 1. An aside that is true at one share is also true
    ///   at every higher share.
    func corpus(trueAsides share: Double) -> Corpus {
        Corpus(
            name: corpusName(trueAsides: share), passages: Self.passages(entities, facts, trueAsides: share))
    }

    /// The probability that a passage makes an aside about a relation of an entity it mentions.
    private static let asides = 0.75

    /// Returns a passage for every film, person, company and city.
    ///
    /// - Parameter share: the share of the asides that are true; `nil` for passages without asides.
    private static func passages(
        _ entities: [EntityKind: [String]], _ facts: [Fact: String], trueAsides share: Double?
    ) -> [Corpus.Passage] {
        [EntityKind.film, .person, .company, .city].flatMap { kind in
            entities[kind]!.map { entity in
                let own = KnowledgeRelation.allCases.filter { $0.domain == kind }
                var sentences = own.map { "\($0.cue) \(facts[Fact(entity: entity, relation: $0)]!)" }
                for relation in own {
                    guard let share else { break }
                    let value = facts[Fact(entity: entity, relation: relation)]!
                    // A relation of the entity's own kind would be ambiguous in its passage.
                    for next in KnowledgeRelation.allCases
                    where next.domain == relation.range && next.domain != kind {
                        var stream = RandomStream(
                            seed: 0, "aside", .word(entity), .word(relation.rawValue), .word(next.rawValue))
                        guard stream.chance(asides) else { continue }
                        let truth = facts[Fact(entity: value, relation: next)]!
                        let isTrue = stream.chance(share)
                        let other = stream.pick(entities[next.range]!.filter { $0 != truth })
                        sentences.append("\(next.cue) \(isTrue ? truth : other)")
                    }
                }
                return Corpus.Passage(
                    title: entity, text: "\(entity) \(kind.verb) \(sentences.joined(separator: " and ")).")
            }
        }
    }

    func value(of relation: KnowledgeRelation, for entity: String) -> String? {
        facts[Fact(entity: entity, relation: relation)]
    }

    /// Returns the value of a relation for an entity, such as the director of a film; `nil` if there is none.
    package func lookUp(_ relation: String, of entity: String) -> String? {
        KnowledgeRelation(rawValue: relation).flatMap { value(of: $0, for: entity) }
    }

    /// Returns the kind of an entity; `nil` if the name is unknown.
    package func kind(of entity: String) -> EntityKind? { kinds[entity] }

    /// Returns the entities that a text mentions, in order. An entity that occurs twice is returned twice.
    package func mentions(in text: String) -> [String] {
        let words = Self.words(text)
        var found: [String] = []
        var index = 0
        while index < words.count {
            if index + 1 < words.count, kinds["\(words[index]) \(words[index + 1])"] != nil {
                found.append("\(words[index]) \(words[index + 1])")
                index += 2
            } else {
                if kinds[words[index]] != nil { found.append(words[index]) }
                index += 1
            }
        }
        return found
    }

    /// Returns the value that a passage states for a relation, whichever entity the passage is about; `nil` if it
    /// states none.
    package func read(_ relation: KnowledgeRelation, in passage: String) -> String? {
        guard let cue = Self.rangeOfWords(relation.cue, in: passage) else { return nil }
        return mentions(in: cue).first.flatMap { kind(of: $0) == relation.range ? $0 : nil }
    }

    /// All words that occur in passages and queries, for the tokenizer.
    static let vocabulary: [String] =
        EntityNames.first + EntityNames.last + EntityNames.adjectives + EntityNames.nouns
        + EntityNames.companies
        + EntityNames.suffixes + EntityNames.cities + EntityNames.countries + EntityNames.years
        + KnowledgeRelation.allCases.flatMap { [$0.rawValue] + words($0.cue) }
        + EntityKind.allCases.flatMap { words($0.verb) } + ["and", "none"]

    /// Returns the one or two words after the first occurrence of `cue` in a passage; `nil` if the cue does not occur.
    private static func rangeOfWords(_ cue: String, in passage: String) -> String? {
        let words = words(passage)
        let wanted = self.words(cue)
        guard words.count > wanted.count else { return nil }
        for start in 0..<(words.count - wanted.count)
        where Array(words[start..<start + wanted.count]) == wanted {
            return words[(start + wanted.count)...].prefix(2).joined(separator: " ")
        }
        return nil
    }

    static func words(_ text: String) -> [String] {
        text.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
}

extension EntityKind {
    /// The words after the name in a passage about an entity of this kind.
    fileprivate var verb: String {
        switch self {
        case .film, .company, .person: "was"
        case .city: "is a"
        case .country, .year: ""
        }
    }
}
