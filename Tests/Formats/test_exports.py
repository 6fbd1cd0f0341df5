"""What export writes in one format, computed again from what it writes in ours."""

import itertools
import json
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SWIRL = str(ROOT / ".build/release/swirl")
SCRIPT = """
model nano-xs tokens:400k
dataset hop-nano gsm-nano limit:40
rollout samples:4
judge with:rules noise:30%
filter prefix
export questions to:"questions"
export questions to:"prompts" format:verl
export trajectories to:"trajectories"
export trajectories to:"all" format:messages
export judgements to:"judgements"
export judgements to:"good" format:messages
export selection to:"selection"
export selection to:"turns" format:messages
export selection to:"steps" format:steps
export judgements to:"pairs" format:pairs
export policy to:"policy"
"""


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


class ExportTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.out = pathlib.Path(cls.folder.name)
        run = subprocess.run([SWIRL, "run", "-", "--store", "store"], input=SCRIPT, text=True, capture_output=True, cwd=cls.folder.name)
        assert run.returncode == 0, run.stderr
        cls.said = run.stdout
        cls.questions = {row["id"]: row for row in rows(cls.out / "judgements/questions.jsonl")}
        cls.trajectories = rows(cls.out / "judgements/trajectories.jsonl")
        cls.verdicts = {row["name"]: row for row in rows(cls.out / "judgements/verdicts.jsonl")}
        cls.selected = {row["name"]: set(row["steps"]) for row in rows(cls.out / "selection/selection.jsonl")}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def turns(self, trajectory, steps):
        """The turns after the question."""
        turns = []
        for step in trajectory["steps"][:steps]:
            turns.append(("assistant", step["text"]))
            if step["observation"] is not None:
                turns.append(("user", step["observation"]))
        return turns

    def assert_messages(self, messages, trajectory, steps):
        first, rest = messages[0], messages[1:]
        self.assertEqual(first["role"], "user")
        self.assertTrue(first["content"].startswith(self.questions[trajectory["question"]]["question"]))
        for tool in trajectory["tools"]:
            self.assertIn(f"<{tool['tag']}>", first["content"])
        self.assertIn("<answer>", first["content"])
        self.assertEqual([(m["role"], m["content"]) for m in rest], self.turns(trajectory, steps))

    def test_ours_is_complete(self):
        self.assertEqual(len(self.trajectories), 160)
        self.assertEqual(len(self.questions), 40)
        self.assertEqual(rows(self.out / "trajectories/trajectories.jsonl"), self.trajectories)
        for trajectory in self.trajectories:
            own = self.verdicts[trajectory["name"]]
            self.assertEqual(len(own["verdicts"]), len(trajectory["steps"]))
            for step in trajectory["steps"]:
                tokens = step["tokens"]
                self.assertEqual(len(tokens["written"]), len(tokens["logprobs"]))
                self.assertLessEqual(max(tokens["logprobs"]), 0)
        with_split = rows(self.out / "questions/questions.jsonl")
        self.assertEqual({row["split"] for row in with_split}, {"train"})
        self.assertEqual([row["number"] for row in with_split], list(range(40)))

    def test_messages(self):
        for name, trained in [
            ("all", lambda t, n: True),
            ("good", lambda t, n: self.verdicts[t["name"]]["verdicts"][n - 1]["verdict"] == "GOOD"),
            ("turns", lambda t, n: n in self.selected[t["name"]]),
        ]:
            found = {row["name"]: row for row in rows(self.out / name / "messages.jsonl")}
            wanted = [t for t in self.trajectories if name != "turns" or t["name"] in self.selected]
            self.assertEqual(list(found), [t["name"] for t in wanted])
            for trajectory in wanted:
                messages = found[trajectory["name"]]["messages"]
                self.assert_messages(messages, trajectory, None)
                flags = [m["train"] for m in messages if m["role"] == "assistant"]
                self.assertEqual(flags, [trained(trajectory, n + 1) for n in range(len(flags))])
                self.assertFalse(any(m["train"] for m in messages if m["role"] == "user"))

    def test_steps(self):
        by_name = {t["name"]: t for t in self.trajectories}
        found = rows(self.out / "steps/steps.jsonl")
        self.assertEqual([(r["name"], r["step"]) for r in found], [(n, s) for n, steps in self.selected.items() for s in sorted(steps)])
        for row in found:
            trajectory, index = by_name[row["name"]], row["step"] - 1
            self.assert_messages(row["prompt"], trajectory, index)
            step = trajectory["steps"][index]
            self.assertEqual(row["completion"], [{"role": "assistant", "content": step["text"]}])
            verdict = self.verdicts[row["name"]]["verdicts"][index]
            self.assertEqual((row["verdict"], row["reason"]), (verdict["verdict"], verdict["reason"]))
            self.assertEqual(row["reward"], {"GOOD": 1, "BAD": 0, "NONE": None}[row["verdict"]])
            state = [t for s in trajectory["steps"][:index] for t in s["tokens"]["read"] + s["tokens"]["written"]] + step["tokens"]["read"]
            self.assertEqual((row["state_tokens"], row["action_tokens"]), (state, step["tokens"]["written"]))
            self.assertEqual(row["action_logprobs"], step["tokens"]["logprobs"])

    def test_pairs(self):
        states = {}
        for trajectory in self.trajectories:
            for index, step in enumerate(trajectory["steps"]):
                key = (trajectory["question"], tuple(self.turns(trajectory, index)))
                verdict = self.verdicts[trajectory["name"]]["verdicts"][index]["verdict"]
                states.setdefault(key, {}).setdefault(verdict, set()).add(step["text"])
        wanted = {(key, good, bad) for key, own in states.items() for good, bad in itertools.product(own.get("GOOD", ()), own.get("BAD", ()))}
        found = [
            ((row["question"], tuple((m["role"], m["content"]) for m in row["prompt"][1:])), row["chosen"][0]["content"], row["rejected"][0]["content"])
            for row in rows(self.out / "pairs/pairs.jsonl")
        ]
        self.assertEqual(len(found), len(set(found)))
        self.assertEqual(set(found), wanted)
        paired = len({key for key, _, _ in wanted})
        self.assertIn(f"{len(found)} pairs at {paired} states written to pairs; {len(states) - paired} states without a pair", self.said)

    def test_verl(self):
        found = rows(self.out / "prompts/prompts.jsonl")
        self.assertEqual(len(found), 40)
        for index, row in enumerate(found):
            question = next(q for q in self.questions.values() if q["question"] == row["extra_info"]["question"])
            self.assertEqual(row["reward_model"], {"style": "rule", "ground_truth": {"target": [question["answer"], *question["aliases"]]}})
            self.assertEqual((row["data_source"], row["extra_info"]["index"], row["extra_info"]["split"]), (question["world"], index, "train"))
            self.assertEqual(set(row), {"data_source", "prompt", "ability", "reward_model", "extra_info"})

    def test_replacing(self):
        """An export in another format replaces an earlier one only on demand, and never a folder with other files."""

        def run(script):
            return subprocess.run([SWIRL, "run", "-", "--store", "store"], input=script, text=True, capture_output=True, cwd=self.folder.name)

        base = 'dataset hop-nano limit:5; export questions to:"again"'
        self.assertIn("5 questions written to again", run(base).stdout)
        self.assertIn("5 questions are already in again", run(base).stdout)
        other = run(base + " format:verl")
        self.assertEqual(other.returncode, 3)
        self.assertIn("occupied-directory", other.stderr)
        self.assertEqual(run(base + " format:verl replace:true").returncode, 0)
        self.assertEqual(sorted(p.name for p in (self.out / "again").iterdir()), ["prompts.jsonl", "swirl.json"])
        # A marker that lists a file does not make it ours.
        (self.out / "again/precious.jsonl").write_text("x")
        (self.out / "again/swirl.json").write_text('{"format": "swirl", "subject": "questions", "files": ["precious.jsonl"]}')
        refused = run(base + " replace:true")
        self.assertEqual(refused.returncode, 3)
        self.assertIn("precious.jsonl", refused.stderr)
        self.assertEqual((self.out / "again/precious.jsonl").read_text(), "x")
        # Nor does any file of the marker's name, and the working folder is never moved.
        (self.out / "other").mkdir()
        (self.out / "other/swirl.json").write_text('{"my": "config"}')
        for folder in ["other", ".", "", "again/.."]:
            refused = run(f'dataset hop-nano limit:5; export questions to:"{folder}" replace:true')
            self.assertEqual(refused.returncode, 3, folder)
            self.assertIn("occupied-directory", refused.stderr)
        self.assertEqual((self.out / "other/swirl.json").read_text(), '{"my": "config"}')
        (self.out / "real").mkdir()
        (self.out / "link").symlink_to("real")
        self.assertEqual(run('dataset hop-nano limit:5; export questions to:"link"').returncode, 0)
        self.assertTrue((self.out / "link").is_symlink() and (self.out / "real/questions.jsonl").exists())


if __name__ == "__main__":
    unittest.main()
