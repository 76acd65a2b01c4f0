"""One shape for exact, fluid and simulated results: the same names, groups and questions, at rest and at a time."""

import math

import numpy as np
import pytest

from pepa.control.control import Control
from pepa.query.analysis import compile_text, derive_net
from pepa.query.exact import exact_values, exact_values_at
from pepa.query.fluid import fluid_values, fluid_values_at
from pepa.query.kind import ANY_KIND, Kind, kind_asked
from pepa.query.measure import measured
from pepa.query.report import figures_report
from pepa.query.simulated import long_run_values, values_at
from tests.models import solve

COMPOSED = "P = (a, 1).Q + (c, 2).P; Q = (b, 1).P; R = (a, 3).S; S = (d, 2).R;\n((P <c> P)[2] || P[3]) <a> R[2]"


def results(text):
    compiled, times = compile_text(text), np.array([1.5])
    yield exact_values(solve(text))
    yield fluid_values(compiled.net, Control())
    yield long_run_values(compiled.net, 1, Control(), 0.1)
    yield next(exact_values_at(derive_net(compiled, Control()), times, Control()))[0]
    yield next(fluid_values_at(compiled.net, times, Control()))
    yield next(iter(values_at(compiled.net, times, 64, 1, Control())))


def test_all_kinds_have_the_same_names_and_their_groups_add_up():
    found = [(one.means, figures_report(one.means)) for one in results(COMPOSED)]
    names = [(list(one.throughput), list(one.population), [group.name for group in one.groups]) for one, _ in found]
    assert all(one == names[0] for one in names)
    assert any("|" in name for name in names[0][1])  # states of whole composites
    for values, told in found:
        for group in values.groups:
            assert sum(group.population.values()) == pytest.approx(group.size)
            assert sum(group.utilisation.values()) == pytest.approx(1)
        held = dict.fromkeys(values.net.derivatives, 0.0)
        for group, made in zip(values.groups, values.net.groups, strict=True):
            for label, contents in zip(group.population, made.component.contents, strict=True):
                for name, number in contents.items():
                    held[name] += number * group.population[label]
        assert told["population"] == pytest.approx(held, abs=1e-12)


@pytest.mark.parametrize("text", ["throughput(a)", "population(Q) / 7", "responsetime(Q)"])
def test_a_measure_is_that_of_the_means_and_only_a_sample_has_a_half_width(text):
    for one in results(COMPOSED):
        found = one.estimate(text)
        assert found.value == measured(text, one.means)
        assert found.sampled == (one.means.kind is Kind.SIMULATED)
        assert math.isfinite(found.half_width) == found.sampled


def test_who_come_and_go_alone_are_as_many_by_every_kind():
    """Up 1 / (1 + 1 / 2) of the time; after a time t of them so many more: 1 / 3 exp(-3 t)."""
    at_rest, at_time = 4.0, 4.0 + 2.0 * math.exp(-3 * 1.5)
    found = list(results("Up = (fail, 1).Down; Down = (repair, 2).Up; Up[6]"))
    for index, right in enumerate([at_rest] * 3 + [at_time] * 3):
        one = found[index].estimate("population(Up)")
        assert abs(one.value - right) <= (3 * one.half_width if one.sampled else 1e-6)
        assert found[index].means.groups[0].population["Up"] == pytest.approx(one.value)


def test_each_kind_is_asked_for_by_its_name():
    assert ANY_KIND == ("exact", "fluid", "simulation", "auto")
    assert [kind_asked(name) for name in ANY_KIND] == [Kind.EXACT, Kind.FLUID, Kind.SIMULATED, Kind.EXACT]
