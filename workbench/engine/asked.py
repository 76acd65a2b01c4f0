"""What the worker is asked by the query line: one line about the model, and what can be written in one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.printer import figure, margin, name_text
from pepa.markov.steady.certainty import Certainty
from pepa.net.net import Group, Net
from pepa.query.accumulated import NOBODY, Accumulating
from pepa.query.analysis import Derived, compile_text, derive_net
from pepa.query.asking import Asking, Kind, cumulated, in_full, kind, passage_asked, understood
from pepa.query.by_each_time import by_each_time
from pepa.query.earned import earning
from pepa.query.fluid_passage import fluid_passage
from pepa.query.kind import Kind as ResultKind
from pepa.query.measure import NAMED
from pepa.query.named_measures import MEASURES
from pepa.query.passage import Question
from pepa.query.passage_report import passage_report
from pepa.query.property import Answer
from pepa.query.series import times
from pepa.query.shares import QUANTILES
from pepa.query.simulated_passage import simulated_passage
from pepa.query.simulated_passage_report import simulated_passage_report
from pepa.query.stages import unchanged
from pepa.query.told_passage import ToldCurve, ToldSimulatedCurve
from workbench.engine.asked_answers import AskedAnswer, AskedCurve, OtherAnswers, OtherCurve, QuestionWords
from workbench.engine.session import Session, Watcher
from workbench.engine.told_answers import Lines

PASSAGES, SEED = 10_000, 1  # of a simulation
POINTS = 200  # of a distribution
TOLERANCE = 1e-9  # of each of its probabilities
UNTOLD = 1e-3  # error from which on a curve is none
MOST_WORDS = 2_000  # names offered while typing
FORMS = ("P=? [ F<=10 ", "P>=0.9 [ F<=10 ", "S=? [ ", "R=? [ C<=100 ]", "R{time}=? [ F ",
         "filter(min, ", "filter(max, ", "init", "deadlock")  # fmt: skip


@dataclass
class Asked:
    """Answers the query line; lines about the text last asked about share its chain and its solution."""

    session: Session
    _about: tuple[str, dict[str, float]] | None = None
    _asking: Asking | None = None

    def ask(self, report: Watcher, text: str, overrides: dict[str, float], question: str) -> AskedAnswer:
        """Return the answer to a line about a text with other values for some of its parameters."""
        control = Control(report=report)
        asking = self._prepared(text, overrides, question, control)
        net = asking.derived.net
        if kind(question, net) is Kind.PASSAGE:
            return self._passage(asking, question)
        found = asking.answer(question)
        told = _answer(question, "number", found.words, _doubts(found.certainty))
        if not isinstance(found, Answer) or found.truth is None:
            derived = asking.derived
            told["curve"] = _earned_curve(question, derived, control) or _chance_curve(question, derived, control)
            return told
        if asking.derived is self.session.derived:
            self.session.holding[question] = found.truth.sure
        told["kind"] = "truth"
        return told

    def by_others(
        self, report: Watcher, text: str, overrides: dict[str, float], question: str, until: float
    ) -> OtherAnswers:
        """Return the distribution of a member's passage by the fluid and by simulation, at the times of the exact one.

        Where one has no answer, why not.
        """
        net, control = compile_text(text, overrides).net, Control(report=report)
        asked = passage_asked(question, net)
        found: dict[str, OtherCurve] = {}
        refused: dict[str, str] = {}
        for other, way in OTHERS.items():
            try:
                if (curve := way(net, asked, until, control)) is not None:
                    found[other] = curve
            except PepaError as error:
                refused[other] = error.message
        return {"question": question, "others": found, "refused": refused}

    def answer_origin(self, report: Watcher, text: str, overrides: dict[str, float], question: str) -> Lines:
        """Return in lines what an answer rests on: parameters and states; of a measure its moves and states too."""
        from pepa.explore.origin import origins
        from pepa.query.exact import exact_values
        from workbench.engine.origin_lines import part_lines, with_line
        from workbench.engine.told import Line, evidence_of, lines_answer

        control = Control(report=report)
        asking = self._prepared(text, overrides, question, control)
        net = asking.derived.net
        lines = [
            with_line(net, overrides),
            Line("", f"exactly, on the {asking.derived.space.size:,} states of the chain"),
        ]
        if kind(question, net) is Kind.MEASURE:
            asking.answer(question)
            assert asking.solved is not None
            whole, values = in_full(question, net), exact_values(asking.solved, control)
            lines[1:] = [Line("", evidence_of(asking.solved.steady))]
            lines += part_lines(whole, origins(whole, values, asking.solved), text)
        return lines_answer(lines)

    def question_words(self, report: Watcher, text: str, overrides: dict[str, float] | None = None) -> QuestionWords:
        """Return what can be written in a line about a text, the forms of questions first, and some examples."""
        del report
        net = compile_text(text, overrides).net
        return {"words": [*FORMS, *_measures(net), *_names(net)][:MOST_WORDS], "examples": _examples(net)}

    def _prepared(self, text: str, overrides: dict[str, float], question: str, control: Control) -> Asking:
        """Return the model derived, that of the last run where it is the same."""
        compiled = compile_text(text, overrides)
        understood(question, compiled.net)
        session, about = self.session, (text, dict(overrides))
        if session.derived is not None and (session.text, session.overrides) == about:
            if self._asking is None or self._asking.derived is not session.derived:
                self._asking = Asking(session.derived, control)
            self._asking.solved = session.solved or self._asking.solved
        elif self._asking is None or self._about != about:
            self._asking = Asking(derive_net(compiled, control, session.derived), control)
        self._about, self._asking.control = about, control
        return self._asking

    def _passage(self, asking: Asking, question: str) -> AskedAnswer:
        found = asking.passage(question)
        report = passage_report(found, "", QUANTILES, POINTS, None, TOLERANCE)
        notes = [f"started {report['started']}", *_doubts(found.certainty)]
        if report["probe"]:
            notes.append(f"watched by a component of {report['probe']['states']:,} states")
        if not report["probability"] > 0:
            return _answer(question, "passage", "it never arrives", notes)
        words = f"mean {_cell(report['mean'])}, standard deviation {_cell(report['standard_deviation'])}"
        if report["never"]:
            words += f"; with {figure(report['never'])} it never arrives"
        each = [f"{one['name']} first with {_cell(one['probability'])}" for one in report["ends"]]
        notes += [", ".join(each)] * (len(each) > 1)
        notes.append(f"mean proved right to {margin(report['relative_error']['mean'])} of itself")
        told = _answer(question, "passage", words, notes)
        told["quantiles"] = report["quantiles"]
        if (curve := report["curve"]) is not None:
            time, arrived, density = curve["time"], curve["distribution"], curve["density"]
            told["curve"] = {"of": "passage", "time": time, "distribution": arrived, "density": density, "error": []}
        return told


def _answer(question: str, kind: Literal["passage", "number"], words: str, notes: list[str]) -> AskedAnswer:
    """Return an answer in words, without a curve."""
    return {"question": question, "kind": kind, "words": words, "notes": notes, "curve": None, "quantiles": []}


def _by_fluid(net: Net, asked: Question, until: float, control: Control) -> OtherCurve | None:
    """Return the distribution by the fluid; None where it never arrives."""
    told = passage_report(fluid_passage(net, asked, control), "", (), POINTS, until, TOLERANCE)
    curve = told["curve"]
    return None if curve is None else _other(curve, curve["density"], [], told["notes"])


def _by_simulation(net: Net, asked: Question, until: float, control: Control) -> OtherCurve:
    sample = simulated_passage(net, asked, PASSAGES, SEED, control)
    seen = simulated_passage_report(net, asked, sample, "", (), POINTS, until)
    return _other(seen["curve"], [], seen["curve"]["half_width"], seen["notes"])


OTHERS = {ResultKind.FLUID: _by_fluid, ResultKind.SIMULATED: _by_simulation}


def _other(
    curve: ToldCurve | ToldSimulatedCurve, density: list[float], half_width: list[float], notes: list[str]
) -> OtherCurve:
    return {
        "time": curve["time"],
        "distribution": curve["distribution"],
        "density": density,
        "half_width": half_width,
        "notes": notes,
    }


def _earned_curve(question: str, derived: Derived, control: Control) -> AskedCurve | None:
    """Return what is earned up to each time, where a line asks for what is earned up to the last of them; else nothing.

    Beside it what is earned a time unit then, and by how much both sums may be off.
    """
    reward, until = cumulated(question, derived.net)
    if not 0 < until < math.inf:
        return None
    at, earned = times(until, POINTS), Accumulating(reward, control, TOLERANCE / POINTS)
    gain = earning(reward, derived, NOBODY)
    along = earned.watching(unchanged(derived, at, control, TOLERANCE))
    rate = [float(moment.probability @ gain) for _, moment in along]
    found = earned.at(at)
    return {
        "of": "earned",
        "time": at.tolist(),
        "distribution": found.value.tolist(),
        "density": rate,
        "error": found.error.tolist(),
    }


def _chance_curve(question: str, derived: Derived, control: Control) -> AskedCurve | None:
    """Return how likely something is by each time, where a line asks for it by the last; else nothing."""
    found = by_each_time(question, derived, control, POINTS, TOLERANCE)
    if found is None or found.error.max() > UNTOLD:
        return None
    return {
        "of": "chance",
        "time": found.time.tolist(),
        "distribution": found.probability.tolist(),
        "density": found.density.tolist(),
        "error": found.error.tolist(),
    }


def _cell(value: float | None) -> str:
    return "not finite" if value is None else figure(value)


def _doubts(certainty: Certainty | None) -> list[str]:
    if certainty is None or certainty.exact:
        return []
    return [f"✗ the steady state is {certainty.words}: {certainty.evidence}"]


def _examples(net: Net) -> list[list[str]]:
    """Return lines that have a meaning for the net, each with what it asks, of its largest group."""
    group = max(net.groups, key=lambda one: (one.size, len(one.component.labels)))
    held = [name for name in net.derivatives if any(name in inside for inside in group.component.contents)]
    held = [name for name in held if NAMED.fullmatch(name) and name not in "XFGUW"] or held  # read as they stand
    last = held[-1]
    asked = [
        [f"P=? [ F<=10 {last} >= 1 ]", "how likely, in the syntax of PRISM"],
        [f"P>=0.9 [ F<=10 {last} >= 1 ]", "in which states it is so"],
        [f"S=? [ {last} >= 1 ]", "how much of the time, in the long run"],
        [f"passage({group.name}: {held[0]} -> {held[-1]})", "how long it takes one member: mean, quantiles"],
        *([probing] if (probing := _probing(net, group)) else []),
        *([f"throughput({name_text(action)})", "any measure in the long run"] for action in net.actions[:1]),
    ]
    return [one for one in asked if _has_meaning(one[0], net)]


def _probing(net: Net, group: Group) -> list[str]:
    """Return a passage of a member by a probe, of two actions that it does one after the other."""
    ways = [way for way in group.component.transitions if way.action in net.alphabet]
    for first in ways:
        for then in ways:
            if then.source == first.target and then.action != first.action:
                asked = f"passage({group.name}::{first.action}:start, {then.action}:stop)"
                return [asked, "the same by a probe"]
    return []


def _has_meaning(question: str, net: Net) -> bool:
    try:
        understood(question, net)
    except PepaError:
        return False
    return True


def _measures(net: Net) -> list[str]:
    """Return the beginnings of measures and, of each action, its throughput."""
    return [*(f"{function}(" for function in MEASURES), *(f"throughput({name_text(action)})" for action in net.actions)]


def _names(net: Net) -> list[str]:
    labels = [f"{group.name}.{label}" for group in net.groups for label in group.component.labels]
    groups = [group.name for group in net.groups]
    enabled = [f"enabled({action})" for action in net.actions]
    return list(dict.fromkeys((*net.derivatives, *net.actions, *net.parameters, *groups, *labels, *enabled)))
