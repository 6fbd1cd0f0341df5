"""The program on a pty, and the screen that a person would see."""

import os
import re
import time
from pathlib import Path

import pexpect
import pyte

ROOT = Path(__file__).resolve().parents[2]
SWIRL = ROOT / ".build/release/swirl"
PROMPT = re.compile(r"^swirl[^\n]*>( |$)")


class Terminal:
    """A session in a folder of its own, with keys to type and a screen to read."""

    def __init__(self, folder, arguments=(), columns=100, rows=30, environment=None):
        self.columns, self.rows = columns, rows
        self.screen = pyte.HistoryScreen(columns, rows, history=100_000, ratio=1)
        self.stream = pyte.Stream(self.screen)
        # Every byte that the program wrote.
        self.written = ""
        base = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PAGER": "",
                "SWIRL_HISTORY": f"{folder}/history", "NO_COLOR": "1"}
        self.child = pexpect.spawn(str(SWIRL), list(arguments), env=base | (environment or {}), cwd=str(folder),
                                   encoding="utf-8", codec_errors="replace", dimensions=(rows, columns))
        self.wait(lambda: self.at_prompt())

    def read(self, seconds=0.05):
        try:
            text = self.child.read_nonblocking(65536, seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return
        self.written += text
        self.stream.feed(text)

    def lines(self):
        """The lines on and above the screen, without the blanks at their ends."""
        above = ["".join(row[x].data for x in range(self.columns)) for row in self.screen.history.top]
        return [line.rstrip() for line in above + list(self.screen.display)]

    def shown(self):
        return "\n".join(self.lines())

    def line(self):
        """The line of the cursor."""
        return self.screen.display[self.screen.cursor.y].rstrip()

    def at_prompt(self):
        row = self.screen.display[self.screen.cursor.y][: self.screen.cursor.x]
        return PROMPT.search(row) is not None and row.rstrip().endswith(">")

    def wait(self, until, seconds=60):
        end = time.time() + seconds
        while time.time() < end:
            self.read()
            if until():
                # What is still on its way belongs to the same picture.
                self.read(0.02)
                return
        raise AssertionError(f"the screen did not become as expected in {seconds} s:\n{self.shown()}")

    def wait_for(self, text, seconds=60):
        self.wait(lambda: text in self.shown(), seconds)

    def keys(self, text):
        self.child.send(text)

    def paste(self, text):
        """What a terminal sends for pasted text: line breaks become carriage returns."""
        self.keys("\x1b[200~" + text.replace("\n", "\r") + "\x1b[201~")

    def settle(self, seconds=0.4):
        """Reads for a while, where what is expected is that nothing happens."""
        end = time.time() + seconds
        while time.time() < end:
            self.read()

    def enter(self, text, until=None):
        """Types a line and waits for its end. Returns the lines that it printed."""
        before = len(self.prompts())
        first = len(self.lines()) - self.rows + self.screen.cursor.y
        self.keys(text + "\r")
        self.wait(lambda: len(self.prompts()) > before and self.at_prompt() and (until is None or until in self.shown()))
        lines = self.lines()
        last = len(lines) - self.rows + self.screen.cursor.y
        return lines[first + 1:last]

    def prompts(self):
        return [line for line in self.lines() if PROMPT.match(line + " ")]

    def end(self):
        self.keys("\x04")
        end = time.time() + 20
        while self.child.isalive() and time.time() < end:
            self.read()
        self.child.close()
        return self.child.exitstatus
