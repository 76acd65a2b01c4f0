"""The measure that is watched while parameters are turned."""

from __future__ import annotations

from pepa.control.error import PepaError
from pepa.query.analysis import Solved
from pepa.query.report import Report


def valued(measure: str, solved: Solved) -> Report:
    """Return the value of a measure, unless there is none or it takes long: passage times are solved for."""
    if not measure:
        return {}
    from pepa.query.exact import exact_values
    from pepa.query.expression import Route, Watched, parse, walk
    from pepa.query.measure import measured

    try:
        if any(isinstance(node, Route | Watched) for node in walk(parse(measure))):
            return {}
        return {"watched": {"measure": measure, "value": measured(measure, exact_values(solved))}}
    except PepaError:
        return {}  # who asks for its elasticities is told why
