"""A passage time by simulation, of a member or of the whole model."""

from __future__ import annotations

import numpy as np

from pepa.control.control import Control, LimitReached
from pepa.control.error import PepaError
from pepa.net.net import Net
from pepa.population.population import population
from pepa.query.expression import Name, parse
from pepa.query.member import followed, transition
from pepa.query.passage import Question
from pepa.query.shape import refuse_chance, shape
from pepa.query.shares import FEWEST_PASSAGES
from pepa.query.states import is_word
from pepa.query.whole_passage import watched
from pepa.simulation.passages import Passages, moved, passages, whole_passages

START = "init"


def simulated_passage(net: Net, question: Question, number: int, seed: int, control: Control) -> Passages:
    """Return so many passage times, of the members of a group where one is named.

    Raises PepaError where more than a member's own actions and local derivatives are asked of it, and where several
    classes recur.
    """
    if question.within:
        raise PepaError("a simulated passage begins as it comes to be so", "leave out --within")
    if number < FEWEST_PASSAGES:
        raise PepaError(f"{number:,} passages are too few to tell a confidence", f"ask for {FEWEST_PASSAGES} or more")
    if not question.member:
        view, watch = watched(net, question)
        _refuse_chance(view.net, control)
        _refuse_start(view.net, question, control)
        return whole_passages(view, watch, number, seed, control)
    member = followed(net, question)
    view = population(member.net, fluid=False)
    effects = []
    for move in (move for move in member.net.moves if not move.passive):
        found = transition(move, member.index)
        effects.append(None if found is None else moved(*found, move.action, member.begin, member.ends))
    if not any(one is not None and one.begins for one in effects):
        raise PepaError(f"a member never comes to `{question.begin}`", "")
    _refuse_chance(member.net, control)
    first = int(np.flatnonzero(view.group == member.index)[0])
    return passages(view, first, effects, number, seed, control)


def _refuse_start(net: Net, question: Question, control: Control) -> None:
    """Refuse what begins in the initial state where that is left for ever: a long run never comes to it."""
    begin = parse(question.begin)
    at_first = isinstance(begin, Name) and begin.name == START and is_word(begin, net, actions=True)
    looked = shape(net, control) if at_first else None
    if looked and not looked.returns:
        message = f"`{START}` is left for ever: in the long run, which is simulated, no passage begins there"
        raise LimitReached(message, "the method exact starts there")


def _refuse_chance(net: Net, control: Control) -> None:
    looked = shape(net, control)
    refuse_chance(looked.classes if looked else None, "the method exact weighs them all")
