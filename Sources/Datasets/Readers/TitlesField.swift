/// The supporting facts of a question: the titles of the passages that an answer needs, without duplicates. HotpotQA
/// writes `[["title", 0], …]`, and its Hugging Face data set `{"title": ["title", …], "sent_id": [0, …]}`.
struct TitlesField: Decodable {
    let titles: [String]

    init(from decoder: any Decoder) throws {
        let all: [String]
        if let columns = try? decoder.container(keyedBy: Key.self) {
            all = try columns.decode([String].self, forKey: .title)
        } else {
            all = try decoder.singleValueContainer().decode([Fact].self).map(\.title)
        }
        var seen: Set<String> = []
        titles = all.filter { seen.insert($0).inserted }
    }

    private enum Key: CodingKey {
        case title
    }

    private struct Fact: Decodable {
        let title: String

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            title = try container.decode(String.self)
        }
    }
}
