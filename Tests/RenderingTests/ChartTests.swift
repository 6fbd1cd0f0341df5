import Events
import Foundation
import Rendering
import Testing

@Suite struct ChartTests {
    static let gnuplot = Gnuplot()
    static let kinds = ChartStyleList.all.map { $0.name }

    private func chart(_ kind: String, _ x: [TableCell], name: String = "it's \"50 %\" of $x_1{2}\nand more")
        -> Chart
    {
        Chart(
            name: name, kind: kind, x: "world", y: "accuracy, %",
            series: ["base", "swirl_2"].map { series in
                Chart.Series(
                    name: series,
                    points: x.enumerated().map {
                        .init(x: $1, y: Double($0 + 1), low: Double($0), high: Double($0 + 2))
                    })
            })
    }

    @Test(.enabled(if: gnuplot != nil, "needs gnuplot"), arguments: ChartTests.kinds)
    func `every kind of chart is drawn as SVG, PNG and text, with special characters in its name`(
        _ kind: String
    ) async throws {
        let gnuplot = try #require(Self.gnuplot)
        for x: [TableCell] in [[.text("hop-nano"), .text("gsm-nano")], [.number(100), .number(3000)]] {
            let svg = String(
                decoding: try await gnuplot.draw(chart(kind, x), on: .svg(width: 600, height: 400)),
                as: UTF8.self)
            #expect(svg.contains("<svg") && svg.contains("accuracy, %") && svg.contains("swirl_2"))
            #expect(svg.contains("#0072B2") || svg.contains("0, 114, 178"), "the colours are the palette's")
            let png = try await gnuplot.draw(chart(kind, x), on: .png(width: 600, height: 400))
            #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            let text = String(
                decoding: try await gnuplot.draw(chart(kind, x), on: .text(columns: 80, rows: 24)),
                as: UTF8.self)
            #expect(text.contains("swirl_2"))
            #expect(
                text.split(separator: "\n").allSatisfy { $0.count <= 80 && !$0.contains("\u{0C}") }, "\(text)"
            )
        }
    }

    @Test(.enabled(if: gnuplot != nil, "needs gnuplot"))
    func `bars begin at zero, and a bar chart with nine series uses patterns`() async throws {
        let chart = Chart(
            name: "n", kind: BarChart.name, x: "x", y: "y",
            series: (0..<9).map { .init(name: "s\($0)", points: [.init(x: .text("a"), y: Double(60 + $0))]) })
        let svg = String(
            decoding: try await Self.gnuplot!.draw(chart, on: .svg(width: 600, height: 400)), as: UTF8.self)
        #expect(svg.contains(/> ?0<\/t/))
        #expect(svg.contains("gpPat") || svg.contains("<pattern"))
    }

    @Test func `gnuplot is not found on a path without it`() {
        #expect(Gnuplot(path: "/nonexistent:") == nil)
    }

    @Test(.enabled(if: gnuplot != nil, "needs gnuplot"))
    func `a chart that gnuplot refuses causes an error`() async throws {
        let empty = Chart(
            name: "", kind: LineChart.name, x: "x", y: "y", series: [.init(name: "s", points: [])])
        await #expect(throws: Gnuplot.Failure.self) {
            try await Self.gnuplot?.draw(empty, on: .svg(width: 300, height: 200))
        }
    }
}
