"""Local derivatives and transitions of sequential components: what is one, how it is named, what it costs."""

import pytest

from pepa.language.problem import ModelError
from pepa.query.analysis import compile_text
from tests.models import solve

LONG = "a_very_long_action_name_that_goes_on_and_on_and_on"


def component(text):
    return compile_text(text).net.groups[0].component


def test_equal_anonymous_derivatives_are_one():
    found = component("P = (a, 1).(b, 2).P + (c, 1).(b, 2).P;\nP")
    assert found.labels == ("P", "(b, 2).P")
    assert len(found.transitions) == 3


def test_parallel_transitions_are_one_and_active_and_passive_are_two():
    found = component("P = (a, 1).Q + (a, 2.5).Q + (a, 1).P; Q = (b, 1).P;\nP")
    assert [(t.source, t.target, t.rate) for t in found.transitions] == [(0, 1, 3.5), (0, 0, 1.0), (1, 0, 1.0)]
    both = component("P = (a, 1).P + (a, infty).P; R = (a, 1).R;\nP <a> R")
    assert [(t.rate, t.passive) for t in both.transitions] == [(1.0, False), (1.0, True)]


def test_long_anonymous_derivatives_have_short_names_of_their_own():
    text = f"P = (go, 1).(({LONG}, 1).(x, 1).P + ({LONG}, 2).(y, 1).P) + (no, 1).(({LONG}, 1).(z, 1).P);\nP"
    labels = component(text).labels
    assert len(set(labels)) == len(labels) == 6
    assert all(len(label) <= 62 for label in labels)
    assert sum(label.startswith(f"({LONG}"[:40]) for label in labels) == 2
    found = solve(text).measures
    assert sum(found.population.values()) == pytest.approx(1)
    assert set(found.population) == set(labels)
    assert found.throughput[LONG] == pytest.approx(found.throughput["go"] + found.throughput["no"])


def test_a_chain_of_choices_of_constants():
    found = component("P = Q + (a, 1).P; Q = R + (b, 1).Q; R = (c, 1).P;\nP")
    assert found.labels == ("P", "Q")
    assert {t.action for t in found.transitions if t.source == 0} == {"a", "b", "c"}
    assert found.alphabet == {"a", "b", "c"}


def test_every_wrong_rate_of_a_component_is_told():
    with pytest.raises(ModelError) as caught:
        compile_text("p = 1.5; P = (a, 1 - p).P + (b, 1e16).P + (c, 1).Q; Q = (d, 0 - p).P;\nP")
    assert [problem.code for problem in caught.value.problems] == ["invalid-rate"] * 3


def test_long_components_that_start_in_different_places_are_one_where_each_leads_to_all():
    ring = "".join(f"P{i} = (a{i}, 1).P{(i + 1) % 120};\n" for i in range(120))
    groups = compile_text(ring + "P0 || P7 || P7 || P119").net.groups
    assert [group.size for group in groups] == [4]
    at = dict(zip(groups[0].component.labels, groups[0].initial, strict=True))
    assert {name: count for name, count in at.items() if count} == {"P0": 1, "P7": 2, "P119": 1}
    way = "".join(f"P{i} = (a{i}, 1).P{min(i + 1, 119)};\n" for i in range(120))
    assert [len(group.component.labels) for group in compile_text(way + "P0 || P7").net.groups] == [120, 113]
