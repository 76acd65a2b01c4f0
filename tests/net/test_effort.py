"""What reading and compiling a model does no more often than its size asks for."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from pepa.language.checks import facts
from pepa.language.checks.model import check
from pepa.language.parser import parse
from pepa.net import moves
from pepa.net.compile import compile_model, load
from pepa.net.component import Component

RING = "r = 2;\n" + "".join(f"P{i} = (a{i}, 3*r).P{(i + 1) % 200};\n" for i in range(200))


def _counted(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> list[object]:
    asked: list[object] = []
    first: Callable[..., object] = getattr(module, name)

    def counted(*given: object) -> object:
        asked.append(given)
        return first(*given)

    monkeypatch.setattr(module, name, counted)
    return asked


def test_a_check_values_each_rate_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model = parse(f"{RING}P0").model
    assert model is not None
    asked = _counted(monkeypatch, facts, "evaluate")
    check(model)
    assert len(asked) == 200


@pytest.mark.parametrize(("system", "number"), [("P0", 0), ("P0 || P0", 0), ("P0 || Q", 0), ("P0 <a0> Q", 2)])
def test_apparent_rates_are_summed_for_what_is_done_together_alone(
    monkeypatch: pytest.MonkeyPatch, system: str, number: int
) -> None:
    model, _ = load(f"{RING}Q = (a0, 1).Q;\n{system}")
    asked = _counted(monkeypatch, moves, "_leaf_rate")
    compile_model(model)
    assert len(asked) == number


def test_whether_a_long_component_returns_is_asked_for_the_sake_of_another_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Component] = []
    returns = Component.returns.fget
    assert returns is not None
    monkeypatch.setattr(Component, "returns", property(lambda one: (asked.append(one), returns(one))[1]))
    compile_model(load(f"{RING}P0")[0])
    assert not asked
    compile_model(load(f"{RING}P0 || P7")[0])
    assert len(asked) == 1
