/// What is known of a frame before its rows are computed. The checker uses it to find mistakes that would otherwise
/// appear only after hours, such as the selection of a sweep's point that does not exist.
///
/// ```swift
/// FrameShape(columns: ["world", "accuracy"], values: ["world": ["hop-nano", "gsm-nano"]])
/// ```
package struct FrameShape: Sendable {
    /// The names of the columns; `nil` if they are known only after the statement has run.
    package let columns: [String]?
    /// The values of some columns, as texts. Each combination of them occurs in the frame. A column whose values are not
    /// known is absent.
    package let values: [String: [String]]
    /// A text that is equal for two frames if their rows are about the same questions for the same seed; `nil` if the
    /// questions are not known.
    package let questions: String?

    package init(columns: [String]?, values: [String: [String]] = [:], questions: String? = nil) {
        self.columns = columns
        self.values = values
        self.questions = questions
    }

    /// Returns the shape of the rows whose value in `column` is `text`.
    package func selecting(_ column: String, _ text: String) -> FrameShape {
        guard values[column] != nil else { return self }
        return FrameShape(
            columns: columns, values: values.merging([column: [text]]) { _, new in new }, questions: questions
        )
    }

    /// Returns the shape of several frames in one, with leading columns for the variables that distinguish them.
    ///
    /// - Parameters:
    ///   - columns: the columns of the result.
    ///   - variables: the leading columns with their values.
    package static func stacking(
        _ shapes: [FrameShape], columns: [String]?, variables: [(name: String, values: [String])]
    ) -> FrameShape {
        let first = shapes.first?.values ?? [:]
        let common = first.filter { name, values in
            shapes.allSatisfy { shape in shape.values[name].map(Set.init) == Set(values) }
        }
        let own = Dictionary(variables.map { ($0.name, $0.values) }, uniquingKeysWith: { $1 })
        let questions = Set(shapes.map(\.questions))
        return FrameShape(
            columns: columns, values: common.merging(own) { _, new in new },
            questions: questions.count == 1 ? questions.first! : nil)
    }
}
