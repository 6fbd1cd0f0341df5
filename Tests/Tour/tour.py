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

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Terminal"))
from terminal import PROMPT, SWIRL, Terminal  # noqa: E402

TIMING = re.compile(r"^(\[\d+\] )?\w+: (computed|cached)|^time: ")


def say(terminal, text, until=None):
    """What a statement and its answer look like."""
    before = max(i for i, line in enumerate(terminal.lines()) if PROMPT.match(line + " "))
    terminal.keys(text + "\r")
    time.sleep(0.2)
    terminal.wait(lambda: terminal.at_prompt() and (until is None or until in terminal.shown()), seconds=180)
    seen = terminal.lines()
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
        terminal = Terminal(folder, columns=116, rows=50)
        whole = []
        for part, statement, expected in SESSION:
            seen = say(terminal, statement, "done in" if expected.endswith("done in") else None)
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
