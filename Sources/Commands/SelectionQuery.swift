import CommandKit
import Keys
import StepwiseRL
import Trajectories

extension Services {
    /// What a rule selects from judgements: for `filter` and everything that looks at rules.
    ///
    /// - Parameter key: the identity of the judgements.
    /// - Throws: `CommandFailure`.
    func select(
        _ rule: RuleExpression, from judged: JudgementsObject, key: ContentKey
    ) throws -> SelectionObject {
        for source in rule.sources where source.trajectories != judged.trajectoriesKey {
            throw CommandFailure(
                .otherTrajectories,
                "\(source.name) was made from other trajectories than the ones judged here",
                hint: "rules select by trajectory: make it again from these")
        }
        let filter = Filter(FilterGrammar.predicate(rule), rule: rule.wording)
        let selected: [RuleOutcome]
        do {
            selected = try steps.select(filter.predicate, from: judged.judgements, key: key)
        } catch {
            throw CommandFailure(
                .unreadableTable, "the step columns can't be queried: \(error)",
                hint: "files steps-….sqlite in the store's folder may be removed; they are made again")
        }
        return SelectionObject(
            selection: filter.selection(selected, of: judged.judgements), judge: judged.judge,
            plans: judged.plans,
            generator: judged.generator, trajectoriesKey: judged.trajectoriesKey, judgementsKey: key)
    }
}
