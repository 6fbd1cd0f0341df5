/// The word lists of the nano worlds. No word is in two lists, so each word belongs to one kind of entity.
enum EntityNames {
    static let first = words(
        "ada ben cleo dina eli fern gil hana ivo june kim lars mona nils olga paul rosa sven tess uma vera walt yara zack"
    )
    static let last = words(
        "alder barrow carver dunn ellis finch garner hayes ingram jarvis keller lowell mercer nolan osborn parker quincy ramsey sutton turner usher vaughn weller yates"
    )
    static let adjectives = words(
        "amber broken crimson distant empty faded gentle hollow icy jagged lonely marble narrow open pale quiet restless silver tall velvet"
    )
    static let nouns = words(
        "anchor bridge castle desert echo feather garden harbor island journey kingdom lantern meadow night orchard promise river shadow tower voyage"
    )
    static let companies = words(
        "acron belvo cinder dorado emberly fluxa granite halcyon ionica juniper kestrel lumina monarch nimbus optima pinnacle quasar redwood solace tempest"
    )
    static let suffixes = words("films group labs media motors works")
    static let cities = words("bel dor fen gal har kor lun mir")
        .flatMap { stem in words("aton enza ilo umar eka").map { stem + $0 } }
    static let countries = words(
        "avaria brenland cordova drasil eskland fronia gotmar hespera istria kurland lydia moravia")
    static let years = (1960..<2000).map(String.init)
    static let people = words("amy bob carl dora emma fred greg hope iris jack kate liam")
    static let items = words("apples books coins cards pens eggs shells stamps cakes marbles")

    private static func words(_ text: String) -> [String] {
        text.split(separator: " ").map(String.init)
    }
}

/// The kinds of entities that a name can refer to.
package enum EntityKind: String, CaseIterable, Sendable {
    case person, film, company, city, country, year
}

/// A relation between two kinds of entities, with the name that questions and queries use.
package enum KnowledgeRelation: String, CaseIterable, Sendable {
    case director, studio, year, birthplace, birthyear, spouse, founder, headquarters, country
    case mayor

    /// The kind of entity that has the relation: a film has a director.
    package var domain: EntityKind {
        switch self {
        case .director, .studio, .year: .film
        case .birthplace, .birthyear, .spouse: .person
        case .founder, .headquarters: .company
        case .country, .mayor: .city
        }
    }

    /// The kind of the relation's value: a director is a person.
    package var range: EntityKind {
        switch self {
        case .director, .spouse, .founder, .mayor: .person
        case .studio: .company
        case .year, .birthyear: .year
        case .birthplace, .headquarters: .city
        case .country: .country
        }
    }

    /// The words directly before the relation's value in a passage.
    var cue: String {
        switch self {
        case .director: "directed by"
        case .studio: "made by"
        case .year: "released in"
        case .birthplace: "born in"
        case .birthyear: "in the year"
        case .spouse: "married"
        case .founder: "founded by"
        case .headquarters: "based in"
        case .country: "city in"
        case .mayor: "led by"
        }
    }

    /// Returns every sequence of `length` different relations in which the value of each relation has the next
    /// relation: a birthplace is a city, and a city has a mayor.
    static func chains(length: Int) -> [[KnowledgeRelation]] {
        guard length > 1 else { return allCases.map { [$0] } }
        return chains(length: length - 1).flatMap { chain in
            allCases.filter { $0.domain == chain.last!.range && !chain.contains($0) }
                .map { chain + [$0] }
        }
    }
}
