"""Logs of Inspect AI as its own reader reads them: records what import is compared with, from fresh logs and from the
recorded ones."""

import json
import math
import pathlib
import subprocess
import tempfile
import unittest

from inspect_ai.log import read_eval_log

import inspect_log

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests/Formats/Fixtures"
SWIRL = str(ROOT / ".build/release/swirl")


def expected(path):
    """Samples as Inspect reads them, in the order of import: by identifier (numbers first), then by epoch."""
    log = read_eval_log(str(path))
    samples = sorted(log.samples, key=lambda s: (0, s.id, "", s.epoch) if isinstance(s.id, int) else (1, 0, s.id, s.epoch))
    found = []
    for sample in samples:
        steps, answer, waiting = [], None, {}
        for message in sample.messages:
            if message.role == "assistant":
                for call in message.tool_calls or []:
                    given = call.arguments
                    only = list(given.values())
                    text = only[0] if len(only) == 1 and isinstance(only[0], str) else json.dumps(given, sort_keys=True, separators=(",", ":"))
                    waiting[call.id] = len(steps)
                    steps.append([call.function, text, None, None])
                if not message.tool_calls:
                    answer = message.text
                    steps.append([None, None, None, None])
            elif message.role == "tool":
                problem = message.error.message if message.error else None
                steps[waiting.pop(message.tool_call_id)][2:] = [message.text or problem or "", problem]
        value = sample.scores["match"].value
        found.append({"id": str(sample.id), "question": sample.input, "target": [sample.target] if isinstance(sample.target, str) else sample.target,
                      "right": {"C": True, "I": False}[value], "steps": steps, "answer": answer})
        assert sample.scores["length"].value is None or isinstance(sample.scores["length"].value, float) or not math.isnan(sample.scores["length"].value)
    return found


class InspectTests(unittest.TestCase):
    def test_the_recorded_logs_are_as_inspect_reads_them(self):
        recorded = json.loads((FIXTURES / "inspect.expected.json").read_text())
        for name in ("inspect.eval", "inspect.json"):
            self.assertEqual(expected(FIXTURES / name), recorded)

    def test_fresh_logs_are_read(self):
        with tempfile.TemporaryDirectory() as folder:
            here = pathlib.Path(folder)
            for form in ("eval", "json"):
                done = inspect_log.log(str(here / "logs"), form)
                path = pathlib.Path(done.location.removeprefix("file://"))
                run = subprocess.run([SWIRL, "run", "-", "--store", "store"], text=True, capture_output=True, cwd=here,
                                     input=f'import "{path}" format:inspect scorer:"match"\nexport judgements to:"{form}"\n')
                self.assertEqual(run.returncode, 0, run.stderr)
                rows = [json.loads(line) for line in (here / form / "trajectories.jsonl").read_text().split("\n") if line]
                want = expected(path)
                self.assertEqual([[[s["action"]["tool"], s["action"]["input"], s["observation"], s["problem"]] for s in t["steps"]] for t in rows],
                                 [one["steps"] for one in want])


if __name__ == "__main__":
    unittest.main()
