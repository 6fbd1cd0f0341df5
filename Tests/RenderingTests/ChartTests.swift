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

    /// The script's y range.
    private func range(_ kind: String, _ points: [Chart.Point], isShare: Bool) throws -> [Double] {
        let chart = Chart(
            name: "n", kind: kind, x: "x", y: "y", series: [.init(name: "a", points: points)],
            isShare: isShare)
        let style = try #require(ChartStyleList.all.first { $0.name == kind })
        let text = GnuplotScript(chart, style, .svg(width: 600, height: 400)).text
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("set yrange") })
        return line.dropFirst("set yrange [".count).dropLast().split(separator: ":").map { Double($0)! }
    }

    static let kindsWithValuesAtTheYAxis = ChartStyleList.all.filter { !$0.seriesAreRows }.map { $0.name }

    @Test(arguments: ChartTests.kindsWithValuesAtTheYAxis) func `the y axis ends where values can`(
        _ kind: String
    ) throws {
        func points(_ values: [(Double, Double, Double)]) -> [Chart.Point] {
            values.enumerated().map { .init(x: .number(Double($0)), y: $1.0, low: $1.1, high: $1.2) }
        }
        #expect(try range(kind, points([(0, 0, 9), (98, 95, 100)]), isShare: true) == [0, 100])
        let none = try range(kind, points([(0, 0, 0), (0, 0, 0)]), isShare: true)
        #expect(none[0] == 0 && none[1] > 0 && none[1] <= 100)
        #expect(try range(kind, points([(3, 3, 3), (40, 40, 40)]), isShare: false)[0] >= 0)
        #expect(try range(kind, points([(-3, -5, 3), (4, 1, 6)]), isShare: false)[0] < -5)
    }

    @Test func `the error bars of several series don't lie on each other`() throws {
        for kind in ["line", "scatter"] {
            let style = try #require(ChartStyleList.all.first { $0.name == kind })
            let text = GnuplotScript(
                chart(kind, [.number(100), .number(3000)]), style, .svg(width: 600, height: 400)
            ).text
            let xs = text.split(separator: "\n").filter { $0.first?.isNumber == true }.map {
                $0.split(separator: " ")[0]
            }
            #expect(xs.count == 4 && Set(xs).count == 4)
        }
    }

    @Test(.enabled(if: gnuplot != nil, "needs gnuplot"))
    func `every reference of a drawing in a page finds its target`() async throws {
        let chart = chart("scatter", [.number(100), .number(3000)])
        let svg = String(
            decoding: try await #require(Self.gnuplot).draw(chart, on: .svg(width: 600, height: 400)),
            as: UTF8.self)
        let html = Event.RenderedChart(chart: chart, lines: [], svg: svg).html
        let references = html.matches(of: #/href=['"]#([^'"]+)['"]/#).map { String($0.output.1) }
        #expect(references.count >= 4)
        for reference in references {
            #expect(html.contains("id='\(reference)'") || html.contains("id=\"\(reference)\""))
        }
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
            #expect(
                kind == HeatChart.name || svg.contains("#0072B2") || svg.contains("0, 114, 178"),
                "the colours are the palette's")
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

    @Test(.enabled(if: gnuplot != nil, "needs gnuplot"))
    func `a heat map is gray where the interval contains zero, and blue or orange elsewhere`() async throws {
        func point(_ x: String, _ y: Double, _ low: Double, _ high: Double) -> Chart.Point {
            .init(x: .text(x), y: y, low: low, high: high)
        }
        let chart = Chart(
            name: "n", kind: HeatChart.name, x: "unlucky", y: "points",
            series: [
                .init(name: "0", points: [point("a", 4, 2, 6), point("b", -4, -6, -2)]),
                .init(name: "1", points: [point("a", 1, -1, 3), point("b", 4, 2, 6)]),
            ], seriesLabel: "lucky")
        let gnuplot = try #require(Self.gnuplot)
        let svg = String(
            decoding: try await gnuplot.draw(chart, on: .svg(width: 600, height: 400)), as: UTF8.self)
        // The strongest blue and orange are 70 % of #0072B2 and #D55E00.
        func cells(_ color: String) -> Int { svg.ranges(of: "fill = 'rgb(\(color))'").count }
        #expect(cells("238, 238, 238") == 1)
        #expect(cells(" 76, 156, 201") == 2)
        #expect(cells("225, 142,  76") == 1)
        #expect(svg.contains("lucky") && svg.contains("[+2.0, +6.0]") && svg.contains("gray"))
        let text = String(
            decoding: try await gnuplot.draw(chart, on: .text(columns: 80, rows: 24)), as: UTF8.self)
        #expect(
            text.contains("+4.0*") && text.contains("-4.0*") && text.contains("+1.0")
                && !text.contains("+1.0*"))
    }

    @Test(.enabled(if: gnuplot != nil, "needs gnuplot"))
    func `a heat map without intervals decides nothing`() async throws {
        let chart = Chart(
            name: "n", kind: HeatChart.name, x: "unlucky", y: "points",
            series: [.init(name: "0", points: [.init(x: .text("a"), y: 4), .init(x: .text("b"), y: -4)])])
        let text = String(
            decoding: try await #require(Self.gnuplot).draw(chart, on: .text(columns: 80, rows: 24)),
            as: UTF8.self)
        #expect(text.contains("+4.0") && !text.contains("*") && !text.contains("gray"))
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
