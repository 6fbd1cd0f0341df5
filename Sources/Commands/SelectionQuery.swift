import CommandKit
import Keys
import StepwiseRL
import Trajectories

extension Services {
    /// Selects the steps that satisfy a rule. `filter` and `count` use it.
    ///
    /// - Parameters:
    ///   - judged: the judgements to select from.
    ///   - key: the key of these judgements.
    /// - Throws: `CommandFailure` if the rule refers to a selection or judgements of other trajectories, or if the step
    ///   table can't be queried; `TextPattern.TooSlow`; `CancellationError`.
    func select(
        _ rule: RuleExpression, from judged: JudgementsObject, key: ContentKey
    ) throws -> SelectionObject {
        for source in rule.sources where source.trajectories != judged.trajectoriesKey {
            throw CommandFailure(
                .otherTrajectories,
                "\(source.name) was made from other trajectories than the ones judged here",
                hint: "run the statement that made \(source.name) again on the trajectories judged here")
        }
        let filter = Filter(FilterGrammar.predicate(rule), rule: rule.wording)
        let selected: [RuleOutcome]
        do {
            selected = try steps.select(filter.predicate, from: judged.judgements, key: key)
        } catch  where error is CancellationError || error is TextPattern.TooSlow {
            throw error
        } catch {
            throw CommandFailure(
                .unreadableTable, "the step columns can't be queried: \(error)",
                hint:
                    "you can delete the files steps-….sqlite in the store's folder; swirl creates them again")
        }
        return SelectionObject(
            selection: filter.selection(selected, of: judged.judgements), judge: judged.judge,
            answers: judged.answers, plans: judged.plans,
            generator: judged.generator, trajectoriesKey: judged.trajectoriesKey, judgementsKey: key)
    }
}
