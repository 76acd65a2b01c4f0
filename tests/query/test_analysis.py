"""From text to measures, and what an edit leaves valid."""

import json

import pytest

from pepa.control.control import Control
from pepa.query.analysis import compile_text, derive_net, solve_derived
from pepa.query.lumped import solve_lumped
from pepa.query.report import shape_sentences, solved_report
from tests.models import derive, model_text, solve


def test_an_edited_rate_derives_nothing_anew():
    text, control = model_text("vm_launch"), Control()
    first = solve(text, Q=8)
    edited = compile_text(text.replace("r18 = 0.01", "r18 = 0.02"), {"Q": 8})
    again = derive_net(edited, control, first.derived)
    assert again.reused
    assert again.space.words is first.derived.space.words
    warm = solve_derived(again, control, previous=first)
    cold = solve(text, Q=8, r18=0.02)
    assert warm.measures.throughput == pytest.approx(cold.measures.throughput, rel=1e-9)


@pytest.mark.parametrize("overrides", [{"Q": 6}, {"C": 2}, {"p": 1.0}])
def test_an_edited_shape_is_derived_anew(overrides):
    text = model_text("vm_launch")
    first = derive(text)
    assert not derive_net(compile_text(text, overrides), Control(), first).reused


def test_a_report_is_plain_json_with_the_promised_keys():
    report = json.loads(json.dumps(solved_report(solve(model_text("vm_launch")), "m.pepa")))
    promised = "model parameters states transitions recurrent_classes transient_states deadlocks method residual"
    promised += " iterations seconds throughput population groups"
    assert set(promised.split()) <= set(report)
    assert {"parse", "compile", "derive", "solve"} <= set(report["seconds"])
    assert report["states"] == 966
    assert report["groups"][0]["name"] == "User"


def test_a_report_says_what_was_solved_and_how():
    text = "r = 2; w = 2*infty; v = infty; P = (a, r).Q; Q = (b, 1).P; T = (a, v).T + (c, w).T; S = (c, 3).S;\n"
    report = solved_report(solve(text + "P[3] <a> T <c> S"), "m.pepa")
    assert report["parameters"] == {"r": 2.0, "w": "2*infty", "v": "infty"}
    assert (report["states"], report["transitions"], report["levels"]) == (4, 10, 4)
    assert (report["recurrent_classes"], report["transient_states"], report["deadlocks"]) == (1, 0, 0)
    assert report["class_probabilities"] == [1.0]
    (attempt,) = report["attempts"]
    assert attempt["method"] == report["method"] == "GTH elimination"
    assert attempt["outcome"] == "converged"
    assert 0 <= attempt["seconds"] < 60
    assert all(0 <= seconds < 60 for seconds in report["seconds"].values())
    assert report["error_bound"] is None
    assert report["throughput"] == pytest.approx({"a": 3 * 2 / 3, "b": 3 * 2 / 3, "c": 3})


def test_a_bound_is_proved_where_it_is_asked_for():
    for bound in (True, False):
        solved = solve_derived(derive(model_text("machine_repair")), Control(), bound=bound)
        assert (solved.steady.error_bound is not None) == bound
        lumped = solve_lumped(solved.derived, Control(), bound=bound)
        assert (lumped.steady.error_bound is not None) == bound
        assert all(0 <= seconds < 60 for seconds in lumped.seconds.values())


def test_a_solution_of_other_rates_starts_the_next_one():
    first = solve(model_text("vm_launch"), Q=25)
    again = derive_net(compile_text(model_text("vm_launch"), {"Q": 25}), Control(), first.derived)
    warm = solve_derived(again, Control(), previous=first)
    assert warm.steady.iterations < first.steady.iterations / 4


def test_the_shape_is_said_in_words():
    stuck = solved_report(solve(model_text("vm_launch"), Q=4, C=2), "")
    assert "985 of 1,200 states are transient" in shape_sentences(stuck)[0]
    assert "one recurrent class" in shape_sentences(stuck)[0]
    text = "A = (a, 1).B + (b, 1).C; B = (c, 1).B; C = (d, 1).D; D = (e, 0).D;\nA"
    torn = solved_report(solve(text), "")
    said = " ".join(shape_sentences(torn))
    assert "2 recurrent classes" in said
    assert "1 state is a deadlock" in said
    assert shape_sentences(solved_report(solve(model_text("queue")), "")) == []
