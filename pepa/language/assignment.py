"""A model text with other values for its parameters: only the values change, comments and layout stay."""

from __future__ import annotations

from collections.abc import Mapping

from pepa.language.parser import parse
from pepa.language.printer import number_text
from pepa.language.problem import ModelError
from pepa.language.rates import Rate, evaluate, parameter_values


def assigned(text: str, values: Mapping[str, float]) -> str:
    """Return the text with the definitions of some parameters set to these values.

    A definition that has the value already stays as it is written. Raises ModelError for a text that cannot be
    parsed, PepaError for a parameter it does not define.
    """
    parsed = parse(text)
    if parsed.model is None:
        raise ModelError(parsed.problems)
    final = parameter_values(parsed.model, values)
    for definition in reversed(parsed.model.rates):
        name, expression = definition.name.text, definition.expression
        if name in values and evaluate(expression, final) != Rate(values[name]):
            text = text[: expression.span.start] + number_text(values[name]) + text[expression.span.end :]
    return text
