import Keys
import Trajectories

/// A generated question that has no id yet. `identity` finds drafts that ask the same question in other words.
struct GeneratedQuestion: Sendable {
    let text: String
    let kind: String
    let hops: Int
    let plan: QuestionPlan
    let answer: String
    /// The identity of the question. Drafts with equal identities ask the same question, possibly in different words.
    let identity: String
}

/// A generator of questions over a knowledge base.
struct KnowledgeQuestionGenerator: Sendable {
    let base: KnowledgeBase
    private static let chains = (1...4).map(KnowledgeRelation.chains(length:))

    /// The phrasing of a chain: nested is "what is the mayor of the birthplace of X?"; stepwise is "starting from X
    /// find the birthplace, then the mayor."
    enum Phrasing { case nested, stepwise }

    /// Draws a question that follows `hops` relations from an entity.
    ///
    /// - Parameter dated: the relations whose questions have a kind of their own, such as `2-hop-dated`.
    /// - Precondition: `hops` is in 1 ... 4.
    func chain(
        _ hops: Int, _ stream: inout RandomStream, phrasing: Phrasing = .nested,
        dated: Set<KnowledgeRelation> = []
    ) -> GeneratedQuestion {
        let chain = stream.pick(Self.chains[hops - 1])
        let start = stream.pick(base.entities[chain[0].domain]!)
        let answer = chain.reduce(start) { base.value(of: $1, for: $0)! }
        let names = chain.map(\.rawValue)
        let text: String
        switch phrasing {
        case .nested:
            let nested = names.reversed().map { "the \($0) of " }.joined() + start
            text = stream.pick(["what is \(nested)?", "tell me \(nested).", "name \(nested)."])
        case .stepwise:
            let stepwise =
                "starting from \(start) find the \(names[0])"
                + names.dropFirst().map { ", then the \($0)" }.joined() + "."
            let possessive = start + names.map { "'s \($0)" }.joined() + "?"
            text = stream.pick([stepwise, possessive])
        }
        return GeneratedQuestion(
            text: text, kind: "\(hops)-hop" + (dated.isDisjoint(with: chain) ? "" : "-dated"), hops: hops,
            plan: .chain(start: start, relations: names), answer: answer,
            identity: "chain \(start) \(names.joined(separator: " "))")
    }

    /// Draws a question that compares two entities by one relation.
    func comparison(_ stream: inout RandomStream) -> GeneratedQuestion {
        let relation = stream.pick([KnowledgeRelation.year, .birthyear, .birthplace, .studio])
        let pool = base.entities[relation.domain]!
        let ordered = relation.range == .year
        func value(_ entity: String) -> String { base.value(of: relation, for: entity)! }
        let a = stream.pick(pool)
        var b = stream.pick(pool)
        // Two random entities rarely have equal values, but about half of the yes-no questions should have the answer
        // yes.
        let wantsEqual = !ordered && stream.chance(0.5)
        let equals = pool.filter { $0 != a && value($0) == value(a) }
        if wantsEqual, !equals.isEmpty { b = stream.pick(equals) }
        while b == a || (ordered && value(a) == value(b)) { b = stream.pick(pool) }
        let text =
            switch relation {
            case .year: "which film was released first, \(a) or \(b)?"
            case .birthyear: "who was born first, \(a) or \(b)?"
            case .birthplace: "do \(a) and \(b) share the same birthplace?"
            default: "are \(a) and \(b) from the same studio?"
            }
        let answer = ordered ? (value(a) < value(b) ? a : b) : value(a) == value(b) ? "yes" : "no"
        return GeneratedQuestion(
            text: text, kind: "comparison", hops: 2,
            plan: .comparison(
                first: a, second: b, relation: relation.rawValue, ordered: ordered),
            answer: answer,
            identity: "comparison \(relation.rawValue) " + [a, b].sorted().joined(separator: " "))
    }

    static let vocabulary = KnowledgeBase.words(
        """
        what is the of tell me name which film was released first who born do and share same
        birthplace are from studio or yes no starting find then s
        """)
}
