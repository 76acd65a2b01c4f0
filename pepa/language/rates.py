"""Values of rate expressions: active numbers and weighted passive rates (Hillston 1996, section 3.3)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pepa.control import depth  # noqa: F401 - expressions are evaluated level by level
from pepa.control.error import PepaError
from pepa.language.cycles import chained, components, cycles
from pepa.language.nearest import Nearest, nearest
from pepa.language.problem import ModelError, Problem
from pepa.language.slopes import NONE, Slopes, combined, own
from pepa.language.syntax import (
    Array,
    Expression,
    Model,
    Number,
    Parameter,
    Passive,
    Power,
    Prefix,
    Product,
    RateDefinition,
    Sum,
    walk,
)

LARGEST_ARRAY = 2**31 - 1
LARGEST_RATE = 1e15
SMALLEST_RATE = 1e-30
OTHERWISE_PASSIVE = {"_", "top", "infinity", "inf", "infty"}


@dataclass(frozen=True, slots=True)
class Rate:
    """A value: an active rate, or the weight of a passive one; and its slopes by parameters, where they are wanted."""

    value: float
    passive: bool = False
    slopes: Slopes = field(default_factory=dict, compare=False)


Parameters = Mapping[str, Rate]


def evaluate(expression: Expression, parameters: Parameters) -> Rate:
    """Return the value of an expression; raises ModelError at the part that has none."""
    match expression:
        case Number(value=value):
            rate = Rate(value, False, NONE)
        case Passive():
            return Rate(1.0, True, NONE)
        case Parameter(name=name):
            if name not in parameters:
                raise ModelError([undefined_rate(expression, Nearest(parameters))])
            return parameters[name]
        case Sum():
            rate = _sum(expression, parameters)
        case Product():
            rate = _product(expression, parameters)
        case Power():
            rate = _power(expression, parameters)
    if not math.isfinite(rate.value):
        raise ModelError([Problem("invalid-rate", "this value is not a finite number", expression.span)])
    return rate


def _sum(expression: Sum, parameters: Parameters) -> Rate:
    values = [(sign, evaluate(term, parameters)) for sign, term in expression.terms]
    if any(rate.passive for _, rate in values):
        message = "a passive rate cannot be added, subtracted or negated"
        hint = "write a weighted passive rate as `2*infty`"
        raise ModelError([Problem("invalid-rate", message, expression.span, hint)])
    slopes = combined(*((sign, rate.slopes) for sign, rate in values))
    return Rate(sum(sign * rate.value for sign, rate in values), slopes=slopes)


def _product(expression: Product, parameters: Parameters) -> Rate:
    value, passive, slopes = 1.0, False, NONE
    for power, factor in expression.factors:
        rate = evaluate(factor, parameters)
        if rate.passive and (passive or power < 0):
            message = "a passive rate can only be multiplied by a weight, once"
            raise ModelError([Problem("invalid-rate", message, expression.span, "write it as `2*infty`")])
        if power < 0 and rate.value == 0:
            raise ModelError([Problem("invalid-rate", "division by zero", factor.span)])
        if power > 0:
            if slopes or rate.slopes:
                slopes = combined((rate.value, slopes), (value, rate.slopes))
            value = value * rate.value
        else:
            value = value / rate.value
            if slopes or rate.slopes:
                slopes = combined((1 / rate.value, slopes), (-value / rate.value, rate.slopes))
        passive = passive or rate.passive
    return Rate(value, passive, slopes)


def _power(expression: Power, parameters: Parameters) -> Rate:
    base, exponent = (evaluate(part, parameters) for part in (expression.base, expression.exponent))
    if base.passive or exponent.passive:
        raise ModelError([Problem("invalid-rate", "a passive rate has no powers", expression.span)])
    if base.value == 0 and exponent.value < 0:
        raise ModelError([Problem("invalid-rate", "division by zero", expression.base.span)])
    if base.value < 0 and exponent.value != int(exponent.value):
        message = "a negative number has whole powers only"
        raise ModelError([Problem("invalid-rate", message, expression.span)])
    try:
        value = float(base.value**exponent.value)
    except OverflowError:
        return Rate(math.inf)
    if not (base.slopes or exponent.slopes):
        return Rate(value)
    by_base, by_exponent = _power_slopes(base.value, exponent.value, value)
    return Rate(value, slopes=combined((by_base, base.slopes), (by_exponent, exponent.slopes)))


def _power_slopes(base: float, exponent: float, value: float) -> tuple[float, float]:
    """Return the derivatives of a power by its base and its exponent, nan where it has none."""
    if base:
        return exponent * value / base, value * math.log(base) if base > 0 else math.nan
    by_base = 0.0 if exponent == 0 or exponent > 1 else 1.0 if exponent == 1 else math.nan
    return by_base, 0.0 if exponent > 0 else math.nan


def undefined_rate(parameter: Parameter, known: Nearest) -> Problem:
    """Return the problem of a rate name that nothing defines, with the nearest name as a hint."""
    close = known.to(parameter.name)
    upper = parameter.name[:1].isupper()
    if parameter.name.lower() in OTHERWISE_PASSIVE:
        hint = "the passive rate, in other tools `_` or `top`, is written `infty` or `T`"
    elif close:
        hint = f"did you mean `{close}`?"
    elif upper:
        hint = "rates start with a lower-case letter; the passive rate is `T` or `infty`"
    else:
        hint = f"define it: `{parameter.name} = 1.0;`"
    return Problem("undefined-rate", f"rate `{parameter.name}` is not defined", parameter.span, hint)


def parameter_values(
    model: Model, overrides: Mapping[str, float] | None = None, *, slopes: bool = False
) -> dict[str, Rate]:
    """Return every parameter's value in the order of the text, those named in `overrides` replaced.

    A parameter defined through another one follows it. With `slopes`, values know how they depend on the parameters:
    on themselves, and on those they are defined through. Raises PepaError for an override of a name that the
    model does not define, ModelError for definitions that depend on themselves or have no value.
    """
    definitions = {definition.name.text: definition for definition in model.rates}
    overrides = overrides or {}
    for name in overrides:
        if name not in definitions:
            raise PepaError(f"the model has no parameter `{name}`", _known_parameters(name, definitions))
    values = {name: Rate(value, slopes=own(name) if slopes else {}) for name, value in overrides.items()}
    problems: list[Problem] = []
    for name in in_order(definitions):
        if name in values or name not in definitions:
            continue
        expression = definitions[name].expression
        if isinstance(expression, Number) and not slopes:
            values[name] = Rate(expression.value, False, NONE)
            continue
        try:
            rate = evaluate(expression, values)
            alone = own(name) if slopes and not rate.passive else {}
            values[name] = replace(rate, slopes={**rate.slopes, **alone}) if slopes else rate
        except ModelError as error:
            problems.extend(error.problems)
            values[name] = Rate(1.0)  # so that one bad definition does not fault all that use it
    if problems:
        raise ModelError(problems)
    return {name: values[name] for name in definitions}


def _known_parameters(name: str, definitions: Mapping[str, RateDefinition]) -> str:
    close = nearest(name, definitions)
    if close:
        return f"did you mean `{close}`?"
    names = ", ".join(list(definitions)[:12]) + (", ..." if len(definitions) > 12 else "")
    return f"its parameters are {names}" if definitions else "it defines no parameters"


def in_order(definitions: Mapping[str, RateDefinition]) -> list[str]:
    """Return the names, each after those it is made of; raises ModelError where some are made of each other."""
    uses: dict[str, list[str]] = {}
    for name, definition in definitions.items():
        if not isinstance(definition.expression, Number):
            uses[name] = [node.name for node in walk(definition.expression) if isinstance(node, Parameter)]
    problems = [
        Problem(
            "cyclic-rate",
            f"this rate depends on itself: {chained([*cycle, cycle[0]])}",
            definitions[cycle[0]].name.span,
            "give one of them a number",
        )
        for cycle in cycles(uses)
    ]
    if problems:
        raise ModelError(problems)
    return [*(name for name in definitions if name not in uses), *(name for (name,) in components(uses))]


def sizes(model: Model, overrides: Mapping[str, float]) -> tuple[float, ...]:
    """Return the values of the parameters that array sizes are made of: where they are equal, only rates differ.

    Raises what `parameter_values` raises.
    """
    processes = (*(definition.process for definition in model.processes), model.system)
    arrays = (node.size for process in processes for node in walk(process) if isinstance(node, Array))
    names = {node.name for size in arrays for node in walk(size) if isinstance(node, Parameter)}
    return tuple(rate.value for name, rate in parameter_values(model, overrides).items() if name in names)


def is_rate(value: float) -> bool:
    """Whether an activity may have a rate, or a weight, of this value."""
    return value == 0 or SMALLEST_RATE <= value <= LARGEST_RATE


def rate_problem(activity: Prefix, rate: Rate) -> Problem | None:
    """Return what is wrong with the value of an activity's rate: it is negative, or beyond 1e15 or 1e-30."""
    if rate.value < 0:
        message = f"the rate of `{activity.action.text}` is negative: {rate.value:g}"
        return Problem("invalid-rate", message, activity.rate.span, "a rate is a positive number")
    if rate.value > LARGEST_RATE:
        message = f"the rate of `{activity.action.text}` is {rate.value:g}; rates are at most {LARGEST_RATE:g}"
        hint = "check the unit of time; for what is immediate, a few orders above the other rates do"
        return Problem("invalid-rate", message, activity.rate.span, hint)
    if 0 < rate.value < SMALLEST_RATE:
        message = f"the rate of `{activity.action.text}` is {rate.value:g}; rates are 0, or at least {SMALLEST_RATE:g}"
        hint = "check the unit of time; leave out what never happens"
        return Problem("invalid-rate", message, activity.rate.span, hint)
    return None


def array_size(expression: Expression, parameters: Parameters) -> int:
    """Return the size of an array: a whole number from 0 to 2^31 - 1; raises ModelError where it is none."""
    rate = evaluate(expression, parameters)
    size = round(rate.value)
    if rate.passive or abs(rate.value - size) > 1e-9 * max(1, size) or not 0 <= size <= LARGEST_ARRAY:
        shown = "passive" if rate.passive else f"{rate.value:g}"
        message = f"an array size is a whole number from 0 to {LARGEST_ARRAY}; this one is {shown}"
        raise ModelError([Problem("invalid-size", message, expression.span)])
    return size
