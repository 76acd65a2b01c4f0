"""Why a measure has no value where it has none: by the first part of it that is none."""

from __future__ import annotations

import math

from pepa.query.expression import Call, Operation, parse, walk
from pepa.query.measure import Measured, Values

REASONS = {
    "sojourn": "in the long run those states are never entered, or never left",
    "responsetime": "in the long run nobody leaves them",
    "passage": "it never arrives",
}
INFINITE = {"passage": "it may never arrive", "quantile": "so many never arrive"}
DIVIDED = "something is divided by 0"
RAISED = "it has a power without a value, as 0^-1 or (-1)^0.5"
BEYOND = "it is beyond all numbers"


def why_none(text: str, result: Values) -> str:
    """Return why a measure is not a number, or not a finite one, in a result."""
    asked = Measured(text, result)
    for part in walk(parse(text)):
        if isinstance(part, Call) and part.function in REASONS and math.isnan(asked.number(part)):
            return REASONS[part.function]
        if isinstance(part, Call) and part.function != "enabled" and math.isinf(asked.number(part)):
            return INFINITE.get(part.function, BEYOND)
    signs = {part.operator for part in walk(parse(text)) if isinstance(part, Operation)}
    if signs.isdisjoint(("^", "**")):
        return DIVIDED
    return f"{DIVIDED}, or {RAISED}" if "/" in signs else RAISED
