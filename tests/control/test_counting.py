"""How far the reading of a large text has got is told, and what is told can end it."""

import pytest

from pepa.control import counting
from pepa.control.control import Control
from pepa.net.check import check_text


class Ended(Exception):
    """The watcher wants no more."""


def ring(number):
    return "".join(f"P{i} = (a, 1.0).P{(i + 1) % number};\n" for i in range(number)) + "P0\n"


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr("pepa.control.control.time.monotonic", iter(range(10**9)).__next__)  # a second at each look


@pytest.mark.usefixtures("hurried")
def test_what_is_counted_is_told():
    told = []
    with counting.counting(Control(report=told.append), "check"):
        assert list(counting.counted_off(range(5_000), "item")) == list(range(5_000))
        assert list(counting.counted_off([1, 2], "few")) == [1, 2]
        counting.tick("all done")
    assert [one.message for one in told] == [
        "item 0 of 5,000",
        "item 2,000 of 5,000",
        "item 4,000 of 5,000",
        "all done",
    ]
    counting.tick("nobody watches")
    assert len(told) == 4


@pytest.mark.usefixtures("hurried")
def test_every_part_of_a_check_tells_how_far_it_is():
    told = []
    with counting.counting(Control(report=told.append), "check"):
        check_text(f"{ring(2_500)} || P1 || P1[2]")
    stages = {one.message.rstrip("0123456789, of") for one in told}
    assert {"finding definition", "reading definition", "looking at definition", "valuing local derivative"} <= stages
    assert {"following local derivative", "checking for local-deadlock"} <= stages


@pytest.mark.usefixtures("hurried")
def test_a_watcher_ends_a_check():
    def ended(_):
        raise Ended

    with counting.counting(Control(report=ended), "check"), pytest.raises(Ended):
        check_text(ring(2_600))
