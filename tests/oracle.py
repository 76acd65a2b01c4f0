"""An independent, slow PEPA interpreter: terms are tuples, states are terms, rules are Hillston's (1996, figure 3.1).

Shares nothing with the package. Apparent rates are (rate, passive) pairs; nothing is counted or aggregated, but
`canonical` sorts the copies of a parallel composition, so that aggregated states can be counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm


class Undriven(Exception):
    """A passive action happens without a partner that gives it a rate."""


class Mixed(Exception):
    """A process is active and passive on one action at once."""


class TooLarge(Exception):
    """More states than an interpreter in dictionaries should have."""


# terms: ("const", name) | ("prefix", action, rate, passive, term) | ("choice", left, right)
# systems: also ("coop", left, right, actions) | ("wild", left, right) | ("hide", system, actions)
#          | ("array", system, size, actions)


def expand(term, definitions):
    """Replace arrays by the cooperations they stand for, and wildcards by their sets."""
    kind = term[0]
    if kind == "coop":
        return ("coop", expand(term[1], definitions), expand(term[2], definitions), frozenset(term[3]))
    if kind == "wild":
        left, right = expand(term[1], definitions), expand(term[2], definitions)
        return ("coop", left, right, frozenset(alphabet(left, definitions) & alphabet(right, definitions)))
    if kind == "hide":
        return ("hide", expand(term[1], definitions), frozenset(term[2]))
    if kind == "array":
        member = expand(term[1], definitions)
        if term[2] == 0:  # nothing happens there, but a wildcard still meets the actions its members would have
            return ("nil", frozenset(alphabet(member, definitions)))
        whole = member
        for _ in range(term[2] - 1):
            whole = ("coop", whole, member, frozenset(term[3]))
        return whole
    return term


def alphabet(term, definitions):
    kind = term[0]
    if kind == "nil":
        return set(term[1])
    if kind == "coop":
        return alphabet(term[1], definitions) | alphabet(term[2], definitions)
    if kind == "hide":
        return alphabet(term[1], definitions) - term[2]
    found, seen, stack = set(), set(), [term]
    while stack:
        here = stack.pop()
        if here in seen:
            continue
        seen.add(here)
        if here[0] == "const":
            stack.append(definitions[here[1]])
        elif here[0] == "choice":
            stack.extend(here[1:])
        else:  # an activity counts by its name, whatever its rate
            found.add(here[1])
            stack.append(here[4])
    return found


def steps(term, definitions):
    """All derivations of a term: (action, rate, passive, target), one for each proof."""
    kind = term[0]
    if kind == "nil":
        return []
    if kind == "const":
        return steps(definitions[term[1]], definitions)
    if kind == "prefix":
        return [(term[1], term[2], term[3], term[4])] if term[2] > 0 else []
    if kind == "choice":
        return steps(term[1], definitions) + steps(term[2], definitions)
    if kind == "hide":
        inner = steps(term[1], definitions)
        return [("tau" if a in term[2] else a, r, p, ("hide", t, term[2])) for a, r, p, t in inner]
    assert kind == "coop"
    _, left, right, actions = term
    on_left, on_right = steps(left, definitions), steps(right, definitions)
    found = [(a, r, p, ("coop", t, right, actions)) for a, r, p, t in on_left if a not in actions]
    found += [(a, r, p, ("coop", left, t, actions)) for a, r, p, t in on_right if a not in actions]
    for action in actions:
        lefts = [step for step in on_left if step[0] == action]
        rights = [step for step in on_right if step[0] == action]
        if not lefts or not rights:
            continue
        (la, lp), (ra, rp) = apparent(lefts), apparent(rights)
        least, passive = (min(la, ra), lp) if lp == rp else ((ra, False) if lp else (la, False))
        for _, r1, _, t1 in lefts:
            for _, r2, _, t2 in rights:
                found.append((action, r1 / la * r2 / ra * least, passive, ("coop", t1, t2, actions)))
    return found


def apparent(found):
    kinds = {passive for _, _, passive, _ in found}
    if len(kinds) > 1:
        raise Mixed
    return sum(rate for _, rate, _, _ in found), kinds.pop()


def constants(term):
    kind = term[0]
    if kind == "const":
        return [term[1]]
    if kind == "coop":
        return constants(term[1]) + constants(term[2])
    if kind == "hide":
        return constants(term[1])
    return []


def canonical(term):
    """Sort the parts of every parallel composition and of every cooperation of an array over one set."""
    kind = term[0]
    if kind == "hide":
        return ("hide", canonical(term[1]), term[2])
    if kind != "coop":
        return term
    if term[3]:
        return ("coop", canonical(term[1]), canonical(term[2]), term[3])
    parts, stack = [], [term]
    while stack:
        here = stack.pop()
        if here[0] == "coop" and not here[3]:
            stack += [here[1], here[2]]
        else:
            parts.append(canonical(here))
    return ("parallel", tuple(sorted(map(repr, parts))))


@dataclass
class Answer:
    states: int
    transitions: int
    throughput: dict
    population: dict


@dataclass
class Explored:
    """All states, the first one first, and every derivation between them: (source, action, rate, target)."""

    states: list
    derivations: list

    def generator(self):
        found = np.zeros((len(self.states), len(self.states)))
        for source, _, rate, target in self.derivations:
            if source != target:
                found[source, target] += rate
                found[source, source] -= rate
        return found

    def figures(self, probability):
        """Throughputs and populations of a distribution over the states."""
        throughput, population = {}, {}
        for source, action, rate, _ in self.derivations:
            throughput[action] = throughput.get(action, 0.0) + probability[source] * rate
        for state, p in zip(self.states, probability, strict=True):
            for name in constants(state):
                population[name] = population.get(name, 0.0) + p
        return throughput, population

    def at(self, time, *, until=None):
        """The distribution at a time; where `until` says so of a state, it is never left."""
        generator = self.generator()
        if until is not None:
            generator[[index for index, state in enumerate(self.states) if until(state)]] = 0.0
        return expm(generator * time)[0]


def explore(system, definitions, most=400):
    """Derive without aggregation."""
    initial = expand(system, definitions)
    index, order, found = {initial: 0}, [initial], []
    for state in order:
        for action, rate, passive, target in steps(state, definitions):
            if passive:
                raise Undriven
            if target not in index:
                if len(order) >= most:
                    raise TooLarge
                index[target] = len(order)
                order.append(target)
            found.append((index[state], action, rate, index[target]))
    return Explored(order, found)


def solve(system, definitions, most=400):
    """Derive without aggregation and solve by repeated squaring of the uniformised chain."""
    explored = explore(system, definitions, most)
    generator = explored.generator()
    fastest = max(1.0, 1.25 * float(-generator.diagonal().min()))
    chance = np.eye(len(generator)) + generator / fastest
    for _ in range(60):
        chance = chance @ chance
        chance /= chance.sum(axis=1, keepdims=True)
    names = [canonical(state) for state in explored.states]
    distinct = {(names[s], a, names[t]) for s, a, _, t in explored.derivations}
    return Answer(len(set(names)), len(distinct), *explored.figures(chance[0]))


def text(term, definitions=None):
    """The term, or the whole model where definitions are given, as PEPA text."""
    if definitions is not None:
        lines = [f"{name} = {text(body)};" for name, body in definitions.items()]
        return "\n".join([*lines, text(term)])
    kind = term[0]
    if kind == "const":
        return term[1]
    if kind == "prefix":
        rate = f"{term[2]!r}*infty" if term[3] else repr(term[2])
        return f"({term[1]}, {rate}).{text(term[4])}"
    if kind == "choice":
        return f"{text(term[1])} + {text(term[2])}"
    if kind == "wild":
        return f"({text(term[1])} <*> {text(term[2])})"
    if kind == "coop":
        return f"({text(term[1])} <{', '.join(sorted(term[3]))}> {text(term[2])})"
    if kind == "hide":
        return f"({text(term[1])})/{{{', '.join(sorted(term[2]))}}}"
    members = f"{{{', '.join(sorted(term[3]))}}}" if term[3] else ""
    return f"({text(term[1])})[{term[2]}]{members}"
