import Datasets
import Trajectories

/// A judge that applies rules. For questions of a nano world the rules know the generator's plan. All other questions
/// are judged by generic rules.
package struct RulesJudge: Judge {
    private let strict: Bool

    /// - Parameter strict: true to accept only the plan's next step, if the question has a plan.
    package init(strict: Bool) {
        self.strict = strict
    }

    package var identity: JudgeIdentity {
        JudgeIdentity(name: strict ? "strict" : "rules", version: 2)
    }

    package var disclosure: String {
        strict
            ? "rules that know the generator's plan of a nano question, step by step: nearly an oracle; the gold answer is not shown"
            : "rules that know which relations or numbers a nano question is about, not their order; the gold answer is not shown"
    }

    package let knowledge = JudgeKnowledge.plan

    package func judge(_ request: JudgeRequest) async throws -> Verdict {
        switch request.plan {
        case .chain, .comparison:
            KnowledgeRules(base: NanoKnowledge.base(of: request.question), strict: strict).judge(request)
        case .arithmetic: ArithmeticRules(strict: strict).judge(request)
        case nil: GenericRules().judge(request)
        }
    }
}
