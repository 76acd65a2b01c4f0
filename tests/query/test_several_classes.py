"""A path ends in one of several recurrent classes and tells nothing of the others: no long run is made of it."""

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query import shape as looking
from pepa.query.analysis import compile_text
from pepa.query.exact import exact_values
from pepa.query.measure import measured
from pepa.query.passage import questions
from pepa.query.simulated import estimated, long_run_values
from pepa.query.simulated_passage import simulated_passage
from tests.cli.command import answer, pepa
from tests.models import solve
from workbench.engine.approximate import approximate

CLASSES = "L = (l, 1).L1; L1 = (m, 2).L; W = (x, 3).W1; W1 = (y, 1).W2; W2 = (z, 1).W2; "
TWO = f"S = (go, 0.3).L + (go2, 0.7).W; {CLASSES} S"
ONE = f"S = (go, 0.3).L; {CLASSES} S"
SAID = "the long run depends on which of 2 recurrent classes is entered, by chance"


def net(text):
    return compile_text(text).net


def test_a_long_run_by_chance_is_refused_and_the_exact_one_weighs():
    exact = exact_values(solve(TWO))
    assert measured("throughput(z)", exact) == pytest.approx(0.7, rel=1e-12)
    assert measured("throughput(l)", exact) == pytest.approx(0.3 * 2 / 3, rel=1e-12)
    with pytest.raises(PepaError, match=SAID) as refused:
        long_run_values(net(TWO), 1, Control(), 0.1)
    assert "pepa solve weighs" in refused.value.hint
    with pytest.raises(PepaError, match=SAID):
        approximate(lambda _: None, TWO, "simulation")


def test_one_class_entered_by_transient_states_is_simulated():
    found = estimated("throughput(l)", long_run_values(net(ONE), 1, Control(), 0.05))
    assert abs(found.value - 2 / 3) < 2 * found.half_width
    assert approximate(lambda _: None, ONE, "simulation")["kind"] == "simulation"


@pytest.mark.parametrize("member", ["", "S"])
def test_passages_by_chance_are_refused(member):
    asked = questions("l", ("m",), member)
    several, one = (net(text + "[1]" * bool(member)) for text in (TWO, ONE))
    with pytest.raises(PepaError, match=SAID) as refused:
        simulated_passage(several, asked, 400, 1, Control())
    assert refused.value.hint == "the method exact weighs them all"
    mean, half = simulated_passage(one, asked, 400, 1, Control()).mean()
    assert abs(mean - 1 / 2) < 2 * half < 0.2


def test_a_start_that_is_left_for_ever_begins_no_passage():
    text = "S = (go, 4).L; L = (l, 1).L1; L1 = (m, 2).L; S"
    with pytest.raises(PepaError, match="`init` is left for ever") as refused:
        simulated_passage(net(text), questions("init", ("m",), ""), 400, 1, Control())
    assert "exact" in refused.value.hint
    cycle = text.replace("(m, 2).L", "(m, 2).S")
    mean, half = simulated_passage(net(cycle), questions("init", ("m",), ""), 400, 1, Control()).mean()
    assert abs(mean - 1.75) < 2 * half


def test_a_net_beyond_what_is_looked_at_is_simulated_as_before(monkeypatch):
    monkeypatch.setattr(looking, "LOOKED_AT", 3)
    assert long_run_values(net(TWO), 1, Control(), 0.1).means.throughput


def test_the_command_refuses_a_long_run_by_chance_and_goes_up_to_a_time(tmp_path):
    path = tmp_path / "two.pepa"
    path.write_text(TWO)
    done = pepa("simulate", str(path))
    assert done.returncode == 3
    assert f"error: {SAID}" in done.stderr
    assert "--until" in done.stderr
    status, found = answer("simulate", str(path), "--until", "1", "--points", "2", "--replications", "50")
    assert status == 0
    assert found["replications"] == 50


@pytest.mark.parametrize(
    ("text", "keep", "expected"),
    [
        (
            "A = (b, 2).B + (b, 1).C; B = (z, 1).B; C = (a, 5).D + (c, 3).A; D = (z, 1).D; A",
            [],
            {"B": 16 / 21, "D": 5 / 21},
        ),
        ("A = (b, 2).B + (b, 1).C; B = (z, 1).B; C = (a, 5).D + (c, 3).A; D = (z, 1).D; A", ["D"], {"D": 5 / 21}),
        # two of them end there independently of each other
        ("A = (b, 2).B + (b, 1).C; B = (z, 1).B; C = (a, 5).D + (c, 3).A; D = (z, 1).D; A[2]", [], {"D": 10 / 21}),
    ],
)
def test_a_lumped_chain_is_started_where_the_model_is(tmp_path, text, keep, expected):
    file = tmp_path / "classes.pepa"
    file.write_text(text)
    kept = [part for name in keep for part in ("--keep", name)]
    status, report = answer("solve", str(file), "--lump", *kept)
    assert status == 0
    for name, value in expected.items():
        assert report["population"][name] == pytest.approx(value, rel=1e-12)
