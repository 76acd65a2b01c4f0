"""A measure to first order: what a small change of probabilities, populations, flows or parameters does to it."""

from __future__ import annotations

from collections.abc import Callable

from pepa.language.slopes import Slopes
from pepa.query.expression import Call, Name, Node, Operation
from pepa.query.first_order import Linear, partials, total_of
from pepa.query.measure import Measured, Values, tree
from pepa.query.passage import Question

Passing = Callable[[Question], Slopes]  # the derivatives of the mean time of a passage


def linear(text: str, result: Values, passing: Passing | None = None) -> Linear:
    """Return a measure to first order; raises ExpressionError where it cannot be read or has no meaning.

    What is compared or counted jumps and stays between: its derivative is taken to be 0. Mean passage times have one
    where `passing` tells it.
    """
    return ToFirstOrder(text, result, passing).linear(tree(text, result.net))


class ToFirstOrder(Measured):
    """Gives every part of a measure its value and derivatives in a result."""

    def __init__(self, text: str, result: Values, passing: Passing | None) -> None:
        super().__init__(text, result)
        self.passing = passing

    def linear(self, node: Node) -> Linear:
        """Return a part to first order."""
        value = float(self.number(node))
        match node:
            case Name(name=name):
                return Linear(value, own=self.result.net.parameters[name].slopes)
            case Call():
                return self.form(node).slopes(self, node, value)
            case Operation(operator=sign, operands=operands):
                factors = partials(sign, [self.number(operand) for operand in operands])
                if not any(factors):
                    return Linear(value)
                return total_of(value, list(zip(factors, map(self.linear, operands), strict=True)))
        return Linear(value)
