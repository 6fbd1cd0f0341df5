import CommandKit
import Events
import Rendering
import StepwiseRL

extension UpdateMetrics {
    var fields: [Event.Field] {
        func optional(_ name: String, _ value: Double?) -> [Event.Field] {
            value.map { [Event.Field(name, .number($0))] } ?? []
        }
        return [.init("loss", .number(loss))] + optional("reward", reward) + [
            .init("kl", .number(kl)), .init("entropy", .number(entropy)),
            .init("gradient_norm", .number(gradientNorm)),
        ] + optional("signal", signal) + [
            .init("tokens_per_second", .number(tokensPerSecond.rounded())),
            .init("truncated", .number(Double(truncated))),
            .init("without_verdict", .number(Double(withoutVerdict))),
        ] + optional("validation", validation)
    }

    /// The most important metrics as one line of text, for the progress display.
    var note: String {
        [
            reward.map { "reward \($0.fixed(2))" }, "loss \(loss.fixed(3))",
            signal.map { "signal \((100 * $0).fixed(0)) %" },
            validation.map { "validation \((100 * $0).fixed(1)) %" },
        ].compactMap(\.self).joined(separator: "  ")
    }
}

/// The output of `train preview:true`, which estimates a training from one update.
enum TrainingPreviewText {
    static func lines(_ preview: TrainingPreview, rule: String, validates: Bool) -> [String] {
        let tokens = preview.updates * preview.tokensPerUpdate
        let seconds = Double(preview.updates) * preview.secondsPerUpdate
        var lines = [
            "nothing was trained; estimates from the work of one update:",
            "  '\(rule)': \(preview.examples.grouped) step examples, \(preview.updates.grouped) updates",
            "  about \(tokens.grouped) tokens, \(preview.tokensPerUpdate.grouped) per update",
        ]
        if let signal = preview.signal {
            let reward = preview.reward.map { ", mean reward \($0.fixed(2))" } ?? ""
            lines.append(
                "  groups with signal: \((100 * signal).fixed(0)) %\(reward); the others contribute no gradient"
            )
        }
        lines.append(
            "  about \(seconds.duration) on this machine"
                + (validates ? ", plus the time for validation" : ""))
        if preview.withoutVerdict > 0 {
            lines.append("  groups without a verdict: \(preview.withoutVerdict.grouped)")
        }
        if preview.truncated > 0 {
            lines.append("  actions cut by the length limit: \(preview.truncated.grouped)")
        }
        return lines
    }

    static func fields(_ preview: TrainingPreview) -> [Event.Field] {
        [
            .init("examples", .number(Double(preview.examples))),
            .init("updates", .number(Double(preview.updates))),
            .init("tokens", .number(Double(preview.updates * preview.tokensPerUpdate))),
            .init("signal", preview.signal.map { .number($0) } ?? .empty),
            .init("reward", preview.reward.map { .number($0) } ?? .empty),
            .init("minutes", .number(Double(preview.updates) * preview.secondsPerUpdate / 60)),
        ]
    }
}
