"""The peers, each as a function that does the same work as ours and returns (seconds, amount)."""

import json
import pathlib
import re
import sys
import time
import unicodedata

import numpy
import torch

THREADS = 2


def sgemm(n=2048, repeat=4):
    """The machine's rate for 32-bit matrix products, GFLOP/s."""
    a, b = torch.randn(n, n), torch.randn(n, n)
    a @ b
    start = time.perf_counter()
    for _ in range(repeat):
        a @ b
    return repeat * 2 * n**3 / (time.perf_counter() - start) / 1e9


class Transformers:
    """A Hugging Face directory in transformers with PyTorch, 32-bit, eager attention."""

    def __init__(self, directory, compiled=False):
        from transformers import AutoModelForCausalLM

        self.model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32, attn_implementation="eager")
        self.size = self.model.config.vocab_size
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.01, fused=True)
        self.forward = torch.compile(self.model) if compiled else self.model

    def train(self, batch, length, steps):
        torch.manual_seed(1)
        self.model.train()
        tokens = torch.randint(0, self.size, (batch, length))

        def step():
            self.forward(tokens, labels=tokens, use_cache=False).loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
            self.optimizer.zero_grad()

        step()
        start = time.perf_counter()
        for _ in range(steps):
            step()
        return time.perf_counter() - start, steps * batch * length

    def generate(self, batch, prompt, new):
        torch.manual_seed(1)
        self.model.eval()
        tokens = torch.randint(0, self.size, (batch, prompt))
        start = time.perf_counter()
        with torch.no_grad():
            out = self.model.generate(
                tokens, attention_mask=torch.ones_like(tokens), max_new_tokens=new, min_new_tokens=new,
                do_sample=True, top_k=0, pad_token_id=0, use_cache=True)
        assert out.shape[1] == prompt + new
        return time.perf_counter() - start, batch * new


class Prototype:
    """The Python prototype of the embedded experiment, from its own folder."""

    def __init__(self, folder, keep, tokens):
        import os

        sys.path.insert(0, str(pathlib.Path(folder).resolve()))
        os.environ["NT"] = str(THREADS)
        keep.mkdir(parents=True, exist_ok=True)
        here = os.getcwd()
        os.chdir(keep)
        try:
            import exp

            self.env, evaluation, self.questions = exp.setup(50)
            self.model = exp.base(self.env, evaluation, self.questions, 1, d=64, tokens=tokens, noise=0.75)
            self.exp = exp
        finally:
            os.chdir(here)
        torch.set_num_threads(THREADS)

    def rollout(self, questions):
        chosen = self.questions["qa"][: questions // 2] + self.questions["math"][: questions // 2]
        start = time.perf_counter()
        trajectories = self.exp.rollout(self.model, self.env, chosen, 1.0, 5)
        seconds = time.perf_counter() - start
        self.sampled = sum(len(action) for steps in trajectories for action, _ in steps) / len(trajectories)
        return seconds, len(trajectories)

    def update(self, states, length, action, steps):
        torch.manual_seed(1)
        policy = self.model.clone()
        optimizer = self.exp.opt_(policy, 1e-4, 0.0)
        size = policy.cfg["V"]
        draw = lambda n: torch.randint(0, size, (n,)).tolist()
        items = [(draw(length), [(draw(action), 0.01 if n % 2 == 0 else -0.01) for n in range(4)]) for _ in range(states)]

        def step():
            loss, _ = self.exp.tree_loss(policy, items)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()

        step()
        start = time.perf_counter()
        for _ in range(steps):
            step()
        return time.perf_counter() - start, steps


# Scripts that write no blanks between words: Han, Hiragana, Katakana.
UNSPACED = re.compile("[\u3005-\u3007\u3041-\u3096\u30A1-\u30FA\u30FC-\u30FE\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\uFF66-\uFF9D\U00020000-\U0003FFFD]+")


def words(text):
    """Runs of letters, digits and their marks, in one case, without diacritics; single characters and pairs of unspaced scripts."""
    plain = (c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) not in ("Mn", "Me"))
    # Upper case first: it makes one of both sigmas, and two letters of a sharp s.
    kept = "".join("".join(u.lower() for u in c.upper()) if unicodedata.category(c)[0] in "LN" or unicodedata.category(c) in ("Co", "Mc") else " " for c in plain)
    found = []
    for run in UNSPACED.sub(lambda run: f" {run[0]} ", kept).split():
        found += list(run) + [a + b for a, b in zip(run, run[1:])] if UNSPACED.fullmatch(run) else [run]
    return found


class Search:
    """BM25 with k1 1.2 and b 0.75 in Robertson's form over the same words."""

    def __init__(self, passages, queries):
        import bm25s
        from rank_bm25 import BM25Okapi

        self.texts = [p["text"] for p in passages]
        self.corpus = [words(p["title"] + " " + p["text"]) for p in passages]
        self.queries = queries
        self.plain = BM25Okapi(self.corpus, k1=1.2, b=0.75)
        self.sparse = bm25s.BM25(method="robertson", k1=1.2, b=0.75, backend="numba")
        self.sparse.index(self.corpus, show_progress=False)
        self.sparse.retrieve(self.queries[:8], k=1, show_progress=False, n_threads=THREADS)

    def rank_bm25(self, count):
        start = time.perf_counter()
        for query in self.queries[:count]:
            numpy.argmax(self.plain.get_scores(query))
        return time.perf_counter() - start, count

    def bm25s(self):
        start = time.perf_counter()
        self.found, self.scores = self.sparse.retrieve(self.queries, k=1, show_progress=False, n_threads=THREADS)
        return time.perf_counter() - start, len(self.queries)

    def agreement(self, texts):
        """Of all questions: how many have the same first passage, or one of the same score."""
        same = tied = 0
        place = {text: n for n, text in reversed(list(enumerate(self.texts)))}
        for query, text, found, score in zip(self.queries, texts, self.found[:, 0], self.scores[:, 0]):
            if text == self.texts[found]:
                same += 1
            elif (not text and score <= 1e-6) or (text and abs(self.sparse.get_scores(query)[place[text]] - score) < 1e-4):
                tied += 1
        return same, tied
