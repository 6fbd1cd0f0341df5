import Datasets
import Trajectories

/// A judge that applies fixed rules. Questions with a generator's plan are judged by the plan, all other questions by
/// ``GenericRules``.
package struct RulesJudge: Judge {
    private let strict: Bool

    /// Creates a judge.
    ///
    /// - Parameter strict: true to accept only the next step of the plan, false to accept any useful step. It has no
    ///   effect on questions without a plan.
    package init(strict: Bool) {
        self.strict = strict
    }

    package var identity: JudgeIdentity {
        JudgeIdentity(name: strict ? "strict" : "rules", version: 2)
    }

    package var criteria: String {
        strict
            ? "rules that know the generator's plan of a nano question and accept only its next step; the gold answer is not shown"
            : "rules that know the generator's plan of a nano question and accept its steps in any order; the gold answer is not shown"
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
