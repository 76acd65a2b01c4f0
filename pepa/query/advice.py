"""Which method for a model: how large it will be, how far the fluid can be trusted, whether a long run is one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pepa.control.control import Control, gibibytes, rounded
from pepa.control.pace import span
from pepa.fluid.noise import FEW
from pepa.markov.space.prediction import Prediction, at_most, cut, predicted
from pepa.net.net import Net
from pepa.query.kind import Kind
from pepa.query.shape import shape

LONG = 600.0  # seconds of an exact solution from which on another method is suggested
FEWER = 4  # copies of the smaller net whose classes are looked at in place of a large one's


@dataclass(frozen=True)
class Advice:
    """What is known before a large run; `states` is exact where `derived`, else predicted, else None.

    `suspected` says that a smaller net has transient states, `by_chance` that several classes of it recur, `alone` says
    that nothing cooperates, `small_groups` which groups that do are small.
    """

    states: float | None
    transitions: float | None
    derived: bool
    transient: int | None
    classes: int | None
    suspected: bool
    by_chance: bool
    alone: bool
    small_groups: tuple[str, ...]
    method: Kind
    sentences: tuple[str, ...]


def advise(net: Net, control: Control) -> Advice:
    """Look at a net for about a second and say which method suits it."""
    found = shape(net, control)
    size = found.size if found else predicted(net, control)
    smaller = None if found else shape(replace(net, groups=tuple(cut(g, FEWER) for g in net.groups)), control)
    sizes = cooperating(net)
    small = tuple(name for name, copies in sizes.items() if copies < FEW)
    most = size or at_most(net)
    near = most.memory_solved < control.memory and most.seconds < LONG
    method = Kind.EXACT if near else Kind.SIMULATED if small else Kind.FLUID
    advice = Advice(
        states=size.states if size else None,
        transitions=size.transitions if size else None,
        derived=found is not None,
        transient=found.transient if found else None,
        classes=found.classes if found else None,
        suspected=smaller is not None and (smaller.transient > 0 or smaller.classes > 1),
        by_chance=smaller is not None and smaller.classes > 1,
        alone=not sizes,
        small_groups=small,
        method=method,
        sentences=(),
    )
    said = _size_sentence(size, control, derived=advice.derived) if size else _bound_sentence(most)
    return replace(advice, sentences=(said, *_sentences(advice)))


def _bound_sentence(most: Prediction) -> str:
    return f"at most {rounded(most.states)} states; how many cannot be told without deriving them"


def _size_sentence(size: Prediction, control: Control, *, derived: bool) -> str:
    if derived:
        return f"{size.states:,.0f} states: exact in no time"
    said = f"about {rounded(size.states)} states are expected"
    if size.memory_solved < control.memory:
        return f"{said}: exact in about {span(size.seconds)}"
    needed, limit = gibibytes(size.memory_solved), gibibytes(control.memory)
    return f"{said}: exact takes about {needed}, more than the limit of {limit}"


def long_run_sentences(advice: Advice) -> list[str]:
    """Say what makes a fluid or simulated long run doubtful, where something does."""
    if advice.transient:
        what = "one recurrent class" if advice.classes == 1 else f"one of {advice.classes} recurrent classes"
        return [
            f"{advice.transient:,} of {advice.states:,.0f} states are transient: the exact long run is in {what}, "
            "and a short run and a long one may disagree"
        ]
    if advice.by_chance:
        return [
            "the same model with fewer copies has several recurrent classes: where it is so of this one, which of them "
            "a long run ends in is chance, and its figures are of that one alone"
        ]
    if advice.suspected:
        return ["the same model with fewer copies has transient states: a short run and a long one may disagree"]
    return []


def _sentences(advice: Advice) -> list[str]:
    said = []
    if advice.alone:
        said.append("nothing cooperates: the means of the fluid are exact")
    elif advice.small_groups:
        few = ", ".join(advice.small_groups)
        said.append(f"the fluid is rough: fewer than {FEW} copies of {few} take part in cooperations")
    else:
        said.append("every cooperating group has several copies: the fluid is near, and its band tells how near")
    said += long_run_sentences(advice)
    said.append(f"suggested: {advice.method.value}")
    return said


def cooperating(net: Net) -> dict[str, int]:
    """Return the sizes of the groups that take part in cooperations, by name."""
    taking = {p.group for move in net.moves if move.factors for p in move.participants}
    return {net.groups[index].name: net.groups[index].size for index in sorted(taking)}
