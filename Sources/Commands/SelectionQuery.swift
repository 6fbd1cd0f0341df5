import CommandKit
import Keys
import StepwiseRL
import Trajectories

extension Services {
    /// Returns the selection that a rule makes from judgements, for `filter` and all other commands that take rules.
    ///
    /// - Parameter key: the identity of the judgements.
    /// - Throws: `CommandFailure` if the rule refers to values of other trajectories, or if the step table can't be
    ///   queried.
    func select(
        _ rule: RuleExpression, from judged: JudgementsObject, key: ContentKey
    ) throws -> SelectionObject {
        for source in rule.sources where source.trajectories != judged.trajectoriesKey {
            throw CommandFailure(
                .otherTrajectories,
                "\(source.name) was made from other trajectories than the ones judged here",
                hint: "rules select by trajectory: make it again from the trajectories judged here")
        }
        let filter = Filter(FilterGrammar.predicate(rule), rule: rule.wording)
        let selected: [RuleOutcome]
        do {
            selected = try steps.select(filter.predicate, from: judged.judgements, key: key)
        } catch {
            throw CommandFailure(
                .unreadableTable, "the step columns can't be queried: \(error)",
                hint:
                    "you can delete the files steps-….sqlite in the store's folder; swirl creates them again")
        }
        return SelectionObject(
            selection: filter.selection(selected, of: judged.judgements), judge: judged.judge,
            plans: judged.plans,
            generator: judged.generator, trajectoriesKey: judged.trajectoriesKey, judgementsKey: key)
    }
}
