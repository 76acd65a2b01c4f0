"""Experiment files that nobody means well by: each has an answer in its place, and nothing is made of it first."""

import json
import time

import pytest

from pepa.language.problem import LineIndex, ModelError, render
from pepa.study.experiment_file import read_experiments
from pepa.study.kept import cache_file
from pepa.study.ranges import values
from tests.cli.command import pepa

MODEL = "n = 2; r = 1.0; P = (a, r).Q; Q = (b, 2.0).P; P[n]"
HUGE = "9" * 400
HEAD = '[e]\nmodel = "m.pepa"\nmeasures = ["throughput(a)"]\n'
NUMBERS = ("nan", "-nan", "inf", "-inf", HUGE, f"-{HUGE}", "1e400", "5e-324", "1e-200", "1e200")


def told(text):
    """Return what is wrong with a file, as it is printed."""
    with pytest.raises(ModelError) as raised:
        read_experiments(text, lambda _: MODEL)
    lines = LineIndex(text)
    for problem in raised.value.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text) + 1
        assert len(problem.message) + len(problem.hint) < 1_000
    return [render(problem, lines, "f.toml") for problem in raised.value.problems]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda text: text[:9])
@pytest.mark.parametrize(
    "line",
    [
        "fixed = { r = X }",
        "vary = { r = X }",
        "vary = { r = [1, X] }",
        'vary = { r = "1,X" }',
        'vary = { n = "1..X" }',
        'vary = { r = "1:X:0.1" }',
        'vary = { r = "X:2:*2" }',
        "vary = { r = { from = 1, to = X, number = 3 } }",
        'vary = { r = { from = X, to = 2, number = 3, scale = "logarithmic" } }',
        'design = "sobol"\npoints = 4\nvary = { r = { from = X, to = 2 } }',
        "times = [0, X]",
        'precision = X\nmethod = "simulation"',
        "scenarios = { s = { fixed = { r = X } } }",
    ],
)
def test_what_is_no_number_to_count_with_is_a_problem_in_its_place(line, number):
    text = HEAD + line.replace("X", number)
    (first, *_) = told(text)
    assert first.startswith("f.toml:")
    assert not first.startswith("f.toml:1:")
    assert "hint: " in first


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("precision = 0", "above 0 and at most 1"),
        ("precision = 2", "above 0 and at most 1"),
        ("replications = 1", "from 2 to"),
        ("replications = -1", "from 2 to"),
        (f"replications = {HUGE}", "a whole number of some 40"),
        ("seed = -1", "from 0 to"),
        (f"seed = {HUGE}", "from 0 to"),
        ('design = "sobol"\nseed = -1\npoints = 2\nvary = { r = "1:2" }', "from 0 to"),
        ('design = "sobol"\npoints = 0\nvary = { r = "1:2" }', "a sample has 1 to"),
        (f'design = "sobol"\npoints = {HUGE}\nvary = {{ r = "1:2" }}', "a sample has 1 to"),
        ("vary = { r = { from = 1, to = 2, number = -1 } }", "a range has 1 to"),
        ('vary = { "" = [1] }', "no parameter ``"),
        ('scenarios = { "" = {} }', "name of a scenario is empty"),
        ('times = "1..3,2"', "ascending"),
        ("times = []", "is empty"),
        (f"times = [1, {'9' * 5000}]", "too many digits"),
    ],
    ids=lambda text: text[:40],
)
def test_settings_are_in_their_bounds(line, said):
    assert any(said in one for one in told(HEAD + line + "\n"))


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", ".", "..", "a b", "a\\u0000b", "a\\u001b[2J", "é", "x" * 300])
def test_the_name_of_an_experiment_is_that_of_a_file(name):
    (only,) = told(f'["{name}"]\nmodel = "m.pepa"\nmeasures = ["throughput(a)"]\n')
    assert "is no name of an experiment" in only


@pytest.mark.parametrize(
    "line",
    [
        'vary = { r = "' + ",".join(["1..999999"] * 60) + '" }',
        'vary = { r = "1..1000000000000" }',
        'vary = { r = "1e-150:1e150:1e-150" }',
        'vary = { n = "1..1000", r = "1..1001" }',
        'vary = { r = "1..999999" }\ntimes = "1..1000"',
        'vary = { r = "1..9999" }\nscenarios = { ' + ", ".join(f"s{i} = {{}}" for i in range(200)) + " }",
    ],
)
def test_points_are_counted_before_any_is_made(line):
    began = time.process_time()
    assert any("at most 1,000,000" in one for one in told(HEAD + line))
    assert time.process_time() - began < 30  # sixty million would take minutes, and all memory
    with pytest.raises(ModelError):
        read_experiments(HEAD + line, lambda _: MODEL)


def test_the_most_points_there_may_be_are_made():
    assert len(values("1..999999,5")) == 1_000_000


LARGE = {
    "lists": lambda n: "x = " + "[" * n + "]" * n,
    "tables": lambda n: "x = " + "{a=" * n + "1" + "}" * n,
    "open lists": lambda n: "x = " + "[" * n,
    "dots": lambda n: f"{'a.' * n}b = 1",
    "a dotted header": lambda n: f"[{'a.' * n}b]",
    "blanks": lambda n: f"[{' ' * n}",
    "a long key": lambda n: "k" * n,
    "quotes": lambda n: "x = '" * n,
    "unknown keys": lambda n: HEAD + "".join(f"key{i} = 1\n" for i in range(n)),
    "wrong measures": lambda n: '[e]\nmodel = "m.pepa"\nmeasures = [' + ", ".join(['"throughput(x)"'] * n) + "]",
    "unknown parameters": lambda n: HEAD + "[e.vary]\n" + "".join(f"x{i} = 1\n" for i in range(n)),
    "wrong charts": lambda n: HEAD + '[[e.charts]]\nx = "q"\n' * n,
    "wrong claims": lambda n: HEAD + '[[e.claims]]\nclaim = "c"\nholds = "q > 1"\n' * n,
    "experiments": lambda n: "".join(f"[e{i}]\n" for i in range(n)),
}


@pytest.mark.parametrize("kind", LARGE)
def test_every_kind_of_large_file_has_an_answer(kind):
    assert told(LARGE[kind](5_000))


@pytest.mark.parametrize("kind", ["loop", "pipe", "damaged", "directory", "row", "nothing"])
def test_a_damaged_store_is_no_matter(tmp_path, kind):
    import os
    import sqlite3

    (tmp_path / "m.pepa").write_text(MODEL)
    (tmp_path / "e.toml").write_text(HEAD + 'vary = { r = "1..3" }\n')
    store = cache_file()
    good = pepa("experiment", str(tmp_path / "e.toml"), "--json")
    assert good.returncode == 0
    if kind == "row":
        with sqlite3.connect(store) as open_store:
            open_store.execute("UPDATE points SET outcome = '{\"rows\": 3}' WHERE rowid = 1")
            open_store.execute("UPDATE points SET outcome = ? WHERE rowid = 2", ("[" * 100_000,))
            open_store.execute("UPDATE points SET outcome = x'ff00' WHERE rowid = 3")
        open_store.close()
    else:
        store.unlink()
    if kind == "loop":
        store.symlink_to(store)
    elif kind == "pipe":
        os.mkfifo(store)
    elif kind == "damaged":
        store.write_bytes(b"SQLite format 3\0" + b"x" * 5_000)
    elif kind == "directory":
        store.mkdir()
    done = pepa("experiment", str(tmp_path / "e.toml"), "--json")
    assert done.returncode == 0
    same = [report["points"] for report in json.loads(done.stdout)["experiments"]]
    assert same == [report["points"] for report in json.loads(good.stdout)["experiments"]]
