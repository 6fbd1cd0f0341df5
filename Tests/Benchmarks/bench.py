"""Our engine and its peers in turn, on the same weights, shapes and threads; writes RESULTS.md.

    make bench                       # makes the peers' environment on first use
    BENCH_DATA=DIR make bench        # with real passages and questions
    BENCH_PROTOTYPE=DIR make bench   # with the Python prototype of the embedded experiment

The machines this runs on are shared and drift: every repetition takes ours and the peer one after
the other, and what counts is the median of the ratios.
"""

import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
WORK = ROOT / ".build" / "bench"
OURS = ROOT / ".build" / "release" / "benchmarks"
REPETITIONS = int(os.environ.get("BENCH_REPETITIONS", "3"))

SHAPES = {
    "A": dict(hidden=64, layers=4, heads=4, keyValueHeads=2, intermediate=256, vocabulary=384),
    "B": dict(hidden=128, layers=4, heads=4, keyValueHeads=2, intermediate=512, vocabulary=1024),
    # The prototype's own shape.
    "P": dict(hidden=64, layers=4, heads=4, keyValueHeads=4, intermediate=168, vocabulary=347),
}


class Engine:
    """Our side: one process that answers a line to a line."""

    def __init__(self):
        self.process = subprocess.Popen([OURS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(f"{request}: {answer['error']}")
        return answer

    def rate(self, **request):
        answer = self.ask(**request)
        return answer["amount"] / answer["seconds"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def alone(**request):
    """In a process of its own, where the peak of memory is the work's."""
    engine = Engine()
    try:
        return engine.ask(**request)
    finally:
        engine.close()


def number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def spread(values):
    return f"{number(statistics.median(values))} ({number(min(values))} to {number(max(values))})"


class Report:
    def __init__(self):
        self.rows = []
        self.notes = []

    def row(self, work, unit, ours, peer_name="–", peer=None, target=None, at_least=None, note=""):
        """ours and peer are lists of rates, taken in turn; target is a ratio of medians unless said otherwise."""
        ratios = [a / b for a, b in zip(ours, peer)] if peer else None
        ratio = statistics.median(ratios) if ratios else None
        met = None
        if at_least is not None:
            met = (ratio if peer else statistics.median(ours)) >= at_least
        self.add(work, f"{spread(ours)} {unit}", peer_name, f"{spread(peer)} {unit}" if peer else "–",
                 f"{ratio:.2f} × ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else "–", target, met, note)

    def add(self, work, ours, peer_name="–", peer="–", ratio="–", target=None, met=None, note=""):
        verdict = "–" if met is None else "yes" if met else "**no**"
        self.rows.append((work, ours, peer_name, peer, ratio, target or "–", verdict, note))
        print(" | ".join(self.rows[-1]), flush=True)

    def markdown(self, header):
        columns = ("work", "ours", "peer", "peer's", "ours / peer", "target", "met", "remark")
        lines = header + ["", "| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join(lines + [""] + self.notes) + "\n"


def in_turn(ours, *peers):
    results = [[] for _ in range(1 + len(peers))]
    for _ in range(REPETITIONS):
        for values, work in zip(results, (ours, *peers)):
            values.append(work())
    return results


def rate(pair):
    seconds, amount = pair
    return amount / seconds


def training(report, engine, peers, ceiling):
    for name, target in [("A", 3), ("B", 2)]:
        model = str(WORK / name)
        eager = peers.Transformers(model)
        works = [lambda: engine.rate(work="train", model=model, steps=3), lambda: rate(eager.train(64, 128, 2))]
        try:
            compiled = peers.Transformers(model, compiled=True)
            compiled.train(64, 128, 1)
            works.append(lambda: rate(compiled.train(64, 128, 2)))
        except Exception as error:
            report.notes.append(f"torch.compile does not run here on {name}: {str(error).splitlines()[0]}")
        ours, theirs, *rest = in_turn(*works)
        report.row(f"training step {name}", "tokens/s", ours, "transformers, eager", theirs, f"≥ {target} ×", target)
        if rest:
            report.row(f"training step {name}", "tokens/s", ours, "transformers, torch.compile", rest[0])
        if name == "B":
            shape = SHAPES["B"]
            # Forward and backward: six operations a parameter, and attention over 64 keys on average.
            attention = 3 * 4 * shape["hidden"] * 64 * shape["layers"]
            flops = 6 * parameters(shape) + attention
            rates = [flops * r / 1e9 for r in ours]
            report.add("training step B, arithmetic", f"{spread(rates)} GFLOP/s", "sgemm 2048³", f"{spread(ceiling)} GFLOP/s",
                       f"{statistics.median(rates) / statistics.median(ceiling):.2f} ×", "≥ 0.5 ×",
                       statistics.median(rates) / statistics.median(ceiling) >= 0.5)


def parameters(shape):
    return alone(work="export", model=str(WORK / "count"), **shape)["number"]


def generation(report, engine, peers):
    for name in ("A", "B"):
        model = str(WORK / name)
        peer = peers.Transformers(model)
        for batch in (1, 16, 64, 256):
            new = 16 if batch == 1 else 64
            ours, theirs = in_turn(
                lambda: engine.rate(work="generate", model=model, batch=batch, steps=4 if batch < 64 else 1),
                lambda: rate(peer.generate(batch, 32, new)))
            report.row(f"generation {name}, batch {batch}", "tokens/s", ours, "transformers generate, cache", theirs,
                       "≥ 10 ×" if batch == 64 else None, 10 if batch == 64 else None)


def stepwise(report, engine, prototype):
    model = str(WORK / "P")
    shape = dict(model=model, batch=64, length=70, new=14, steps=4)
    shared, naive = in_turn(lambda: engine.ask(work="update", shares=True, **shape), lambda: engine.ask(work="update", shares=False, **shape))
    saved = naive[0]["tokens"] / shared[0]["tokens"]
    rates = lambda answers: [a["amount"] / a["seconds"] for a in answers]
    report.row("step-wise update, 64 states, 4 actions", "updates/s", rates(shared), "ours, an action a sequence", rates(naive),
               f"≥ 0.8 × {saved:.2f} (tokens saved)", 0.8 * saved)
    if prototype:
        ours, theirs = in_turn(lambda: engine.rate(work="update", **shape), lambda: rate(prototype.update(64, 70, 14, 3)))
        report.row("step-wise update, 64 states, 4 actions", "updates/s", ours, "prototype, tree mask", theirs, "≥ 4 ×", 4)
        ours, theirs = in_turn(lambda: engine.rate(work="rollout", count=5000, tokens=300_000), lambda: rate(prototype.rollout(200)))
        report.row("rollout with tools", "trajectories/s", ours, "prototype", theirs, "≥ 8 ×", 8, "bases on 300,000 tokens each")
    else:
        report.row("rollout with tools", "trajectories/s", [engine.rate(work="rollout", count=5000, tokens=300_000) for _ in range(REPETITIONS)],
                   note="without BENCH_PROTOTYPE there is no peer here")


def searching(report, engine, peers, data):
    passages = data / "passages" / "wiki_passages.json"
    questions = WORK / "questions.json"
    texts = [q["question"] for q in json.loads((data / "hotpotqa" / "dev_questions.json").read_text())]
    questions.write_text(json.dumps(texts))
    ask = lambda: engine.ask(work="search", passages=str(passages), questions=str(questions))
    first = ask()
    peer = peers.Search(json.loads(passages.read_text()), first["words"])
    ours, plain, sparse = in_turn(ask, lambda: rate(peer.rank_bm25(150)), lambda: rate(peer.bm25s()))
    rates = [a["amount"] / a["seconds"] for a in ours]
    same, tied = peer.agreement(first["names"])
    report.row("search, top 1", "questions/s", rates, "rank_bm25", plain, "≥ 10 ×", 10)
    report.row("search, top 1", "questions/s", rates, "bm25s, numba", sparse)
    report.add("search, same first passage", f"{same:,} of {len(texts):,}, {tied:,} more of equal score", "bm25s, robertson", "–", "–", "all",
               same + tied == len(texts))


def storing(report):
    answer = alone(work="filter", count=1_000_000, tokens=300_000)
    report.add("filter 1 M stored trajectories", f"{answer['seconds']:.2f} s, {answer['peakBytes'] / 1e9:.2f} GB resident",
               target="< 10 s, < 1 GB", met=answer["seconds"] < 10 and answer["peakBytes"] < 1e9)
    points = [(count, alone(work="scale", count=count, tokens=300_000)) for count in (1_000, 10_000, 100_000)]
    for count, answer in points:
        report.add(f"rollout, verdicts, filter: {count:,}", f"{answer['seconds'] / count * 1e6:.0f} µs a trajectory, {answer['peakBytes'] / 1e6:.0f} MB")
    costs = [answer["seconds"] / count for count, answer in points]
    grown = (points[-1][1]["peakBytes"] - points[0][1]["peakBytes"]) / (points[-1][0] - points[0][0])
    report.add("cost of 100,000 against 1,000, each", f"{costs[-1] / costs[0]:.2f} ×", target="linear: ≤ 1.3 ×", met=costs[-1] / costs[0] <= 1.3)
    report.add("memory from 1,000 to 100,000", f"{grown:.0f} bytes more a trajectory", target="flat: ≤ 1,000 bytes", met=grown <= 1000)


def machine():
    model = "unknown processor"
    try:
        model = next(l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name"))
    except OSError:
        model = platform.processor() or model
    return f"{os.cpu_count()} threads of {model}, {platform.system()}"


def main():
    sys.path.insert(0, str(HERE))
    import torch

    import peers

    torch.set_num_threads(peers.THREADS)
    WORK.mkdir(parents=True, exist_ok=True)
    for name, shape in SHAPES.items():
        alone(work="export", model=str(WORK / name), **shape)
    wanted = sys.argv[1:]
    engine, report = Engine(), Report()
    ceiling = [peers.sgemm() for _ in range(REPETITIONS)]
    report.add("sgemm 2048³ (PyTorch)", f"{spread(ceiling)} GFLOP/s")
    runs = lambda part: not wanted or part in wanted
    if runs("training"):
        training(report, engine, peers, ceiling)
    if runs("generation"):
        generation(report, engine, peers)
    if runs("stepwise"):
        folder = os.environ.get("BENCH_PROTOTYPE")
        stepwise(report, engine, peers.Prototype(folder, WORK / "prototype", 300_000) if folder else None)
    data = os.environ.get("BENCH_DATA")
    if runs("search"):
        if data:
            searching(report, engine, peers, pathlib.Path(data))
        else:
            report.add("search", "not measured: BENCH_DATA names no folder")
    if runs("store"):
        storing(report)
    engine.close()

    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    changed = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    versions = ", ".join((HERE / "requirements.txt").read_text().split())
    header = [
        "# Benchmarks", "",
        f"Written by `make bench` on {datetime.date.today()}, commit {commit}{' with changes' if changed else ''}, {machine()}, {peers.THREADS} threads for everybody.",
        f"Medians (and ranges) of {REPETITIONS} repetitions in turn; ratios are medians of the pairs. Shared machines drift: quote ratios. Peers: {versions}.",
    ]
    text = report.markdown(header)
    print(text)
    if not wanted:
        (HERE / "RESULTS.md").write_text(text)


if __name__ == "__main__":
    main()
