"""The project's notebooks: as they lie there, before nbclient and without Jupyter.

They run small here: the same cells with smaller values for their params.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import nbformat
from nbclient import NotebookClient

# A job in the background of a script ignores SIGINT, and a child process inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = pathlib.Path(__file__).resolve().parents[2]
SWIRL = str(ROOT / ".build/release/swirl")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SMALL = {
    "seeds": "[1]", "tokens": "1M", "questions": "100", "samples": "2", "updates": "2", "test": "10",
}


def small(text):
    """A script with small values for the params that it has."""
    for name, value in SMALL.items():
        text = re.sub(rf'(?m)^(param {name} = )(\[[^]]*\]|\S+)', rf"\g<1>{value}", text)
    return text.replace("model nano\n", "model nano tokens:1M\n").replace("updates:80", "updates:2")


def results(notebook):
    """What the cells came to, without what differs from run to run: times and progress."""
    def plain(output):
        return re.sub(r"(about )?\d+(\.\d)? s\b", "", output["data"]["text/plain"])

    return [
        [plain(o) for o in cell.outputs if o.output_type in ("display_data", "execute_result") and " s left" not in str(o)
         and not re.match(r"[a-z]+: (cached|computed)", o["data"]["text/plain"])]
        for cell in notebook.cells if cell.cell_type == "code"
    ]


class NotebookTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        (cls.folder / ".swirl").mkdir()
        (cls.folder / "notebooks").mkdir()
        shutil.copytree(ROOT / "recipes/shared", cls.folder / "recipes/shared")
        shared = cls.folder / "recipes/shared/nano.swirl"
        shared.write_text(small(shared.read_text()))
        for path in NOTEBOOKS:
            notebook = nbformat.read(path, 4)
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.source = small(cell.source)
            nbformat.write(notebook, cls.folder / "notebooks" / path.name)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def swirl(self, *arguments, status=0):
        done = subprocess.run([SWIRL, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def begun(self, at, *arguments):
        """A run that has come to a cell, such as `[2/3]`."""
        run = subprocess.Popen([SWIRL, "notebook", "run", *arguments], cwd=self.folder, stderr=subprocess.PIPE, text=True)
        while not run.stderr.readline().startswith(at):
            self.assertIsNone(run.poll())
        return run

    def write(self, name, *cells, tags=()):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        for index in tags:
            notebook.cells[index].metadata["tags"] = ["raises-exception"]
        nbformat.write(notebook, self.folder / name)

    def read(self, name):
        notebook = nbformat.read(self.folder / name, 4)
        nbformat.validate(notebook)
        return notebook

    def test_they_lie_there_executed_valid_and_as_jupyter_would_save_them(self):
        self.assertEqual({p.stem for p in NOTEBOOKS}, {"quickstart", "explore-filters", "figure4"})
        for path in NOTEBOOKS:
            text = path.read_text()
            notebook = nbformat.reads(text, 4)
            nbformat.validate(notebook)
            self.assertEqual(nbformat.writes(notebook).rstrip("\n") + "\n", text, path.name)
            code = [c for c in notebook.cells if c.cell_type == "code"]
            self.assertEqual([c.execution_count for c in code], list(range(1, len(code) + 1)))
            kinds = {kind for c in code for o in c.outputs for kind in o.get("data", {})}
            self.assertLessEqual({"text/plain", "text/html", "image/svg+xml"}, kinds, path.name)
            self.assertLess(len(text), 100_000, path.name)

    def test_nbclient_and_we_execute_all_of_them_to_the_same_results(self):
        for path in NOTEBOOKS:
            with self.subTest(path.name):
                notebook = nbformat.read(self.folder / "notebooks" / path.name, 4)
                NotebookClient(
                    notebook, timeout=300, kernel_name="swirl", resources={"metadata": {"path": str(self.folder / "notebooks")}}
                ).execute()
                nbformat.validate(notebook)
                self.assertIn("image/svg+xml", str(notebook))
                self.swirl("notebook", "run", f"notebooks/{path.name}", "--output", "executed.ipynb", "--force")
                self.assertEqual(results(self.read("executed.ipynb")), results(notebook))
                # The kernel kept its results in the project's folder, not beside the notebook.
                self.assertFalse((self.folder / "notebooks/.swirl").exists())

    def test_a_second_run_in_place_changes_no_byte(self):
        path = self.folder / "notebooks/quickstart.ipynb"
        self.swirl("notebook", "run", "notebooks/quickstart.ipynb", "--in-place")
        first = path.read_bytes()
        self.swirl("notebook", "run", "notebooks/quickstart.ipynb", "--in-place")
        self.assertEqual(path.read_bytes(), first)

    def test_recipes_and_notebooks_are_two_views(self):
        for recipe in sorted((ROOT / "recipes").glob("*.swirl")):
            self.swirl("notebook", "from", str(recipe), "-o", "view.ipynb", "--strip", "--force")
            self.read("view.ipynb")
            self.assertEqual(self.swirl("notebook", "to-recipe", "view.ipynb", "-o", "-").stdout, recipe.read_text())
        for path in NOTEBOOKS:
            self.swirl("notebook", "to-recipe", str(path), "-o", "view.swirl", "--force")
            self.assertEqual(
                self.swirl("fmt", "--check", "view.swirl").returncode, 0, f"{path.name} is laid out as recipes are")
            self.swirl("notebook", "from", "view.swirl", "-o", "again.ipynb", "--force")
            cells = [(c.cell_type, c.source, c.metadata) for c in self.read("again.ipynb").cells]
            self.assertEqual(cells, [(c.cell_type, c.source, c.metadata) for c in nbformat.read(path, 4).cells])

    def test_a_param_is_set_from_outside_and_the_notebook_says_so(self):
        self.write("set.ipynb", 'param n = 5 "a number"', "let m = $n + 1; $m")
        self.swirl("notebook", "run", "set.ipynb", "--set", "n=41")
        executed = self.read("set.executed.ipynb")
        self.assertIn("n=41", executed.cells[0].outputs[0].text)
        self.assertEqual(executed.cells[1].outputs[-1].data["text/plain"], "42")
        self.assertIn("did you mean n", self.swirl("notebook", "run", "set.ipynb", "--set", "m=41", status=2).stderr)

    def test_a_failing_cell_ends_the_run_and_the_notebook_holds_what_was_done(self):
        self.write("fails.ipynb", 'call calculator "1+1"', 'call calculator "1/0"', 'call calculator "2+2"')
        self.swirl("notebook", "run", "fails.ipynb", "--output", "out.ipynb", "--force", status=3)
        cells = self.read("out.ipynb").cells
        self.assertEqual(cells[0].outputs[0].data["text/plain"], "2")
        self.assertEqual([o.output_type for o in cells[1].outputs], ["error"])
        self.assertEqual((cells[2].execution_count, cells[2].outputs), (None, []))
        self.write("fails.ipynb", 'call calculator "1/0"', 'call calculator "2+2"', tags=[0])
        self.swirl("notebook", "run", "fails.ipynb", "--output", "out.ipynb", "--force")
        self.assertEqual(self.read("out.ipynb").cells[1].outputs[0].data["text/plain"], "4")

    def test_a_wrong_cell_is_found_before_anything_runs(self):
        self.write("wrong.ipynb", 'call calculator "1+1"', "rolout samples:5")
        done = self.swirl("notebook", "run", "wrong.ipynb", status=2)
        self.assertIn("In[2]:1:1", done.stderr)
        self.assertFalse((self.folder / "wrong.executed.ipynb").exists())
        self.assertEqual(done.stdout, "")

    def test_what_is_required_and_does_not_hold_gives_status_1(self):
        self.write("expects.ipynb", "expect 1 = 2 required:true", 'call calculator "2+2"')
        self.swirl("notebook", "run", "expects.ipynb", "--output", "out.ipynb", "--force", status=1)
        self.assertEqual(self.read("out.ipynb").cells[1].outputs[0].data["text/plain"], "4")

    def test_an_interrupt_leaves_what_was_done(self):
        self.write("long.ipynb", 'call calculator "1+1"', "model nano tokens:80M", 'call calculator "2+2"')
        run = self.begun("[2/3]", "long.ipynb")
        time.sleep(1)
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=30)
        self.assertEqual(run.returncode, 130)
        cells = self.read("long.executed.ipynb").cells
        self.assertEqual(cells[0].outputs[0].data["text/plain"], "2")
        self.assertEqual(cells[1].outputs[0].ename, "Interrupted")
        self.assertEqual(cells[2].outputs, [])

    def test_what_speaks_to_the_session_runs_here_too_and_is_no_recipe(self):
        self.write("meta.ipynb", "let n = 1", "?filter", ".cells")
        self.swirl("notebook", "run", "meta.ipynb", "--output", "out.ipynb", "--force")
        self.assertIn("let n = 1", self.read("out.ipynb").cells[2].outputs[0].data["text/plain"])
        self.assertIn("cell 2", self.swirl("notebook", "to-recipe", "meta.ipynb", status=2).stderr)

    def test_nothing_is_replaced_unasked(self):
        self.write("mine.ipynb", "help")
        (self.folder / "mine.swirl").write_text("model nano\n")
        self.swirl("notebook", "to-recipe", "mine.ipynb", status=2)
        self.assertEqual((self.folder / "mine.swirl").read_text(), "model nano\n")
        self.swirl("notebook", "to-recipe", "mine.ipynb", "--force")
        self.assertEqual((self.folder / "mine.swirl").read_text(), "# %%\nhelp\n")
        self.swirl("notebook", "run", "mine.ipynb", "--output", "gone/out.ipynb", status=2)
        self.swirl("notebook", "run", "mine.ipynb", "--output", "mine.swirl", status=2)
        self.write("other.ipynb", "model nano")
        self.swirl("notebook", "run", "mine.ipynb", "--output", "other.ipynb", status=2)
        self.assertEqual(self.read("other.ipynb").cells[0].source, "model nano")
        self.swirl("notebook", "run", "mine.ipynb", "--output", "other.ipynb", "--force")
        self.swirl("notebook", "from", "mine.ipynb", status=2)
        (self.folder / "mark.swirl").write_bytes(b"\xef\xbb\xbfhelp\n")
        self.swirl("notebook", "from", "mark.swirl", status=2)
        self.swirl("notebook", "from", "mine.swirl")
        self.write("mine.ipynb", "help", "model nano")
        before = (self.folder / "mine.ipynb").read_bytes()
        self.swirl("notebook", "from", "mine.swirl", status=2)
        self.swirl("notebook", "mine.ipynb", status=2)
        self.assertEqual((self.folder / "mine.ipynb").read_bytes(), before)

    def test_links_and_permissions_stay(self):
        self.write("real.ipynb", "let n = 1")
        (self.folder / "real.ipynb").chmod(0o600)
        (self.folder / "link.ipynb").symlink_to("real.ipynb")
        self.swirl("notebook", "run", "link.ipynb", "--in-place")
        self.assertTrue((self.folder / "link.ipynb").is_symlink())
        self.assertEqual((self.folder / "real.ipynb").stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.read("real.ipynb").cells[0].execution_count, 1)

    def test_what_somebody_else_writes_meanwhile_stays(self):
        self.write("shared.ipynb", "model nano tokens:80M")
        run = self.begun("[1/1]", "shared.ipynb", "--in-place")
        self.write("shared.ipynb", "help")
        run.send_signal(signal.SIGINT)
        _, log = run.communicate(timeout=30)
        self.assertEqual(self.read("shared.ipynb").cells[0].source, "help")
        self.assertIn("shared.executed-1.ipynb", log)
        self.assertEqual(self.read("shared.executed-1.ipynb").cells[0].outputs[0].ename, "Interrupted")

    def test_an_interrupt_is_heard_from_the_first_line_on(self):
        for round in range(20):
            self.write(f"{round}.ipynb", "model nano tokens:80M")
            run = self.begun("[1/1]", f"{round}.ipynb", "--in-place")
            run.send_signal(signal.SIGINT)
            run.communicate(timeout=30)
            self.assertEqual(run.returncode, 130)
            self.assertEqual(self.read(f"{round}.ipynb").cells[0].outputs[0].ename, "Interrupted")

    def test_cells_that_are_not_reached_keep_what_they_show(self):
        self.write("old.ipynb", 'call calculator "1/0"', 'call calculator "2+2"', tags=[0])
        self.swirl("notebook", "run", "old.ipynb", "--in-place")
        notebook = self.read("old.ipynb")
        notebook.cells[0].metadata = {}
        nbformat.write(notebook, self.folder / "old.ipynb")
        self.swirl("notebook", "run", "old.ipynb", "--in-place", status=3)
        self.assertEqual(self.read("old.ipynb").cells[1].outputs[0].data["text/plain"], "4")

    def test_tags_and_empty_cells_are_as_for_nbclient(self):
        (self.folder / "wrong.swirl").write_text("rolout\n")
        self.write("excused.ipynb", 'include "wrong.swirl"', "let b = 1", tags=[0])
        self.swirl("notebook", "run", "excused.ipynb")
        self.write("tags.ipynb", "let a = 3", "  ", "let b = $a + 1; $b", "nonsense here", tags=[0])
        notebook = self.read("tags.ipynb")
        notebook.cells[3].metadata["tags"] = ["skip-execution"]
        nbformat.write(notebook, self.folder / "tags.ipynb")
        self.swirl("notebook", "run", "tags.ipynb", "--in-place")
        ours = self.read("tags.ipynb")
        NotebookClient(notebook, kernel_name="swirl", resources={"metadata": {"path": str(self.folder)}}).execute()
        self.assertEqual([c.execution_count for c in ours.cells], [1, None, 2, None])
        self.assertEqual([c.execution_count for c in notebook.cells], [1, None, 2, None])
        self.assertEqual(ours.cells[2].outputs, notebook.cells[2].outputs)

    def test_another_kernels_notebook_is_refused(self):
        self.write("py.ipynb", "help")
        notebook = self.read("py.ipynb")
        notebook.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
        nbformat.write(notebook, self.folder / "py.ipynb")
        for command in (("run", "py.ipynb"), ("to-recipe", "py.ipynb")):
            self.assertIn("python3", self.swirl("notebook", *command, status=2).stderr)

    def test_claims_of_several_cells_are_told_not_to_be_corrected_together(self):
        claim = 'claim "{}" $g[a:1] > $g[a:2]'
        self.write(
            "claims.ipynb",
            "model nano-xs tokens:20k; let g = sweep seed:[1 2] a:[1 2] { eval on:hop-nano limit:5 }",
            claim.format("one"), claim.format("two"))
        self.swirl("notebook", "run", "claims.ipynb", "--output", "out.ipynb", "--force")
        cells = self.read("out.ipynb").cells
        self.assertNotIn("others", str(cells[1].outputs))
        self.assertIn("one cell", str(cells[2].outputs))

    def test_stripped_notebooks_hold_no_outputs(self):
        path = self.folder / "strip.ipynb"
        shutil.copy(NOTEBOOKS[0], path)
        self.swirl("notebook", "strip", "--check", "strip.ipynb", status=2)
        self.swirl("notebook", "--strip", "strip.ipynb")
        self.swirl("notebook", "strip", "--check", "strip.ipynb")
        code = [c for c in self.read("strip.ipynb").cells if c.cell_type == "code"]
        self.assertTrue(all(not c.outputs and c.execution_count is None for c in code))

    def test_what_is_no_notebook_is_named(self):
        for text in ("", "{}", '{"nbformat": 3, "worksheets": []}'):
            (self.folder / "no.ipynb").write_text(text)
            self.assertIn("no.ipynb", self.swirl("notebook", "run", "no.ipynb", status=2).stderr)


if __name__ == "__main__":
    unittest.main()
