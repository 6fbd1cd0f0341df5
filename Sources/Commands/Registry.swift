import CommandKit
import Datasets
import Judges
import Models
import Rendering
import StepwiseRL
import Tools
import Trajectories

/// All commands, judges, tools, data sets, models and other entries. Option values, help and completion come from it.
///
/// A program or test can add its own entries to those that the build found:
///
/// ```swift
/// let registry = Registry(judges: [MyJudge.self], tools: [MyTool.self])
/// ```
package struct Registry: Sendable {
    package let commands: [any CatalogCommand.Type]
    package let objects: [any StoredObject.Type]
    package let judges: [any JudgeEntry.Type]
    package let tools: [any ToolEntry.Type]
    package let datasets: [any DatasetEntry.Type]
    package let models: [any ModelEntry.Type]
    package let policyCodecs: [any PolicyCodec.Type]
    package let objectives: [any Objective.Type]
    package let charts: [any ChartStyle.Type]

    /// Creates a registry of all entries that the build found in the modules, and of further entries.
    package init(
        commands: [any CatalogCommand.Type] = [], objects: [any StoredObject.Type] = [],
        judges: [any JudgeEntry.Type] = [], tools: [any ToolEntry.Type] = [],
        datasets: [any DatasetEntry.Type] = [], models: [any ModelEntry.Type] = [],
        policyCodecs: [any PolicyCodec.Type] = [], objectives: [any Objective.Type] = [],
        charts: [any ChartStyle.Type] = []
    ) {
        self.commands = (CatalogCommandList.all + commands).sorted {
            ($0.group.rawValue, $0.name) < ($1.group.rawValue, $1.name)
        }
        self.objects = StoredObjectList.all + objects
        self.judges = (JudgeEntryList.all + judges).sorted {
            ($0.helpOrder, $0.name) < ($1.helpOrder, $1.name)
        }
        self.tools = (ToolEntryList.all + tools).sorted { ($0.helpOrder, $0.name) < ($1.helpOrder, $1.name) }
        self.datasets = (DatasetEntryList.all + datasets).sorted {
            ($0.helpOrder, $0.name) < ($1.helpOrder, $1.name)
        }
        self.models = (ModelEntryList.all + models).sorted {
            ($0.helpOrder, $0.name) < ($1.helpOrder, $1.name)
        }
        self.policyCodecs = PolicyCodecList.all + policyCodecs
        self.objectives = (ObjectiveList.all + objectives).sorted {
            ($0.helpOrder, $0.name) < ($1.helpOrder, $1.name)
        }
        self.charts = (ChartStyleList.all + charts).sorted {
            ($0.helpOrder, $0.name) < ($1.helpOrder, $1.name)
        }
    }

    // MARK: Words

    package var judgeWords: Vocabulary { Vocabulary("judge", judges.map { ($0.name, $0.summary) }) }

    /// The names of the judges that need no human labels.
    var automaticJudgeWords: Vocabulary {
        Vocabulary("judge", judges.filter { !$0.readsLabels }.map { ($0.name, $0.summary) })
    }

    var toolWords: Vocabulary { Vocabulary("tool", tools.map { ($0.name, $0.summary) }) }
    var objectiveWords: Vocabulary { Vocabulary("objective", objectives.map { ($0.name, $0.summary) }) }
    var chartWords: Vocabulary { Vocabulary("kind of chart", charts.map { ($0.name, $0.summary) }) }
    var modelWords: Vocabulary { Vocabulary("model", models.map { ($0.name, $0.summary) }) }
    /// All sources of questions: generated worlds, and files in an official format.
    var sourceWords: Vocabulary { Vocabulary("world", datasets.map { ($0.name, $0.summary) }) }
    /// The generated worlds.
    var worldWords: Vocabulary {
        Vocabulary("world", datasets.filter { $0.world != nil }.map { ($0.name, $0.summary) })
    }

    /// The names of the generated worlds that `eval` uses without `on:`.
    var defaultWorlds: [String] {
        datasets.filter { $0.world != nil && $0.isEvaluatedByDefault }.map { $0.name }
    }

    // MARK: Entries by their words

    // The checker rejects all words that are not registered, so the forced unwraps below are safe.

    func judge(_ name: String) -> any JudgeEntry.Type { judges.first { $0.name == name }! }
    func dataset(_ name: String) -> any DatasetEntry.Type { datasets.first { $0.name == name }! }
    func model(_ name: String) -> (any ModelEntry.Type)? { models.first { $0.name == name } }
    func objective(_ name: String) -> any Objective.Type { objectives.first { $0.name == name }! }

    /// Returns a name for questions from a file of the user's own. A file must not pass for a data set of the registry.
    func ownName(_ name: String) -> String {
        datasets.contains { $0.name == name } ? name + "-file" : name
    }

    /// The passage collections of all generated worlds. Worlds that share a collection contribute it once.
    var corpora: [Corpus] { datasets.corpora }
}
