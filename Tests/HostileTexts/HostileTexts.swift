/// Texts that try to break out of the languages that texts are written into. Tests feed all of them to
/// every writer.
package enum HostileTexts {
    /// The file that a text makes where a shell runs it.
    package static let marker = "PWNED"

    /// A combining mark: to Swift it is one character with what stands before it.
    private static let mark = "\u{301}"

    package static let all: [String] =
        breakingOut + [
            // Formats and markup
            "20% good", "50% off", "%s%n%d 100 %", "\\n \\t \\u0041", "$HOME ~ ^ _ # & { } \\",
            "a & b < c > d \"e\" 'f'", "a & b\(mark) %\(mark) \\\(mark)end",
            // Pages
            "<script>alert(1)</script>", "</title></style></pre><img src=x onerror=alert(1)>",
            "\"><svg onload=alert(1)>",
            "\"\(mark)><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "]]>", "]]>\(mark) <", "-->",
            "<!--",
            "javascript:alert(1)",
            "&lt;script&gt;", "&#60;img src=x&#62;",
            // Markdown
            "a | b", "a \\| b", "![x](http://127.0.0.1:9/x.png)", "[x](javascript:alert(1))",
            "**bold** __x__ ~~y~~",
            "```\n<script>alert(1)</script>\n```", "http://127.0.0.1:9/", "www.example.invalid", "# head",
            "> quote",
            // LaTeX
            "\\input{/etc/passwd}", "\\\(mark)input{x}", "\\write18{touch \(marker)}", "[1cm] x",
            "a\n\\end{tabular}", "100\\% & b \\\\",
            // Spreadsheets
            "=1+1", "=cmd|'/C touch \(marker)'!A0", "@SUM(1)", "+1+1", "-2+3", "\t=1", "'=1", "''=1", "＝1",
            // Cells
            "a,b", "\"quoted\"", "\"\(mark)", "a\"\(mark),b", "a\r\nb", "a\rb", "a\nb", " lead", "trail ",
            "007", "0x1F", "1e3", "1e999", "nan",
            // Terminals
            "\u{1B}[31mred\u{1B}[0m", "\u{1B}]0;title\u{7}", "\u{9B}2J", "\u{7}\u{8}\u{7F}", "\r overwritten",
            "\u{202E}desrever\u{202C}", "\u{2066}x\u{2069}", "\u{200B}\u{FEFF}\u{AD}",
            "line\u{2028}sep\u{85}x\u{B}y\u{C}z", "nul\u{0}nul",
            "\u{E0041}\u{E0042}",
            // Ends of gnuplot's data block
            "END", "|END", "\nEND\nsystem 'touch \(marker)'", "# END", "",
            // Length and width
            String(repeating: "%", count: 200), String(repeating: "é", count: 300), "漢字 e\u{301} 👩‍👩‍👧",
        ]

    /// Commands for a shell, inside of every kind of quote.
    private static let breakingOut: [String] = {
        let command = "touch \(marker)"
        return [
            "'", "\"", "", "'\(mark)", "\"\(mark)", "`\(mark)", "''", "\\'", "\\\"", "'\u{200D}", "'\u{FE0F}",
            "'\u{20E3}",
        ].flatMap {
            quote in
            [
                "z\(quote) `\(command)`", "z\(quote)\(mark) `\(command)`",
                "z\(quote); system('\(command)') #",
                "z\(quote)\n!\(command)\n", "$(\(command))\(quote)",
                "z\(quote).system(\"\(command)\").\(quote)",
            ]
        }
    }()
}
