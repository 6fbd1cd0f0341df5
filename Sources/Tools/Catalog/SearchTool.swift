import Trajectories

/// The catalog entry of ``SearchTool``.
package enum Search: ToolEntry {
    package static let name = "search"
    package static let summary = "full-text search over the passages of the question's world"
    package static let helpOrder = 1
    package static func make(_ resources: ToolResources) -> any Tool { SearchTool(resources.retriever) }
}

/// A full-text search over the corpus of a question. It returns the text of the best passages, or `none`.
///
/// ```swift
/// let search = SearchTool(CorpusRetriever([corpus]))
/// let passage = try await search.call("capital of France", for: question)
/// ```
package struct SearchTool: Tool {
    package let name: String
    package let tag: String
    package let prompt: String
    package let isComputation: Bool

    private let retriever: any Retriever
    private let limit: Int
    private let showsTitles: Bool

    /// The tag around a query.
    package static let tag = "search_query"

    /// - Parameters:
    ///   - topic: the name of the tool and its tag, if it searches something of its own; `nil` for `search`.
    ///   - isComputation: false for a retriever that can hang and therefore needs a timeout, such as one on a server.
    ///   - limit: the number of passages in a result; 1 in the paper.
    ///   - showsTitles: true to write the title of a passage before its text.
    package init(
        _ retriever: any Retriever, topic: String? = nil, isComputation: Bool = true, limit: Int = 1,
        showsTitles: Bool = false
    ) {
        name = topic ?? Search.name
        tag = topic ?? Self.tag
        let purpose = topic.map { "To search \($0)" } ?? "To look something up"
        let result = limit == 1 ? "the best passage comes" : "the \(limit) best passages come"
        prompt =
            "\(purpose), write a query between <\(tag)> and </\(tag)>; \(result) back in the next turn."
        self.retriever = retriever
        self.isComputation = isComputation
        self.limit = limit
        self.showsTitles = showsTitles
    }

    package func call(_ input: String, for question: Question?) async throws -> String {
        let passages = try await retriever.passages(for: input, in: question?.corpus, limit: limit)
        guard !passages.isEmpty else { return "none" }
        return passages.map { passage in
            guard showsTitles else { return passage.text }
            // A passage is one line, so that a reader sees where the next one begins.
            let text = passage.title.isEmpty ? passage.text : "\(passage.title): \(passage.text)"
            return text.split(whereSeparator: \.isNewline).joined(separator: " ")
        }.joined(separator: "\n")
    }
}
