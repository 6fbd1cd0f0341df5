package enum HotpotQA: DatasetEntry {
    package static let name = "hotpotqa"
    package static let summary =
        "a file in the format of HotpotQA or 2WikiMultihopQA: data:\"…/hotpot_dev_distractor_v1.json\""
    package static let helpOrder = 12
    package static let source = DatasetSource.file { HotpotQAFile($0) }
    package static let kinds = [
        "comparison", "bridge", "question", "compositional", "bridge_comparison", "inference",
    ]
}
