"""The REPL as its users see it: keys go to a pty, a screen emulator shows the result."""

import json
import os
import re
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from terminal import SWIRL, Terminal

BLOCK = """sweep a:[6 7] {
\t# a comment inside, and a blank line

\texpect $a > 5
}
"""


class TerminalTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def start(self, **options):
        terminal = Terminal(self.folder, **options)
        self.addCleanup(terminal.child.close, True)
        return terminal

    def test_pasted_text_is_one_cell_and_runs_at_enter(self):
        terminal = self.start()
        self.assertIn("\x1b[?2004h", terminal.written)
        terminal.paste("let x = 1\n\nlet y = 2 # two\nexpect $x + $y = 3\n")
        terminal.wait_for("expect $x + $y = 3")
        terminal.settle()
        self.assertNotIn("holds", terminal.shown())
        terminal.keys("\r")
        terminal.wait_for("holds: $x + $y = 3")
        self.assertEqual(terminal.shown().count("holds"), 1)

    def test_a_pasted_block_keeps_blank_lines_tabs_and_comments(self):
        terminal = self.start()
        terminal.paste(BLOCK)
        terminal.wait_for("expect $a > 5")
        terminal.keys("\r")
        terminal.wait(lambda: terminal.shown().count("holds: $a > 5") == 2)
        self.assertNotIn("error", terminal.shown())
        # The arrow key brings the block back as it was.
        terminal.keys("\x1b[A")
        terminal.wait(lambda: terminal.shown().count("# a comment inside, and a blank line") == 2)
        terminal.keys("\r")
        terminal.wait(lambda: terminal.shown().count("holds: $a > 5") == 4)

    def test_a_paste_into_a_line_goes_to_the_cursor_and_can_be_edited(self):
        terminal = self.start()
        terminal.keys("expect 1 +  = 3")
        terminal.keys("\x1b[D" * 4)
        terminal.paste("2")
        terminal.wait_for("expect 1 + 2 = 3")
        terminal.keys("\r")
        terminal.wait_for("holds: 1 + 2 = 3")

    def test_a_paste_with_windows_line_ends_control_characters_and_bad_bytes_harms_nothing(self):
        terminal = self.start()
        terminal.keys("\x1b[200~let a = 1\r\nlet b = \"\x07\x1b[31m\"\r\n\x1b[201~")
        terminal.wait_for("let b")
        terminal.keys("\r")
        terminal.settle()
        terminal.enter("expect $a = 1", "holds: $a = 1")
        os.write(terminal.child.child_fd, b"\x1b[200~let c = \"\xff\xfe\"\x1b[201~\r")
        terminal.settle()
        terminal.enter("expect 2 = 2", "holds: 2 = 2")

    def test_pasted_lines_for_the_terminal_run_in_their_order(self):
        terminal = self.start()
        terminal.paste("let x = 4\n.time on\nexpect $x = 4\n.mode\n")
        terminal.settle()
        terminal.keys("\r")
        terminal.wait_for("holds: $x = 4")
        terminal.wait(terminal.at_prompt)
        self.assertRegex(terminal.shown(), r"(?s)holds: \$x = 4.*time: .*\ntable")

    def test_a_paste_larger_than_the_screen_runs(self):
        terminal = self.start(rows=12)
        count = 400
        terminal.paste("".join(f"let v{i} = {i} # a comment that makes the line a little longer\n" for i in range(count)))
        terminal.settle(1)
        terminal.keys("\r")
        terminal.settle(1)
        terminal.enter(f"expect $v{count - 1} = {count - 1}", "holds")

    def test_text_sent_without_marks_keeps_its_blocks_too(self):
        # A terminal without bracketed paste sends the lines as if they were typed.
        terminal = self.start()
        terminal.keys(BLOCK.replace("\n", "\r").replace("\t", "  "))
        terminal.wait(lambda: terminal.shown().count("holds: $a > 5") == 2)
        self.assertNotIn("error", terminal.shown())

    def test_undo_takes_back_words_deletions_and_pastes(self):
        terminal = self.start()
        terminal.keys("let alpha = 1")
        terminal.wait_for("let alpha = 1")
        terminal.keys("\x1f")
        terminal.wait(lambda: terminal.line() == "swirl> let alpha =")
        terminal.keys("\x15")
        terminal.wait(lambda: terminal.line() == "swirl>")
        terminal.keys("\x1f")
        terminal.wait(lambda: terminal.line() == "swirl> let alpha =")
        terminal.paste("5\nlet b = 6")
        terminal.wait_for("let b = 6")
        terminal.keys("\x1f")
        terminal.wait(lambda: "let b = 6" not in terminal.shown())
        terminal.keys("7\r")
        terminal.settle()
        terminal.enter("expect $alpha = 7", "holds: $alpha = 7")

    def test_ctrl_d_leaves_an_open_block_and_then_the_session(self):
        terminal = self.start()
        terminal.keys("sweep a:[1 2] {\r")
        terminal.wait(lambda: terminal.line().endswith("..."))
        terminal.keys("\x04")
        terminal.wait(terminal.at_prompt)
        terminal.keys("\x1b[A")
        terminal.wait(lambda: "sweep a:[1 2] {" in terminal.line())
        terminal.keys("\x15")
        terminal.enter("expect 1 = 1", "holds")
        self.assertEqual(terminal.end(), 0)

    def test_two_sessions_share_one_history(self):
        first, second = self.start(), self.start()
        first.enter("let one = 1")
        second.enter("let two = 2")
        first.enter("let three = 3")
        self.assertEqual((first.end(), second.end()), (0, 0))
        third = self.start()
        for wanted in ("let three = 3", "let two = 2", "let one = 1"):
            third.keys("\x1b[A")
            third.wait(lambda: wanted in third.line())

    def test_a_bad_byte_in_history_harms_no_entry(self):
        (self.folder / "history").write_bytes(b"_HiStOrY_V2_\nlet\\040a\\040=\\0401\nlet b = \"\xff\xc3\"\n")
        terminal = self.start()
        terminal.keys("\x1b[A")
        terminal.wait(lambda: "let b" in terminal.line())
        terminal.keys("\x1b[A")
        terminal.wait(lambda: "let a = 1" in terminal.line())

    def test_a_file_that_is_no_history_stays_as_it_is(self):
        text = "# my notes\nimportant\n"
        (self.folder / "history").write_text(text)
        terminal = self.start()
        self.assertIn("is not a history file", terminal.shown())
        terminal.enter("let a = 1")
        terminal.keys("\x1b[A")
        terminal.wait(lambda: "let a = 1" in terminal.line())
        terminal.keys("\x15")
        self.assertEqual(terminal.end(), 0)
        self.assertEqual((self.folder / "history").read_text(), text)

    def test_a_long_history_is_shortened_and_keeps_its_newest(self):
        entries = [f"let v{i} = {i}" for i in range(5000)]
        (self.folder / "history").write_text("_HiStOrY_V2_\n" + "\n".join(entries) + "\n")
        terminal = self.start()
        terminal.keys("\x1b[A")
        terminal.wait(lambda: "let v4999 = 4999" in terminal.line())
        terminal.keys("\x15")
        self.assertEqual(terminal.end(), 0)
        kept = (self.folder / "history").read_text().splitlines()
        self.assertEqual((len(kept), kept[1], kept[-1]), (2001, entries[-2000], entries[-1]))

    def test_tables_and_forks_fit_into_a_narrow_terminal(self):
        terminal = self.start(columns=64)
        terminal.enter("model nano-xs tokens:20k; dataset hop-nano gsm-nano limit:6; rollout samples:2; judge", "steps GOOD")
        for statement in ("count by:[world question question.text]", "count not good by:[tool reason.kind]",
                          "describe", "show q1", "branch q1.s0 step:1 samples:1", "eval limit:3 on:[hop-nano gsm-nano]"):
            first = len(terminal.written)
            terminal.enter(statement)
            for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.written[first:]).splitlines():
                # A progress bar is replaced by what follows it.
                text = line.split("\r")[-1]
                self.assertLessEqual(len(text), 64, f"{statement}: {text}")
        first = len(terminal.written)
        terminal.enter("filter none")
        terminal.enter("background train updates:1 batch:2 validate:0", "started")
        terminal.enter("wait 1", "[1] done in")
        results = [line for line in terminal.written[first:].splitlines() if line.split("\r")[-1].startswith("[1] ")]
        # The last line of a job names its statement, and may be longer.
        for line in results[:-1]:
            self.assertLessEqual(len(line.split("\r")[-1]), 64, line)

    def test_a_hostile_data_set_leaves_no_control_character(self):
        texts = ["\x1b]0;title\x07", "\x1b[31mred", "\x9b31mred", "\u202egnp", "a\x08\x08b", "\x1b[2J", "tab\tand\rreturn", "\u2028line"]
        rows = [json.dumps({"question": f"what is 1 + {number}? {texts[number % len(texts)]}",
                            "answer": f"<<1+{number}={number + 1}>> #### {number + 1}"}) for number in range(40)]
        (self.folder / "q.jsonl").write_text("\n".join(rows) + "\n")
        terminal = self.start()
        terminal.enter('model nano-xs tokens:20k; let q = dataset gsm8k data:"q.jsonl" split:test; rollout samples:2; judge', "steps GOOD")
        for statement in ("let all = filter none", "let good = filter process", "count by:[question question.text]",
                          "count not good by:[tool reason.kind] sort:selected_steps order:falling top:5", "describe $all $good", "describe",
                          "overlap $all $good", "show q0", "show q1.s0", "show mask q1.s0 objective:sft", "why q1.s0", "why q1.s0 in:$good",
                          "pick $all 3", "branch q1.s0 step:1 samples:1", "filter question.text contains \"1\"",
                          "eval questions:$q", ".cells"):
            terminal.enter(statement)
        self.assertIn("\\u{1B}", terminal.written)
        for part in ("\x07", "\x9b", "\u202e", "\u2028", "\x1b]", "\x1b[2J", "\x1b[31m"):
            self.assertNotIn(part, terminal.written, repr(part))

    def test_a_value_is_saved_with_what_it_needs_and_runs_headless(self):
        terminal = self.start()
        for statement in ("let limit = 6", "let other = 9", "model nano-xs tokens:3k", "dataset hop-nano limit:$limit", "rollout samples:2",
                          "judge with:strict", "judge with:rules", "overlap $a $b", "let a = filter process",
                          "let b = filter judge.strict.mean > 2 or $a", "eval limit:2", "let c = filter none"):
            terminal.enter(statement)
        terminal.enter(".save b.swirl $b", "written to")
        terminal.enter(".save x.swirl $nothing", "no statement of this session made")
        self.assertEqual(
            (self.folder / "b.swirl").read_text().split("\n"),
            ["let limit = 6", "model nano-xs tokens:3k", "dataset hop-nano limit:$limit", "rollout samples:2", "judge with:strict",
             "judge with:rules", "let a = filter process", "let b = filter judge.strict.mean > 2 or $a", ""])
        done = subprocess.run([SWIRL, "run", "b.swirl"], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_history_keys_keep_a_long_paste_and_undo_ignores_a_search(self):
        terminal = self.start()
        terminal.enter("let earlier = 1")
        terminal.paste("let long = \"" + "a" * 3000 + "\"\nlet end = 5")
        terminal.settle()
        terminal.keys("\x10\x0e\r")
        terminal.settle()
        terminal.enter("expect $end = 5", "holds: $end = 5")
        terminal.keys("ab\x12earl\x1b")
        terminal.settle()
        terminal.keys("\x1f")
        terminal.settle()
        self.assertNotIn("bck:", terminal.line())

    def test_vi_keys_take_pastes_and_undo(self):
        (self.folder / ".editrc").write_text("bind -v\n")
        terminal = self.start()
        terminal.paste("let a = 1\nlet b = 2\n")
        terminal.wait_for("let b = 2")
        terminal.keys("\x1b")
        terminal.settle(0.2)
        terminal.keys("u")
        terminal.wait(lambda: "let b = 2" not in terminal.shown())
        terminal.keys("ilet c = 3\r")
        terminal.settle()
        terminal.enter("expect $c = 3", "holds: $c = 3")


if __name__ == "__main__":
    unittest.main(verbosity=2)
