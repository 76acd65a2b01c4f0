"""How long an analysis will still take: told once it is known, anew for each stage."""

import pytest

from pepa.control import pace
from pepa.control.pace import Pace


@pytest.fixture
def clock(monkeypatch):
    """A clock to be set: clock[0] is now."""
    now = [100.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: now[0])
    return now


def at(clock, of, seconds, done, stage="solve"):
    clock[0] = 100.0 + seconds
    return of.seconds_left(stage, done)


def test_what_is_left_is_by_the_pace_so_far(clock):
    of = Pace()
    assert at(clock, of, 0, 0.0) is None
    assert at(clock, of, 0.5, 0.4) is None  # too early
    assert at(clock, of, 2, 0.2 + 0.2) == pytest.approx(3)
    assert at(clock, of, 8, 0.8) == pytest.approx(2)
    assert at(clock, of, 9, None) is None
    assert at(clock, of, 10, 1.0) == 0


def test_a_stage_that_begins_or_falls_back_is_measured_anew(clock):
    of = Pace()
    at(clock, of, 0, 0.5)
    assert at(clock, of, 2, 0.75) == pytest.approx(2)  # what was done before it was watched does not count
    assert at(clock, of, 3, 0.1) is None  # the next method starts
    assert at(clock, of, 5, 0.3) == pytest.approx(7)
    assert at(clock, of, 6, 0.9, "measure") is None
    assert at(clock, of, 8, 0.91, "measure") is None  # too little is done


@pytest.mark.parametrize(
    ("left", "told"),
    [(0.0, "1 s"), (12.4, "12 s"), (89.0, "89 s"), (91.0, "2 min"), (3000.0, "50 min"), (7200.0, "2 h")],
)
def test_it_is_told_in_a_unit_that_suits_it(monkeypatch, left, told):
    of = Pace()
    monkeypatch.setattr(of, "seconds_left", lambda *_: left)
    assert of.told("solve", 0.5) == f" · about {told} left"


def test_nothing_is_told_while_nothing_is_known():
    assert Pace().told("derive", None) == ""
