"""Texts as a grammar makes them, most of them nearly right: models, experiment files and measures, by seed.

`python -m tests.fuzz models 100000` runs many of a kind and tells how many had an answer, and the slowest. The kind
`mutants` is of models that are right but for a place or two: they are solved, laid out, and asked of as an editor does.
"""

from __future__ import annotations

import random
import signal
import sys
import time
from collections import Counter
from contextlib import suppress

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.format import formatted
from pepa.language.numbers import number
from pepa.language.problem import LineIndex, ModelError, render
from pepa.language.shown import shown
from pepa.net.check import check_text
from pepa.net.compile import compile_model, load
from pepa.query.analysis import compile_text, derive_net, solve_derived
from pepa.query.expression import parse
from pepa.query.kind import Kind
from pepa.query.measure import understood
from pepa.study.experiment_file import read_experiments
from tests.mutants import mutant
from workbench.engine import writing

NUMBERS = ("1", "2.5", "0", "1e3", ".5", "1e-3", "10", "-1", "1e200", "1e-320", "nan", "inf", "9" * 400, "007", "1_0")
NASTY = ("\x1b[2J", "\r", "\u202e", "\x00", "é", '"', "'", "\\", "\n", ";", "//", "/*", "%", "#", "<*>", "{", "[", ")")


def some(rng, *choices):
    """Return one of the choices, called where it is a function."""
    found = rng.choice(choices)
    return found(rng) if callable(found) else found


def name(rng, first="PQRS"):
    """Return a name, now and then a strange one."""
    if rng.random() < 0.01:
        return '"' + "".join(rng.choice([*"ab ", *NASTY]) for _ in range(rng.randrange(4))) + '"'
    return rng.choice(first) + rng.choice(["", "", "", "", "", "", "", "", "", "1", "'"])


def rate(rng, depth=0):
    """Return a rate expression."""
    if depth > 3 or rng.random() < 0.5:
        return some(
            rng, "r", "s", "r", "s", "2.5", lambda r: r.choice(NUMBERS[:6]), lambda r: r.choice((*NUMBERS, "T"))
        )
    sign = rng.choice("+-*/")
    return f"({rate(rng, depth + 1)}{sign}{rate(rng, depth + 1)})"


def process(rng, depth=0):
    """Return a process expression."""
    kind = rng.random()
    if depth > 4 or kind < 0.3:
        return name(rng)
    if kind < 0.6:
        return f"({name(rng, 'abc')}, {rate(rng)}).{process(rng, depth + 1)}"
    if kind < 0.75:
        return f"({process(rng, depth + 1)} + {process(rng, depth + 1)})"
    if kind < 0.9:
        names = ", ".join(name(rng, "abc") for _ in range(rng.randrange(3)))
        return f"({process(rng, depth + 1)} {some(rng, '||', '<*>', f'<{names}>')} {process(rng, depth + 1)})"
    return f"{process(rng, depth + 1)}{some(rng, '[2]', '[n]', '[3]{a}', '/{a}', '[0]', f'[{rate(rng)}]')}"


def sequential(rng, depth=0):
    """Return a sequential process, most of them sound."""
    if depth > 2 or rng.random() < 0.2:
        return f"(a, {some(rng, 'r', 's', '1.5')}).{name(rng)}"
    if rng.random() < 0.05:
        return process(rng, 3)
    if rng.random() < 0.5:
        return f"({name(rng, 'abc')}, {some(rng, 'r', 's', '2', '2*r', rate)}).({sequential(rng, depth + 1)})"
    return f"{sequential(rng, depth + 1)} + {sequential(rng, depth + 1)}"


def model(rng):
    """Return a model text, sometimes with a few characters damaged."""
    lines = [f"{one} = {some(rng, '1.0', '2', '2.5', '3*2', rate)};" for one in "rs"]
    for letter in "PQRS"[: rng.choice((1, 4, 4, 4))]:
        lines.append(f"{letter} = {sequential(rng)};")
    text = "\n".join(["n = 2;", *lines, f"P {some(rng, '||', '<a>', '<*>')} {process(rng, 3)}"])
    return damaged(rng, text)


def damaged(rng, text):
    """Return a text with some of it changed, in half of the cases."""
    for _ in range(rng.choice((0, 0, 0, 1, 1, 3))):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + some(rng, *NASTY, "", *NUMBERS) + text[at + rng.randrange(3) :]
    return text


MEASURES = (
    "throughput(a)",
    "population(P)",
    "utilisation(P)",
    "probability(P >= 1)",
    "mean(P)",
    "responsetime(P)",
    "n",
)


def measure(rng, depth=0):
    """Return a measure."""
    if depth > 4 or rng.random() < 0.4:
        return some(rng, *MEASURES, *NUMBERS, "init", "deadlock", "enabled(a)", "P", "P.Q", "x'")
    if rng.random() < 0.2:
        return f"{rng.choice(['probability', 'variance', 'throughput', 'f', '!', '-'])}({measure(rng, depth + 1)})"
    sign = rng.choice(["+", "-", "*", "/", "=", "!=", "<", ">=", "&", "|", "=>", ",", ""])
    return f"({measure(rng, depth + 1)} {sign} {measure(rng, depth + 1)})"


def value(rng, depth=0):
    """Return a TOML value."""
    numbers = [*NUMBERS, "1..3", "0.1:0.9:0.1", "1:10:*2", "1,2,5"]
    if depth > 2 or rng.random() < 0.6:
        text = rng.choice(numbers)
        return some(rng, f'"{text}"', text, "true", '"linear"', "1979-05-27", '"\\u001b"', '""')
    if rng.random() < 0.5:
        return "[" + ", ".join(value(rng, depth + 1) for _ in range(rng.randrange(4))) + "]"
    keys = rng.sample(["from", "to", "number", "scale", "r", "s", "n", "fixed"], rng.randrange(4))
    return "{ " + ", ".join(f"{key} = {value(rng, depth + 1)}" for key in keys) + " }"


USUAL = ("vary", "fixed", "times", "precision", "replications", "seed", "points", "design", "method", "scenarios")
KEYS = (*USUAL, "title", "elasticities", "about", "measures", "charts", "claims", "nothing")


def usual(rng, key):
    """Return a value that a key may well have."""
    return {
        "vary": "{ r = " + value(rng, 1) + " }",
        "fixed": "{ s = " + value(rng, 3) + " }",
        "times": some(rng, '"1..3"', "[0, 1]", value),
        "design": some(rng, '"zip"', '"grid"', '"sobol"', '"latin hypercube"'),
        "method": some(rng, '"exact"', '"fluid"', '"simulation"', '"auto"'),
        "scenarios": "{ a = { fixed = { s = 3 } }, b = " + value(rng, 1) + " }",
        "charts": '[{ kind = "lines", x = "r", y = ["throughput(a)"] }]',
        "claims": "[{ claim = 'c', holds = '" + measure(rng, 2).replace("'", "") + "' }]",
        "points": "4",
    }.get(key, value(rng))


def experiment(rng):
    """Return an experiment file."""
    keys = rng.sample(KEYS, rng.randrange(6))
    lines = [some(rng, "[e]", "[e]", "[e]", '["a b"]', "[e.f]"), 'model = "m.pepa"']
    if "measures" not in keys:
        lines.append('measures = ["throughput(a)", "population(P)"]')
    lines += [f"{key} = {usual(rng, key) if rng.random() < 0.8 else value(rng)}" for key in keys]
    return damaged(rng, "\n".join(lines)) if rng.random() < 0.3 else "\n".join(lines)


MODEL = "r = 1.0; s = 2.0; n = 2; P = (a, r).Q; Q = (b, s).P; P[n]"
NET = compile_model(load(MODEL)[0])
MOST_STATES, MOST_SOLVED = 3_000, 300
LONGEST = 10  # seconds of the processor for a text


def asked_of(text):
    """Ask about a text what an editor asks, at one of its places; every fix of a problem makes another text."""
    rng = random.Random(text)
    at = rng.randrange(len(text) + 1)
    for ask in (writing.places, writing.completions, writing.facts):
        with suppress(PepaError):
            ask(None, text, at)
    writing.outlined(None, text)
    with suppress(PepaError):
        assert all(fix["text"] != text for fix in writing.fixable(None, text, at)["fixes"])
    with suppress(PepaError):
        assert writing.renamed(None, text, at, rng.choice(("Fresh", "fresh")))["text"] != text
    with suppress(PepaError):
        after = formatted(text)
        assert formatted(after) == after
        assert answer(text) == answer(after)


def answer(text):
    """Return the parameters and groups of a model, or the codes of its problems."""
    try:
        checked = check_text(text)
    except ModelError as error:
        return sorted(problem.code for problem in error.problems)
    codes = sorted(problem.code for problem in checked.warnings)
    return codes, checked.parameters, checked.components


def solved(text):
    """Derive a model of up to some thousand states, solve one of up to some hundred. Raises PepaError if it cannot."""
    control = Control(most_states=MOST_STATES)
    derived = derive_net(compile_text(text), control)
    if derived.space.size <= MOST_SOLVED:
        assert abs(solve_derived(derived, control).steady.probability.sum() - 1) < 1e-9


def tried(kind, text):
    """Return what came of a text: 'good', or the kind of its refusal, whose words must be printable and placed."""
    try:
        if kind == "mutants":
            asked_of(text)
            solved(text)
        elif kind == "models":
            check_text(text)
        elif kind == "measures":
            parse(text)
            understood([text], NET, Kind.EXACT)
        elif kind == "numbers":
            number(text)
        else:
            read_experiments(text, lambda _: MODEL)
    except ModelError as error:
        lines = LineIndex(text)
        for problem in error.problems:
            assert 0 <= problem.span.start <= problem.span.end <= len(text) + 1, problem
            assert shown(render(problem, lines, "f"))
            assert problem.message
        return error.problems[0].code
    except PepaError as error:
        assert error.message
        return type(error).__name__
    return "good"


KINDS = {"models": model, "measures": measure, "experiments": experiment, "mutants": mutant}


def too_long(*_):
    """End a trial that takes the processor too long."""
    raise TimeoutError(f"over {LONGEST} s")


def main():
    """Try many texts of one kind."""
    kind, many, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0
    found, slowest, failed = Counter(), (0.0, 0), Counter()
    signal.signal(signal.SIGPROF, too_long)
    for seed in range(first, first + many):
        text = KINDS[kind](random.Random(seed))
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        try:
            found[tried(kind, text)] += 1
        except Exception as error:  # noqa: BLE001 - what it looks for
            failed[f"{type(error).__name__}: {str(error)[:80]}"] += 1
            if failed.total() < 20:
                print(seed, repr(error)[:200], repr(text)[:300], flush=True)
        slowest = max(slowest, (time.process_time() - began, seed))
    print(
        kind,
        many,
        f"slowest {slowest[0]:.2f} s, seed {slowest[1]}",
        dict(found.most_common(12)),
        "FAILED",
        dict(failed),
    )


if __name__ == "__main__":
    main()
