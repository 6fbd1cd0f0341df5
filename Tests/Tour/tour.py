"""Drives a session on a real terminal, statement by statement, and writes it down.

`make tour` runs this script; it writes docs/tour.md. It fails where a statement does not answer as it should. Lines that
tell how long something took are left out: they differ from run to run.
"""

import re
import sys
import tempfile
import time
from pathlib import Path

import pexpect
import pyte

ROOT = Path(__file__).resolve().parents[2]
SWIRL = ROOT / ".build/release/swirl"
COLUMNS, ROWS = 116, 50
PROMPT = re.compile(r"swirl[^\n]*> ?$")
TIMING = re.compile(r"^(\[\d+\] )?\w+: (computed|cached)|^time: ")


class Terminal:
    """The program on a pty, and the screen that a person would see."""

    def __init__(self, folder):
        self.screen = pyte.HistoryScreen(COLUMNS, ROWS, history=100_000, ratio=1)
        self.stream = pyte.Stream(self.screen)
        environment = {"PATH": "/usr/bin:/bin", "HOME": folder, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PAGER": "",
                       "SWIRL_HISTORY": f"{folder}/history", "NO_COLOR": "1"}
        self.child = pexpect.spawn(str(SWIRL), [], env=environment, cwd=folder, encoding="utf-8", dimensions=(ROWS, COLUMNS))
        self.wait()

    def lines(self):
        above = ["".join(row[x].data for x in range(COLUMNS)) for row in self.screen.history.top]
        return [line.rstrip() for line in above + self.screen.display]

    def read(self, seconds):
        try:
            self.stream.feed(self.child.read_nonblocking(65536, seconds))
        except pexpect.TIMEOUT:
            pass

    def at_prompt(self):
        row = self.screen.display[self.screen.cursor.y][: self.screen.cursor.x]
        return PROMPT.search(row) is not None

    def wait(self, until=None, limit=180):
        end = time.time() + limit
        while time.time() < end:
            self.read(0.1)
            if self.at_prompt() and (until is None or any(until in line for line in self.lines())):
                return
        raise SystemExit(f"no answer in {limit} s:\n" + "\n".join(self.lines()[-30:]))

    def say(self, text, until=None):
        """What a statement and its answer look like."""
        before = max(i for i, line in enumerate(self.lines()) if PROMPT.match(line + " "))
        self.child.send(text + "\r")
        time.sleep(0.2)
        self.wait(until)
        seen = self.lines()
        last = max(i for i, line in enumerate(seen) if PROMPT.match(line + " "))
        return [line for line in seen[before:last] if not TIMING.match(line)]


# (part, statement, text that its output must contain)
SESSION = [
    ("Roll out and judge", "model nano tokens:1M", "policy nano"),
    (None, "dataset hop-nano gsm-nano limit:600", "600 train questions"),
    (None, "rollout samples:5", "3,000 trajectories"),
    (None, "judge with:rules", "steps GOOD"),
    ("Filters as a playground", "let careful = filter process", "'process'"),
    (None, "let greedy = filter outcome", "'outcome'"),
    (None, "let tidy = filter tool_errors = 0 and repeated_queries = 0 and steps <= 2", "2,"),
    (None, "overlap $careful $greedy $tidy", "careful & greedy"),
    (None, "count $greedy and not $careful by:[world hops]", "selected_steps"),
    (None, 'count reason matches "not.*mentioned" by:tool', "selected_steps"),
    (None, "filter $greedy and not $careful", "left out"),
    (None, "describe", "first BAD step"),
    (None, "pick 1 seed:1", "answered, right"),
    ("One trajectory", "show q37.s4", "q37.s4"),
    (None, "show mask q37.s4", "tokens"),
    (None, 'branch q37.s4 step:2 samples:1', "new actions"),
    (None, "let fork = $_", "swirl"),
    (None, "judge trajectories:$fork", "steps GOOD"),
    (None, "judge with:rules", "steps GOOD"),
    ("Judges", "rejudge with:strict", "kappa"),
    (None, "count judge.strict.first_bad >= 2 and not process", "selected_steps"),
    (None, 'label q37.s4 step:1 good "asks for what is needed"', "1 label"),
    (None, "let human = judge with:human", "human v2"),
    (None, "judge with:rules", "steps GOOD"),
    (None, "audit against:$human", "verdicts"),
    ("Training beside the session", "filter $careful", "'$careful'"),
    (None, "train preview:true", "step examples"),
    (None, "background let better = train updates:60 validate:0", "started"),
    (None, "jobs", "[1]"),
    (None, "wait", "[1] done in"),
    (None, "why $better", "rollout samples:5"),
    (None, "eval policy:$better on:[hop-nano gsm-nano] limit:100", "nano+swirl"),
    ("The terminal", "$_", "evaluation"),
    (None, "?pick", "trajectories"),
    (None, ".mode csv", "swirl"),
    (None, "count by:world", "hop-nano"),
    (None, ".mode table", "swirl"),
    (None, "filter proces", "did you mean process?"),
    (None, ".save mine.swirl", "written to"),
]


def main():
    with tempfile.TemporaryDirectory() as folder:
        terminal = Terminal(folder)
        whole = []
        for part, statement, expected in SESSION:
            seen = terminal.say(statement, "done in" if expected.endswith("done in") else None)
            if not any(expected in line for line in seen):
                raise SystemExit(f"{statement}: no '{expected}' in\n" + "\n".join(seen))
            if part:
                whole += (["```", ""] if whole else []) + [f"## {part}", "", "```"]
            whole += seen
        terminal.child.send("\x04")
        terminal.child.expect(pexpect.EOF)
        # What was saved runs headless to the same results.
        again = pexpect.run(f"{SWIRL} run mine.swirl", cwd=folder, encoding="utf-8", withexitstatus=True, timeout=300)
        if again[1] != 0:
            raise SystemExit(f"the saved session does not run:\n{again[0]}")

    head = ["# A whole session", "", "`make tour` runs these statements on a real terminal and writes this page. The lines that tell how long each step took",
            "are left out.", ""]
    (ROOT / "docs/tour.md").write_text("\n".join(head + whole + ["```", ""]))
    print(f"{len(SESSION)} statements; docs/tour.md written")


main()
