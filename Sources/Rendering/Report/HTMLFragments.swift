import Escaping
import Events

extension Table {
    /// The table as an HTML fragment, with its name and notes.
    package var html: String {
        let numeric = columns.indices.map(isNumeric)
        func cell(_ tag: String, _ column: Int, _ text: String, isBest: Bool = false) -> String {
            let kind = (numeric[column] ? ["n"] : []) + (isBest ? ["best"] : [])
            let attribute = kind.isEmpty ? "" : " class=\"\(kind.joined(separator: " "))\""
            let scope = tag == "th" ? " scope=\"col\"" : ""
            return "<\(tag)\(scope)\(attribute)>\(text.escapedForHTML)</\(tag)>"
        }
        let head = columns.indices.map { cell("th", $0, columns[$0]) }.joined()
        let body = rows.indices.map { row in
            "<tr>"
                + columns.indices.map { column in
                    cell("td", column, text(rows[row][column]), isBest: isBest(row, column))
                }.joined() + "</tr>"
        }
        let caption = name.isEmpty ? "" : "<caption>\(name.escapedForHTML)</caption>"
        let notes = self.notes.map { "<div>\($0.escapedForHTML)</div>" }.joined()
        return """
            <div class="wide" tabindex="0"><table>\(caption)<thead><tr>\(head)</tr></thead>
            <tbody>\(body.joined(separator: "\n"))</tbody></table></div>
            \(notes.isEmpty ? "" : "<div class=\"small\">\(notes)</div>")
            """
    }
}

extension Event.RenderedChart {
    /// The drawing as an HTML fragment, with its numbers. The XML declaration is removed because HTML does not allow
    /// it.
    package var html: String {
        // Without an SVG, show the text chart.
        guard !svg.isEmpty else { return "<pre>\(lines.joined(separator: "\n").escapedForHTML)</pre>" }
        let start = self.svg.firstRange(of: "<svg")?.lowerBound ?? self.svg.startIndex
        // Several drawings share a page, so the IDs of each must be unique.
        let hash = self.svg.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let own = "c\(hash)-"
        let svg = self.svg[start...].replacing("<title>Gnuplot</title>", with: "")
            // A word boundary would not do: between `xlink:` and `href`, Unicode sees none.
            .replacing(#/([ \n]id=['"]|url\(#|href=['"]#)/#) { "\($0.output.1)\(own)" }
        return """
            <figure><div class="drawing" role="img" aria-label="\(chart.name.escapedForHTML)" tabindex="0">\(svg)</div>
            <details><summary>the numbers</summary>\(chart.table.html)</details></figure>
            """
    }
}
