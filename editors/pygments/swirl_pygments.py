"""Pygments lexer of the swirl experiment language.

Follows the interpreter's own highlighter piece by piece; the project's tests compare both on all recipes.
"""

import re

from pygments.lexer import Lexer
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, Punctuation, String, Whitespace

__all__ = ["SwirlLexer"]

KEYWORDS = {"let", "param", "include", "background", "sweep", "repeat"}
WORD_OPERATORS = {"and", "or", "not", "matches", "contains", "in"}
CONTINUING = WORD_OPERATORS | {"+", "-", "*", "/", "=", "!=", "<", "<=", ">", ">="}

WORD = r"[A-Za-z_](?:[A-Za-z0-9_]|[-.](?=[A-Za-z0-9_]))*"
PIECES = re.compile(
    rf"""
      (?P<newline>\n)
    | (?P<space>[ \t\r]+)
    | (?P<comment>\#[^\n]*)
    | (?P<meta>(?:^|\A)(?:\?|\.[a-z])[^\n]*)
    | (?P<string>"(?:\\[^\n]|[^"\\\n])*(?:"|(?=\n)|\Z))
    | (?P<variable>\${WORD})
    | (?P<number>(?:(?<=\s)-|\A-)?(?:\d(?:_?\d)*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?(?:%|(?:k|M|G|ms|s|min|h)(?![A-Za-z_]))?(?![A-Za-z_]))
    | (?P<label>{WORD}:)
    | (?P<word>{WORD})
    | (?P<symbol>\.\.|!=|<=|>=|[\[\]{{}}()=<>+*/,;-])
    | (?P<other>.)
    """,
    re.VERBOSE | re.MULTILINE,
)


class SwirlLexer(Lexer):
    """For scripts and notebook cells of swirl."""

    name = "swirl"
    aliases = ["swirl"]
    filenames = ["*.swirl"]
    mimetypes = ["text/x-swirl"]
    url = "https://arxiv.org/abs/2504.04736"

    def get_tokens_unprocessed(self, text):
        self._begin()
        for match in PIECES.finditer(text):
            yield match.start(), self._token(match), match.group()

    def _begin(self):
        self.begins = True  # whether the next word begins a statement
        self.naming = None  # `let` or `param`, whose name comes next
        self.binds = False  # whether a command may stand behind the next `=`
        self.brackets = 0  # open lists and groups: a line break in them ends nothing
        self.goes_on = False  # whether the latest piece calls for another on the next line

    def _token(self, match):
        kind, text = match.lastgroup, match.group()
        if kind == "space":
            return Whitespace
        if kind == "newline":
            if not self.brackets and not self.goes_on:
                self.begins, self.naming, self.binds = True, None, False
            return Whitespace
        if kind == "comment":
            at_start = match.start() == 0 or match.string[match.start() - 1] == "\n"
            return Comment.Special if at_start and re.match(r"# %%(?= |\s*\Z)", text) else Comment.Single
        if kind == "meta":
            return Comment.Preproc  # what speaks to the front end: `.cells`, `?filter`
        self.goes_on = text in CONTINUING and kind in ("word", "symbol")
        if kind == "word":
            return self._word(text)
        if kind == "symbol":
            return self._symbol(text)
        self.begins = False
        return {
            "string": String, "variable": Name.Variable, "number": Number, "label": Name.Attribute, "other": Error,
        }[kind]

    def _word(self, word):
        if self.naming:
            self.binds, self.naming = self.naming == "let", None
            return Name.Entity
        if word in ("true", "false"):
            self.begins = False
            return Keyword.Constant
        if word in WORD_OPERATORS:
            self.begins = False
            return Operator.Word
        if not self.begins:
            return Name.Constant
        self.begins = word == "background"
        if word in ("let", "param"):
            self.naming = word
        return Keyword if word in KEYWORDS else Name.Function

    def _symbol(self, symbol):
        if symbol == ";":
            self._start_anew()
            return Punctuation
        bound = symbol == "=" and self.binds
        self.begins, self.binds = symbol == "{" or bound, False
        if symbol in "[(":
            self.brackets += 1
        elif symbol in "])":
            self.brackets = max(0, self.brackets - 1)
        return Punctuation if symbol in "[]{}()," else Operator

    def _start_anew(self):
        self.begins, self.naming, self.binds = True, None, False
