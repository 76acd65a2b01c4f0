"""One model written in other ways has the same figures; in another unit of time, those of that unit."""

import re

import numpy as np
import pytest

from pepa.control.control import Control
from pepa.language.parser import parse
from pepa.language.printer import expression_text, process_text
from pepa.query.analysis import compile_text, derive_net
from pepa.query.series import exact_series
from tests.models import MODELS, model_text, solve

NAMES = [path.stem for path in MODELS]
SCALE = 2.0**7


def parts(text):
    """Return the definitions of rates and of processes, name and what stands behind it, and the system equation."""
    model = parse(text).model
    rates = [(one.name.text, expression_text(one.expression)) for one in model.rates]
    processes = [(one.name.text, process_text(one.process)) for one in model.processes]
    return rates, processes, process_text(model.system)


def written(rates, processes, system):
    return "".join(f"{name} = {body};\n" for name, body in (*rates, *processes)) + system


def figures(text):
    found = solve(text)
    return dict(found.measures.throughput), dict(found.measures.population), found.derived


def same(one, other, factor=1.0):
    assert one.keys() == other.keys()
    for name, value in one.items():
        assert other[name] == pytest.approx(factor * value, rel=1e-9, abs=1e-15), name


def sizes(text):
    """Return the parameters that sizes of arrays are made of, which have no unit of time."""
    return set(re.findall(r"[A-Za-z_]\w*", " ".join(re.findall(r"\[([^\]]*)\]", text))))


def faster(text):
    """Return a model of which every activity with a rate of its own is SCALE times as fast."""
    rates, processes, system = parts(text)
    values = compile_text(text).net.parameters

    def scaled(match):
        action, rate = match[1], match[2].strip()
        passive = re.search(r"\b(infty|T)\b", rate) or (rate in values and values[rate].passive)
        return f"({action}, {rate})" if passive else f"({action}, {SCALE:g}*({rate}))"

    return written(
        rates,
        [(name, re.sub(r"\((\w+), ([^()]*(?:\([^()]*\)[^()]*)*)\)", scaled, body)) for name, body in processes],
        system,
    )


def other_names(actions, processes):
    """Return what gives actions, where they stand as such, and processes other names in a printed text."""
    done, named = set(actions) - {"tau"}, set(dict(processes))

    def own(text):
        text = re.sub(r"(?<=\()(\w+)(?=, )", lambda match: f"{match[1]}Zz", text)
        sets = r"(?<=[<{])[\w, ]+(?=[>}])"
        text = re.sub(sets, lambda match: re.sub(r"\w+", lambda one: f"{one[0]}Zz", match[0]), text)
        return re.sub(r"[A-Za-z_][\w']*", lambda match: f"{match[0]}Zz" if match[0] in named - done else match[0], text)

    return own


@pytest.mark.parametrize("name", NAMES)
def test_printed_and_read_again_it_is_the_same(name):
    text = model_text(name)
    throughput, population, derived = figures(text)
    again = figures(written(*parts(text)))
    same(throughput, again[0])
    same(population, again[1])
    assert again[2].space.size == derived.space.size
    assert (again[2].space.words == derived.space.words).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_definitions_means_nothing(name):
    text = model_text(name)
    rates, processes, system = parts(text)
    throughput, population, derived = figures(text)
    again = figures("".join(f"{one} = {body};\n" for one, body in (*processes[::-1], *rates[::-1])) + system)
    same(throughput, again[0])
    same(population, again[1])
    assert again[2].space.size == derived.space.size


@pytest.mark.parametrize("name", NAMES)
def test_in_another_unit_of_time_throughputs_are_in_that_and_populations_the_same(name):
    text = model_text(name)
    throughput, population, derived = figures(text)
    again = figures(faster(text))
    same(throughput, again[0], SCALE)
    assert list(again[1].values()) == pytest.approx(list(population.values()), rel=1e-9)  # terms are named by rates too
    assert again[2].chain.rate == pytest.approx(SCALE * derived.chain.rate)


@pytest.mark.parametrize("name", ["alternating_bit", "client_server", "machine_repair", "queue", "tandem"])
def test_what_happens_over_time_happens_so_many_times_sooner(name):
    text, time = model_text(name), np.array([0.0, 0.3, 2.0])
    slow, quick = (
        exact_series(derive_net(compile_text(each), Control()), time * unit, Control(), 1e-11, ())
        for each, unit in ((text, 1.0), (faster(text), 1 / SCALE))
    )
    for name, values in slow.population.items():
        assert quick.population[name] == pytest.approx(values, abs=1e-9)
    for name, values in slow.throughput.items():
        assert quick.throughput[name] == pytest.approx(SCALE * values, abs=1e-7)


@pytest.mark.parametrize("name", NAMES)
def test_hidden_from_without_all_goes_on_as_it_did(name):
    text = model_text(name)
    rates, processes, system = parts(text)
    throughput, population, derived = figures(text)
    seen = [action for action in throughput if action != "tau"]
    hidden = figures(written(rates, processes, f"({system})/{{{', '.join(seen)}}}"))
    same(population, hidden[1])
    assert list(hidden[0]) == ["tau"]
    assert hidden[0]["tau"] == pytest.approx(sum(throughput.values()), rel=1e-9)
    assert hidden[2].space.size == derived.space.size


@pytest.mark.parametrize("name", NAMES)
def test_under_other_names_it_is_the_same(name):
    """Actions and processes under new names: figures come under these, and in the same order."""
    text = model_text(name)
    rates, processes, system = parts(text)
    throughput, population, _ = figures(text)
    own = other_names(throughput, processes)
    again = figures(written(rates, [(own(one), own(body)) for one, body in processes], own(system)))
    assert list(again[0]) == [action if action == "tau" else f"{action}Zz" for action in throughput]
    assert list(again[0].values()) == pytest.approx(list(throughput.values()), rel=1e-9)
    same({own(one): value for one, value in population.items()}, again[1])


@pytest.mark.parametrize("name", NAMES)
def test_a_model_twice_side_by_side_has_every_figure_twice(name):
    """Not joined: the second one has processes and actions of its own."""
    text = model_text(name)
    throughput, population, derived = figures(text)
    if derived.space.size > 120:
        pytest.skip("its square is large")
    rates, processes, system = parts(text)
    own = other_names(throughput, processes)
    beside = [(own(one), own(body)) for one, body in processes]
    both = figures(written(rates, [*processes, *beside], f"({system}) || ({own(system)})"))
    assert both[2].space.size == derived.space.size**2
    for one, value in throughput.items():
        assert both[0][one] == pytest.approx(value * (2 if one == "tau" else 1), rel=1e-9)
        assert one == "tau" or both[0][f"{one}Zz"] == pytest.approx(value, rel=1e-9)
    for one, value in population.items():
        assert both[1][one] == pytest.approx(value, rel=1e-9)
        assert both[1][own(one)] == pytest.approx(value, rel=1e-9)
