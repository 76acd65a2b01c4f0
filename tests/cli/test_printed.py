"""What is printed for people and for programs, called in this process: figures, sentences, statuses."""

import csv
import io
import json
import math

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.cli import request, tables
from pepa.cli.graph import command as graph
from pepa.cli.main import Exit
from pepa.cli.query import command as query
from pepa.cli.scenario_tables import change_text
from pepa.control.control import LimitReached
from pepa.control.error import PepaError
from pepa.language.problem import ModelError, Problem, Span
from tests.models import derive

MODEL = "r = 1.0; n = 3; P = (a, r).Q; Q = (b, 2).P; R = (b, 4).R;\nP[n] <b> R\n"


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text(MODEL)
    return str(path)


def printed(capsys, command, *arguments):
    """Return the status of a verb, and what it printed on both streams."""
    status = command.main(list(arguments), standalone_mode=False) or 0
    out, told = capsys.readouterr()
    return status, out, told


# What is given


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ((), {}),
        (("r=2", " n = 3 "), {"r": 2.0, "n": 3.0}),
        (("r=1e-3",), {"r": 0.001}),
        (("r'=-2",), {"r'": -2.0}),
    ],
)
def test_overrides_by_name(given, found):
    assert request.overridden(given) == found


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("r",), "expected NAME=VALUE, got `r`"),
        (("=2",), "expected NAME=VALUE, got `=2`"),
        (("r=",), "`` is not a number, in `r=`"),
        (("r=two",), "`two` is not a number, in `r=two`"),
        (("r=inf",), "`inf` is not a finite number, in `r=inf`"),
        (("r=1", "n=2", "r = 1"), "`r` is there twice"),
    ],
)
def test_overrides_that_are_none(given, said):
    with pytest.raises(click.UsageError) as caught:
        request.overridden(given)
    assert caught.value.message == said


values = st.recursive(
    st.one_of(st.floats(), st.integers(), st.text(max_size=3), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=2), inner, max_size=3)),
    max_leaves=8,
)


@given(values)
def test_what_is_not_finite_has_no_word_in_json(value):
    again = json.loads(json.dumps(request.finite(value), allow_nan=False))

    def same(one, other):
        if isinstance(one, float) and not math.isfinite(one):
            return other is None
        if isinstance(one, dict):
            return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
        if isinstance(one, list):
            return len(one) == len(other) and all(map(same, one, other))
        return one == other

    assert same(value, again)


# How it ends


def failing(error):
    @request.failing_clearly
    def verb(**_):
        raise error

    return verb


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (PepaError("it is wrong", "mend it"), Exit.WRONG),
        (PepaError("it is wrong"), Exit.WRONG),
        (LimitReached("it is too large", "raise it"), Exit.LIMIT),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_an_error_is_told_with_its_hint_and_ends_with_its_status(capsys, model, error, status, as_json):
    with pytest.raises(click.exceptions.Exit) as caught:
        failing(error)(model=model, as_json=as_json)
    assert caught.value.exit_code == status
    out, told = capsys.readouterr()
    assert told.splitlines() == [f"error: {error.message}", *([f"    hint: {error.hint}"] if error.hint else [])]
    assert (json.loads(out) if out else None) == (
        {"model": model, "error": error.message, "hint": error.hint} if as_json else None
    )


@pytest.mark.parametrize("number", [1, 200, 203])
def test_problems_are_told_in_their_places_and_not_too_many(capsys, tmp_path, number):
    path = tmp_path / "m.pepa"
    path.write_text(MODEL)
    every = tuple(Problem("rate", f"wrong {n}", Span(4, 7), "so") for n in range(number))
    with pytest.raises(click.exceptions.Exit) as caught:
        failing(ModelError(list(every)))(model=path, as_json=True)
    assert caught.value.exit_code == Exit.WRONG
    out, told = capsys.readouterr()
    assert [one["message"] for one in json.loads(out)["problems"]] == [f"wrong {n}" for n in range(number)]
    assert told.count(f"{path}:1:5: error: wrong") == min(number, 200)
    assert ("3 more problems: --json lists them all" in told) == (number == 203)


@pytest.mark.parametrize(
    ("certainty", "refused"),
    [
        (None, False),
        ({"exact": True, "words": "exact", "evidence": "e", "error": 0.0, "above": 0.0}, False),
        ({"exact": False, "words": "certain to 1e-3", "evidence": "a barrier", "error": 1e-3, "above": 0.0}, True),
    ],
)
def test_what_is_not_certain_ends_with_the_status_of_a_limit(capsys, certainty, refused):
    if refused:
        with pytest.raises(click.exceptions.Exit) as caught:
            request.refuse_uncertain(certainty, "the steady state", "look")
        assert caught.value.exit_code == Exit.LIMIT
        told = capsys.readouterr().err
        assert told == "error: the steady state is certain to 1e-3: a barrier\n    hint: look\n"
    else:
        request.refuse_uncertain(certainty, "the steady state", "look")


# Sentences of figures


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ({"states": ["P", "Q"], "mean": 2.5}, "mean response time of P, Q: 2.500 time units, each visit from"),
        ({"states": ["P"], "mean": math.nan}, "! there is no response time of P: in the long run nobody enters"),
        (
            {"states": ["Q"], "mean": 0.5, "cycle_of": "P", "visits_per_cycle": 3.0, "per_cycle": 1.5},
            "mean response time of Q: 0.5000 time units a visit, 3.00 visits a cycle of P: 1.500 a cycle",
        ),
    ],
)
def test_a_response_time_in_words(time, said):
    assert tables.response_sentence(time).startswith(said)


@pytest.mark.parametrize(
    ("bound", "beyond", "said"),
    [
        (None, 0, "no bound on the error could be proved"),
        (1e-9, 0, "every probability proved right to 1.0e-09 of itself"),
        (1e-9, 1200, "every probability above 1e-290 proved right to 1.0e-09 of itself; 1,200 rarer states are not"),
    ],
)
def test_a_bound_on_the_error_in_words(bound, beyond, said):
    assert tables._error_bound(bound, beyond).strip().startswith(said)


@pytest.mark.parametrize(
    ("percent", "said"),
    [
        (None, ""), (math.nan, ""), (0.0, "0 %"), (1e-7, "0 %"), (-1e-7, "0 %"), (12.345, "+12.3 %"), (-50.0, "-50 %"),
        (1234.5, "+1.23e+03 %"),
    ],
)  # fmt: skip
def test_a_change_in_per_cent(percent, said):
    assert change_text(percent) == said


def test_a_shape_in_words(capsys):
    report = {
        "model": "m.pepa", "parameters": {"r": 0.5, "w": "2*infty"}, "states": 1200, "transitions": 3456, "levels": 7,
        "recurrent_classes": 1, "transient_states": 1199, "deadlocks": 1, "derivation_reused": False,
        "counted": ["A[3]"], "seconds": {"derive": 0.0123, "solve": 2.5},
    }  # fmt: skip
    tables.print_shape(report)
    text = " ".join(capsys.readouterr().out.split())
    for part in (
        "1,200 states 3,456 transitions",
        "r=0.5 w=2*infty",
        "1 recurrent class · 1,199 transient states · 1 deadlock · 7 levels",
        "copies that cooperate are counted: A[3]",
        "1,199 of 1,200 states are transient",
        "1 state is a deadlock",
        "derive 12 ms · solve 2.5 s",
    ):
        assert part in text
    tables.print_shape({**report, "recurrent_classes": 2, "deadlocks": 2, "counted": []})
    text = " ".join(capsys.readouterr().out.split())
    assert "2 recurrent classes · 1,199 transient states · 2 deadlocks" in text
    assert "counted" not in text


# Verbs in this process


def test_answers_are_the_same_in_words_in_json_and_in_a_table(capsys, model, tmp_path):
    asked = ["P=? [ F<=1 Q = 3 ]", "throughput(b)", "P>=0.5 [ X Q = 1 ]"]
    path = tmp_path / "a.csv"
    status, out, _ = printed(capsys, query, model, "r=2", *asked, "--csv", str(path), "--json")
    report = json.loads(out)
    assert (status, report["states"], report["parameters"]) == (0, 4, {"r": 2.0, "n": 3.0})
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    assert [row["property"] for row in rows] == [one["property"] for one in report["properties"]] == asked
    for row, one in zip(rows[:2], report["properties"][:2], strict=True):
        assert float(row["value"]) == one["value"]
        assert one["low"] <= one["value"] <= one["high"]
    assert (rows[2]["verdict"], report["properties"][2]["verdict"]) == ("true", True)
    status, out, _ = printed(capsys, query, model, "r=2", *asked)
    lines = out.splitlines()
    assert lines[::2] == asked
    assert lines[1].split()[0] == f"{report['properties'][0]['value']:.12g}"[: len(lines[1].split()[0])]
    assert lines[5].strip() == "true; holds in 2 of 4 states"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (["P>=0.5 [ X Q = 1 ]"], 0),
        (["P<0.5 [ X Q = 1 ]"], 1),
        (["P>=0.5 [ X Q = 1 ]", "P<0.5 [ X Q = 1 ]"], 1),
        (["filter(state, P > 1)", "init"], 1),  # of three states: it has no answer, the other has
    ],
)
def test_the_status_is_that_of_all_answers(capsys, model, asked, status):
    found, out, told = printed(capsys, query, model, *asked)
    assert found == status
    assert all(text in out for text in asked)
    assert ("1 of 2 have no answer" in told) == ("filter" in asked[0])


def test_graphs_in_json_are_those_of_the_model(capsys, model):
    status, out, _ = printed(capsys, graph, model, "--json", "--at", "Q=2")
    report = json.loads(out)
    first, second, states = report["graphs"]
    assert (status, first["title"], second["title"]) == (0, "P[3]: 2 local derivatives", "R: 1 local derivative")
    assert [(one["name"], one["note"], one["here"]) for one in first["nodes"]] == [("P", "×1", True), ("Q", "×2", True)]
    assert [(one["source"], one["target"], one["label"]) for one in first["edges"]] == [
        (0, 1, "a 1.000"),
        (1, 0, "b 2.000"),
    ]
    derived = derive(MODEL)
    assert sorted(map(str, states["counts"])) == sorted(
        str([list(group) for group in derived.space.counts(state)]) for state in range(derived.space.size)
    )
    assert [one["here"] for one in states["nodes"]].count(True) == 1
    labels = {(one["source"], one["target"]): one["label"] for one in states["edges"]}
    assert labels[0, 1] == "a 3.000"
    assert report["system"]["text"] == "cooperate on b"
    assert [part["text"] for part in report["system"]["parts"]] == ["P[3]: P×1 Q×2", "R: R"]


@pytest.mark.parametrize(
    ("options", "kinds"),
    [
        (["--component", "R"], ["R: 1 local derivative"]),
        (["--component", "R", "--component", "P"], ["R: 1 local derivative", "P[3]: 2 local derivatives"]),
        (["--states"], ["all 4 states"]),
        (["--system"], []),
    ],
)
def test_only_the_graphs_that_are_asked_for(capsys, model, options, kinds):
    report = json.loads(printed(capsys, graph, model, "--json", *options)[1])
    assert [one["title"] for one in report["graphs"]] == kinds
    assert (report["system"] is not None) == ("--system" in options)


def test_a_graph_of_what_is_not_there(capsys, model):
    status, _, told = printed(capsys, graph, model, "--component", "Z")
    assert status == Exit.WRONG
    assert "`Z` is no component of this model" in told
    assert "they are P, R" in told
    with pytest.raises(click.UsageError, match="--json"):
        printed(capsys, graph, model, "--dot", "--json")
