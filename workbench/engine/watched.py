"""The measure that is watched while parameters are turned."""

from __future__ import annotations

from pepa.control.error import PepaError
from pepa.query.analysis import Solved
from workbench.engine.run_answers import Valued


def valued(measure: str, solved: Solved) -> Valued | None:
    """Return a measure with its value, unless there is none or it takes long: passage times are solved for."""
    if not measure:
        return None
    from pepa.query.exact import exact_values
    from pepa.query.expression import Route, Watched, parse, walk
    from pepa.query.measure import measured

    try:
        if any(isinstance(node, Route | Watched) for node in walk(parse(measure))):
            return None
        return {"measure": measure, "value": measured(measure, exact_values(solved))}
    except PepaError:
        return None  # who asks for its elasticities is told why
