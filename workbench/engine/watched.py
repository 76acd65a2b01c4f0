"""The measure that is watched while parameters are turned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pepa.control.error import PepaError
from workbench.engine.run_answers import Valued

if TYPE_CHECKING:
    from pepa.query.measure import Result


def valued(measure: str, result: Result) -> Valued | None:
    """Return a measure with its value, unless there is none or it takes long: passage times are solved for."""
    if not measure:
        return None
    from pepa.query.expression import Route, Watched, parse, walk

    try:
        if any(isinstance(node, Route | Watched) for node in walk(parse(measure))):
            return None
        return {"measure": measure, "value": result.estimate(measure).value}
    except PepaError:
        return None  # who asks for its elasticities is told why
