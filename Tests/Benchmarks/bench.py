"""Our engine and its peers in turn, on the same weights, shapes and threads; writes RESULTS.md.

    make bench                       # makes the peers' environment on first use
    BENCH_DATA=DIR make bench        # with real passages and questions:
                                     # DIR/passages/wiki_passages.json, DIR/hotpotqa/dev_questions.json
    BENCH_PROTOTYPE=DIR make bench   # with the Python prototype of the embedded experiment
    BENCH_LARGE=1 make bench         # with a checkpoint of 2.6 billion parameters (5 GB on disk)

Names of parts behind the script (training, generation, stepwise, search, corpus, dense, reading, store, large) run only those
and leave RESULTS.md alone.

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
import time

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
WORK = ROOT / ".build" / "bench"
OURS = ROOT / ".build" / "release" / "benchmarks"
THREADS = 2
PARTS = ["training", "generation", "stepwise", "search", "corpus", "dense", "reading", "store", "large"]
REPETITIONS = int(os.environ.get("BENCH_REPETITIONS", "3"))

# Tokens that the bases of the rollout row are pretrained on.
BASE = 1_500_000

SHAPES = {
    "A": dict(hidden=64, layers=4, heads=4, keyValueHeads=2, intermediate=256, vocabulary=384),
    "B": dict(hidden=128, layers=4, heads=4, keyValueHeads=2, intermediate=512, vocabulary=1024),
    # The prototype's own shape.
    "P": dict(hidden=64, layers=4, heads=4, keyValueHeads=4, intermediate=168, vocabulary=347),
}


class Engine:
    """Our side: one process that answers a line to a line."""

    def __init__(self):
        environment = {**os.environ, "SWIRL_THREADS": str(THREADS)}
        self.process = subprocess.Popen([OURS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        threads = self.ask(work="describe")["number"]
        assert threads == THREADS, f"our side runs on {threads} threads"

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{request}: our side ended with status {self.process.wait()}")
        answer = json.loads(line)
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

    def row(self, work, unit, ours, peer_name="–", peer=None, target=None, at_least=None, note="", short=""):
        """ours and peer are lists of rates, taken in turn; short is the reason where the target is missed."""
        ratios = [a / b for a, b in zip(ours, peer)] if peer else None
        ratio = statistics.median(ratios) if ratios else None
        met = None
        if at_least is not None:
            met = (ratio if peer else statistics.median(ours)) >= at_least
            if not met and short:
                note = f"{note}; {short}" if note else short
        self.add(work, f"{spread(ours)} {unit}", peer_name, f"{spread(peer)} {unit}" if peer else "–",
                 f"{ratio:.2f} × ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else "–", target, met, note)

    def add(self, work, ours, peer_name="–", peer="–", ratio="–", target=None, met=None, note=""):
        verdict = "–" if met is None else "yes" if met else "**no**"
        self.rows.append((work, ours, peer_name, peer, ratio, target or "–", verdict, note))
        print(" | ".join(self.rows[-1]), flush=True)

    def missing(self, work, target, why):
        """A row that was not measured stays, with the reason."""
        self.add(work, "not measured", target=target, note=why)

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


def training(report, engine, peers):
    for name, target in [("A", 3), ("B", 2)]:
        model = str(WORK / name)
        eager = peers.Transformers(model)
        works = [lambda: engine.rate(work="train", model=model, steps=3), lambda: rate(eager.train(64, 128, 2)), peers.sgemm]
        try:
            compiled = peers.Transformers(model, compiled=True)
            compiled.train(64, 128, 1)
            works.append(lambda: rate(compiled.train(64, 128, 2)))
        except Exception as error:
            report.notes.append(f"torch.compile does not run here on {name}: {str(error).splitlines()[0]}")
        ours, theirs, ceiling, *rest = in_turn(*works)
        report.row(f"training step {name}", "tokens/s", ours, "transformers, eager", theirs, f"≥ {target} ×", target,
                   short="half of the time is matrix products near the machine's own rate, a quarter attention")
        if rest:
            report.row(f"training step {name}", "tokens/s", ours, "transformers, torch.compile", rest[0])
        if name == "B":
            shape = SHAPES["B"]
            # Forward and backward: six operations a parameter, and attention over 64 keys on average.
            attention = 3 * 4 * shape["hidden"] * 64 * shape["layers"]
            flops = 6 * parameters(shape) + attention
            rates = [flops * r / 1e9 for r in ours]
            report.row("training step B, arithmetic", "GFLOP/s", rates, "sgemm 2048³ (PyTorch)", ceiling, "≥ 0.5 ×", 0.5)


def reproducibility(report):
    """What bits that do not depend on the number of rows cost where OpenBLAS multiplies."""
    cost = [alone(work="tiles")["number"] for _ in range(REPETITIONS)]
    report.add("tiles of 64 rows, 512 × 1,024 × 1,024", f"{spread(cost)} × as long", "OpenBLAS, one product", note="the price of equal bits in large matrices")


def parameters(shape):
    return alone(work="export", model=str(WORK / "count"), **shape)["number"]


def generation(report, engine, peers):
    for name in ("A", "B"):
        model = str(WORK / name)
        peer = peers.Transformers(model)
        for batch in (1, 16, 64, 256):
            peer.generate(batch, 32, 4)
            ours, theirs = in_turn(
                lambda: engine.rate(work="generate", model=model, batch=batch, length=32, new=64, steps=4 if batch < 64 else 1),
                lambda: rate(peer.generate(batch, 32, 64)))
            report.row(f"generation {name}, batch {batch}", "tokens/s", ours, "transformers generate, cache", theirs,
                       "≥ 10 ×" if batch == 64 else None, 10 if batch == 64 else None,
                       short="32 rows a thread stream weights that outgrow the second-level cache at every token")
    report.missing("generation, against llama.cpp's batched decoding", "ahead", "optional peer, not built here")


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
        report.row("step-wise update, 64 states, 4 actions", "updates/s", ours, "prototype, tree mask", theirs, "≥ 4 ×", 4,
                   short="both share the prefix; half of our time is matrix products near the machine's own rate, a third attention")
        ours, theirs = in_turn(lambda: engine.ask(work="rollout", count=5000, tokens=BASE), lambda: prototype.rollout(200))
        per = ours[0]["tokens"] / ours[0]["amount"]
        report.row("rollout with tools", "trajectories/s", rates(ours), "prototype", [rate(t) for t in theirs], "≥ 8 ×", 8,
                   f"a base of {BASE:,} tokens each, each in its own world; {per:.0f} sampled tokens a trajectory, the prototype's {prototype.sampled:.0f}",
                   short="the peer runs four times as fast as when the target was set, on two threads")
    else:
        report.missing("step-wise update, against the prototype's tree mask", "≥ 4 ×", "BENCH_PROTOTYPE names no folder")
        ours = [engine.ask(work="rollout", count=5000, tokens=BASE) for _ in range(REPETITIONS)]
        report.row("rollout with tools", "trajectories/s", rates(ours), target="≥ 8 × the prototype", note="BENCH_PROTOTYPE names no folder")


def searching(report, engine, peers, data):
    if not data:
        for work, target in [("search, top 1, against rank_bm25", "≥ 10 ×"), ("search, same first passage as bm25s", "all")]:
            report.missing(work, target, "BENCH_DATA names no folder")
        return
    data = pathlib.Path(data)
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


def peer(*words):
    """A program of retrieval.py in a process of its own, where the peak of memory is the work's."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": str(THREADS), "OMP_NUM_THREADS": str(THREADS), "NUMBA_NUM_THREADS": str(THREADS)}
    done = subprocess.run([sys.executable, HERE / "retrieval.py", *map(str, words)], capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"{words}: status {done.returncode}, {done.stderr.strip().splitlines()[-1:]}")
    return json.loads(done.stdout.splitlines()[-1])


def megabytes(answer):
    return f"{answer['peakBytes'] / 1e6:,.0f} MB"


MADE = "; 6,119 real passages, then up to 117,659 glosses of WordNet, then the first half of a real passage with the second half of another"


def corpus(report, data):
    """BM25 over 6 thousand, 100 thousand and 1 million passages on disk: build, reopen, search, memory."""
    if not data:
        return report.missing("corpus", "ahead of bm25s at 1 M", "BENCH_DATA names no folder")
    data = pathlib.Path(data)
    questions = WORK / "corpus-questions.json"
    texts = [q["question"] for q in json.loads((data / "hotpotqa" / "dev_questions.json").read_text())][:1000]
    questions.write_text(json.dumps(texts))
    for size, label in [(6_119, "6 k"), (100_000, "100 k"), (1_000_000, "1 M")]:
        passages = WORK / f"passages-{size}.jsonl"
        if not passages.exists():
            peer("corpus", size, data / "passages" / "wiki_passages.json", passages)
        ours, sparse, full = (WORK / f"{name}-{size}" for name in ("index", "bm25s", "fts5.sqlite"))
        built = alone(work="corpus-build", passages=str(passages), model=str(ours))
        theirs = peer("bm25s-build", passages, sparse)
        table = peer("fts5-build", passages, full)
        rate = lambda answer: answer["amount"] / answer["seconds"]
        for name, other in (("bm25s", theirs), ("SQLite FTS5", table)):
            report.row(f"corpus of {label}: build", "passages/s", [rate(built)], name, [rate(other)],
                       note=f"memory {megabytes(built)}, the peer's {megabytes(other)}" + (MADE if size > 6_119 else ""))
        words = WORK / f"words-{size}.json"
        asked, found, rows = [], [], []
        for _ in range(REPETITIONS):
            asked.append(alone(work="corpus-search", model=str(ours), questions=str(questions), threads=THREADS))
            words.write_text(json.dumps(asked[0]["words"]))
            found.append(peer("bm25s-query", sparse, words))
            rows.append(peer("fts5-query", full, words))
        large = size == 1_000_000
        report.row(f"corpus of {label}: search, top 10", "questions/s", [rate(a) for a in asked], "bm25s, numba", [rate(a) for a in found],
                   "ahead" if large else None, 1 if large else None, note=f"memory {megabytes(asked[0])}, the peer's {megabytes(found[0])}")
        report.row(f"corpus of {label}: search, top 10", "questions/s", [rate(a) for a in asked], "SQLite FTS5", [rate(a) for a in rows],
                   note=f"the peer's memory {megabytes(rows[0])}; one thread, words joined by OR")
        if large:
            report.add(f"corpus of {label}: memory", megabytes(asked[0]), "bm25s, numba", megabytes(found[0]),
                       f"{asked[0]['peakBytes'] / found[0]['peakBytes']:.2f} ×", "< 0.5 ×", asked[0]["peakBytes"] < 0.5 * found[0]["peakBytes"])
            opened = statistics.median(a["number"] for a in asked)
            report.add(f"corpus of {label}: reopen", f"{1000 * opened:.1f} ms", target="< 1 s", met=opened < 1, note="files mapped; the store's digests are checked besides")
        same, wrong = agreement(asked[0]["names"], found[0]["names"])
        report.add(f"corpus of {label}: same passages in the same order", f"{same:,} of {len(texts):,}", "bm25s, robertson", "–", "–", "all", wrong == 0,
                   note="scores within 1e-5; order free among equal scores")
        every = alone(work="corpus-search", model=str(ours), questions=str(questions), threads=THREADS, steps=1)
        report.add(f"corpus of {label}: pruned against exhaustive", f"{sum(a == b for a, b in zip(asked[0]['names'], every['names'])):,} of {len(texts):,} equal",
                   "ours, every passage scored", f"{number(rate(every))} questions/s", f"{rate(asked[0]) / rate(every):.1f} ×", "all", asked[0]["names"] == every["names"])


def agreement(ours, theirs):
    """Of all questions: how many have equal scores in order, and passages that differ only among equal scores."""
    same = 0
    for mine, other in zip(ours, theirs):
        mine, other = ([float(x) for x in side.split()] for side in (mine, other))
        # A word in over half of the passages is worth 10⁻⁶ for us and nothing for bm25s.
        other = [(p, s) for p, s in zip(other[::2], other[1::2]) if s > 1e-5]
        mine = list(zip(mine[::2], mine[1::2]))[: len(other)]
        close = lambda a, b: abs(a - b) <= 1e-5 * max(1, abs(b))
        fits = len(mine) == len(other) and all(close(a[1], b[1]) for a, b in zip(mine, other))
        # Passages may change places only where scores are equal, and the last score may have more passages than fit.
        for (passage, score), (their, _) in zip(mine, other):
            fits = fits and (passage == their or sum(close(s, score) for _, s in other) > 1 or close(score, other[-1][1]))
        same += fits
    return same, len(ours) - same


def dense(report):
    """Exact search among 1 M vectors of 384 numbers."""
    vectors, queries = WORK / "vectors.f32", WORK / "queries.f32"
    if not vectors.exists():
        peer("vectors", 1_000_000, 384, vectors, queries)
    rate = lambda answer: answer["amount"] / answer["seconds"]
    for batch in (1, 64):
        ours, blas, faiss = [], [], []
        for _ in range(REPETITIONS):
            ours.append(alone(work="vector-search", passages=str(vectors), questions=str(queries), hidden=384, batch=batch))
            blas.append(peer("numpy-search", vectors, queries, 384, batch))
            faiss.append(peer("faiss-search", vectors, queries, 384, batch))
        same = sum(a == b for a, b in zip(ours[0]["names"], faiss[0]["names"]))
        report.row(f"1 M × 384 vectors, batches of {batch}", "questions/s", list(map(rate, ours)), "numpy", list(map(rate, blas)))
        report.row(f"1 M × 384 vectors, batches of {batch}", "questions/s", list(map(rate, ours)), "faiss IndexFlatIP", list(map(rate, faiss)),
                   note=f"the same ten vectors for {same} of {len(ours[0]['names'])}")


def reading(report, engine):
    """A JSON array of 54 MB in HotpotQA's format: what Python's parser makes of it, and what we do, meaning included."""
    path = WORK / "hotpotqa.json"
    if not path.exists():
        # Four hundred words a row in ten paragraphs, as the official file has.
        word = [f"word{i * 7919 % 5000}" for i in range(5000)]
        rows = [{
            "_id": f"{i:024x}", "question": f"Which of the two is number {i}?", "answer": word[i % 5000], "type": "bridge", "level": "hard",
            "supporting_facts": [[f"Title {i} {p}", 0] for p in range(2)],
            "context": [[f"Title {i} {p}", [" " * (s > 0) + " ".join(word[(i * 31 + p * 17 + s * 23 + k) % 5000] for k in range(16)) + ' é "x".' for s in range(5)]]
                        for p in range(10)]} for i in range(6_500)]
        path.write_text(json.dumps(rows))
    size = path.stat().st_size / 1e6
    ours, python = [], []
    for _ in range(REPETITIONS):
        ours.append(engine.rate(work="read", questions=str(path)))
        start = time.perf_counter()
        with open(path) as file:
            json.load(file)
        python.append(size / (time.perf_counter() - start))
    report.row(f"questions of a JSON array of {size:.0f} MB", "MB/s", ours, "Python's json, values only", python, "≥ 100 MB/s", None)
    work, rates, *rest = report.rows[-1]
    report.rows[-1] = (work, rates, *rest[:4], "yes" if statistics.median(ours) >= 100 else "**no**", "one core; ours makes questions, golds and a corpus of it")


def storing(report):
    answer = alone(work="filter", count=1_000_000, tokens=300_000)
    report.add("filter 1 M stored trajectories", f"{answer['seconds']:.2f} s, {answer['peakBytes'] / 1e9:.2f} GB resident",
               target="< 10 s, < 1 GB", met=answer["seconds"] < 10 and answer["peakBytes"] < 1e9)
    points = [(count, alone(work="scale", count=count, tokens=300_000)) for count in (1_000, 10_000, 100_000)]
    for count, answer in points:
        report.add(f"rollout, verdicts, filter: {count:,}", f"{answer['seconds'] / count * 1e6:.0f} µs a trajectory, {answer['peakBytes'] / 1e6:.0f} MB")
    exploring(report)
    answer = alone(work="reopen", count=50_000, tokens=300_000)
    report.add("first filter over 50,000 trajectories of another process", f"{answer['seconds']:.2f} s",
               note="the stored columns are held to their digest first, once a process")
    costs = [answer["seconds"] / count for count, answer in points]
    grown = (points[-1][1]["peakBytes"] - points[0][1]["peakBytes"]) / (points[-1][0] - points[0][0])
    report.add("cost of 100,000 against 1,000, each", f"{costs[-1] / costs[0]:.2f} ×", target="linear", met=costs[-1] / costs[0] <= 1.3,
               note="met up to 1.3 ×")
    report.add("memory from 1,000 to 100,000", f"{grown:.0f} bytes more a trajectory", target="flat", met=grown <= 100,
               note="what grows is the trajectories themselves, which are kept in memory" if grown > 100 else "")


def exploring(report):
    """What a person types over 50,000 stored trajectories; none may take longer than a glance."""
    answer = alone(work="explore", count=50_000, tokens=300_000)
    seconds = {name: float(words[0]) for name, words in zip(answer["names"], answer["words"])}
    for kind in ("filter", "count", "overlap", "pick", "describe", "show", "why"):
        own = {name: value for name, value in seconds.items() if name.split()[0] == kind}
        slowest = max(own, key=own.get)
        report.add(f"{kind} over {answer['amount']:,.0f} trajectories", f"{own[slowest] * 1e3:.0f} ms at most", target="< 300 ms",
                   met=own[slowest] < 0.3, note=f"`{slowest}`".replace("|", "\\|") if len(own) > 1 else "")
    report.add("judge with:rules there, columns for filters included", f"{answer['number']:.1f} s")


def large(report):
    """A checkpoint of Gemma 2 2B's shape with random weights in BF16."""
    target = "≤ 1.3 × the file"
    if not os.environ.get("BENCH_LARGE"):
        report.missing("loading 2.6 billion parameters and scoring a sentence", target, "BENCH_LARGE is not set; it writes 5 GB")
        return
    folder = WORK / "large"
    size = random_checkpoint(folder)
    answer = alone(work="score", model=str(folder), length=16)
    ratio = answer["peakBytes"] / size
    report.add("loading 2.6 billion parameters and scoring 16 tokens",
               f"{answer['seconds']:.1f} s, {answer['peakBytes'] / 1e9:.2f} GB resident", "the file", f"{size / 1e9:.2f} GB", f"{ratio:.3f} ×", target, ratio <= 1.3)


def random_checkpoint(folder):
    import numpy

    hidden, intermediate, vocabulary, layers, queries, keys = 2304, 9216, 256_000, 26, 8 * 256, 4 * 256
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(dict(
        architectures=["Gemma2ForCausalLM"], model_type="gemma2", vocab_size=vocabulary, hidden_size=hidden, intermediate_size=intermediate,
        num_hidden_layers=layers, num_attention_heads=8, num_key_value_heads=4, head_dim=256, query_pre_attn_scalar=256, torch_dtype="bfloat16")))
    shapes = {"model.embed_tokens.weight": (vocabulary, hidden), "model.norm.weight": (hidden,)}
    for layer in range(layers):
        at = f"model.layers.{layer}."
        for name, shape in {
            "self_attn.q_proj": (queries, hidden), "self_attn.k_proj": (keys, hidden), "self_attn.v_proj": (keys, hidden),
            "self_attn.o_proj": (hidden, queries), "mlp.gate_proj": (intermediate, hidden), "mlp.up_proj": (intermediate, hidden),
            "mlp.down_proj": (hidden, intermediate), "input_layernorm": (hidden,), "post_attention_layernorm": (hidden,),
            "pre_feedforward_layernorm": (hidden,), "post_feedforward_layernorm": (hidden,)}.items():
            shapes[at + name + ".weight"] = shape
    header, end = {}, 0
    for name, shape in shapes.items():
        size = 2 * int(numpy.prod(shape))
        header[name] = dict(dtype="BF16", shape=list(shape), data_offsets=[end, end + size])
        end += size
    text = json.dumps(header).encode()
    path = folder / "model.safetensors"
    if path.exists() and path.stat().st_size == 8 + len(text) + end:
        return 8 + len(text) + end
    block = (numpy.random.default_rng(1).standard_normal(1 << 22).astype(numpy.float32) * 0.02).view(numpy.uint32) >> 16
    block = block.astype(numpy.uint16).tobytes()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for start in range(0, end, len(block)):
            file.write(block[: end - start])
    return 8 + len(text) + end


def machine():
    model = "unknown processor"
    try:
        model = next(l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name"))
    except OSError:
        model = platform.processor() or model
    return f"{os.cpu_count()} threads of {model}, {platform.system()}"


def header(peers):
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    changed = subprocess.run(["git", "status", "--porcelain", "--", "Sources", "Tests", ":!Tests/Benchmarks/RESULTS.md"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    versions = ", ".join((HERE / "requirements.txt").read_text().split())
    return [
        "# Benchmarks", "",
        f"Written by `make bench` on {datetime.date.today()}, commit {commit}{' with changes' if changed else ''}, {machine()}, {THREADS} threads for everybody.",
        f"Medians (and ranges) of {REPETITIONS} repetitions in turn; ratios are medians of the pairs; rows of the store and of the large checkpoint ran once. Shared machines drift: quote ratios. Peers: {versions}.",
        "The targets were set when the peers ran slower on such a machine: beside them stands what was measured in this run.",
    ]


def main():
    wanted = sys.argv[1:]
    for part in wanted:
        if part not in PARTS:
            sys.exit(f"there is no part '{part}': {', '.join(PARTS)}")
    sys.path.insert(0, str(HERE))
    import torch

    import peers

    peers.THREADS = THREADS
    torch.set_num_threads(THREADS)
    WORK.mkdir(parents=True, exist_ok=True)
    for name, shape in SHAPES.items():
        alone(work="export", model=str(WORK / name), **shape)
    engine, report = Engine(), Report()
    folder = os.environ.get("BENCH_PROTOTYPE")
    works = {
        "training": lambda: (training(report, engine, peers), reproducibility(report)),
        "generation": lambda: generation(report, engine, peers),
        "stepwise": lambda: stepwise(report, engine, peers.Prototype(folder, WORK / "prototype", BASE) if folder else None),
        "search": lambda: searching(report, engine, peers, os.environ.get("BENCH_DATA")),
        "corpus": lambda: corpus(report, os.environ.get("BENCH_DATA")),
        "dense": lambda: dense(report),
        "reading": lambda: reading(report, engine),
        "store": lambda: storing(report),
        "large": lambda: large(report),
    }
    failed = False
    for part in PARTS:
        if wanted and part not in wanted:
            continue
        try:
            works[part]()
        except Exception as error:
            failed = True
            report.missing(part, "–", f"failed: {str(error).splitlines()[0] if str(error) else type(error).__name__}")
        if not wanted:
            # After every part: what was measured is not lost with a later one.
            (HERE / "RESULTS.md").write_text(report.markdown(header(peers)))
    engine.close()
    print(report.markdown(header(peers)))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
