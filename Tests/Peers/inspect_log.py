"""Writes a small log of Inspect AI with a scripted model: `python inspect_log.py FOLDER eval|json FILE`.

The log has tools, two calls in one turn, a failing tool, reasoning, identifiers that are numbers and texts with a slash,
two epochs, and three scorers, one of which leaves samples unscored."""

import sys

from inspect_ai import Task, eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessageAssistant, ContentReasoning, ContentText, ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Score, accuracy, match, scorer
from inspect_ai.solver import generate, system_message, use_tools
from inspect_ai.log import read_eval_log, write_eval_log
from inspect_ai.tool import ToolCall, ToolError, tool


@tool
def search():
    async def execute(query: str):
        """Looks something up.

        Args:
            query: the words to look for
        """
        return f"{query}: Paris is the capital of France.\nIt lies on the Seine."

    return execute


@tool
def add():
    async def execute(x: int, y: int):
        """Adds two numbers.

        Args:
            x: the first
            y: the second
        """
        if x < 0:
            raise ToolError("negative numbers are not supported")
        return str(x + y)

    return execute


@scorer(metrics=[accuracy()])
def length():
    async def score(state, target):
        return Score(value=float("nan") if "2" in str(state.sample_id) else len(state.output.completion))

    return score


@scorer(metrics=[accuracy()])
def partial():
    async def score(state, target):
        return Score(value="P")

    return score


def turn(text, *calls):
    content = [ContentReasoning(reasoning="first think"), ContentText(text=text)] if text.startswith("so") else text
    output = ModelOutput.from_message(
        ChatMessageAssistant(content=content, tool_calls=[ToolCall(id=f"c{n}", function=name, arguments=arguments) for n, (name, arguments) in enumerate(calls)] or None))
    # Without it, Inspect would load a tokenizer from the network.
    output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    return output


def script():
    for _ in range(2):
        yield turn("I look it up.", ("search", {"query": "capital of France"}))
        yield turn("so it is known", )
        yield turn("two at once", ("add", {"x": -1, "y": 3}), ("add", {"x": 2, "y": 3}))
        yield turn("5", )
        yield turn("", ("search", {"query": "größte Stadt"}))
        yield turn("Berlin <b>&amp;", )


def log(folder, form):
    samples = [Sample(input="What is the capital of France?", target="known", id=7),
               Sample(input="What is 2 + 3?", target=["5", "five"], id="sum/2"),
               Sample(input="Größte Stadt?", target="Berlin", id="stadt")]
    turns = iter(script())
    task = Task(dataset=MemoryDataset(samples), solver=[system_message("Be brief."), use_tools(search(), add()), generate()],
                scorer=[match(), length(), partial()], epochs=2)
    model = get_model("mockllm/model", custom_outputs=lambda *_, **__: next(turns))
    return eval(task, model=model, log_dir=folder, log_format=form, max_samples=1, max_tasks=1, display="none", log_samples=True)[0]


def write(folder, form, path):
    """Writes a log without its events, which hold every request once more, and without the machine's paths."""
    done = log(folder, form)
    assert done.status == "success", done.error.message
    whole = read_eval_log(done.location)
    for sample in whole.samples:
        sample.events = []
    whole.eval.task_file = whole.eval.packages = whole.eval.revision = None
    write_eval_log(whole, path, format=form)


if __name__ == "__main__":
    write(*sys.argv[1:])
