"""The TextMate grammar and the Pygments lexer against the interpreter's own reading of every script.

Both are compared piece by piece with `swirl tokens`, on all recipes, all notebooks' cells and on scripts that
hold what recipes rarely do.
"""

import json
import logging
import pathlib
import subprocess
import tempfile
import unittest

import pygments
import pygments.lexers
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, Punctuation, String, Token, Whitespace

from textmate_grammar.parsers.base import LanguageParser

logging.getLogger("textmate_grammar").setLevel(logging.ERROR)
ROOT = pathlib.Path(__file__).resolve().parents[2]
SWIRL = str(ROOT / ".build/release/swirl")
GRAMMAR = json.loads((ROOT / "editors/vscode/syntaxes/swirl.tmLanguage.json").read_text())

CORNERS = r"""
# comment
# %% cell
  # %% no cell
# %%x
let a = 5; let b = true; let c = not $a
let careful = filter process and not outcome and
    steps <= 3 or
    # in between
    judge.mean >= 0.8
let grid = sweep seed:[1
    2 3] strategy:[none
    process] { model nano; filter $strategy
    train rate:2.5e-4 updates:80 }
repeat 3 { rollout samples:5; judge with:rules noise:10% }
background let job = train timeout:15min rate:1_000k
background train from:"a \"b\" # c"
filter (world = hop-nano
    and reason matches "not.*mentioned")
expect $grid[strategy:process seed:1] > -0.5
param n = -3 "text"
show q37.s4
table $grid rows:strategy columns:[world metric] best:true
let x = 1..5
let and_more = android; let e = $x * 2 - 1 / .5
filter not process
include "a.swirl"
"""

PYGMENTS = {
    Comment.Single: "comment", Comment.Special: "cell", Keyword: "keyword", Name.Function: "command", Name.Entity: "name",
    Name.Attribute: "option", Name.Variable: "variable", Number: "number", String: "string", Operator: "operator",
    Operator.Word: "operator", Keyword.Constant: "constant", Name.Constant: "word", Punctuation: "punctuation",
}
TEXTMATE = [
    ("comment.line.cell", "cell"), ("comment", "comment"), ("keyword.control", "keyword"), ("support.function", "command"),
    ("entity.name", "name"), ("variable.parameter", "option"), ("variable.other", "variable"), ("constant.numeric", "number"),
    ("string", "string"), ("constant.character", "string"), ("keyword.operator", "operator"),
    ("constant.language", "constant"), ("support.constant", "word"), ("punctuation", "punctuation"),
]


def scripts():
    yield "corners", CORNERS
    for path in sorted((ROOT / "recipes").rglob("*.swirl")):
        yield path.name, path.read_text()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text())["cells"]
        yield path.name, "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


def characters(pieces):
    """One kind a character that is no white space, in order: how pieces are cut does not matter."""
    return [(kind, character) for kind, text in pieces for character in text if not character.isspace()]


def truth(text):
    with tempfile.NamedTemporaryFile("w", suffix=".swirl") as file:
        file.write(text)
        file.flush()
        lines = subprocess.run([SWIRL, "tokens", file.name], capture_output=True, text=True, check=True).stdout.splitlines()
    return characters((piece["kind"], piece["text"]) for piece in map(json.loads, lines))


class ColourTests(unittest.TestCase):
    maxDiff = None

    def assertSame(self, found, expected, name):
        for index, (ours, theirs) in enumerate(zip(found, expected)):
            around = "".join(c for _, c in expected[max(0, index - 30):index + 20])
            self.assertEqual(ours, theirs, f"{name}: near {around}")
        self.assertEqual(len(found), len(expected), name)

    def test_pygments_reads_scripts_as_the_interpreter_does(self):
        lexer = pygments.lexers.get_lexer_by_name("swirl", stripnl=False)
        self.assertIs(type(pygments.lexers.get_lexer_for_filename("x.swirl")), type(lexer))
        count = 0
        for name, text in scripts():
            pieces = list(pygments.lex(text, lexer))
            self.assertEqual("".join(t for _, t in pieces).rstrip("\n"), text.rstrip("\n"), name)
            self.assertFalse([t for kind, t in pieces if kind is Error], name)
            found = characters((PYGMENTS.get(kind), t) for kind, t in pieces if kind not in Whitespace)
            self.assertSame(found, truth(text), name)
            count += 1
        self.assertGreater(count, 20)
        for cell in (".cells", "?filter", "?"):
            self.assertFalse([t for kind, t in pygments.lex(cell, lexer) if kind is Error], cell)

    def test_the_textmate_grammar_reads_scripts_as_the_interpreter_does(self):
        parser = LanguageParser(GRAMMAR)
        count = 0
        for name, text in scripts():
            lines = text.splitlines()
            kinds = {}
            for (line, column), piece, scopes in parser.parse_string(text).flatten():
                for scope in reversed(scopes):
                    kind = next((kind for prefix, kind in TEXTMATE if scope.startswith(prefix)), None)
                    if kind:
                        break
                for offset in range(len(piece)):
                    kinds[line, column + offset] = kind
            found = [
                (kinds.get((line, column)), character) for line, content in enumerate(lines)
                for column, character in enumerate(content) if not character.isspace()
            ]
            self.assertSame(found, truth(text), name)
            count += 1
        self.assertGreater(count, 20)


if __name__ == "__main__":
    unittest.main()
