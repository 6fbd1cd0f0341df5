"""Records what bm25s 0.3.16 gives: python make_bm25s.py (needs bm25s)."""

import json
import pathlib
import random

import bm25s

r = random.Random(5)
vocab = [f"word{i}" for i in range(300)]
weights = [1/(i+1) for i in range(300)]
passages = [" ".join(r.choices(vocab,weights,k=r.randint(1,30))) for _ in range(200)]
queries = []
for _ in range(40):
    q = list(dict.fromkeys(r.choices(vocab,k=r.randint(1,6))+r.choices(vocab,weights,k=1)))
    queries.append(q)
index = bm25s.BM25(method="robertson",k1=1.2,b=0.75)
index.index([p.split() for p in passages],show_progress=False)
scores = [[round(float(s),7) for s in index.get_scores(q)] for q in queries]
json.dump({"source":"bm25s 0.3.16, method robertson, k1 1.2, b 0.75","passages":passages,"queries":queries,"scores":scores},open(pathlib.Path(__file__).parent / "bm25s.json", "w"))
