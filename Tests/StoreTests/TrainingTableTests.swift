import Keys
import Store
import Testing
import Trajectories

@Suite struct TrainingTableTests {
    @Test func `the table lists the trainings of a trajectory and their steps`() throws {
        let table = TrainingTable(nil)
        let (rollout, other) = (ContentKey("rollout"), ContentKey("other"))
        func training(_ name: String) -> TrainingTable.Entry {
            .init(key: ContentKey(name), policy: name, text: "train \(name)", rule: "process")
        }
        try table.add(training("a"), trajectories: rollout, steps: [StepSet([0, 2]), StepSet()])
        try table.add(training("b"), trajectories: rollout, steps: [StepSet([1]), StepSet([0])])
        try table.add(training("c"), trajectories: other, steps: [StepSet([0])])
        // The same training again changes nothing.
        try table.add(training("a"), trajectories: rollout, steps: [])
        let first = try table.trainings(onTrajectory: 0, of: rollout)
        #expect(first.map(\.training.policy) == ["a", "b"])
        #expect(first.map(\.steps.indices) == [[0, 2], [1]])
        #expect(try table.trainings(onTrajectory: 1, of: rollout).map(\.training.policy) == ["b"])
        #expect(try table.trainings(onTrajectory: 7, of: rollout).isEmpty)
    }
}
