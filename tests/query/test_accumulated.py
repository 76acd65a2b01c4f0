"""What is earned up to each time, against closed forms, properties of the same, and quadrature of what is so then."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.linalg import expm

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.accumulated import Accumulating, on_the_way, only, understood, with_changes
from pepa.query.analysis import compile_text, derive_net
from pepa.query.earned import earned
from pepa.query.passage import passage, questions
from pepa.query.property import answer
from pepa.query.stages import change, followed, stages, start, unchanged, versions
from tests.models import derive, model_text

TURNING = "r = 1.0; s = 2.0; n = 2; P = (go, r).Q; Q = (back, s).P; P[n]"
TIMES = np.linspace(0.0, 4.0, 9)


def accumulated(text, derived, times=TIMES):
    total = Accumulating(text, Control(), 1e-11)
    for _ in total.watching(unchanged(derived, times, Control(), 1e-10)):
        pass
    return total.at(times)


@pytest.mark.parametrize("reward", ["go", "Q", "Q - 3 * P", "visits(Q = 2)", "Q >= 1"])
def test_a_curve_against_the_property_at_each_time(reward):
    derived = derive(TURNING)
    found = accumulated(reward, derived)
    for time, value, error in zip(found.time[1:], found.value[1:], found.error[1:], strict=True):
        expected = answer(f"R{{{reward}}}=? [ C<={float(time)!r} ]", derived, Control())
        assert abs(value - expected.value) <= error + 0.5 * (expected.high - expected.low)
        assert error < 1e-8


def test_the_closed_form_of_time_in_a_state():
    """Of one that turns: r / (r + s) (t - (1 - e^-(r + s) t) / (r + s))."""
    found = accumulated("Q", derive(TURNING, n=1))
    expected = (TIMES - (1 - np.exp(-3 * TIMES)) / 3) / 3
    assert (np.abs(found.value - expected) <= found.error + 1e-15).all()
    assert found.error.max() < 1e-9


def test_a_whole_model_against_a_matrix_exponential():
    derived = derive(model_text("vm_launch"), Q=2)
    rates = derived.chain.dense()
    generator = rates - np.diag(rates.sum(axis=1))
    reward = np.array([move.action == "end" for move in derived.net.moves], float)[derived.space.move]
    earning = np.bincount(derived.chain.source, derived.chain.rate * reward, derived.chain.size)
    block = np.zeros((derived.chain.size + 1,) * 2)
    block[:-1, :-1], block[:-1, -1] = generator, earning
    found = accumulated("end", derived, np.linspace(0.0, 30.0, 4))
    for time, value, error in zip(found.time, found.value, found.error, strict=True):
        assert abs(value - expm(block * time)[0, -1]) <= error + 1e-10


def test_through_a_change_that_is_at_none_of_the_times():
    text, altered = TURNING, [change("1.7: r=4 n=3")]
    derived, changed = derive_net(compile_text(text), Control()), versions(TURNING, {}, altered, str)
    every = with_changes(TIMES, altered)
    assert every.tolist() == sorted({*TIMES.tolist(), 1.7})
    total = Accumulating("Q", Control(), 1e-11)
    parts = stages(derived, changed, Control())
    along = total.watching(followed(parts, start("init", derived, Control()), every, Control(), 1e-10))
    assert [moment.time for _, moment in only(along, TIMES)] == TIMES.tolist()
    found = total.at(TIMES)

    def inside(time):
        early = (1 - np.exp(-3 * min(time, 1.7))) / 3
        if time < 1.7:
            return 2 * early
        fall = np.exp(-6 * (time - 1.7))
        return 2 * (2 / 3 + (early - 2 / 3) * fall) + 2 / 3 * (1 - fall)

    for time, value, error in zip(TIMES, found.value, found.error, strict=True):
        parts = [quad(inside, *limits, epsabs=1e-12)[0] for limits in ((0, min(time, 1.7)), (min(time, 1.7), time))]
        assert abs(value - sum(parts)) <= error + 1e-10


def test_on_the_way_of_a_passage_it_comes_to_what_is_earned_in_all():
    compiled = compile_text(model_text("vm_launch"), {"Q": 2})
    found = passage(compiled, questions("User1", ["User3"], "User"), Control())
    times = np.linspace(0.0, 3_000.0, 61)
    curve, whole = on_the_way(found, "end", times, 1e-9), earned(found, "end")
    assert curve.value[0] == 0
    assert (np.diff(curve.value) >= 0).all()
    assert abs(curve.value[-1] - whole.value) <= curve.error[-1] + whole.error
    simple = passage(compile_text(TURNING), questions("P", ["Q"], "P"), Control())
    gone = on_the_way(simple, "P", TIMES, 1e-10)
    assert gone.value == pytest.approx(1 - np.exp(-TIMES), abs=1e-9)


def test_what_has_no_meaning():
    with pytest.raises(PepaError, match="no action or local derivative"):
        understood("nothing", compile_text(TURNING).net)
    never = "A = (ask, 1.0).B; B = (work, 2.0).C + (drop, 0.5).D; C = (tell, 4.0).C; D = (idle, 1.0).D; A"
    found = passage(compile_text(never), questions("init", ["tell"]), Control())
    with pytest.raises(PepaError, match="never ends"):
        on_the_way(found, "drop", TIMES, 1e-9)
