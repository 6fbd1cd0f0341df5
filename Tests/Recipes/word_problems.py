"""Writes word-problems.jsonl: 240 word problems in the official GSM8K format, made up by this script.

python3 Tests/Recipes/word_problems.py > Tests/Recipes/word-problems.jsonl
"""

import json
import random

PEOPLE = "Ava Ben Chloe Dev Ella Finn Grace Hugo Isla Jude".split()
ITEMS = "apples books coins eggs marbles pens shells stamps".split()


def problem(draw):
    who, item, number = draw.choice(PEOPLE), draw.choice(ITEMS), draw.randint(5, 60)
    sentences, steps = [f"{who} has {number} {item}."], []
    for _ in range(draw.randint(1, 3)):
        symbol = draw.choice("+-*")
        operand = draw.randint(2, 3) if symbol == "*" else draw.randint(2, max(2, min(40, number - 2)))
        if symbol == "-" and operand >= number:
            symbol = "+"
        result = {"+": number + operand, "-": number - operand, "*": number * operand}[symbol]
        sentences.append(
            {
                "+": f"{who} buys {operand} more {item}.",
                "-": f"{who} gives {operand} {item} away.",
                "*": f"The number of {item} grows {operand} times as large.",
            }[symbol]
        )
        steps.append(f"{who} then has {number}{symbol}{operand} = <<{number}{symbol}{operand}={result}>>{result} {item}.")
        number = result
    sentences.append(f"How many {item} does {who} have now?")
    return {"question": " ".join(sentences), "answer": "\n".join(steps + [f"#### {number}"])}


draw = random.Random(20261126)
seen = {}
while len(seen) < 240:
    row = problem(draw)
    seen.setdefault(row["question"], row)
for row in seen.values():
    print(json.dumps(row))
