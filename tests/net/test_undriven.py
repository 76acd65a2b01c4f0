"""Passive activities that nobody drives: refused where they may be come to, and only there."""

import pytest

from pepa.language.problem import ModelError
from pepa.query.analysis import compile_text
from pepa.query.exact import exact_values
from tests.models import solve


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("A = (c, 1).B + (z, 1).C; C = (y, 2).A; B = (b, infty).A; D = (d, 1).D; A[2] <c> D", []),  # c never happens
        ("A = (c, 0).B + (z, 1).A; B = (b, infty).A; A", []),
        ("A = (c, 1).B; B = (c, 1).E; E = (b, infty).A; D = (d, 1).F; F = (c, 1).D; A <c, d> D", []),
        ("A = (c, 1).B; B = (c, 1).E; E = (b, infty).A; D = (d, 1).F; F = (c, 1).D; A <c> D", ["b"]),
        ("A = (c, 1).B + (z, 1).A; B = (b, infty).A; D = (c, 1).D; A <c> D", ["b"]),
        ("A = (c, 1).B; B = (b, infty).A; P = (e, 1).Q; Q = (f, infty).P; D = (d, 1).D; (A <c> D) || P", ["f"]),
    ],
)
def test_a_passive_action_is_refused_only_where_it_may_be_come_to(text, spans):
    if spans:
        with pytest.raises(ModelError) as caught:
            compile_text(text)
        undriven = [problem for problem in caught.value.problems if problem.code == "undriven-passive"]
        assert [problem.message.split("`")[1] for problem in undriven] == spans
    else:
        solved = solve(text)
        assert solved.steady.probability.sum() == pytest.approx(1)
        assert exact_values(solved).throughput["b"] == 0
