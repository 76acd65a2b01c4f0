"""What the worker can be asked about single states: what can happen there, and what is known of them.

Steps need no state space, so that a model too large to derive can be walked too; only what the chain knows of a
state, its number and probability, does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pepa.control.control import Control, Progress
from pepa.control.error import PepaError
from pepa.explore.graph import Graph
from pepa.explore.graphs import component_graph, state_graph, system_tree
from pepa.explore.kinds import kind_of
from pepa.explore.likeliest import most_probable, most_probable_on_the_fly
from pepa.explore.lit import lit
from pepa.explore.place import Counts, counts_of, example, group_text, initial, members, number_of, told, typed
from pepa.explore.search import shortest, shortest_to_state
from pepa.explore.steps import Activity, Steps, random_walk
from pepa.explore.told_trace import ToldTrace
from pepa.explore.trace import Trace, replayed, trace_report
from pepa.explore.trace_text import read_trace, write_trace
from pepa.explore.ways import way_in_chain, way_to
from pepa.language.paths import typed_path
from pepa.language.printer import figure
from pepa.language.problem import LineIndex
from pepa.net.compile import load
from pepa.net.net import Net
from pepa.pictures.graph import drawing, gathered
from pepa.pictures.tree import tree_lines
from pepa.query.analysis import Derived, compile_text
from workbench.engine.answers import (
    Drawn,
    DrawnGraphs,
    HeldGroup,
    Lit,
    OpenActivity,
    PassedStep,
    Place,
    StateDetail,
    StateWords,
    Walked,
    WalkedWay,
    WrittenTo,
)
from workbench.engine.session import Session, Watcher

MOST_WORDS = 2_000  # names offered while typing
LONGEST = 18  # digits of a number of a state
MOST_LIT = 2_000  # stretches of the text
Values = dict[str, float]
AS_WRITTEN: Values = {}
MOST_GROUPS = 40  # whose components are drawn
PANES = 3  # beside each other, that a graph may be as wide as: one scrolls
MOST_BACK = 200  # states before this one that are listed


@dataclass
class Stepping:
    """Steps through the model of a text with other values for some parameters, or none: as the session has, or not."""

    session: Session
    _steps: tuple[tuple[str, Values], Steps] | None = None

    def state_words(
        self,
        report: Watcher,
        text: str,
        overrides: Values = AS_WRITTEN,
    ) -> StateWords:
        """Return what can be written in a condition about the states of a text, and its groups."""
        del report
        net = self._stepping(text, overrides).net
        names = [*net.derivatives, *(f"enabled({action})" for action in net.actions)]
        labels = [f"{group.name}.{label}" for group in net.groups for label in group.component.labels]
        words = ["deadlock", "transient", "probability", "init", *names, *labels]
        return {"words": words[:MOST_WORDS], "groups": [group.name for group in net.groups]}

    def step(
        self,
        report: Watcher,
        text: str,
        place: Place,
        origins: bool = False,
        way: WalkedWay | None = None,
        overrides: Values = AS_WRITTEN,
    ) -> StateDetail:
        """Return one state of a text's model and what can happen in it, or with `origins` what led to it.

        The `way` there is told with the rates of this model. Raises PepaError where there is no such state, or this
        model cannot walk the way.
        """
        del report
        steps = self._stepping(text, overrides)
        walked = None if way is None else trace_report(replayed(steps, way))
        counts = self._place(steps.net, text, overrides, place)
        known = self._known(text, overrides)
        activities = steps.activities(counts)
        state, probability, kind = self._in_chain(known, counts)
        detail: StateDetail = {
            "members": list(members(steps.net, counts)),
            "groups": _groups(steps.net, counts),
            "typed": told(steps.net, counts),
            "state": state,
            "probability": probability,
            "kind": kind,
            "exit": sum(activity.rate for activity in activities),
            "initial": counts == initial(steps.net),
            "activities": [self._activity(steps.net, known, activity) for activity in activities],
            "lit": _lit(text, steps.net, counts, activities),
        }
        if walked is not None:
            detail["walked"] = walked["steps"]
        if origins:
            detail["origins"] = list(self._origins(steps, known, counts))
        return detail

    def replay(
        self,
        report: Watcher,
        text: str,
        path: str,
        overrides: Values = AS_WRITTEN,
    ) -> ToldTrace:
        """Return the way that a file holds: a trace, or a simulated path."""
        del report
        return trace_report(replayed(self._stepping(text, overrides), read_trace(typed_path(path))))

    def write_way(
        self,
        report: Watcher,
        text: str,
        path: str,
        way: WalkedWay,
        overrides: Values = AS_WRITTEN,
    ) -> WrittenTo:
        """Write a way, JSON where the name ends so, else text; return where it lies."""
        del report
        target = typed_path(path)
        write_trace(target, trace_report(replayed(self._stepping(text, overrides), way)))
        return {"path": str(target)}

    def graph(
        self,
        report: Watcher,
        text: str,
        place: Place,
        width: int,
        overrides: Values = AS_WRITTEN,
    ) -> DrawnGraphs:
        """Return graphs at a state drawn in a width: of the components, of the states around, of the cooperations.

        Of each the lines, and where in them its nodes are; `members` are the states of the second's.
        """
        del report
        steps, known = self._stepping(text, overrides), self._known(text, overrides)
        net, here = steps.net, self._place(steps.net, text, overrides, place)
        components = [component_graph(net, index, here) for index in range(min(MOST_GROUPS, len(net.groups)))]
        states = state_graph(steps, initial(net), here, lambda counts: self._noted(known, counts))
        left = len(net.groups) - len(components)
        drawn = _drawn(components, width)
        drawn["lines"] += ["", f"{left:,} more components"] * (left > 0)
        return {
            "components": drawn,
            "states": _drawn([states], width),
            "system": {"lines": tree_lines(system_tree(load(text)[0], net, here)), "spots": []},
            "members": [list(members(net, counts)) for counts in states.counts],
        }

    def _noted(self, known: Derived | None, counts: Counts) -> str:
        """Return number and probability of a state, where they are known."""
        state = None if known is None else number_of(known.space, counts)
        solved = self.session.solved
        if state is None:
            return ""
        return f"  #{state:,}" + (f"  {figure(float(solved.steady.probability[state]))}" if solved else "")

    def stroll(
        self,
        report: Watcher,
        text: str,
        place: Place,
        number: int,
        seed: int | None = None,
        overrides: Values = AS_WRITTEN,
    ) -> Walked:
        """Return some random steps by the rates: the states passed, what happened, and the time each lasted."""
        control = Control(report=report)
        steps = self._stepping(text, overrides)
        walk = random_walk(steps, self._place(steps.net, text, overrides, place), seed)
        passed: list[PassedStep] = []
        for index, stay in zip(range(number), walk, strict=False):
            control.watch(Progress("walk", f"{index:,} steps", index / number))
            passed.append(
                {
                    "seconds": stay.seconds,
                    "action": stay.activity.action,
                    "rate": stay.activity.rate,
                    "chance": stay.activity.chance,
                    "parts": [[part.group, part.source, part.target] for part in stay.activity.parts],
                    "members": list(members(steps.net, stay.activity.target)),
                }
            )
        return {"passed": passed}

    def way(
        self,
        report: Watcher,
        text: str,
        place: Place,
        condition: str,
        likeliest: bool = False,
        overrides: Values = AS_WRITTEN,
    ) -> ToldTrace:
        """Return the shortest way from the initial state to one where a condition holds; without one, to a place."""
        steps, control, known = self._stepping(text, overrides), Control(report=report), self._known(text, overrides)
        start = initial(steps.net)
        if condition and known is not None:
            trace = way_in_chain(known, self.session.solved, start, condition, control, likeliest=likeliest)
        elif condition:
            trace = way_to(compile_text(text, overrides), start, condition, control, likeliest=likeliest)
        else:
            trace = self._way_here(steps, known, self._place(steps.net, text, overrides, place), control, likeliest)
        return trace_report(trace)

    def _way_here(
        self, steps: Steps, known: Derived | None, counts: Counts, control: Control, likeliest: bool
    ) -> Trace:
        number = None if known is None else number_of(known.space, counts)
        if known is not None and number is not None and not likeliest:
            return shortest_to_state(steps, known.space, number)
        if known is not None and number is not None:
            here = np.arange(known.space.size) == number
            found = most_probable(steps, known.space, known.chain, 0, here, control)
            assert found is not None  # every state of the chain can be reached
            return found
        packed = np.array(steps.layout.pack(counts)).reshape(-1, 1)
        search = most_probable_on_the_fly if likeliest else shortest
        found = search(steps, initial(steps.net), lambda states: (states.words == packed).all(axis=0), control)
        if found is None and likeliest:
            raise PepaError(
                "the most probable way here is too far to be found without a derived chain",
                "run the model first, or ask for the shortest way",
            )
        if found is None:
            raise PepaError("no run from the initial state is ever here", "step back, or go to another state")
        return found

    def _stepping(self, text: str, overrides: Values) -> Steps:
        if self._steps is None or self._steps[0] != (text, overrides):
            self._steps = (text, overrides), Steps(compile_text(text, overrides).net)
        return self._steps[1]

    def _place(self, net: Net, text: str, overrides: Values, place: Place) -> Counts:
        if "members" in place:
            return counts_of(net, place["members"])
        said = str(place["typed"]).strip().replace(",", "") if "typed" in place else str(place["number"])
        if not said.isdecimal():
            return typed(str(place["typed"]), net)
        derived = self._known(text, overrides)
        if derived is None:
            hint = f"run the model first; or type who is where, as {example(net)}"
            raise PepaError("states have numbers once they are derived", hint)
        if len(said) > LONGEST or int(said) >= derived.space.size:
            hint = f"states are numbered 0 to {derived.space.size - 1:,}"
            raise PepaError(f"there is no state {said[:LONGEST]}", hint)
        return derived.space.counts(int(said))

    def _known(self, text: str, overrides: Values) -> Derived | None:
        """Return the derived chain where it is of this very text, with these values."""
        derived, about = self.session.derived, (self.session.text, self.session.overrides)
        return derived if derived is not None and about == (text, overrides) else None

    def _in_chain(self, derived: Derived | None, counts: Counts) -> tuple[int | None, float | None, str]:
        """Return what the chain knows of a state: number, probability, class; nothing where it was never reached."""
        state = None if derived is None else number_of(derived.space, counts)
        if derived is None or state is None:
            return None, None, "not derived" if derived is None else "not reachable"
        solved = self.session.solved
        probability = None if solved is None else float(solved.steady.probability[state])
        return state, probability, kind_of(derived, state)

    def _activity(self, net: Net, derived: Derived | None, activity: Activity) -> OpenActivity:
        return {
            "action": activity.action,
            "rate": activity.rate,
            "chance": activity.chance,
            "parts": [[part.group, part.source, part.target] for part in activity.parts],
            "members": list(members(net, activity.target)),
            "state": None if derived is None else number_of(derived.space, activity.target),
        }

    def _origins(self, steps: Steps, derived: Derived | None, counts: Counts) -> Iterator[OpenActivity]:
        listed = 0
        for origin in steps.origins(counts):
            state = None if derived is None else number_of(derived.space, origin.counts)
            if derived is not None and state is None:
                continue  # no run is ever there
            led = self._activity(steps.net, derived, origin.activity)
            yield {**led, "members": list(members(steps.net, origin.counts)), "state": state}
            listed += 1
            if listed == MOST_BACK:
                return


def _lit(text: str, net: Net, counts: Counts, activities: Iterable[Activity]) -> list[Lit]:
    found, lines = lit(load(text)[0], net, counts, activities), LineIndex(text)
    places = [(kind, lines.place(span)) for kind in ("can", "here") for span in getattr(found, kind)]
    return [(kind, p.line, p.column, p.end_line, p.end_column) for kind, p in places[:MOST_LIT]]


def _groups(net: Net, counts: Counts) -> list[HeldGroup]:
    return [
        {"name": group.name, "size": group.size, "members": group_text(group, inside)}
        for group, inside in zip(net.groups, members(net, counts), strict=True)
    ]


def _drawn(graphs: Sequence[Graph], width: int) -> Drawn:
    lines, boxes = gathered([(one.title, drawing(one, width, PANES * width)) for one in graphs], width)
    spots = [
        (box.row, box.column, box.width, box.height, graph.nodes[box.node].here, _said(graph, box.node))
        for graph, inside in zip(graphs, boxes, strict=True)
        for box in sorted(inside, key=lambda one: one.node)
    ]
    return {"lines": lines, "spots": spots}


def _said(graph: Graph, number: int) -> str:
    """Return a node in full, and where its edges lead."""
    node = graph.nodes[number]
    leads = [f"{edge.label} → {graph.nodes[edge.target].name}" for edge in graph.edges if edge.source == number]
    return f"{node.name} {node.note}".strip() + "".join(f"   {one}" for one in leads)
