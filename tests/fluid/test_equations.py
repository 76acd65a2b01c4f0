"""The equations as they are written, read back and evaluated: the slopes are those of the fluid."""

import re

import numpy as np
import pytest

from pepa.fluid.equations import FORMATS
from pepa.fluid.ode import Fluid
from pepa.population.population import population
from pepa.query.analysis import compile_text
from tests.models import MODELS

SHARED = "r = 2; P = (a, r).Q + (a, 1).P; Q = (b, 3).P; R = (a, 1).R + (b, 0.5).S; S = (a, 4).R; T = (a, infty).T;\n"
TEXTS = {
    **{path.stem: path.read_text() for path in MODELS},
    "apparent rates": SHARED + "(P[3] || R[2]) <a> (S[4] <b> Q[5])",
    "passive": SHARED + "((P[3] || R[2]) <a> T[2]) || (P[4] <a> (Q[2] || S[3]))",
    "free": SHARED + "P[3] || R[7]",
}


def as_python(text, labels):
    """Return each right-hand side of the plain text as a Python expression over x[0], x[1], ..."""
    sides = [line.partition("/dt = ")[2] for line in text.splitlines()]
    found = []
    for side in sides:
        for index in sorted(range(len(labels)), key=lambda index: -len(labels[index])):
            side = re.sub(rf"(?<![\w.#|\[]){re.escape(labels[index])}(?![\w.#|\[])", f"x[{index}]", side)
        side = re.sub(r"(?<=[\w\])]) (?=[\w(])", " * ", side)
        found.append(re.sub(r"/ (\((?:[^()]|\([^()]*\))*\))", r"/ (\1 or 1)", side))
    return found


def as_latex_python(text, labels):
    """Return each right-hand side of the LaTeX as a Python expression over x[0], x[1], ..."""
    found = []
    for line in text.splitlines()[1:-1]:
        side = line.partition("&= ")[2].removesuffix(r" \\")
        for index, label in enumerate(labels):
            side = side.replace(r"x_{\mathrm{" + re.sub(r"([_#&%$])", r"\\\1", label) + "}}", f"x[{index}]")
        side = side.replace(r"\min\left(", "min(").replace(r"\right)", ")").replace(r"\,", " * ")
        found.append(re.sub(r"\\frac\{", "over({", side))
    return found


def fraction(text):
    """Return a text in which `over({a}{b}` is `((a) / ((b) or 1))`; innermost first."""
    pattern = re.compile(r"over\(\{([^{}]*)\}\{([^{}]*)\}")
    while pattern.search(text):
        text = pattern.sub(r"((\1) / ((\2) or 1))", text)
    return text


@pytest.fixture(scope="module", params=TEXTS)
def written(request):
    """A population, counts in it, and the slopes there."""
    found = population(compile_text(TEXTS[request.param]).net, fluid=True)
    counts = np.random.default_rng(7).uniform(0.5, 9.0, len(found.labels))
    return found, counts, Fluid(found).slope(counts)


def near(slopes):
    return pytest.approx(slopes, rel=1e-9, abs=1e-9 * float(np.abs(slopes).max()))


def test_the_python_is_the_fluid(written):
    found, counts, slopes = written
    scope = {}
    exec(FORMATS["python"](found), scope)
    assert scope["slope"](0.0, counts) == near(slopes)
    assert scope["initial"] == found.initial.tolist()


def test_the_matlab_is_the_fluid(written):
    found, counts, slopes = written
    lines = re.findall(r"dx\((\d+), 1\) = (.*);", FORMATS["matlab"](found))
    assert [int(place) for place, _ in lines] == list(range(1, len(counts) + 1))
    scope = {"x": lambda place: counts[place - 1], "min": min, "max": max, "realmin": 2.2e-308}
    assert [eval(side, scope) for _, side in lines] == near(slopes)


def test_the_latex_is_the_fluid(written):
    found, counts, slopes = written
    sides = as_latex_python(FORMATS["latex"](found), found.labels)
    assert [eval(fraction(side), {"x": counts}) for side in sides] == near(slopes)


def test_the_text_is_the_fluid(written):
    found, counts, slopes = written
    sides = as_python(FORMATS["text"](found), found.labels)
    assert [eval(side, {"x": counts}) for side in sides] == near(slopes)


def test_where_nothing_happens_the_right_side_is_zero():
    found = population(compile_text("P = (a, 0).Q; Q = (b, 0).P;\nP[3]").net, fluid=True)
    assert FORMATS["text"](found) == "d P/dt = 0\nd Q/dt = 0\n"
