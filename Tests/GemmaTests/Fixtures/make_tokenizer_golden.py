"""Writes what Hugging Face's tokenizers library makes of texts with our tokenizer files.

    pip install tokenizers==0.23.3
    python make_tokenizer_golden.py NAME=tokenizer.json [NAME=…] > tokenizer_golden.json
"""

import json
import random
import sys

import tokenizers

SEED = 20250404
TEXTS = [
    "", " ", "what is the director of amber anchor?", " what is the director of amber anchor?",
    "amy has 45 apples. bob gives 3 apples to amy.", "<answer> lydia</answer>", "<math_exp>45+3</math_exp>",
    "<search_query> mayor of belaton</search_query><obs> belaton is a city in lydia.</obs>",
    "two  spaces", "tab\tand\nnewline", "naïve café", "漢字 and かな", "🌀 emoji 👩‍👩‍👧", "don't 'quote' \"me\"",
    "1987 19870 0.5 $1,200.50 10%", "<answer", "</answer></answer>", "a▁b", "\u0000\u007f", "ÀÉÎ ÿ", "x" * 200,
    "Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May.",
]


def random_texts(count):
    rng = random.Random(SEED)
    words = "what is the of amber anchor mayor 45 3 , . ? ' - + <bos> </answer> é 漢 🌀 \t".split(" ")
    for _ in range(count):
        yield rng.choice(["", " "]).join(rng.choice(words) for _ in range(rng.randrange(12)))
    for _ in range(count):
        yield "".join(chr(rng.choice([rng.randrange(32, 127), rng.randrange(160, 0xD000)])) for _ in range(rng.randrange(20)))


def main():
    texts = TEXTS + list(random_texts(150))
    golden = {"library": f"tokenizers {tokenizers.__version__}", "seed": SEED, "texts": texts, "files": {}}
    for argument in sys.argv[1:]:
        name, path = argument.split("=", 1)
        text = open(path, encoding="utf-8").read()
        tokenizer = tokenizers.Tokenizer.from_str(text)
        ids = [tokenizer.encode(t, add_special_tokens=False).ids for t in texts]
        golden["files"][name] = {
            "tokenizer": text,
            "ids": ids,
            "decoded": [tokenizer.decode(i, skip_special_tokens=False) for i in ids],
        }
    json.dump(golden, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
