import Escaping
import Events
import Foundation

/// Events as JSON, one object a line; docs/cli.md documents the fields.
package enum JSONLines {
    /// Returns an event as one line of JSON, without a line end.
    package static func line(_ event: Event) -> String {
        let object = object(event)
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? JSONSerialization.data(withJSONObject: object, options: options) else {
            preconditionFailure("events hold only strings, numbers and booleans")
        }
        return String(decoding: data, as: UTF8.self).escapedInJSON
    }

    private static func object(_ event: Event) -> [String: Any] {
        switch event {
        case .started(let e):
            [
                "event": "started", "command": e.command, "text": e.text, "line": e.line,
                "name": e.name ?? NSNull(),
                // The earlier name, `arm`, is kept for scripts that read it.
                "point": point(e), "arm": point(e),
            ]
        case .progress(let e):
            [
                "event": "progress", "command": e.command, "done": e.done, "total": e.total,
                "unit": e.unit, "note": e.note,
            ]
        case .metric(let e):
            ["event": "metric", "command": e.command, "step": e.step, "values": fields(e.values)]
        case .value(let e):
            ["event": "value", "type": e.type].merging(fields(e.fields)) { own, _ in own }
                .merging(e.content.mapValues(\.foundation)) { own, _ in own }
        case .table(let e):
            [
                "event": "table", "name": e.name, "columns": e.columns,
                "rows": e.rows.map { $0.map(json) }, "notes": e.notes,
            ]
        case .chart(let e): ["event": "chart", "name": e.chart.name, "lines": e.lines, "svg": e.svg]
        case .artifact(let e):
            ["event": "artifact", "kind": e.kind, "key": e.key, "path": e.path]
        case .warning(let message): ["event": "warning", "message": message]
        case .error(let message): ["event": "error", "message": message]
        case .point(let e):
            [
                "event": "point",
                "point": Dictionary(e.point.map { ($0.name, $0.label) }) { _, inner in inner },
                "number": e.number, "of": e.count, "elapsed": json(.number(e.elapsed)),
                "remaining": e.remaining.map { json(.number($0)) } ?? NSNull(),
            ]
        case .claim(let e):
            [
                "event": "claim", "name": e.name, "verdict": e.verdict, "holds": e.holds,
                "required": e.isRequired, "detail": e.detail,
            ].merging(e.measured.map(measured) ?? [:]) { own, _ in own }
        case .reportItem(let e): exhibit(e)
        case .diagnostic(let e):
            [
                "event": "diagnostic", "severity": e.severity, "code": e.code,
                "message": e.message, "hint": e.hint ?? NSNull(), "file": e.file, "line": e.line,
                "column": e.column,
            ]
        case .cell(let e): ["event": "cell", "cell": e.number, "of": e.count, "text": e.text]
        case .stale(let e):
            [
                "event": "stale",
                "cells": e.cells.map {
                    [
                        "cell": $0.number, "text": $0.text, "changed": $0.reason.changed, "by": $0.reason.by,
                        "rests_on": $0.reason.dependsOn,
                    ] as [String: Any]
                },
            ]
        case .finished(let e):
            [
                "event": "finished", "command": e.command, "outcome": e.outcome.rawValue,
                "seconds": json(.number(e.seconds)), "note": e.note,
                "resumed": e.resumed ?? NSNull(), "key": e.key,
                "computed_in": e.computedIn.map { json(.number($0)) } ?? NSNull(),
            ]
        }
    }

    private static func measured(_ measured: Event.Claim.Measured) -> [String: Any] {
        [
            "difference": json(.number(measured.difference)), "low": json(.number(measured.low)),
            "high": json(.number(measured.high)), "level": measured.level, "p": json(.number(measured.p)),
            "paper": measured.paper ?? NSNull(), "source": measured.source ?? NSNull(),
            "share": measured.isShare,
        ]
    }

    private static func point(_ started: Event.Started) -> [String: String] {
        Dictionary(started.point.map { ($0.name, $0.label) }, uniquingKeysWith: { $1 })
    }

    private static func exhibit(_ exhibit: ReportItem) -> [String: Any] {
        switch exhibit {
        case .curve(let name, let points):
            [
                "event": "exhibit", "kind": "curve", "name": name,
                "points": points.map { [json(.number($0.x)), json(.number($0.y))] },
            ]
        case .samples(let title, let samples):
            [
                "event": "exhibit", "kind": "samples", "name": title,
                "samples": samples.map { ["fate": $0.fate, "lines": $0.lines] },
            ]
        case .counts(let title, let counts):
            [
                "event": "exhibit", "kind": "counts", "name": title,
                "counts": Dictionary(counts.map { ($0.name, $0.count) }, uniquingKeysWith: +),
            ]
        }
    }

    private static func fields(_ fields: [Event.Field]) -> [String: Any] {
        Dictionary(fields.map { ($0.name, json($0.cell)) }, uniquingKeysWith: { first, _ in first })
    }

    private static func json(_ cell: TableCell) -> Any {
        switch cell {
        case .text(let text): text
        // JSON has no infinities and no NaN, so they become null.
        case .number(let value): value.isFinite ? value : NSNull()
        case .boolean(let value): value
        case .estimate(let value, let low, let high): ["value": value, "low": low, "high": high]
        case .empty: NSNull()
        }
    }
}

extension JSON {
    /// The value as `JSONSerialization` takes it.
    fileprivate var foundation: Any {
        switch self {
        case .null: NSNull()
        case .boolean(let value): value
        case .integer(let value): value
        case .number(let value): value.isFinite ? value : NSNull()
        case .text(let value): value
        case .list(let values): values.map(\.foundation)
        case .object(let members): members.mapValues(\.foundation)
        }
    }
}
