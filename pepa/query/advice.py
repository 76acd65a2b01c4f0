"""Which method for a model: how large it will be, how far the fluid can be trusted, whether a long run is one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pepa.fluid.noise import FEW
from pepa.markov.chain import generator
from pepa.markov.classes import classes
from pepa.markov.control import Control, LimitReached, rounded
from pepa.markov.derive import derive
from pepa.markov.pace import span
from pepa.markov.prediction import Prediction, cut, predicted
from pepa.net.net import Net
from pepa.net.rates import MixedRates

LOOKED_AT = 20_000  # states up to which a net is derived to see its classes
SECONDS_A_TRANSITION = 7e-7  # deriving and solving; measured on two cores of 2026
EVENTS_A_SECOND = 5e5
FEWER = 4  # copies of the smaller net whose classes are looked at in place of a large one's


@dataclass(frozen=True)
class Advice:
    """What is known before a large run; `states` is exact where `derived`, else predicted, else None.

    `alone` says that nothing cooperates, `small_groups` which groups that do are small.
    """

    states: float | None
    transitions: float | None
    derived: bool
    transient: int | None
    classes: int | None
    suspected: bool
    alone: bool
    small_groups: tuple[str, ...]
    method: str
    sentences: tuple[str, ...]


def advise(net: Net, control: Control) -> Advice:
    """Look at a net for about a second and say which method suits it."""
    shape = _shape(net, control)
    prediction: Prediction | None = None
    if shape is None:
        prediction = predicted(net, control)
    states = float(shape[0]) if shape else (prediction.states if prediction else None)
    transitions = float(shape[1]) if shape else (prediction.transitions if prediction else None)
    smaller = None if shape else _shape(replace(net, groups=tuple(cut(g, FEWER) for g in net.groups)), control)
    sizes = cooperating(net)
    small = tuple(name for name, size in sizes.items() if size < FEW)
    fits = transitions is not None and transitions * 90 < control.memory
    seconds = None if transitions is None else SECONDS_A_TRANSITION * transitions
    method = "exact" if fits and seconds is not None and seconds < 600 else "simulation" if small else "fluid"
    transient, number = (shape[2], shape[3]) if shape else (None, None)
    suspected = smaller is not None and (smaller[2] > 0 or smaller[3] > 1)
    advice = Advice(states, transitions, shape is not None, transient, number, suspected, not sizes, small, method, ())
    return replace(advice, sentences=tuple(_sentences(advice, seconds)))


def long_run_sentences(advice: Advice) -> list[str]:
    """Say what makes a fluid or simulated long run doubtful, where something does."""
    if advice.transient:
        what = "one recurrent class" if advice.classes == 1 else f"one of {advice.classes} recurrent classes"
        return [
            f"{advice.transient:,} of {advice.states:,.0f} states are transient: the exact long run is in {what}, "
            "and a short run and a long one may disagree"
        ]
    if advice.classes is not None and advice.classes > 1:
        return [f"{advice.classes} classes recur: a path ends in one of them, and its averages are of that one alone"]
    if advice.suspected:
        return ["the same model with fewer copies has transient states: a short run and a long one may disagree"]
    return []


def _sentences(advice: Advice, seconds: float | None) -> list[str]:
    said = []
    if advice.derived and advice.states is not None:
        said.append(f"{advice.states:,.0f} states: exact in no time")
    elif advice.states is not None and seconds is not None:
        said.append(f"about {rounded(advice.states)} states are expected: exact in about {span(seconds)}")
    else:
        said.append("how many states there are cannot be told without deriving them")
    if advice.alone:
        said.append("nothing cooperates: the means of the fluid are exact")
    elif advice.small_groups:
        few = ", ".join(advice.small_groups)
        said.append(f"the fluid is rough: fewer than {FEW} copies of {few} take part in cooperations")
    else:
        said.append("every cooperating group has several copies: the fluid is near, and its band tells how near")
    said += long_run_sentences(advice)
    said.append(f"suggested: {advice.method}")
    return said


def _shape(net: Net, control: Control) -> tuple[int, int, int, int] | None:
    """Return states, transitions, transient states and recurrent classes of a small net; None for a large one."""
    try:
        space = derive(net, replace(control, most_states=LOOKED_AT, report=lambda _: None))
        found = classes(generator(space))
    except (LimitReached, MixedRates):
        return None
    return space.size, len(space.source), len(found.transient), len(found.recurrent)


def cooperating(net: Net) -> dict[str, int]:
    """Return the sizes of the groups that take part in cooperations, by name."""
    taking = {p.group for move in net.moves if move.factors for p in move.participants}
    return {net.groups[index].name: net.groups[index].size for index in sorted(taking)}
