"""Grades that graders are held to.

Run: python3 make_grades.py            (sympy 1.14.0; writes official.jsonl and equal.jsonl beside itself)

official.jsonl: 1,000 predictions for each set of published rules (with several golds too, as 2WikiMultihopQA 1.1 and BeerQA have
them), graded by an implementation of those rules in Python, whose string functions the published scripts are written in. equal.jsonl: 2,000 pairs of numbers in many
notations; SymPy decides which are the same value.
"""

import collections
import json
import pathlib
import random
import re
import string

import sympy

random.seed(20261126)
HERE = pathlib.Path(__file__).parent

# --- The published rules: SQuAD's normalization, as HotpotQA, 2WikiMultihopQA and MuSiQue took it over.


def normalize(text):
    bare = "".join(c for c in text.lower() if c not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", bare).split())


def shares(prediction_tokens, gold_tokens):
    same = sum((collections.Counter(prediction_tokens) & collections.Counter(gold_tokens)).values())
    if same == 0:
        return 0.0, 0.0, 0.0
    precision, recall = same / len(prediction_tokens), same / len(gold_tokens)
    return 2 * precision * recall / (precision + recall), precision, recall


def hotpotqa(prediction, golds):
    p, g = normalize(prediction), normalize(golds[0])
    special = ["yes", "no", "noanswer"]
    if (p in special or g in special) and p != g:
        return p == g, (0.0, 0.0, 0.0)
    return p == g, shares(p.split(), g.split())


def musique(prediction, golds):
    best_match, best = False, (-1.0, 0.0, 0.0)
    for gold in golds:
        p, g = normalize(prediction), normalize(gold)
        best_match = best_match or p == g
        if not p.split() or not g.split():
            found = (1.0, 1.0, 1.0) if p.split() == g.split() else (0.0, 0.0, 0.0)
        else:
            found = shares(p.split(), g.split())
        best = max(best, found, key=lambda f: f[0])
    return best_match, best


def gsm8k(prediction, golds):
    def extract(text):
        found = re.search(r"#### (\-?[0-9\.\,]+)", "#### " + text)
        return found.group(1).strip().replace(",", "") if found else None

    return extract(prediction) is not None and extract(prediction) == extract(golds[0]), None


def hotpotqa_many(prediction, golds):
    """2WikiMultihopQA 1.1: the best over the answer and its aliases."""
    found = [hotpotqa(prediction, [gold]) for gold in golds]
    return any(match for match, _ in found), max((shares for _, shares in found), key=lambda s: s[0])


def beerqa(prediction, golds):
    match, best = False, (0.0, 0.0, 0.0)
    for gold in golds:
        own, found = hotpotqa(prediction, [gold])
        if found[0] > best[0]:
            match, best = own, found
    return match, best


def gsm_hard(prediction, golds):
    try:
        return abs(float(prediction) - float(golds[0])) < 1e-3, None
    except ValueError:
        return False, None


WORDS = """the a an The A An U.S. US O'Brien OBrien Spider-Man Spider Man 3,677 seated yes no noanswer Yes. NO José Ångström
naïve ΣΊΣΥΦΟΣ Σίσυφος İstanbul ﬁne straße STRASSE “quoted” l’été — – … 1066 12 May 1990 The-Who (band) AC/DC R&B C++ and of
New York City Sir Arthur Conan Doyle a.m. an's the’s _x_ x_y ²  ½ Ⅳ 二 café cafe\u0301 the\u0301 a\u200d \u00a0 \u2003 \x1c""".split(" ")
TYPO = [str.lower, str.upper, str.title, lambda s: s + ".", lambda s: "the " + s, lambda s: s.replace("-", " "),
        lambda s: s.replace(".", ""), lambda s: s.replace("'", ""), lambda s: " " + s + "  ", lambda s: s + " of",
        lambda s: s.replace("s", ""), lambda s: s]


def phrase():
    return " ".join(random.choice(WORDS) for _ in range(random.randrange(1, 6)))


def number_text():
    value = random.choice([random.randrange(0, 100), random.randrange(1000, 10**7), round(random.uniform(0, 1e4), 2)])
    return random.choice([f"{value}", f"{value:,}", f"-{value}", f"{value}.0", f"${value}", f"{value} dollars", f"{value}.", f"+{value}",
                          f"**{value}**", f"about {value}", f"#### {value}", f"{value}%", "", f"0{value}", f"{value} or {value}"])


with open(HERE / "official.jsonl", "w") as out:
    for name, rules in [("hotpotqa", hotpotqa), ("musique", musique), ("gsm8k", gsm8k)]:
        for _ in range(1_000):
            if name == "gsm8k":
                gold = random.choice([str(random.randrange(-50, 100)), f"{random.randrange(1000, 10**6):,}", "18", "18.5"])
                bare = gold.replace(",", "")
                same = [gold, bare, bare + ".0", bare + ".", "$" + gold, gold + " apples", "-" + gold, " " + gold, "0" + bare]
                prediction, golds = random.choice([random.choice(same), number_text()]), [gold]
            else:
                golds = [random.choice([phrase(), random.choice(["yes", "no", "The", "!", "noanswer"])])]
                golds += [phrase() for _ in range(random.randrange(0, 3))] if name == "musique" else []
                prediction = random.choice([random.choice(TYPO)(random.choice(golds)), phrase(), random.choice(["yes", "no", "", "."])])
            match, found = rules(prediction, golds)
            row = {"rules": name, "prediction": prediction, "golds": golds, "match": match}
            if found:
                row["f1"], row["precision"], row["recall"] = found
            print(json.dumps(row), file=out)

    for name, rules in [("hotpotqa", hotpotqa_many), ("beerqa", beerqa), ("gsm-hard", gsm_hard)]:
        for _ in range(1_000):
            if name == "gsm-hard":
                target = random.choice([random.randrange(-50, 10**9) * 1.0, round(random.uniform(-1e6, 1e6), 10), 24.333333333333332, 0.0016791648])
                golds = [repr(target)]
                near = [repr(target), f"{target:.3f}", f"{target:.12g}", repr(target + 9e-4), repr(target + 2e-3), f" {target} ", f"{target:e}",
                        f"{target:,}", f"${target}", "1_000.5", "_1", "1__0", ".5", "5.", "+7", "--7", "1e", "nan", "inf", "-inf", "0x10", ""]
                prediction = random.choice([random.choice(near[:7]), random.choice(near), number_text()])
            else:
                golds = [random.choice([phrase(), random.choice(["yes", "no", "The", "!", "noanswer"])])]
                golds += [phrase() for _ in range(random.randrange(0, 3))]
                if random.random() < 0.1:
                    golds.append(" ".join(reversed(golds[0].split())))
                prediction = random.choice([random.choice(TYPO)(random.choice(golds)), phrase(), random.choice(["yes", "no", "", "."])])
            match, found = rules(prediction, golds)
            row = {"rules": name, "prediction": prediction, "golds": golds, "match": match}
            if found:
                row["f1"], row["precision"], row["recall"] = found
            print(json.dumps(row), file=out)

random.seed(20261126)

# --- Numbers in many notations.
VULGAR = {sympy.Rational(1, 2): "½", sympy.Rational(1, 3): "⅓", sympy.Rational(1, 4): "¼", sympy.Rational(3, 4): "¾",
          sympy.Rational(2, 3): "⅔", sympy.Rational(1, 8): "⅛"}


def decimal(value):
    """The decimal notation of a fraction that has one, or None."""
    q = value.q
    for prime in (2, 5):
        while q % prime == 0:
            q //= prime
    if q != 1:
        return None
    places = 0
    while (value * 10**places).q != 1:
        places += 1
    whole = abs(value * 10**places)
    digits = str(whole).rjust(places + 1, "0")
    return digits if places == 0 else digits[:-places] + "." + digits[-places:]


def notations(value):
    sign = "-" if value < 0 else ""
    size = abs(value)
    texts = []
    plain = decimal(size)
    if plain:
        whole, _, fraction = plain.partition(".")
        grouped = f"{int(whole):,}" + ("." + fraction if fraction else "")
        for text in {plain, grouped, grouped.replace(",", "{,}"), plain + ("0" if fraction else ".00"), plain + "."}:
            texts.append(sign + text)
        if whole == "0" and fraction:
            texts.append(sign + "." + fraction)
        texts += [f"{sign}${grouped}", f"${sign}{grouped}", f"{sign}{plain} dollars", f" {sign}{plain} "]
        share = decimal(size * 100)
        texts += [f"{sign}{share}%", f"{sign}{share} percent", f"{sign}{share} %", rf"{sign}{share}\%", f"{sign}{share} per cent"]
        power = len(whole) - 1
        if value and power > 0:
            mantissa = decimal(size / 10**power)
            texts += [f"{sign}{mantissa}e{power}", f"{sign}{mantissa}E+{power}", f"{sign}{mantissa} × 10^{power}",
                      rf"{sign}{mantissa} \times 10^{{{power}}}", f"{sign}{mantissa}×10{str(power).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"]
        if size >= 1_000_000 and (size / 1_000_000).q in (1, 2, 5, 10):
            texts.append(f"{sign}{decimal(size / 1_000_000)} million")
        if size >= 1_000 and (size / 1_000).q in (1, 2, 5, 10):
            texts.append(f"{sign}{decimal(size / 1_000)} thousand")
    if size.q > 1:
        k = random.randrange(1, 5)
        texts += [f"{sign}{size.p}/{size.q}", f"{sign}{size.p * k}/{size.q * k}", rf"{sign}\frac{{{size.p}}}{{{size.q}}}",
                  rf"{sign}\dfrac{{{size.p}}}{{{size.q}}}", f"{sign}{size.p}⁄{size.q}"]
        whole, rest = size.p // size.q, size - size.p // size.q
        if whole:
            texts += [f"{sign}{whole} {rest.p}/{rest.q}", rf"{sign}{whole}\frac{{{rest.p}}}{{{rest.q}}}"]
            if rest in VULGAR:
                texts += [f"{sign}{whole}{VULGAR[rest]}", f"{sign}{whole} {VULGAR[rest]}"]
        elif rest in VULGAR:
            texts.append(sign + VULGAR[rest])
    if sign:
        texts += [random.choice("−–") + text[1:] for text in texts if text.startswith("-")][:4]
    return [text for text in texts]


def value():
    kind = random.randrange(7)
    if kind == 0:
        return sympy.Rational(random.randrange(-20, 100))
    if kind == 1:
        return sympy.Rational(random.randrange(1_000, 10**7))
    if kind == 2:
        return sympy.Rational(random.randrange(-10**4, 10**5), 100)
    if kind == 3:
        return sympy.Rational(random.randrange(-30, 60), random.randrange(2, 13))
    if kind == 4:
        return sympy.Rational(random.randrange(1, 100) * 10 ** random.randrange(3, 9))
    if kind == 5:
        return random.randrange(0, 9) + random.choice(list(VULGAR))
    return sympy.Rational(random.randrange(1, 1000), 1000)


def near(v):
    """Another value whose digits look alike."""
    return random.choice([-v, v * 10, v / 10, v * 100, v / 100, v + 1, v + sympy.Rational(1, 10), 1 / v if v else v + 2, v * 1000,
                          v / 1000, sympy.Rational(int(str(v.p) + str(v.q))), v + sympy.Rational(1, 1000)])


# Units that both notations have to agree on are no part of this: dollars may be left out.
with open(HERE / "equal.jsonl", "w") as out:
    count = 0
    while count < 2_000:
        v = value()
        w = v if count % 2 == 0 else near(v)
        if count % 2 and v == w:
            continue
        gold, answer = random.choice(notations(v)), random.choice(notations(w))
        print(json.dumps({"gold": gold, "answer": answer, "equal": bool(v == w)}), file=out)
        count += 1
