"""papermill sets the parameters of swirl notebooks through our translator, as its users call it."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import nbformat
from papermill.exceptions import PapermillException
from swirl_papermill import SwirlTranslator


def notebook(folder):
    book = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "swirl", "display_name": "swirl", "language": "swirl"}})
    parameters = nbformat.v4.new_code_cell('param n = 5 "a number"\nparam strategy = none\nparam seeds = [1 2]\nparam text = "a"')
    parameters.metadata["tags"] = ["parameters"]
    book.cells = [
        parameters,
        nbformat.v4.new_code_cell("expect $n = 7 required:true"),
        nbformat.v4.new_code_cell("sweep seed:$seeds { expect $seed > 4 required:true }"),
        nbformat.v4.new_code_cell("call calculator $text"),
        nbformat.v4.new_code_cell("model nano-xs tokens:3k; dataset hop-nano limit:2; rollout samples:1; judge; filter $strategy"),
    ]
    path = Path(folder) / "in.ipynb"
    nbformat.write(book, path)
    return path


class PapermillTests(unittest.TestCase):
    def papermill(self, folder, *arguments):
        return subprocess.run(
            [sys.executable, "-m", "papermill", "in.ipynb", "out.ipynb", *arguments], cwd=folder, capture_output=True, text=True)

    def test_parameters_arrive_with_their_types(self):
        with tempfile.TemporaryDirectory() as folder:
            notebook(folder)
            done = self.papermill(folder, "-p", "n", "7", "-p", "strategy", "process", "-y", "seeds: [5, 6]", "-r", "text", "1 + 1")
            self.assertEqual(done.returncode, 0, done.stderr[-2000:])
            book = nbformat.read(Path(folder) / "out.ipynb", 4)
            injected = [cell for cell in book.cells if "injected-parameters" in cell.metadata.get("tags", [])]
            self.assertEqual(len(injected), 1)
            self.assertIn("param n = 7", injected[0].source)
            self.assertIn("param seeds = [5 6]", injected[0].source)
            text = str(book.cells)
            self.assertIn("holds: $n = 7", text)
            self.assertIn("'process'", text)

    def test_a_cell_that_fails_fails_the_run(self):
        with tempfile.TemporaryDirectory() as folder:
            notebook(folder)
            done = self.papermill(folder, "-p", "n", "8")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("does not hold: $n = 7", done.stderr)
            self.assertNotIn("unknown parameter", done.stderr)

    def test_papermill_lists_the_parameters_with_their_descriptions(self):
        with tempfile.TemporaryDirectory() as folder:
            notebook(folder)
            done = subprocess.run(
                [sys.executable, "-m", "papermill", "--help-notebook", "in.ipynb"], cwd=folder, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            for text in ("n: Unknown type (default 5)", "a number", "seeds: Unknown type (default [1 2])",
                         'text: Unknown type (default "a")'):
                self.assertIn(text, done.stdout)

    def test_every_value_is_read_back_or_refused(self):
        for value, text in ((True, "true"), (-3, "-3"), (0.1, "0.1"), (1e-05, "1e-05"), ("a \"b\"\n\\", '"a \\"b\\"\\n\\\\"'),
                            ([1, 2.5, "x"], '[1 2.5 "x"]')):
            self.assertEqual(SwirlTranslator.translate(value), text)
        for value in (None, {"a": 1}, [[1]], float("nan"), float("inf")):
            self.assertRaises(PapermillException, SwirlTranslator.translate, value)


if __name__ == "__main__":
    unittest.main(verbosity=2)
