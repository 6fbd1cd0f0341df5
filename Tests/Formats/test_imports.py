"""Trajectories written in the formats of other programs, read by import, compared step by step."""

import json
import pathlib
import random
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SWIRL = str(ROOT / ".build/release/swirl")
FIXTURES = pathlib.Path(__file__).parent / "Fixtures"

WORDS = "Ada Belaton “quoted” naïve 東京 <b> & a=b [1] 3.14 O'Hara".split()


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def text(random, count=6):
    return " ".join(random.choice(WORDS) for _ in range(random.randint(1, count)))


def made(seed=1, count=40):
    """Trajectories as plain data: a question, its answers, and steps of (thought, tool, input, observation)."""
    chance = random.Random(seed)
    for number in range(count):
        steps = [(text(chance), "search", text(chance), text(chance, 20)) for _ in range(chance.randint(0, 3))]
        yield {"question": f"{text(chance)} number {number}?", "answers": [text(chance), "other"], "steps": steps,
               "last": (text(chance), text(chance))}


class ImportTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.here = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def swirl(self, script, fails=False):
        run = subprocess.run([SWIRL, "run", "-", "--store", "store"], input=script, text=True, capture_output=True, cwd=self.here)
        self.assertEqual(run.returncode != 0, fails, run.stderr)
        return run.stderr if fails else run.stdout

    def imported(self, name, options):
        said = self.swirl(f'import "{name}" {options}\nexport trajectories to:"out" replace:true\n')
        questions = {row["id"]: row for row in rows(self.here / "out/questions.jsonl")}
        return said, questions, rows(self.here / "out/trajectories.jsonl")

    def compare(self, wanted, questions, found, thought=lambda thought, tool, given: thought):
        """thought returns the text of a step that the format gives it."""
        self.assertEqual(len(found), len(wanted))
        for want, have in zip(wanted, found):
            question = questions[have["question"]]
            self.assertEqual(question["question"], want["question"])
            self.assertEqual([question["answer"], *question["aliases"]], want["answers"])
            self.assertEqual(have["termination"], "answered")
            steps = have["steps"]
            self.assertEqual(len(steps), len(want["steps"]) + 1)
            for (said, tool, given, result), step in zip(want["steps"], steps):
                self.assertEqual((step["action"]["tool"], step["action"]["input"], step["observation"]), (tool, given, result))
                self.assertEqual(step["text"], thought(said, tool, given))
            self.assertEqual(steps[-1]["action"]["answer"], want["last"][1])

    def test_search_r1_in_three_conventions(self):
        wanted = list(made())
        prompt = ("Answer the given question. You must conduct reasoning inside <think> and </think> first. If you lack knowledge, call a search "
                  "engine by <search> query </search> and it will return the top searched results between <information> and </information>. "
                  "For example, <answer> Beijing </answer>. Question: ")

        def rollout(one, convention):
            parts = []
            for said, _, given, result in one["steps"]:
                model = f"<think> {said} </think>\n<search> {given} </search>"
                parts.append({"training": f"{model}\n\n<information>{result}</information>\n\n",
                              "infer": f"\n\n{model}<information>{result}\n</information>\n\n",
                              "flashrag": f"{model}\n\n<information>\n{result}\n</information>\n\n"}[convention])
            return "".join(parts) + f"<think> {one['last'][0]} </think>\n<answer> {one['last'][1]} </answer>"

        for convention in ("training", "infer", "flashrag"):
            lines = []
            for one in wanted:
                if convention == "flashrag":
                    lines.append({"question": one["question"], "golden_answers": one["answers"],
                                  "output": {"prompt": prompt + one["question"] + "\n" + rollout(one, convention), "metric_score": {"em": 1.0}}})
                else:
                    lines.append({"input": prompt + one["question"] + "\n", "output": rollout(one, convention), "gts": {"target": one["answers"]}, "score": 0.0})
            if convention == "flashrag":
                (self.here / "r1.json").write_text(json.dumps(lines, ensure_ascii=False))
            else:
                (self.here / "r1.json").write_text("\n".join(json.dumps(line) for line in lines))
            _, questions, found = self.imported("r1.json", "format:search-r1")
            self.compare(wanted, questions, found, lambda said, _, given: f"<think> {said} </think>\n<search> {given} </search>")
        one = next(one for one in wanted if one["steps"])
        (self.here / "case.txt").write_text("<|im_start|>user\n" + prompt + one["question"] + "<|im_end|>\n<|im_start|>assistant\n" + rollout(one, "training") + "<|im_end|>")
        _, questions, found = self.imported("case.txt", "format:search-r1")
        self.assertEqual([step["observation"] for step in found[0]["steps"]], [step[3] for step in one["steps"]] + [None])

    def test_search_r1_with_a_bad_action_and_a_cut_result(self):
        output = ("I know it.\nMy previous action is invalid. If I want to search, I should put the query between <search> and </search>. "
                  "If I want to give the final answer, I should put the answer between <answer> and </answer>. Let me try again.\n"
                  "<search> x </search>\n\n<information>Doc 1(Title: \"X\") cut he\n<think> so </think> <search> y </search>")
        (self.here / "r1.jsonl").write_text(json.dumps({"question": "Who?", "golden_answers": ["Y"], "response": output}))
        _, _, found = self.imported("r1.jsonl", "format:search-r1")
        steps = found[0]["steps"]
        self.assertEqual([step["action"]["form"] for step in steps], ["malformed", "tool-call", "tool-call"])
        self.assertTrue(steps[0]["observation"].startswith("My previous action is invalid."))
        self.assertEqual(steps[1]["observation"], 'Doc 1(Title: "X") cut he')
        self.assertEqual((steps[2]["observation"], found[0]["termination"]), (None, "step-limit"))

    def test_react(self):
        wanted = list(made(2))
        def trace(one):
            lines = [f"Question: {one['question']}"]
            for number, (said, tool, given, result) in enumerate(one["steps"], 1):
                lines += [f"Thought {number}: {said}", f"Action {number}: {tool.capitalize()}[{given}]", f"Observation {number}: {result}"]
            number = len(one["steps"]) + 1
            return "\n".join(lines + [f"Thought {number}: {one['last'][0]}", f"Action {number}: Finish[{one['last'][1]}]", f"Observation {number}: Episode finished, reward = 1", ""])
        shots = "Solve it.\n" + trace(next(made(9)))
        (self.here / "react.jsonl").write_text("\n".join(
            json.dumps({"traj": shots + trace(one), "gt_answer": one["answers"], "answer": one["last"][1], "em": 1, "question_idx": n}) for n, one in enumerate(wanted)))
        said, questions, found = self.imported("react.jsonl", "format:react")
        self.compare(wanted, questions, found, lambda said, tool, given: None or found_text(said, tool, given, found))
        (self.here / "react.txt").write_text("".join(map(trace, wanted)))
        _, _, plain = self.imported("react.txt", "format:react")
        self.assertEqual([t["steps"] for t in plain], [t["steps"] for t in found])

    def test_langchain(self):
        wanted = list(made(3))
        def trace(one):
            body = f"Question: {one['question']}\nThought:"
            for said, tool, given, result in one["steps"]:
                body += f" {said}\nAction: {tool}\nAction Input: {given}\nObservation: {result}\nThought:"
            return body + f" {one['last'][0]}\nFinal Answer: {one['last'][1]}"
        (self.here / "chain.jsonl").write_text("\n".join(json.dumps({"text": trace(one), "answers": one["answers"]}) for one in wanted))
        _, questions, found = self.imported("chain.jsonl", "format:react")
        self.compare(wanted, questions, found, lambda said, tool, given: f"Thought: {said}\nAction: {tool}\nAction Input: {given}")

    def test_openai_and_sharegpt(self):
        wanted = list(made(4))
        def openai(one, string):
            messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": one["question"]}]
            for number, (said, tool, given, result) in enumerate(one["steps"]):
                arguments = {"query": given}
                messages.append({"role": "assistant", "content": said, "tool_calls": [
                    {"id": f"c{number}", "type": "function", "function": {"name": tool, "arguments": json.dumps(arguments) if string else arguments}}]})
                messages.append({"role": "tool", "tool_call_id": f"c{number}", "content": [{"type": "text", "text": result}] if string else result})
            return {"messages": messages + [{"role": "assistant", "content": one["last"][1]}], "answers": one["answers"]}
        def sharegpt(one):
            turns = [{"from": "human", "value": one["question"]}]
            for said, tool, given, result in one["steps"]:
                turns += [{"from": "function_call", "value": json.dumps({"name": tool, "arguments": {"query": given}})}, {"from": "observation", "value": result}]
            return {"conversations": turns + [{"from": "gpt", "value": one["last"][1]}], "golden_answers": one["answers"]}
        call = lambda said, tool, given: f"{said}\n<{tool}>{given}</{tool}>"
        for lines, thought in (([openai(one, True) for one in wanted], call), ([openai(one, False) for one in wanted], call),
                               ([sharegpt(one) for one in wanted], lambda said, tool, given: f"<{tool}>{given}</{tool}>")):
            (self.here / "chat.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
            said, questions, found = self.imported("chat.jsonl", "format:messages")
            self.compare(wanted, questions, found, thought)
            self.assertEqual("system messages" in said, "messages" in lines[0])

    def test_inspect(self):
        """What Inspect's own reader made of the same logs was recorded by Tests/Peers/test_imports.py."""
        wanted = json.loads((FIXTURES / "inspect.expected.json").read_text())
        for name in ("inspect.eval", "inspect.json"):
            (self.here / name).write_bytes((FIXTURES / name).read_bytes())
            said = self.swirl(f'import "{name}" format:inspect scorer:"match"\nexport judgements to:"out" replace:true\n')
            self.assertIn("verdicts by inspect-match", said)
            questions = {row["id"]: row for row in rows(self.here / "out/questions.jsonl")}
            outcomes = {row["name"]: row["outcome"] for row in rows(self.here / "out/verdicts.jsonl")}
            found = [{
                "id": questions[t["question"]]["source_id"], "question": questions[t["question"]]["question"],
                "target": [questions[t["question"]]["answer"], *questions[t["question"]]["aliases"]], "right": outcomes[t["name"]],
                "steps": [[s["action"]["tool"], s["action"]["input"], s["observation"], s["problem"]] for s in t["steps"]],
                "answer": t["steps"][-1]["action"]["answer"],
            } for t in rows(self.here / "out/trajectories.jsonl")]
            self.assertEqual(found, wanted)

    def test_round_trips(self):
        said = self.swirl("""
model nano-xs tokens:400k
dataset hop-nano gsm-nano limit:40
rollout samples:3
judge with:rules noise:30%
export judgements to:"one"
export judgements to:"chat" format:messages
import "one"
filter process
export judgements to:"two"
""")
        for name in ("questions", "trajectories", "verdicts", "generator"):
            self.assertEqual((self.here / f"one/{name}.jsonl").read_text(), (self.here / f"two/{name}.jsonl").read_text(), name)
        again = self.swirl('import "chat"\nexport judgements to:"three"\n')
        first, third = ({n: rows(self.here / f"{d}/{n}.jsonl") for n in ("questions", "trajectories", "verdicts")} for d in ("one", "three"))
        self.assertEqual(len(first["questions"]), len(third["questions"]))
        for a, b in zip(first["trajectories"], third["trajectories"]):
            self.assertEqual([(s["text"], s["action"], s["observation"]) for s in a["steps"]], [(s["text"], s["action"], s["observation"]) for s in b["steps"]])
            self.assertEqual((a["name"], a["termination"], a["tools"]), (b["name"], b["termination"], b["tools"]))
        for a, b in zip(first["verdicts"], third["verdicts"]):
            self.assertEqual([(v["verdict"], v["reason"]) for v in a["verdicts"]], [(v["verdict"], v["reason"]) for v in b["verdicts"]])
            self.assertEqual(a["outcome"], b["outcome"])

    def test_text_is_imitated_and_sampled_anew(self):
        self.swirl("""
model nano-xs tokens:400k
dataset hop-nano gsm-nano limit:40
rollout samples:3
judge noise:40%
export judgements to:"chat" format:messages
""")
        said = self.swirl("""
model nano-xs tokens:400k
import "chat"
filter none
train objective:sft epochs:1 validate:0
train objective:swirl updates:2 batch:8 validate:0 judge:rules
train objective:recorded updates:2 batch:8 validate:0
""")
        self.assertEqual(said.count("updates,"), 3, said)

    def test_calls_in_other_notations_and_answers_behind_reasoning(self):
        chats = [
            [{"role": "user", "content": "A?"}, {"role": "assistant", "content": [{"type": "text", "text": "look"}, {"type": "tool_use", "id": "t1", "name": "search", "input": {"query": "a"}}]},
             {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "found"}]}]}, {"role": "assistant", "content": "Oslo"}],
            [{"role": "user", "content": "B?"}, {"role": "assistant", "content": 'look\n<tool_call>\n{"name": "search", "arguments": {"query": "a"}}\n</tool_call>'},
             {"role": "user", "content": "<tool_response>\nfound\n</tool_response>"}, {"role": "assistant", "content": "<think>It is Oslo.</think>\n\nOslo"}],
            [{"role": "user", "content": "C?"}, {"role": "assistant", "reasoning_content": "hm", "content": "", "tool_calls": [{"id": "x", "function": {"name": "search", "arguments": "{\"query\": \"a\"}"}}]},
             {"role": "tool", "tool_call_id": "x", "content": "found"}, {"role": "assistant", "reasoning_content": "so", "content": "Oslo"}]]
        (self.here / "chat.jsonl").write_text("\r\n".join(json.dumps({"messages": chat, "answers": ["Oslo"]}) for chat in chats))
        said, _, found = self.imported("chat.jsonl", "format:messages")
        for trajectory in found:
            first, last = trajectory["steps"]
            self.assertEqual((first["action"]["tool"], first["action"]["input"], first["observation"]), ("search", "a", "found"))
            self.assertEqual(last["action"]["answer"], "Oslo")
        two = [{"role": "user", "content": "D?"}, {"role": "assistant", "content": "one"}, {"role": "user", "content": "and?"}, {"role": "assistant", "content": "two"}]
        (self.here / "more.jsonl").write_text("\n".join(json.dumps({"messages": two, "answer": answer}) for answer in ("two", "three")))
        said, _, found = self.imported("more.jsonl", "format:messages")
        self.assertIn("2 turns of the user that answer no call (read as results)", said)
        self.assertIn("1 other right answers to a question that has one", said)
        self.assertEqual([trajectory["name"] for trajectory in found], ["q0.s0", "q0.s1"])

    def test_search_r1_tags_that_nothing_opened(self):
        complaint = "My previous action is invalid. If I want to search, … Let me try again."
        for tag in ("search", "answer"):
            (self.here / "r1.jsonl").write_text(json.dumps({"question": "Who?", "response": f"x</{tag}>\n{complaint}\n<answer> Y </answer>"}))
            _, _, found = self.imported("r1.jsonl", "format:search-r1")
            self.assertEqual([step["action"]["form"] for step in found[0]["steps"]], ["malformed", "answer"])
            self.assertEqual(found[0]["steps"][0]["observation"], complaint)

    def test_damaged_exports_are_refused(self):
        self.swirl("model nano-xs tokens:40k; dataset hop-nano limit:5; rollout samples:2; judge noise:50%; filter none\n"
                   'export judgements to:"whole"; export judgements to:"other"; export selection to:"pairs" format:pairs')
        verdicts = self.here / "whole/verdicts.jsonl"
        verdicts.write_text("".join(verdicts.read_text().splitlines(True)[:4]))
        self.assertIn("6 of 10 trajectories have no verdicts", self.swirl('import "whole"', fails=True))
        (self.here / "other/verdicts.jsonl").unlink()
        self.assertIn("verdicts.jsonl is missing", self.swirl('import "other"', fails=True))
        self.assertIn("in the format pairs, which can't be imported", self.swirl('import "pairs"', fails=True))

    def test_a_search_finds_no_passages_of_another_data_set(self):
        (self.here / "chat.jsonl").write_text(json.dumps({"messages": [{"role": "user", "content": "A?"}, {"role": "assistant", "content": "<search>a</search>"}], "answer": "b"}))
        said = self.swirl('model nano-xs tokens:400k; import "chat.jsonl" format:messages; rollout samples:20\nexport trajectories to:"out"')
        for trajectory in rows(self.here / "out/trajectories.jsonl"):
            self.assertTrue(all(step["observation"] is None for step in trajectory["steps"]), trajectory)

    def test_what_is_no_such_file_is_refused(self):
        (self.here / "some.jsonl").write_text('{"a": 1}\n')
        for options, message in (("format:messages", "there are no messages in this record"), ("format:inspect", "this is no log of Inspect"),
                                 ("format:search-r1", "no rollout is in this record"), ("format:react", "no trace is in this record"),
                                 ("", "the format swirl is a directory")):
            self.assertIn(message, self.swirl(f'import "some.jsonl" {options}', fails=True))
        (self.here / "cut.eval").write_bytes((FIXTURES / "inspect.eval").read_bytes()[:4000])
        self.assertIn("cut.eval", self.swirl('import "cut.eval" format:inspect', fails=True))


def found_text(said, tool, given, found):
    """ReAct's steps have numbers in their text, which the structure of the test does not."""
    for trajectory in found:
        for step in trajectory["steps"]:
            if step["action"]["input"] == given and f": {said}\n" in step["text"] and f": {tool.capitalize()}[{given}]" in step["text"]:
                return step["text"]
    return None


if __name__ == "__main__":
    unittest.main()
