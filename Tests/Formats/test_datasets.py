"""Data sets as swirl reads them, against an independent reader: the numbers of questions and passages, the right answers,
the kinds of questions, and the rules of grading.

The files are small ones of our own and, where they lie beside the checkout, real ones. What is skipped is counted.
"""

import csv
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SWIRL = str(ROOT / ".build/release/swirl")
SMALL = ROOT / "Tests/DatasetsTests/Fixtures"
REAL = ROOT.parent / "shared/data"


def number(value):
    """A number without the .0 of a whole one."""
    value = float(value)
    return str(int(value)) if value.is_integer() and abs(value) <= 2**53 else repr(value)


def lines(text):
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def records(path):
    text = path.read_text(encoding="utf-8-sig")
    return json.loads(text) if text.lstrip().startswith("[") else lines(text)


def joined(sentences):
    text = ""
    for sentence in sentences:
        text += " " if text and sentence and not text[-1].isspace() and not sentence[0].isspace() else ""
        text += sentence
    return text.strip()


def hops(path):
    for row in records(path):
        context = row["context"] if "context" in row else []
        if isinstance(context, dict):
            context = list(zip(context["title"], context["sentences"]))
        facts = row.get("supporting_facts", [])
        titles = facts["title"] if isinstance(facts, dict) else [title for title, _ in facts]
        yield row["question"], [row["answer"]], row.get("type", "question"), len(set(titles)), [(t, joined(s)) for t, s in context], row.get("_id", row.get("id"))


def wiki2(path):
    aliases = {}
    other = path.parent / "wiki2_aliases.json"
    if other.exists():
        aliases = {row["Q_id"]: row["aliases"] + row["demonyms"] for row in lines(other.read_text())}
    for row, found in zip(records(path), hops(path)):
        yield (found[0], found[1] + aliases.get(row.get("answer_id"), []), *found[2:])


def musique(path):
    for row in records(path):
        if row["answerable"]:
            count = len(row["question_decomposition"])
            yield row["question"], [row["answer"], *row["answer_aliases"]], f"{count}-hop", count, [(p["title"], p["paragraph_text"]) for p in row["paragraphs"]], row["id"]


def beerqa(path):
    for row in json.loads(path.read_text())["data"]:
        yield row["question"], row["answers"], row["src"], 0, [tuple(c) for c in row["context"]], row["id"]


def strategyqa(path):
    for row in records(path):
        yield row["question"], ["yes", "true"] if row["answer"] else ["no", "false"], "yes-no", len(row["decomposition"]), None, row["qid"]


def svamp(path):
    if path.suffix == ".csv":
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                numbers = row["Numbers"].split()
                text = re.sub(r"number(\d+)", lambda m: numbers[int(m.group(1))], row["Question"])
                yield text, [number(row["Answer"])], row["Type"], sum(row["Equation"].count(o) for o in "+-*/"), None, None
    else:
        for row in records(path):
            body = row["Body"].strip()
            text = f"{body if body[-1] in '.!?' else body + '.'} {row['Question'].strip()}"
            yield text, [number(row["Answer"])], row["Type"], sum(row["Equation"].count(o) for o in "+-*/"), None, row["ID"]


def gsm_hard(path):
    for row in records(path):
        yield row["input"], [number(row["target"])], "question", 0, None, None


def gsm8k(path):
    for row in records(path):
        count = len(re.findall(r"<<[^>]*=[^>]*>>", row["answer"]))
        yield row["question"], [row["answer"].split("####")[1].strip()], f"{count}-step", count, None, None


FILES = [
    ("gsm8k", gsm8k, "gsm8k", SMALL / "gsm8k.jsonl"), ("gsm8k", gsm8k, "gsm8k", SMALL / "gsm8k_socratic.jsonl"),
    ("hotpotqa", hops, "hotpotqa", SMALL / "hotpotqa.json"), ("hotpotqa", hops, "hotpotqa", SMALL / "hotpotqa_hf.jsonl"),
    ("musique", musique, "musique", SMALL / "musique.jsonl"), ("musique", musique, "musique", SMALL / "musique.json"),
    ("musique", musique, "musique", SMALL / "musique_full.jsonl"), ("wiki2", wiki2, "hotpotqa", SMALL / "wiki2.json"),
    ("beerqa", beerqa, "beerqa", SMALL / "beerqa.json"), ("strategyqa", strategyqa, None, SMALL / "strategyqa.json"),
    ("svamp", svamp, None, SMALL / "svamp.csv"), ("svamp", svamp, None, SMALL / "svamp.json"),
    ("gsm-hard", gsm_hard, "gsm-hard", SMALL / "gsm-hard.jsonl"),
    ("gsm8k", gsm8k, "gsm8k", REAL / "gsm8k/train.jsonl"),
    ("hotpotqa", hops, "hotpotqa", REAL / "hotpotqa/dev_distractor_sample.json"),
    ("hotpotqa", hops, "hotpotqa", REAL / "hotpotqa/dev_questions.json"),
    ("musique", musique, "musique", REAL / "musique/musique_dev_sample.jsonl"),
    ("wiki2", wiki2, "hotpotqa", REAL / "2wikimultihopqa/dev_sample.json"),
    ("strategyqa", strategyqa, None, REAL / "strategyqa/dev.json"),
    ("svamp", svamp, None, REAL / "svamp/dev.csv"),
    ("gsm-hard", gsm_hard, "gsm-hard", REAL / "gsm-hard/gsmhardv2.jsonl"),
]


class DatasetTests(unittest.TestCase):
    def read(self, word, path):
        aliases = path.parent / "wiki2_aliases.json"
        more = f' aliases:"{aliases}"' if word == "wiki2" and aliases.exists() else ""
        with tempfile.TemporaryDirectory() as folder:
            script = f'dataset {word} data:"{path}" split:test{more}\nexport questions to:"out"\n'
            run = subprocess.run([SWIRL, "run", "-", "--json", "--store", "store"], input=script, text=True, capture_output=True, cwd=folder)
            self.assertEqual(run.returncode, 0, run.stderr + run.stdout)
            events = [json.loads(line) for line in run.stdout.splitlines()]
            said = next(event for event in events if event.get("type") == "questions")
            return said, lines((pathlib.Path(folder) / "out/questions.jsonl").read_text())

    def test_files(self):
        read = skipped = 0
        for word, reader, rules, path in FILES:
            if not path.exists():
                skipped += 1
                continue
            read += 1
            with self.subTest(file=path.name):
                expected, seen, passages = [], set(), set()
                for text, golds, kind, count, own, source in reader(path):
                    for title, passage in own or []:
                        if passage.strip():
                            passages.add((title, passage))
                    if (text.strip(), golds[0]) in seen:
                        continue
                    seen.add((text.strip(), golds[0]))
                    expected.append((text.strip(), golds, kind, count, source))
                said, rows = self.read(word, path)
                found = [(r["question"], [r["answer"], *r["aliases"]], r["kind"], r["hops"], r["source_id"]) for r in rows]
                self.assertEqual(len(found), len(expected))
                for ours, theirs in zip(found, expected):
                    self.assertEqual(ours, theirs)
                self.assertEqual({r["grading"] for r in rows}, {rules})
                self.assertEqual(said["passages"] or 0, len(passages))
                print(f"{path.name}: {len(found)} questions, {len(passages)} passages")
        print(f"{read} files read, {skipped} skipped (not beside the checkout)")
        self.assertGreaterEqual(read, 13)


if __name__ == "__main__":
    unittest.main()
