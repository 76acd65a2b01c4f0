"""What verbs print with `--json` is as their schemas say: every shape of every verb, and what stands in its place."""

import json
from typing import NotRequired, TypedDict

import pytest
from jsonschema import Draft202012Validator, ValidationError

from pepa.cli.json_schema import json_schema
from pepa.cli.main import VERBS
from pepa.cli.told import PRINTED
from tests.cli.command import answer, pepa

RATES = "n = 3; r = 1.0; s = 2.0; p = 0.25;"
TEXT = f"{RATES}\nP = (go, r).Q; Q = (back, p * s).P + (on, (1 - p) * s).R; R = (home, s).P;\nP[n]"
OTHER = "S = (up, 1).T; T = (down, 0.5).S; V = (up, 1).W; W = (rest, 3).V;\nS <up> V"
DEADLOCK = "A = (a, 1).B + (b, 2).C; B = (c, 1).D; C = (d, 1).C; D = (e, 0).D;\nA[2]"
FILE = """
model = "m.pepa"
[one]
vary = { r = [1, 2] }
measures = ["throughput(go)"]
claims = [{ claim = "More.", holds = "increasing(throughput(go))", note = "why" }, { claim = "?", holds = "1 > 2" }]
[over]
times = [1, 2]
method = "simulation"
replications = 100
measures = ["population(Q)"]
[which]
elasticities = "all"
measures = ["population(Q)"]
"""
SHAPES = {
    "check": [(), ("--select", "unused-rate"), ("OTHER",), ("no-such.pepa",)],
    "derive": [()],
    "solve": [
        (), ("--lump",), ("--bound",), ("--method", "lu"), ("--response-time", "Q,R"),
        ("--measure", "throughput(go) / 0", "--measure", "variance(P)"),
        ("--distribution", "P", "--distribution", "P,Q", "--distribution", "Q - R,P,Q"),
    ],
    "advise": [()],
    "transient": [
        ("--until", "3", "--points", "3"),
        ("--until", "3", "--points", "3", "--distribution", "P", "--change", "1: r=3", "--earn", "Q"),
        ("--until", "3", "--points", "3", "--from", "steady", "--measure", "variance(Q)"),
    ],
    "passage": [
        ("--from", "go", "--to", "home", "--points", "4"),
        ("--from", "init", "--to", "Q = 3", "--to", "R = 3", "--earn", "Q", "--points", "4", "--quantile", "0.9"),
        ("--from", "init", "--to", "Q > 3", "--points", "4"),
        ("--member", "P", "--from", "P", "--to", "R", "--points", "4", "--passages", "200", "--method", "exact",
         "--method", "fluid", "--method", "simulation"),
        ("--from", "go", "--to", "home", "--points", "4", "--passages", "200", "--method", "simulation"),
        ("--probe", "P::go:start, home:stop", "--points", "4"),
    ],
    "query": [("P=? [ F<=1 Q >= 2 ]", "P>=0.5 [ F<=1 Q >= 2 ]", "S=? [ Q > 0 ]", "throughput(go)", "sojourn(Q > 3)",
               "R{go}=? [ C<=2 ]", "filter(range, P=? [ F<=1 Q >= 2 ])", "R{Q}=? [ F Q > 3 ]", "(Q = 3)")],
    "ode": [("--until", "2", "--points", "4"), ("--until", "2", "--points", "4", "--response-time", "Q",
                                                "--measure", "throughput(go) / 2", "--no-band")],
    "simulate": [
        ("--precision", "0.1", "--measure", "throughput(go) / 2"), ("--path", "4"),
        ("--until", "2", "--points", "4", "--replications", "50", "--processes", "1"),
    ],
    "explain": [(), ("--measure", "throughput(go)")],
    "optimise": [("--measure", "throughput(go)", "--to", "1.1", "--vary", "r")],
    "sensitivity": [("--measure", "throughput(go)"), ("--measure", "throughput(go)", "--method", "fluid")],
    "sweep": [("r=1,2", "p=0.1,0.9", "--measure", "throughput(go)"), ("r=1,-2", "--measure", "throughput(go)"),
              ("r=1", "--method", "simulation", "--precision", "0.1", "--measure", "throughput(go)")],
    "experiment": [()],
    "findings": [()],
    "graph": [()],
    "trace": [("--to", "Q = 3"), ("--random", "3", "--seed", "1")],
    "compare": [("--scenario", "busy", "--measure", "throughput(go)"), ("--equivalence", "OTHER")],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    for name, text in {"m": TEXT, "other": OTHER, "deadlock": DEADLOCK}.items():
        (tmp_path / f"{name}.pepa").write_text(text)
    (tmp_path / "m.experiments.toml").write_text(FILE)
    (tmp_path / "m.scenarios.toml").write_text("[busy]\nr = 3\n")
    return tmp_path


def schema(verb):
    found = json.loads(pepa("schema", verb).stdout)
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


def test_every_verb_that_prints_json_has_a_schema():
    assert set(VERBS) - PRINTED.keys() == {"format", "schema", "help"}
    assert json.loads(pepa("schema").stdout).keys() == PRINTED.keys() == SHAPES.keys()
    assert "did you mean `solve`?" in pepa("schema", "slove").stderr


@pytest.mark.parametrize("verb", SHAPES)
def test_what_a_verb_prints_is_as_its_schema_says(verb, folder):
    wanted = schema(verb)
    for shape in SHAPES[verb]:
        model = str(folder / ("m.experiments.toml" if verb == "experiment" else "m.pepa"))
        arguments = [str(folder / "other.pepa") if word == "OTHER" else word for word in shape]
        status, report = answer(verb, model, *arguments)
        assert report.keys() != {"model", "error", "hint"}, (shape, report)
        wanted.validate(report)
        assert status in (0, 1, 3), shape
    for name in {"other", "deadlock"} if len(SHAPES[verb][0]) == 0 and verb != "experiment" else ():
        wanted.validate(answer(verb, str(folder / f"{name}.pepa"))[1])


@pytest.mark.parametrize("verb", ["solve", "ode", "passage"])
def test_why_there_is_no_answer_is_as_the_schema_says(verb, folder):
    more = ("--from", "go", "--to", "back") if verb == "passage" else ()
    (folder / "wrong.pepa").write_text("P = (a, q).P;\nP")
    status, report = answer(verb, str(folder / "wrong.pepa"), *more)
    assert (status, report["problems"][0]["code"]) == (1, "undefined-rate")
    schema(verb).validate(report)
    status, report = answer(verb, str(folder / "missing.pepa"), *more)
    assert (status, "missing.pepa" in report["error"]) == (1, True)
    schema(verb).validate(report)


class Part(TypedDict):
    """One."""

    value: float
    more: NotRequired[list["Part"]]


def test_a_schema_refuses_what_is_not_of_its_type():
    wanted = Draft202012Validator(json_schema((Part,), "parts"))
    for right in ({"value": 1}, {"value": None, "more": [{"value": 0.5}, {"value": 2, "more": []}]}):
        wanted.validate(right)
    for wrong in ({}, {"value": "1"}, {"value": 1, "other": 2}, {"value": 1, "more": [{"values": 1}]}):
        with pytest.raises(ValidationError):
            wanted.validate(wrong)
    with pytest.raises(TypeError, match="set"):
        json_schema((TypedDict("Wrong", {"one": set[str]}),), "wrong")
