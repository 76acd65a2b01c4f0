"""What is typed for a parameter: an expression of the model's parameters, such as `2 * r5`, and what it is worth."""

from __future__ import annotations

import difflib

from pepa.language.nearest import known_parameters
from pepa.language.numbers import counted
from pepa.net.net import Net
from pepa.query.expression import ExpressionError, Name, Node, parse
from pepa.query.interpreter import Interpreter


def worth(text: str, net: Net) -> float:
    """Return the value of an expression of parameters; raises PepaError where it has none, or none that is finite."""
    return counted(float(_OfParameters(text, net).number(parse(text))), text.strip())


class _OfParameters(Interpreter):
    example = "as in 2 * r5"

    def __init__(self, text: str, net: Net) -> None:
        super().__init__(text)
        self._parameters = net.parameters

    def leaf(self, node: Node) -> float:
        """Return the value of a name."""
        if not isinstance(node, Name) or node.group is not None:
            raise ExpressionError(self.text, node.span, "it is of parameters and numbers alone", self.example)
        found = self._parameters.get(node.name)
        if found is None:
            close = difflib.get_close_matches(node.name, self._parameters, 1)
            hint = f"did you mean `{close[0]}`?" if close else known_parameters(self._parameters)
            raise ExpressionError(self.text, node.span, f"`{node.name}` is no parameter", hint)
        if found.passive:
            raise ExpressionError(self.text, node.span, f"`{node.name}` is passive: it has no value", self.example)
        return found.value
