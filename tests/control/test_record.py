"""Records are values like frozen dataclasses, without the call a field that those are made with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pepa.control.record import record
from pepa.language import syntax
from pepa.net.component import Transition


@record()
class Pair:
    left: int
    right: int = 0


@record(eq=False)
class Alone:
    left: int


def test_records_of_equal_fields_are_equal_and_stand_for_each_other_in_sets() -> None:
    assert Pair(1, 2) == Pair(1, 2) != Pair(2, 1)
    assert len({Pair(1), Pair(1, 0), replace(Pair(1), right=3)}) == 2


def test_a_record_without_equality_equals_itself_alone() -> None:
    one = Alone(1)
    assert one == one
    assert len({one, Alone(1)}) == 2


@pytest.mark.parametrize("kind", [syntax.Prefix, syntax.Constant, syntax.Name, syntax.Parameter, Transition])
def test_what_a_tree_or_a_net_has_very_many_of_has_slots_and_is_made_without_calls(kind: type) -> None:
    assert "__slots__" in vars(kind)
    assert kind.__setattr__ is object.__setattr__
