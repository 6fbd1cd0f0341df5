"""Arithmetic expressions as people and models write them, with SymPy's exact values.

Run: python3 make_expressions.py > expressions.jsonl       (sympy 1.14.0)

One object a line: "text" as it is written, "value" as SymPy's exact fraction p/q. Every text is made from a tree,
once in plain notation for SymPy and once in one of the notations that models use. Texts with "value" null have two
readings and must be refused.
"""

import json
import random

import sympy

random.seed(20261126)
SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
VULGAR = {"½": (1, 2), "⅓": (1, 3), "¼": (1, 4), "¾": (3, 4), "⅛": (1, 8), "⅔": (2, 3)}
TIMES = ["*", " * ", "×", " × ", " x ", " X ", "·", " ⋅ ", "∗", "＊", r" \times ", r"\cdot "]
DIVIDE = ["/", " / ", "÷", " ÷ ", "∕", "／", r" \div "]
MINUS = ["-", " - ", "−", " − ", "–", " – ", "－"]
PLUS = ["+", " + ", "＋"]


def number():
    """(plain, written)"""
    kind = random.randrange(12)
    if kind == 0:
        value = random.randrange(1_000, 10_000_000)
        return str(value), random.choice([f"{value:,}", f"{value:,}".replace(",", "{,}"), str(value)])
    if kind == 1:
        text = f"{random.uniform(0, 100):.{random.randrange(1, 5)}f}"
        return f"Rational('{text}')", text
    if kind == 2:
        digits, power = random.randrange(1, 100), random.randrange(-6, 7)
        return f"({digits}*Rational(10)**{power})", random.choice([f"{digits}e{power}", f"{digits}E{power}"])
    if kind == 3:
        mark, (a, b) = random.choice(list(VULGAR.items()))
        return f"Rational({a},{b})", mark
    if kind == 4:
        mark, (a, b) = random.choice(list(VULGAR.items()))
        whole = random.randrange(1, 20)
        return f"({whole}+Rational({a},{b}))", f"{whole}{mark}"
    if kind == 5:
        value = random.randrange(1, 200)
        return f"Rational({value},100)", random.choice([f"{value}%", rf"{value}\%", f"{value}％"])
    if kind == 6:
        value = random.randrange(1, 10_000)
        sign = random.choice(["$", "€", "£", r"\$"])
        return str(value), f"{sign}{value}"
    if kind == 7:
        a, b = random.randrange(1, 50), random.randrange(1, 50)
        command = random.choice(["frac", "dfrac"])
        return f"Rational({a},{b})", rf"\{command}{{{a}}}{{{b}}}"
    if kind == 8:
        root = random.randrange(1, 40)
        return str(root), random.choice([f"sqrt({root * root})", rf"\sqrt{{{root * root}}}", f"√{root * root}"])
    value = random.randrange(0, 1_000)
    return str(value), str(value)


def tree(depth):
    if depth == 0 or random.random() < 0.2:
        return number()
    kind = random.randrange(9)
    if kind == 0:
        plain, written = tree(depth - 1)
        return f"({plain})", random.choice([f"({written})", f"[{written}]", rf"\left({written}\right)"])
    if kind == 1:
        base, power = random.randrange(0, 30), random.randrange(1, 6)
        return f"({base}**{power})", random.choice(
            [f"{base}^{power}", f"{base}**{power}", f"{base}{str(power).translate(SUPERSCRIPT)}", f"{base}^{{{power}}}"])
    if kind == 2:
        plain, written = tree(depth - 1)
        return f"(-({plain}))", f"({random.choice(['-', '−', '–'])}({written}))"
    if kind == 3:
        share, value = random.randrange(1, 100), random.randrange(1, 1_000)
        return f"(Rational({share},100)*{value})", random.choice([f"({share}% of {value})", f"({share} percent of {value})"])
    (a, x), (b, y) = tree(depth - 1), tree(depth - 1)
    if kind in (4, 5):
        return f"(({a})+({b}))", f"({x}{random.choice(PLUS)}{y})"
    if kind == 6:
        return f"(({a})-({b}))", f"({x}{random.choice(MINUS)}{y})"
    if kind == 7:
        return f"(({a})*({b}))", f"({x}{random.choice(TIMES)}{y})"
    return f"(({a})/({b}))", f"({x}{random.choice(DIVIDE)}{y})"


def exact(plain):
    integers = sympy.sympify(plain, locals={"Rational": sympy.Rational}, rational=True)
    return integers if integers.is_Rational else None


def line(text, value):
    print(json.dumps({"text": text, "value": None if value is None else f"{value.p}/{value.q}"}, ensure_ascii=False))


seen = set()
count = 0
while count < 1_800:
    plain, written = tree(random.randrange(1, 4))
    value = exact(plain)
    if value is None or written in seen or len(written) > 150:
        continue
    if written.startswith("(") and written.endswith(")") and random.random() < 0.7:
        inner = written[1:-1]
        depth, whole = 0, True
        for character in inner:
            depth += (character == "(") - (character == ")")
            whole = whole and depth >= 0
        written = inner if whole else written
    # What stands around an expression.
    dressing = random.randrange(10)
    if dressing == 0:
        written += random.choice(["=", " = "])
    elif dressing == 1:
        written = random.choice(["= ", "x = ", "total = ", "answer="]) + written
    elif dressing == 2 and value.q == 1:
        written += f" = {value.p}"
    elif dressing == 3:
        written = rf"\({written}\)"
    seen.add(written)
    line(written, value)
    count += 1
# As models write them in transcripts of word problems.
for a in range(2, 42):
    b = 3 * a + 1
    for text, value in [
        (f"{a}*{b}={a * b}", a * b), (f"${a}.50*{b}", sympy.Rational(2 * a + 1, 2) * b), (f"$-{a} + {b}", b - a),
        (f"–{a}+{b}", b - a), (f"{b} - {a} =", b - a),
    ]:
        line(text, sympy.Rational(value))
for text in [
    "1,5", "0,500 + 0", "12,34 * 2", "1,2345", "1234,567", "0x10", "0b11 + 1", "10 % 3", "5 % 2 + 1", "6:2", "3!", "5 mod 3",
    "1 000 + 5", "1.000.000", "2 1/2 * 4", "1,000,00", "1.5,000", "0,5 + 1", "48/2=25", "x + 1", "five * 2", "12 apples * 3", "√2",
    "sqrt(2)", "2^0.5", "1e9999", "max(1, 2)", "1_000 + 1",
]:
    line(text, None)
