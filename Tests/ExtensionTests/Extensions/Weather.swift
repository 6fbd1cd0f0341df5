// Sources/Tools/Catalog
import Tools
import Trajectories

package enum Weather: ToolEntry {
    package static let name = "weather"
    package static let summary = "tells the weather"
    package static func make(_ resources: ToolResources) -> any Tool { WeatherTool() }
}

private struct WeatherTool: Tool {
    let name = Weather.name
    let tag = "weather"
    let prompt = "To ask for the weather, write a place between <weather> and </weather>."

    struct Storm: Error {}

    func call(_ input: String, for question: Question?) async throws -> String {
        if input == "sea" { throw Storm() }
        guard input != "nowhere" else {
            throw ToolError.invalidInput(observation: "no such place", message: "no such place")
        }
        return "sunny in \(input)"
    }
}
