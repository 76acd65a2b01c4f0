"""Where the figures of studies, answers and curves come from, asked of the worker directly."""

import json

import pytest

from pepa.control.error import PepaError
from workbench.engine.asked import Asked
from workbench.engine.experiments import study
from workbench.engine.session import Session
from workbench.engine.where_from import WhereFrom

TEXT = "r = 1.0;\nP = (work, r).Q;\nQ = (rest, 2.0).P;\n\nP[3]\n"
ASKED = {"text": TEXT, "document": None, "tolerance": 1e-12, "most_states": 10**6, "path": "", "name": ""}


class Silent:
    def __call__(self, progress):
        pass

    def part(self, found):
        pass


def told(answer):
    json.dumps(answer)
    return "\n".join(line["fixed"] + line["text"] for line in answer["lines"])


def points(method, measures, **more):
    form = {"vary": "r=1,4", "fixed": "", "measures": measures, "method": method}
    what = {**ASKED, "form": form, "overrides": {}, **more}
    return what, study(Silent(), **what)["points"]


@pytest.mark.parametrize(
    ("method", "said"),
    [("exact", ("work: ", "the states that give most", "exact")), ("fluid", ("work: ", "equilibrium"))],
)
def test_a_point_names_the_moves_and_states_behind_it_at_its_own_parameters(method, said):
    what, rows = points(method, "throughput(work), population(Q) / 3")
    text = told(WhereFrom(Session()).point_origin(Silent(), **what, row=rows[1]))
    assert "throughput(work) = 4.000" in text  # 3 / (1/4 + 1/2)
    assert "r=4" in text
    assert "population(Q)" in text
    for one in said:
        assert one in text
    assert ("the states that give most" in text) == (method == "exact")


def test_a_simulated_point_has_its_margin_and_no_moves():
    what, rows = points("simulation", "throughput(work)")
    text = told(WhereFrom(Session()).point_origin(Silent(), **what, row=rows[0]))
    assert " ± " in text
    assert "% confidence" in text
    assert "moves" not in text


def test_a_point_without_a_value_says_why_and_what_is_turned_is_in_it():
    what, rows = points("exact", "population(P)")
    failed = {**rows[0], "status": "failed", "reason": "too many states", "values": {}}
    text = told(WhereFrom(Session()).point_origin(Silent(), **{**what, "overrides": {"r": 2.0}}, row=failed))
    assert "✗ too many states" in text
    assert "moves" not in text


def test_a_point_of_what_has_been_written_anew_since_is_not_told(tmp_path):
    model, file = tmp_path / "m.pepa", tmp_path / "m.experiments.toml"
    text = '[one]\nmodel = "m.pepa"\nvary = { r = "1..3" }\nmeasures = ["throughput(work)"]\n'
    model.write_text(TEXT)
    file.write_text(text)
    what = {**ASKED, "text": "", "form": None, "path": str(file), "name": "one", "overrides": {}}
    rows = study(Silent(), **what)["points"]

    def last():
        return told(WhereFrom(Session()).point_origin(Silent(), **what, row=rows[2]))

    assert "the moves that make it" in last()
    model.write_text(TEXT.replace("2.0", "3.0"))
    with pytest.raises(PepaError, match="changed"):
        last()
    model.write_text(TEXT)
    for other in (text.replace("1..3", "1..2"), text.replace("1..3", "2..4"), text.replace("[one]", "[two]")):
        file.write_text(other)
        with pytest.raises(PepaError, match=r"changed|any more"):
            last()


def test_an_answer_that_is_a_measure_has_moves_and_a_chance_has_its_states():
    asked = Asked(Session())
    text = told(asked.answer_origin(Silent(), TEXT, {"r": 4.0}, "work"))
    assert "r=4" in text
    assert "turned: r" in text
    assert "the moves that make it" in text
    text = told(asked.answer_origin(Silent(), TEXT, {}, "P=? [ F<=1 Q >= 2 ]"))
    assert "4 states of the chain" in text
    assert "r=1, as written" in text


def test_curves_say_method_and_end_of_each_scenario():
    session = Session()
    for overrides in ({}, {"r": 4.0}):
        for method in ("exact", "fluid"):
            session.follow(Silent(), TEXT, method, 10.0, "P", overrides)
    scenarios = {"": {}, "fast": {"r": 4.0}, "never followed": {"r": 9.0}}
    text = told(WhereFrom(session).series_origin(Silent(), TEXT, 10.0, "P", scenarios))
    assert text.count("exact") == 2
    assert text.count("101 times") == 4
    assert "scenario fast" in text
    assert "never" not in text
    assert "2.000" in text  # 3 · 2/(1+2) members in P
    assert "1.000" in text
