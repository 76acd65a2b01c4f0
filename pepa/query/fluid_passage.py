"""The passage time of one member where all others are a fluid at its equilibrium.

A member among many meets the mean of the others, so that its local derivatives are a small chain of their own (Hayden,
Stefanek and Bradley, Fluid computation of passage-time distributions in large Markov models, Theoretical Computer
Science, 2012): a move takes each member with the rate of all of them over their number. The larger the groups, the
nearer; a lone component is not a mean, and what it lets wait is not seen.
"""

from __future__ import annotations

import numpy as np

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.fluid.equilibrium import Equilibrium, equilibrium
from pepa.fluid.noise import doubts
from pepa.fluid.ode import Fluid
from pepa.markov.chain.chain import Chain, rated
from pepa.markov.passage.absorbing import GOING, Ends, absorbing
from pepa.markov.passage.expected import Solver
from pepa.markov.space.state_space import Vector
from pepa.net.net import Net
from pepa.population.population import population
from pepa.query.fluid import doubt_sentences, stationary
from pepa.query.member import Followed, followed, transition
from pepa.query.passage import Passage, Question

EMPTY = 1e-12  # members: where there are fewer nobody is


def fluid_passage(net: Net, question: Question, control: Control) -> Passage:
    """Return the passage of one member by the fluid, with what makes it doubtful.

    Raises PepaError where the fluid comes to no equilibrium, where the member never starts, or where more than its own
    actions and local derivatives are asked for.
    """
    member = followed(net, question)
    fluid = Fluid(population(member.net, fluid=True))
    found = equilibrium(fluid, control)
    if found.counts is None:
        raise PepaError(found.verdict.value, "a passage starts in the long run: ask --method simulation")
    chain, actions, here = _alone(fluid, found.counts, member)
    if question.within:
        start, how = np.where(member.begin.inside, here, 0.0), f"at any moment with {question.begin}"
    else:
        moved = zip(chain.source.tolist(), chain.target.tolist(), actions, strict=True)
        entering = np.array([member.begin.entered(*one) for one in moved], bool)
        flow = np.where(entering, chain.rate * here[chain.source], 0.0)
        start = np.bincount(chain.target, flow, chain.size).astype(float)
        how = "at starts of the probe" if question.probe else f"as a member comes to {question.begin}"
    if not start.sum() > 0:
        raise PepaError(f"in the fluid a member never comes to `{question.begin}`", "name what happens in the long run")
    system = absorbing(chain, _ends(chain, actions, member), start / start.sum())
    words = f"{how}, at the equilibrium of the fluid"
    solver, said = Solver(system, control), _doubts(fluid, found)
    return Passage(question, net, chain.size, words, None, system, solver, control, "fluid", said)


def _alone(fluid: Fluid, counts: Vector, member: Followed) -> tuple[Chain, list[str], Vector]:
    """Return the chain of a member's local derivatives, the actions of its transitions, and how many are in each."""
    view = fluid.population
    here = np.maximum(counts[view.group == member.index], 0.0)
    moves = [move for move in view.net.moves if not move.passive]
    source, target, rate, actions = [], [], [], []
    for move, flow in zip(moves, fluid.rates(counts).tolist(), strict=True):
        moved = transition(move, member.index)
        if moved is not None and here[moved[0]] > EMPTY and flow > 0:
            source.append(moved[0])
            target.append(moved[1])
            rate.append(flow / here[moved[0]])
            actions.append(move.action)
    size = len(here)
    places = np.array(source, np.int32), np.array(target, np.int32)
    return Chain(size, *places, rated(np.array(rate, float)), np.array([0, size])), actions, here


def _ends(chain: Chain, actions: list[str], member: Followed) -> Ends:
    """Return where the passage ends; where two ends hold at once the first of them counts."""
    doing = np.full(len(chain.source), GOING, np.int8)
    inside = np.full(chain.size, GOING, np.int8)
    for number, end in reversed(list(enumerate(member.ends))):
        inside[end.inside] = number
        doing[[bool(end.action) and action == end.action for action in actions]] = number
    return Ends(len(member.ends), doing, inside)


def _doubts(fluid: Fluid, found: Equilibrium) -> tuple[str, ...]:
    assert found.counts is not None
    return doubt_sentences(doubts(fluid, found.counts, stationary(fluid, found)))
