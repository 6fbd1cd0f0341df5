"""Files that swirl writes, read by other programs: Python's csv, html.parser and xml, markdown-it and pylatexenc.

Hostile cells go in by a CSV file that Python writes. Every reader has to find the same texts in the same cells, and
nothing that runs or fetches.
"""

import csv
import html.parser
import io
import pathlib
import subprocess
import tempfile
import unicodedata
import unittest
import xml.etree.ElementTree

import markdown_it
import pylatexenc.latex2text

ROOT = pathlib.Path(__file__).resolve().parents[2]
SWIRL = str(ROOT / ".build/release/swirl")
TEXTS = [
    "plain", "z'\u0301 `touch PWNED`", "a\"\u0301,b", "20% good", "50% off", "a & b < c > d", "x_1^2 ~ {y} $z$ # \\",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onclick='alert(1)", "a | b \\| c", "![x](http://127.0.0.1:9/x.png)",
    "[x](javascript:alert(1))", "**bold** __x__ ~~y~~ `z`", "http://127.0.0.1:9/", "www.example.invalid", "&lt;b&gt; &amp; &#60;", "\\input{/etc/passwd}",
    "\\write18{touch PWNED}", "=1+1", "@SUM(1)", "+1+1", "-2+3", "a,b", "\"quoted\"", " lead", "trail ", "007", "0x1F", "1e3", "-5", "nan",
    "\x1b[31mred", "\u202edesrever", "a\u200bb", "漢字", "é́", "[1cm]", "*", "->", "$(touch PWNED)", "100 %", "it's",
]


def inert(text):
    """As swirl shows active characters."""
    return "".join(f"\\u{{{ord(c):X}}}" if unicodedata.category(c) in ("Cc", "Cf") and c not in "\u200c\u200d" else c for c in text)


class Nodes(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.cells, self.depth = set(), [], [], 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes
        if tag == "td":
            self.depth += 1
            self.cells.append("")

    def handle_endtag(self, tag):
        if tag == "td":
            self.depth -= 1

    def handle_data(self, data):
        if self.depth:
            self.cells[-1] += data


class FormatTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        with open(cls.folder / "in.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["label", "value"])
            for number, text in enumerate(TEXTS):
                writer.writerow([text, number + 0.5])
        script = """
            let f = load "in.csv"
            save $f to:"again.csv"
            table $f rows:label value:value to:"t.csv"
            table $f rows:label value:value to:"t.md"
            table $f rows:label value:value to:"t.tex"
            plot bar $f x:label y:value to:"p.svg"
            report to:"r.html"
        """
        result = subprocess.run([SWIRL, "repl", "--store", "s"], input=script, text=True, capture_output=True, cwd=cls.folder)
        assert result.returncode == 0, result.stderr
        cls.output = result.stdout + result.stderr

    def read(self, name):
        return (self.folder / name).read_bytes().decode("utf-8")

    def test_nothing_ran_and_nothing_reached_the_terminal(self):
        self.assertFalse((self.folder / "PWNED").exists())
        self.assertFalse([c for c in self.output if unicodedata.category(c) in ("Cc", "Cf") and c not in "\n\t"])

    def test_comma_separated_values(self):
        for name in ("again.csv", "t.csv"):
            rows = list(csv.reader(io.StringIO(self.read(name)), strict=True))[1:]
            # An apostrophe in front keeps a spreadsheet from computing.
            found = [row[0][1:] if row[0][:1] == "'" and row[0] not in TEXTS else row[0] for row in rows]
            self.assertEqual(found, TEXTS, name)
            for row in rows:
                self.assertTrue(row[0][:1] not in "=+@-" or row[0] in ("", "-5"), row[0])

    def test_markdown(self):
        parser = markdown_it.MarkdownIt("gfm-like", {"html": True})
        tokens = parser.parse(self.read("t.md"))
        kinds = [child.type for token in tokens for child in token.children or [token]]
        self.assertFalse([kind for kind in kinds if kind in ("link_open", "image", "html_inline", "html_block", "code_inline", "em_open")])
        cells, row = [], []
        for index, token in enumerate(tokens):
            if token.type == "td_open":
                row.append("".join(child.content for child in tokens[index + 1].children))
            if token.type == "tr_close" and row:
                cells.append(row)
                row = []
        self.assertEqual([row[0] for row in cells], [inert(text).strip() for text in TEXTS])
        self.assertEqual({len(row) for row in cells}, {2})

    def test_latex(self):
        text = self.read("t.tex")
        body = text.split("\\hline\n")[2]
        rows = [line.rsplit(" & ", 1)[0] for line in body.strip().split("\n")]
        self.assertEqual(len(rows), len(TEXTS))
        reader = pylatexenc.latex2text.LatexNodes2Text(keep_comments=True)
        for row, wanted in zip(rows, TEXTS):
            # The reader has accents for circumflex and tilde; LaTeX makes curved quotes of straight ones and one blank of many.
            straight = str.maketrans("‘’“”ˆ˜", "''\"\"^~")
            # The reader does not know these three.
            for name, character in (("less", "<"), ("greater", ">"), ("bar", "|")):
                row = row.replace(f"\\text{name}{{}}", character)
            shown = reader.latex_to_text(row).translate(straight)
            plain = inert(wanted).translate(straight)
            self.assertEqual("".join(shown.split()), "".join(plain.split()), row)

    def test_page(self):
        nodes = Nodes(self.read("r.html"))
        self.assertFalse(nodes.tags & {"script", "img", "iframe", "object", "embed", "a", "form"})
        self.assertFalse([name for name, _ in nodes.attributes if name.startswith("on") or name == "src"])
        for text in TEXTS:
            self.assertTrue(any(inert(text) == cell for cell in nodes.cells), text)

    def test_drawing(self):
        drawing = xml.etree.ElementTree.fromstring(self.read("p.svg"))
        tags = {element.tag.split("}")[-1] for element in drawing.iter()}
        self.assertFalse(tags & {"script", "image", "foreignObject", "a"})
        texts = {"".join(element.itertext()).strip() for element in drawing.iter() if element.tag.endswith("text")}
        for text in TEXTS:
            if len(inert(text)) < 20:
                self.assertIn(inert(text).strip(), texts)


if __name__ == "__main__":
    unittest.main()
