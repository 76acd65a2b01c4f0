"""The equations of a fluid as text, LaTeX, Python or MATLAB."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pepa.population.population import Expression, Least, Linear, MoveRate, Population, Ready, Shared, Total, Whole


@dataclass(frozen=True)
class Style:
    """How one language writes a place, a product, a minimum and a quotient."""

    place: Callable[[int], str]
    times: str
    least: Callable[[list[str]], str]
    over: Callable[[str, str], str]


TEX = {
    **{sign: f"\\{sign}" for sign in "_#&%${}"},
    "\\": r"\backslash ",
    "^": r"\wedge ",
    "~": r"\sim ",
}  # what a sign of a name is in mathematics, where it would be read otherwise


def text(population: Population) -> str:
    """Return a line for each place: its derivative as a sum of named flows."""
    lines = _system(population, _plain(population))
    return "\n".join(f"d {label}/dt = {right}" for label, right in zip(population.labels, lines, strict=True)) + "\n"


def latex(population: Population) -> str:
    """Return an align environment."""

    def place(index: int) -> str:
        return r"x_{\mathrm{" + "".join(TEX.get(sign, sign) for sign in population.labels[index]) + "}}"

    style = Style(
        place,
        r"\,",
        lambda parts: r"\min\left(" + ", ".join(parts) + r"\right)",
        lambda above, below: rf"\frac{{{above}}}{{{below}}}",
    )
    lines = _system(population, style)
    rows = [rf"\frac{{d {place(index)}}}{{dt}} &= {right}" for index, right in enumerate(lines)]
    return "\\begin{align}\n" + " \\\\\n".join(rows) + "\n\\end{align}\n"


def python(population: Population) -> str:
    """Return a Python function for scipy's solve_ivp, and the initial counts."""
    style = Style(lambda i: f"x[{i}]", "*", lambda parts: f"min({', '.join(parts)})", lambda a, b: f"{a}/({b} or 1)")
    lines = _system(population, style)
    names = [f"    # x[{index}] = {label}" for index, label in enumerate(population.labels)]
    body = [f"        {right}," for right in lines]
    initial = ", ".join(f"{value:g}" for value in population.initial)
    return "\n".join(["def slope(t, x):", *names, "    return [", *body, "    ]", "", f"initial = [{initial}]", ""])


def matlab(population: Population) -> str:
    """Return a MATLAB function for ode15s, and the initial counts as a comment."""

    def least(parts: list[str]) -> str:
        return parts[0] if len(parts) == 1 else f"min([{', '.join(parts)}])"

    style = Style(lambda i: f"x({i + 1})", "*", least, lambda a, b: f"{a}/max({b}, realmin)")
    lines = _system(population, style)
    names = [f"% x({index + 1}) = {label}" for index, label in enumerate(population.labels)]
    initial = "; ".join(f"{value:g}" for value in population.initial)
    body = [f"    dx({index + 1}, 1) = {right};" for index, right in enumerate(lines)]
    return "\n".join(["function dx = slope(t, x)", *names, f"% initial = [{initial}];", *body, "end", ""])


FORMATS: dict[str, Callable[[Population], str]] = {"text": text, "latex": latex, "python": python, "matlab": matlab}


def _plain(population: Population) -> Style:
    return Style(
        lambda index: population.labels[index],
        " ",
        lambda parts: f"min({', '.join(parts)})",
        lambda above, below: f"{above} / ({below})",
    )


def _system(population: Population, style: Style) -> list[str]:
    """Return the right-hand side for each place."""
    flows = [_rate(rate, style) for rate in population.rates]
    lines = []
    for place in range(len(population.labels)):
        right = ""
        for move, flow in enumerate(flows):
            number = int(population.change[move, place])
            if number:
                assert abs(number) == 1  # one member of a group at most takes part in a move
                right += (" - " if number < 0 else " + " if right else "") + flow
        lines.append(right.strip().replace("- ", "-", 1) if right.startswith(" - ") else right or "0")
    return lines


def _rate(rate: MoveRate, style: Style) -> str:
    factors = [style.place(place) for place in rate.counts] + [_written(least, style) for least in rate.minima]
    if abs(rate.base - 1) > 1e-14 or not factors:
        factors.insert(0, f"{rate.base:.15g}")
    above = style.times.join(factors)
    for divisor in rate.divisors:
        above = style.over(above, _written(divisor, style))
    return above


def _written(expression: Expression, style: Style) -> str:
    match expression:
        case Linear(terms=terms):
            parts = [
                (f"{value:.15g}{style.times}" if value != 1 else "") + style.place(place) for place, value in terms
            ]
            return " + ".join(parts) or "0"
        case Total(parts=parts):
            return " + ".join(_written(part, style) for part in parts) or "0"
        case Least(parts=parts):
            return (
                style.least([_written(part, style) for part in parts])
                if len(parts) > 1
                else f"({_written(parts[0], style)})"
            )
        case Whole():
            return "1"
        case Shared(rate=rate, ready=ready):
            return style.times.join((_written(rate, style), _written(ready, style)))
        case Ready():
            raise AssertionError("a fluid has no such part")
