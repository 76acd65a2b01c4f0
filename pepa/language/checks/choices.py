"""Checks of choices: alternatives whose probabilities nearly sum to one, and those that stand there twice."""

from __future__ import annotations

from collections.abc import Iterator

from pepa.language.checks.check import Check, warning
from pepa.language.checks.facts import Facts
from pepa.language.printer import expression_text
from pepa.language.problem import Problem
from pepa.language.syntax import Choice, Constant, Expression, Number, Parameter, Passive, Prefix, Product

NEARLY = 0.05  # how far from one a sum of probabilities is still taken to be meant as one


def _probabilities(facts: Facts) -> Iterator[Problem]:
    if any(isinstance(prefix.rate, Product) for prefix in facts.nodes.computed):
        for choice in facts.nodes.choices:
            yield from _nearly_one(choice, facts)


def _nearly_one(choice: Choice, facts: Facts) -> Iterator[Problem]:
    """Compare the shares of one rate in a choice: `(a, 0.3*r).P + (b, 0.6*r).Q` loses a tenth of r."""
    shares: dict[str, list[float]] = {}
    for term in choice.terms:
        if isinstance(term, Prefix) and (parts := _share(term.rate)) is not None:
            weight, rate = parts
            if not facts.values[rate.name].passive:
                shares.setdefault(rate.name, []).append(facts.value(weight))
    for name, found in shares.items():
        total = sum(found)
        if len(found) > 1 and all(0 < share < 1 for share in found) and 1e-9 < abs(total - 1) <= NEARLY:
            message = f"the shares of `{name}` in this choice sum to {total:.6g}, nearly one"
            yield warning("probabilities", message, choice.span, "let one of them be 1 minus the others")


def _share(rate: Expression) -> tuple[Expression, Parameter] | None:
    """Return the share and the rate of `share * rate`, or of `rate * number`."""
    if not isinstance(rate, Product) or len(rate.factors) != 2:
        return None
    (up, first), (power, second) = rate.factors
    if isinstance(second, Parameter) and up > 0 and power > 0:
        return first, second
    if isinstance(first, Parameter) and isinstance(second, Number) and up > 0 and power > 0:
        return second, first
    return None


def _repeated(facts: Facts) -> Iterator[Problem]:
    for choice in facts.nodes.choices:
        actions = [term.action.text for term in choice.terms if isinstance(term, Prefix)]
        if len(set(actions)) == len(actions):
            continue
        seen: set[tuple[str, str, str]] = set()
        for term in choice.terms:
            match term:
                case Prefix(
                    action=action,
                    rate=(Parameter() | Number() | Passive()) as written,
                    continuation=Constant(name=after),
                ):
                    rate = expression_text(written)
                    if (action.text, rate, after) in seen:
                        message = f"this activity stands twice in the choice: `{action.text}` has twice the rate"
                        hint = f"write it once, at `2*{rate}` if that is meant"
                        yield warning("repeated-branch", message, term.span, hint)
                    seen.add((action.text, rate, after))
                case _:
                    pass


CHECKS = (
    Check(
        "probabilities",
        "alternatives whose shares of one rate sum to nearly one",
        "The shares of a choice are probabilities and sum to one, unless one was changed and the other forgotten. "
        "Written as `1 - p`, the last follows the others.",
        "r = 1;\nP = (a, 0.3*r).P + (b, 0.69*r).P;\nP",
        "r = 1;\nP = (a, 0.3*r).P + (b, (1 - 0.3)*r).P;\nP",
        _probabilities,
    ),
    Check(
        "repeated-branch",
        "an activity that stands twice in a choice",
        "Both race, so that it happens at twice the rate: a line that was copied and not changed.",
        "r = 1;\nP = (a, r).Q + (a, r).Q;\nQ = (b, r).P;\nP",
        "r = 1;\nP = (a, r).Q + (c, r).Q;\nQ = (b, r).P;\nP",
        _repeated,
    ),
)
