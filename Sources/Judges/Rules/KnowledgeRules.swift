import Datasets
import Trajectories

/// The rules that define a reasonable step on a question over a knowledge base.
///
/// Lenient: a query asks for a relation of the plan, about an entity that the question or an earlier passage mentions,
/// and repeats no earlier query. The answer of a chain is an entity of the right kind from the last passage. The answer
/// of a comparison is one of the two choices, after two look-ups.
///
/// Strict: each query of a chain asks for the next relation of the plan, about the entity that the last passage states
/// (for the first query, the start entity of the question). The answer is the value that the last passage states or, in
/// a comparison, the result of comparing the two passages.
struct KnowledgeRules {
    let base: KnowledgeBase
    let strict: Bool

    func judge(_ request: JudgeRequest) -> Verdict {
        let queries = request.history.compactMap { exchange -> Query? in
            guard case .toolCall("search", let input) = exchange.action else { return nil }
            return query(input)
        }
        let passages = request.history.compactMap { exchange -> String? in
            guard case .toolCall("search", _) = exchange.action else { return nil }
            return exchange.observation ?? ""
        }
        switch request.action {
        case .toolCall("search", let input):
            return search(input, request, queries, passages)
        case .toolCall(let tool, _):
            return .bad("\(tool) does not help with questions about who, where or when")
        case .answer(let text):
            return answer(text, request, queries, passages)
        case .malformed(let reason): return .bad(reason)
        case .truncated: return .bad("the action was cut by the length limit")
        }
    }

    /// A search for one relation of one entity.
    private struct Query: Equatable {
        let relation: KnowledgeRelation
        let entity: String
    }

    /// Parses a query such as `director of crimson harbor`; returns `nil` if it names no known relation.
    private func query(_ input: String) -> Query? {
        guard let cut = input.firstRange(of: " of "),
            let relation = KnowledgeRelation(rawValue: String(input[..<cut.lowerBound]))
        else { return nil }
        return Query(relation: relation, entity: String(input[cut.upperBound...]))
    }

    private func search(
        _ input: String, _ request: JudgeRequest, _ queries: [Query], _ passages: [String]
    ) -> Verdict {
        guard let query = query(input) else {
            return .bad("the query does not name a relation and an entity")
        }
        guard base.kind(of: query.entity) == query.relation.domain else {
            return .bad("'\(query.entity)' has no \(query.relation.rawValue)")
        }
        guard !queries.contains(query) else { return .bad("the query was asked before") }
        let seen = base.mentions(in: request.question.text) + passages.flatMap(base.mentions)
        guard seen.contains(query.entity) else {
            return .bad("'\(query.entity)' was not mentioned before")
        }
        switch request.plan {
        case .chain(let start, let relations):
            guard queries.count < relations.count else {
                return .bad("all relations of the question are looked up already")
            }
            if strict {
                let due = relations[queries.count]
                guard query.relation.rawValue == due else {
                    return .bad("the next relation to look up is \(due)")
                }
                let subject =
                    queries.last.flatMap { base.read($0.relation, in: passages.last!) }
                    ?? (queries.isEmpty ? start : nil)
                guard query.entity == subject else {
                    return .bad("'\(query.entity)' is not the entity in the last result")
                }
            } else {
                guard relations.contains(query.relation.rawValue) else {
                    return .bad("the question does not ask about a \(query.relation.rawValue)")
                }
                guard !queries.map(\.relation).contains(query.relation) else {
                    return .bad("a \(query.relation.rawValue) was looked up before")
                }
            }
            return .good("looks up a relation that the question asks about")
        case .comparison(let first, let second, let relation, _):
            guard query.relation.rawValue == relation else {
                return .bad("the question compares by \(relation)")
            }
            guard [first, second].contains(query.entity), queries.count < 2 else {
                return .bad("the question compares \(first) and \(second)")
            }
            return .good("looks up one of the two compared entities")
        case .arithmetic, nil:
            return .missing("the plan of this question is not known")
        }
    }

    private func answer(
        _ text: String, _ request: JudgeRequest, _ queries: [Query], _ passages: [String]
    ) -> Verdict {
        switch request.plan {
        case .chain(_, let relations):
            guard queries.count >= relations.count, let passage = passages.last,
                let last = queries.last
            else { return .bad("the results so far do not suffice to answer") }
            if strict {
                guard last.relation.rawValue == relations.last,
                    base.read(last.relation, in: passage) == text
                else { return .bad("the last result does not state this answer") }
            } else {
                guard base.mentions(in: passage).dropFirst().contains(text),
                    base.kind(of: text) == KnowledgeRelation(rawValue: relations.last!)?.range
                else { return .bad("the last result does not contain this answer") }
            }
            return .good("follows from the last result")
        case .comparison(let first, let second, _, let ordered):
            guard queries.count >= 2, passages.count >= 2 else {
                return .bad("both entities must be looked up before they are compared")
            }
            let candidates = ordered ? [first, second] : ["yes", "no"]
            guard candidates.contains(text) else { return .bad("the answer is not one of the two choices") }
            guard strict else { return .good("compares the two results") }
            guard let a = base.read(queries[0].relation, in: passages[0]),
                let b = base.read(queries[1].relation, in: passages[1])
            else { return .bad("the two results do not decide the comparison") }
            let right =
                ordered ? (a < b ? queries[0].entity : queries[1].entity) : a == b ? "yes" : "no"
            return text == right
                ? .good("follows from the two results") : .bad("contradicts the two results")
        case .arithmetic, nil:
            return .missing("the plan of this question is not known")
        }
    }
}
