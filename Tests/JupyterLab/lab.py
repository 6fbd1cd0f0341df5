"""A notebook in a real JupyterLab, in headless Chromium: run all cells, see table and chart, complete a command
with Tab, read the help, interrupt a training, see which cells are stale.

Fails where one of these does not happen. Screenshots go to the folder that the first argument names.
"""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from playwright.sync_api import expect, sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHOTS = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / ".build/lab/screenshots")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PREFIX = pathlib.Path(sys.prefix)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    browser_path = next((p for p in map(shutil.which, BROWSERS) if p), None)
    if not browser_path:
        sys.exit(f"no browser is here: one of {', '.join(BROWSERS)} is needed")
    SHOTS.mkdir(parents=True, exist_ok=True)
    subprocess.run([ROOT / ".build/release/swirl", "kernel", "install", "--prefix", PREFIX], check=True)
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        prepare(work)
        port = free_port()
        environment = dict(
            os.environ, JUPYTER_CONFIG_DIR=str(work / "config"), JUPYTER_RUNTIME_DIR=str(work / "runtime"),
            JUPYTER_DATA_DIR=str(work / "data"), JUPYTERLAB_SETTINGS_DIR=str(work / "settings"),
            JUPYTERLAB_WORKSPACES_DIR=str(work / "workspaces"))
        server = subprocess.Popen(
            [PREFIX / "bin/jupyter-lab", "--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0",
             "--IdentityProvider.token=", f"--notebook-dir={work}"],
            env=environment, stdout=subprocess.DEVNULL, stderr=open(SHOTS / "server.log", "w"))
        try:
            wait_for(f"http://127.0.0.1:{port}/api")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
                page = browser.new_page(viewport={"width": 1280, "height": 1000})
                try:
                    visit(page, port)
                except BaseException:
                    page.screenshot(path=SHOTS / "failed.png")
                    raise
                browser.close()
        finally:
            server.terminate()
            server.wait(20)
    print(f"screenshots are in {SHOTS}")


def prepare(work):
    """The quickstart, small, without outputs."""
    notebook = json.loads((ROOT / "notebooks/quickstart.ipynb").read_text())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            source = source.replace("model nano\n", "model nano tokens:1M\n").replace("updates:80", "updates:5")
            source = re.sub(r"(?m)^(param \w+ = )\d+", r"\g<1>100", source)
            cell.update(source=source, outputs=[], execution_count=None)
    (work / "quickstart.ipynb").write_text(json.dumps(notebook))
    # JupyterLab would ask whether it may fetch news.
    quiet = work / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}')


def wait_for(url, seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        try:
            return urllib.request.urlopen(url, timeout=2).read()
        except OSError:
            time.sleep(0.3)
    sys.exit(f"JupyterLab did not start; see {SHOTS / 'server.log'}")


def seen(what):
    print(f"seen: {what}")


def visit(page, port):
    page.goto(f"http://127.0.0.1:{port}/lab/tree/quickstart.ipynb")
    panel = page.locator(".jp-NotebookPanel:visible")
    expect(panel.locator(".jp-CodeCell").first).to_be_visible(timeout=60_000)
    expect(panel.locator(".jp-KernelName, .jp-Toolbar-kernelName").first).to_contain_text("swirl", timeout=30_000)

    # Everything runs, from the top to the bottom.
    menu(page, "Run", "Run All Cells")
    expect(panel.locator(".jp-OutputArea-output table")).to_have_count(2, timeout=240_000)
    chart = panel.locator(".jp-OutputArea-output .jp-RenderedSVG img, .jp-OutputArea-output svg, .jp-RenderedSVG")
    chart.first.scroll_into_view_if_needed(timeout=60_000)
    expect(chart.first).to_be_visible()
    page.wait_for_timeout(500)
    page.screenshot(path=SHOTS / "chart.png")
    seen("the chart")
    table = panel.locator(".jp-OutputArea-output table").first
    table.scroll_into_view_if_needed()
    expect(table).to_contain_text("swirl")
    page.screenshot(path=SHOTS / "table.png")
    seen("the table")
    assert panel.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0

    # Tab completes a command, and an option.
    cell = new_cell(page, panel)
    page.keyboard.type("roll")
    complete(page)
    expect(cell.locator(".cm-content")).to_contain_text("rollout", timeout=10_000)
    page.keyboard.type(" sam")
    complete(page)
    expect(cell.locator(".cm-content")).to_contain_text("samples:", timeout=10_000)
    type_anew(page, "train ")
    page.keyboard.press("Tab")
    expect(page.locator(".jp-Completer")).to_contain_text("objective:", timeout=10_000)
    page.wait_for_timeout(1_500)
    page.screenshot(path=SHOTS / "completion.png")
    seen("completion by Tab")

    # Help beside the cursor.
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    type_anew(page, "filter")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".jp-Tooltip")).to_contain_text("process", timeout=10_000)
    page.screenshot(path=SHOTS / "help.png")
    seen("help by Shift+Tab")
    page.keyboard.press("Escape")

    # An interrupt ends a training, and nothing else.
    page.keyboard.press("Enter")
    type_anew(page, "train updates:100k")
    page.keyboard.press("Shift+Enter")
    cell = panel.locator(".jp-CodeCell", has_text="train updates:100k")
    expect(cell.locator(".jp-OutputArea-output").first).to_contain_text("updates", timeout=60_000)
    page.screenshot(path=SHOTS / "training.png")
    start = time.time()
    menu(page, "Kernel", "Interrupt Kernel")
    expect(cell.locator(".jp-OutputArea")).to_contain_text("interrupted", timeout=20_000)
    print(f"interrupted {time.time() - start:.1f} s after the menu was opened")
    page.screenshot(path=SHOTS / "interrupted.png")
    seen("an interrupted training")

    # The session is as it was; an edited cell makes others stale.
    edited = panel.locator(".jp-CodeCell", has_text="judge with:rules").first
    edited.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" and steps <= 2")
    page.keyboard.press("Control+Enter")
    expect(edited.locator(".jp-OutputArea")).to_contain_text("stale: selection changed", timeout=30_000)
    edited.scroll_into_view_if_needed()
    page.screenshot(path=SHOTS / "stale.png")
    seen("stale cells")


def menu(page, name, item):
    page.locator(".lm-MenuBar-item", has_text=re.compile(f"^{name}$")).click()
    page.locator(".lm-Menu-item", has_text=re.compile(f"^{item}")).first.click()


def new_cell(page, panel):
    """An empty cell at the end, in edit mode."""
    last = panel.locator(".jp-CodeCell").last
    last.locator(".jp-InputPrompt").click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    return panel.locator(".jp-CodeCell.jp-mod-active")


def complete(page):
    """Tab, and Enter on the only proposal."""
    page.keyboard.press("Tab")
    expect(page.locator(".jp-Completer-item").first).to_be_visible(timeout=10_000)
    page.keyboard.press("Enter")


def type_anew(page, text):
    """A text in the place of what the cell held."""
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


if __name__ == "__main__":
    main()
