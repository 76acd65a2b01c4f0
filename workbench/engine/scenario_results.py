"""The scenarios of a model, one after the other: the result of each, or why it has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pepa.control.control import Control, Progress
from pepa.control.error import PepaError
from pepa.language.syntax import Model
from pepa.markov.steady.certainty import Certainty
from pepa.net.compile import compile_model
from pepa.query.analysis import Solved, solve_again
from pepa.query.exact import exact_values
from pepa.query.kind import Kind
from workbench.engine.approximate import WAYS

if TYPE_CHECKING:
    from pepa.query.measure import Result


@dataclass(frozen=True, eq=False)
class Answered:
    """The long run of a scenario, and how certain it is, where that is told: of an exact result."""

    result: Result
    certainty: Certainty | None = None


def scenario_results(
    model: Model,
    scenarios: Mapping[str, Mapping[str, float]],
    kind: Kind,
    control: Control,
    previous: Solved | None = None,
) -> Iterator[tuple[str, Answered | PepaError]]:
    """Yield each scenario by name with its answer, exact ones from the solution before; `previous` is the first."""
    for index, (name, overrides) in enumerate(scenarios.items()):
        control.watch(Progress("compare", f"scenario {name}", index / len(scenarios)))
        found: Answered | PepaError
        try:
            if kind is Kind.EXACT:
                previous = solve_again(model, overrides, control, previous)
                found = Answered(exact_values(previous, control), previous.steady.certainty)
            else:
                found = Answered(WAYS[kind](compile_model(model, overrides), control)[0])
        except PepaError as error:
            found = error
        yield name, found
