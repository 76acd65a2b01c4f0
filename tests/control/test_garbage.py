"""Large trees are built without the garbage collector, and not looked through by it afterwards."""

from __future__ import annotations

import gc

import pytest

from pepa.control import garbage
from pepa.control.garbage import uncollected


@pytest.fixture(autouse=True)
def _as_usual() -> object:
    enabled = gc.isenabled()  # an app that ran in this process may have left it off
    gc.enable()
    gc.unfreeze()
    yield
    gc.unfreeze()
    if not enabled:
        gc.disable()


def test_what_is_made_in_large_numbers_is_not_looked_through_until_the_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(garbage, "MANY", 10_000)
    looked: list[str] = []
    gc.callbacks.append(lambda phase, _: looked.append(phase))
    try:
        with uncollected():
            made = [[number] for number in range(20_000)]
        assert gc.isenabled()
        assert gc.get_freeze_count() > len(made)
        assert not looked
        with uncollected():
            pass
        assert gc.get_freeze_count() == 0
    finally:
        gc.callbacks.pop()


def test_after_a_few_objects_the_collector_goes_on_as_it_was() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
