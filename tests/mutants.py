"""Models that are right, changed in a place or two: most are models still, and go on to be derived and solved."""

from __future__ import annotations

import re

from tests.models import MODELS

PUBLISHED = sorted((MODELS[0].parent.parent / "tests" / "published").glob("*.pepa"))
SHIPPED = [path.read_text() for path in (*MODELS, *PUBLISHED)]
TOKEN = re.compile(r"//.*|/\*.*?\*/|\"[^\"\n]*\"|[A-Za-z_]\w*'*|\d*\.?\d+(?:[eE][-+]?\d+)?|\|\||\s+|.", re.DOTALL)
NUMBERS = ("0.5", "1", "2", "3", "1e-6", "1e6", "0", "17")
SIGNS = ("+", "||", "<>", "<*>", ".", ",", ";", "/", "-", "*", "[2]", "=", "/{a}", "(", ")")


def sequential(rng, names, actions, rates):
    """Return a choice of activities that lead to these names."""
    parts = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        steps = [f"({rng.choice(actions)}, {rng.choice(rates)})" for _ in range(rng.choice((1, 1, 1, 2)))]
        parts.append(".".join([*steps, rng.choice(names)]))
    return " + ".join(parts)


def system(rng, names, actions, depth=0):
    """Return a system equation of these components."""
    if depth == 2 or rng.random() < 0.25:
        return rng.choice(names) + rng.choice(("", "", "[2]", "[n]", "[3]"))
    kind = rng.random()
    left, right = (system(rng, names, actions, depth + 1) for _ in range(2))
    if kind < 0.1:
        return f"({left})/{{{rng.choice(actions)}}}"
    if kind < 0.15:
        return f"({left})[2]{{{rng.choice(actions)}}}"
    sign = "||" if kind < 0.4 else f"<{', '.join(rng.sample(actions, rng.choice((1, 1, 2))))}>"
    return f"({left} {sign} {right})"


def sound(rng):
    """Return a model as people write them: rates, an array's size, components that go round, a system of them."""
    actions, rates = ["a", "b", "ask", "serve"], ["r", "s", "2*r", "s/3", "1.5", "infty"]
    lines = ["r = 1.0; s = 2.5;  // rates", "n = 2;"]
    starts = []
    for letter in "PQR"[: rng.choice((1, 2, 3))]:
        names = [f"{letter}{number or ''}" for number in range(rng.choice((1, 2, 3)))]
        starts.append(names[0])
        usual = rates[: 6 if rng.random() < 0.3 else 5]
        lines += [f"{name} = {sequential(rng, names, actions, usual)};" for name in names]
    return "\n".join([*lines, system(rng, starts, actions)]) + "\n"


def like(rng, token, tokens):
    """Return another token of the text of a token's kind, or of any text."""
    if token[0].isdigit():
        return rng.choice(NUMBERS)
    if token[0].isalpha():
        return rng.choice([one for one in tokens if one[0].isalpha() and one[0].isupper() == token[0].isupper()])
    return rng.choice(SIGNS)


def changed(rng, text):
    """Return a text with one place of it changed as by a hand that slips, or thinks of something else."""
    tokens = TOKEN.findall(text)
    seen = [index for index, token in enumerate(tokens) if not token.isspace() and not token.startswith(("//", "/*"))]
    if not seen:
        return text
    at, kind = rng.choice(seen), rng.random()
    if kind < 0.15:
        lines = text.split("\n")
        first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
        lines[first], lines[second] = lines[second], lines[first] if rng.random() < 0.7 else lines[second]
        return "\n".join(lines)
    if kind < 0.2:
        tokens[at] = ""
    elif kind < 0.25:
        tokens[at] += rng.choice((" ", "")) + tokens[rng.choice(seen)]
    elif kind < 0.28:
        tokens[at] = rng.choice(SIGNS)
    else:  # most slips are of a name or a number
        words = [index for index in seen if tokens[index][0].isalnum()]
        at = rng.choice(words or seen)
        tokens[at] = like(rng, tokens[at], tokens)
    return "".join(tokens)


def mutant(rng):
    """Return a model that ships, one that was published, or one made at random, changed in up to three places."""
    text = rng.choice(SHIPPED) if rng.random() < 0.4 else sound(rng)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        text = changed(rng, text)
    return text
