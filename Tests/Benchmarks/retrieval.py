"""The peers of the corpus and of dense search, each in a process of its own: prints seconds, amount and peak of memory."""

import json
import os
import pathlib
import re
import resource
import sqlite3
import sys
import time
import unicodedata

import numpy

# What stands between two separators of ASCII.
SPLIT = re.compile(r"[^\x00-/:-@\[-`{-\x7f]+")
LETTERS = {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Mc", "Co"}
UNSPACED = re.compile("[\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30fe\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003fffd]")


def marked(token):
    """The words of a token with other characters than ASCII, as SearchTerms.swift finds them."""
    found, word, unspaced = [], "", ""

    def cut():
        nonlocal word, unspaced
        if word:
            found.append(word)
        found.extend(unspaced)
        found.extend(a + b for a, b in zip(unspaced, unspaced[1:]))
        word = unspaced = ""

    for char in unicodedata.normalize("NFD", token):
        if UNSPACED.match(char):
            if word:
                cut()
            unspaced += char
        elif unicodedata.category(char) in ("Mn", "Me"):
            continue
        elif unicodedata.category(char) in LETTERS:
            if unspaced:
                cut()
            word += char.upper().lower()
        else:
            cut()
    cut()
    return found


def words(text):
    found = []
    for token in SPLIT.findall(text):
        if token.isascii():
            found.append(token.lower())
        else:
            found += marked(token)
    return found


def peak():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024



def say(seconds, amount, **more):
    print(json.dumps({"seconds": seconds, "amount": amount, "peakBytes": peak(), **more}))


def glosses():
    """WordNet's 117,659 glosses (Debian's wordnet-base): a synset a passage."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in open(f"/usr/share/wordnet/data.{part}", encoding="utf-8"):
            if line.startswith("  "):
                continue
            fields, gloss = line.split(" | ", 1)
            parts = fields.split()
            yield f"{part}-{parts[0]}", parts[4].replace("_", " "), gloss.strip()


def corpus(size, passages, out):
    """Real passages, then glosses, then variations: the first half of a real passage and the second half of another."""
    size = int(size)
    real = json.loads(pathlib.Path(passages).read_text())
    count = 0
    # Written aside: a run that is interrupted leaves no cut file behind.
    with open(out + ".part", "w", encoding="utf-8") as file:
        def write(name, title, text):
            nonlocal count
            if count < size:
                file.write(json.dumps({"id": name, "title": title, "text": text}, ensure_ascii=False) + "\n")
                count += 1
        for n, passage in enumerate(real):
            write(f"wiki-{n}", passage["title"], passage["text"])
        if size > count:
            for name, title, text in glosses():
                write(name, title, text)
        random = numpy.random.default_rng(1)
        while count < size:
            a, b = (real[i] for i in random.integers(0, len(real), 2))
            left, right = a["text"].split(), b["text"].split()
            write(f"mix-{count}", a["title"], " ".join(left[: len(left) // 2] + right[len(right) // 2 :]))
    os.replace(out + ".part", out)
    say(0, count)


def read(path):
    for line in open(path, encoding="utf-8"):
        yield json.loads(line)


def bm25s_build(path, out):
    import bm25s

    start = time.perf_counter()
    tokens = [words(p["title"] + " " + p["text"]) for p in read(path)]
    index = bm25s.BM25(method="robertson", k1=1.2, b=0.75, backend="numba")
    index.index(tokens, show_progress=False)
    index.save(out, show_progress=False)
    say(time.perf_counter() - start, len(tokens))


def bm25s_query(out, queries):
    import bm25s

    start = time.perf_counter()
    index = bm25s.BM25.load(out, mmap=True)
    index.backend = "numba"
    index.activate_numba_scorer()
    opened = time.perf_counter() - start
    queries = json.loads(pathlib.Path(queries).read_text())
    k = min(10, index.scores["num_docs"])
    ask = lambda some: index.retrieve(some, k=k, show_progress=False, n_threads=2, backend_selection="numba")
    ask(queries[:8])
    start = time.perf_counter()
    found, scores = ask(queries)
    seconds = time.perf_counter() - start
    say(seconds, len(queries), number=opened,
        names=[" ".join(f"{p} {s}" for p, s in zip(row.tolist(), values.tolist())) for row, values in zip(found, scores)])


def fts5_build(path, out):
    pathlib.Path(out).unlink(missing_ok=True)
    start = time.perf_counter()
    base = sqlite3.connect(out)
    base.execute("create virtual table passages using fts5(text, tokenize='unicode61 remove_diacritics 2')")
    base.executemany("insert into passages(rowid, text) values (?, ?)",
                     ((n, p["title"] + " " + p["text"]) for n, p in enumerate(read(path))))
    base.execute("insert into passages(passages) values ('optimize')")
    base.commit()
    count = base.execute("select count(*) from passages").fetchone()[0]
    say(time.perf_counter() - start, count)


def fts5_query(out, queries):
    base = sqlite3.connect(out)
    queries = json.loads(pathlib.Path(queries).read_text())[:200]
    start = time.perf_counter()
    for query in queries:
        match = " OR ".join(f'"{word}"' for word in query)
        base.execute("select rowid from passages where passages match ? order by bm25(passages) limit 10", (match,)).fetchall()
    say(time.perf_counter() - start, len(queries))


def vectors(count, dimension, out, queries):
    random = numpy.random.default_rng(1)
    with open(out, "wb") as file:
        for start in range(0, int(count), 50_000):
            block = random.standard_normal((min(50_000, int(count) - start), int(dimension)), dtype=numpy.float32)
            block /= numpy.linalg.norm(block, axis=1, keepdims=True)
            file.write(block.tobytes())
    asked = random.standard_normal((64, int(dimension)), dtype=numpy.float32)
    pathlib.Path(queries).write_bytes(asked.tobytes())
    say(0, int(count))


def load(path, dimension):
    return numpy.fromfile(path, numpy.float32).reshape(-1, int(dimension))


def numpy_search(path, queries, dimension, batch):
    data, asked, batch = load(path, dimension), load(queries, dimension), int(batch)
    def work():
        for start in range(0, len(asked), batch):
            scores = asked[start : start + batch] @ data.T
            numpy.argpartition(-scores, 10, axis=1)[:, :10]
    start = time.perf_counter()
    work()
    say(time.perf_counter() - start, len(asked))


def faiss_search(path, queries, dimension, batch):
    import faiss

    data, asked, batch = load(path, dimension), load(queries, dimension), int(batch)
    faiss.omp_set_num_threads(2)
    index = faiss.IndexFlatIP(int(dimension))
    index.add(data)
    names = []
    start = time.perf_counter()
    for first in range(0, len(asked), batch):
        names += [" ".join(map(str, row)) for row in index.search(asked[first : first + batch], 10)[1].tolist()]
    say(time.perf_counter() - start, len(asked), names=names)


if __name__ == "__main__":
    globals()[sys.argv[1].replace("-", "_")](*sys.argv[2:])
