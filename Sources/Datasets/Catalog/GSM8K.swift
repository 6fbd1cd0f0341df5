package enum GSM8K: DatasetEntry {
    package static let name = "gsm8k"
    package static let summary = "a file in the GSM8K format: data:\"…/train.jsonl\""
    package static let helpOrder = 11
    package static let source = DatasetSource.file { GSM8KFile($0) }
}
