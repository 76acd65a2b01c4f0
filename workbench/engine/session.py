"""What the worker can be asked. It holds the last analysis; its answers are small and plain: rows, never arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, Progress
from pepa.control.counting import counting
from pepa.control.error import PepaError
from pepa.language.problem import ModelError, Problem, Severity
from pepa.language.rates import in_order
from pepa.language.statements import split
from pepa.language.told_problem import ToldProblem, problems_report
from pepa.net.check import check_text
from pepa.net.compile import load
from pepa.query.analysis import Compiled, Derived, Solved, compile_text, derive_net, solve_derived
from pepa.query.influence import sizing
from pepa.query.kind import Kind
from pepa.query.report import (
    derived_report,
    lumped_report,
    parameter_value,
    shape_sentences,
    solved_report,
)
from workbench.engine.run_answers import (
    CheckedText,
    DerivedRun,
    Findings,
    HeldSpace,
    Sentences,
    SeriesAnswer,
    SolvedRun,
)
from workbench.engine.watched import valued
from workbench.parameters import through

if TYPE_CHECKING:
    from pepa.query.series import Series

POINTS = 100  # of a series over time
MOST_TOLD = 500  # problems of a check: of thousands nobody reads all, and they are sent and drawn after every pause
REPLICATIONS = 1_000
MOST_BESIDE = 2_000_000  # states that are kept while others are solved: of more there may be no room for both
Watcher = Callable[[Progress], None]
NO_SPACE = PepaError("there is no state space yet", "run the model first")
OTHER_SPACE = PepaError("the states of this text are not held any more: another was run since", "run it again")


@dataclass
class Session:
    """One model's analyses, as far as they have got."""

    derived: Derived | None = None
    begun: Derived | None = None  # what a run that was stopped had derived
    solved: Solved | None = None
    text: str | None = None
    overrides: dict[str, float] = field(default_factory=dict)
    followed: dict[tuple[str, str, float, Kind], Series] = field(default_factory=dict)
    holding: dict[str, NDArray[np.bool_]] = field(default_factory=dict)  # where a property holds, in the chain derived

    def problems(self, problems: Iterable[Problem], text: str) -> list[ToldProblem]:
        """Return problems with their places."""
        return problems_report(problems, text)

    def expect_space(self, text: str, overrides: dict[str, float]) -> None:
        """Raise PepaError unless the space there is is that of a text with these values."""
        if self.derived is None:
            raise NO_SPACE
        if (self.text, self.overrides) != (text, overrides):
            raise OTHER_SPACE

    def held(self, report: Watcher, text: str, overrides: dict[str, float]) -> HeldSpace:
        """Return whether the space of a text with these values is there."""
        del report
        return {"held": self.derived is not None and (self.text, self.overrides) == (text, overrides)}

    def check(self, report: Watcher, text: str) -> CheckedText:
        """Return the problems of a text and, where it has no errors, its parameters."""
        try:
            with counting(Control(report=report), "check"):
                checked = check_text(text)
        except ModelError as error:
            told, more = _first(error.problems)
            return {
                "problems": problems_report(told, text),
                "more": more,
                "parameters": None,
                "sizes": [],
                "through": {},
            }
        except PepaError as error:  # of the whole model
            whole = Problem("refused", error.message, split(text).found[-1].span, error.hint)
            return {
                "problems": problems_report([whole], text),
                "more": {},
                "parameters": None,
                "sizes": [],
                "through": {},
            }
        told, more = _first(checked.warnings)
        model = load(text)[0]
        order = in_order({definition.name.text: definition for definition in model.rates})
        return {
            "problems": problems_report(told, text),
            "more": more,
            "parameters": {name: parameter_value(rate) for name, rate in checked.parameters.items()},
            "sizes": list(sizing(model, {})),
            "through": through(model, order),
        }

    def advise(self, report: Watcher, text: str, overrides: dict[str, float] | None = None) -> Sentences:
        """Return in sentences how large a text's state space will be and which method suits it."""
        from pepa.query.advice import advise

        return {"sentences": list(advise(compile_text(text, overrides).net, Control(report=report)).sentences)}

    def findings(self, report: Watcher) -> Findings:
        """Return in sentences what is remarkable about the derived model, each with its trace where it has one."""
        del report
        if self.derived is None:
            raise NO_SPACE
        from pepa.explore.findings import findings
        from pepa.explore.trace import trace_report

        found = findings(self.derived)
        traces = [None if finding.trace is None else trace_report(finding.trace) for finding in found]
        return {"sentences": [finding.sentence for finding in found], "traces": traces}

    def solve(
        self,
        report: Watcher,
        text: str,
        tolerance: float,
        most_states: int,
        derive_only: bool = False,
        overrides: dict[str, float] | None = None,
        method: str = "",
        bound: bool = False,
        lump: bool = False,
        watched: str = "",
    ) -> DerivedRun | SolvedRun:
        """Derive and solve a text with other values for some of its parameters.

        Where only rates changed, that is done from the state space and solution there are. `method` "" is the
        automatic choice. With `lump` the measures are there, but no probabilities of states. `watched` is a measure to
        value at once.
        """
        control = Control(tolerance=tolerance, most_states=most_states, report=report)
        overrides = overrides or {}
        with counting(control, "read"):
            compiled = compile_text(text, overrides)
        derived, solved = self._derive(compiled, control), None
        problems, value = problems_report(compiled.warnings, text), None
        if derive_only:
            space = derived_report(derived, "")
            self._take(derived, None, text, overrides)
            return {"kind": "derived", **space, "problems": problems, "sentences": shape_sentences(space)}
        if lump:
            from pepa.query.lumped import solve_lumped

            found = lumped_report(solve_lumped(derived, control, (), method or None, bound=bound), "")
        else:
            from pepa.query.exact import exact_values

            solved = solve_derived(derived, control, method or None, self.solved, bound=bound)
            found, value = solved_report(solved, ""), valued(watched, exact_values(solved))
        self._take(derived, solved, text, overrides)
        sentences = shape_sentences(found)
        return {"kind": "solved", **found, "problems": problems, "sentences": sentences, "watched": value}

    def _derive(self, compiled: Compiled, control: Control) -> Derived:
        """Derive a model, from the space there is or one that was not solved where only rates differ.

        Raises what `derive_net` does.
        """
        shape = compiled.net.structure
        known = [one for one in (self.derived, self.begun) if one is not None and one.net.structure == shape]
        derived = derive_net(compiled, control, known[0] if known else None)
        same = self.derived is not None and self.derived.net.structure == shape
        self.begun = derived = replace(derived, reused=same)
        if self.derived is not None and not same and self.derived.space.size > MOST_BESIDE:
            self.derived = self.solved = self.text = None
        return derived

    def _take(self, derived: Derived, solved: Solved | None, text: str, overrides: dict[str, float]) -> None:
        """Hold what a run has come to, in place of what was there: one that is stopped before leaves that."""
        self.derived, self.solved, self.begun = derived, solved, None
        self.text, self.overrides, self.holding = text, overrides, {}

    def follow(
        self,
        report: Watcher,
        text: str,
        kind: str,
        until: float,
        measure: str | None,
        overrides: dict[str, float] | None = None,
    ) -> SeriesAnswer:
        """Return one measure over time in a result of one kind, with other values for some parameters.

        Other measures of it are answered from what is kept.
        """
        from pepa.query.series import most_members

        compiled = compile_text(text, overrides or {})
        wanted = Kind(kind)
        key = (text, repr(sorted((overrides or {}).items())), until, wanted)
        if key not in self.followed:
            kept = {other: series for other, series in self.followed.items() if (other[0], other[2]) == (text, until)}
            self.followed = {**kept, key: self._followed(Control(report=report), compiled, wanted, until)}
        series = self.followed[key]
        names = list(series.names)
        if measure is not None and measure not in names and overrides:
            raise PepaError(f"there is no {measure} with these values", "turn to another measure")
        name = measure if measure in names else _moving_most(series)
        curve = series.curve(name)
        assert curve is not None  # it is one of the names
        return {
            "name": name,
            "names": names,
            "unit": "per time unit" if curve.per_time else "members",
            "time": series.time.tolist(),
            "values": curve.values.tolist(),
            "margin": [] if curve.margin is None else curve.margin.tolist(),
            "most": None if curve.per_time else most_members(compiled.net, name),
            "notes": list(series.brief),
        }

    def _followed(self, control: Control, compiled: Compiled, kind: Kind, until: float) -> Series:
        from pepa.query import advice, series

        time = series.times(until, POINTS)
        if kind is Kind.EXACT:
            return series.exact_series(derive_net(compiled, control, self.derived), time, control)
        if kind is Kind.FLUID:
            found = series.fluid_series(compiled.net, time, control).series
            said = advice.long_run_sentences(advice.advise(compiled.net, control))
            return replace(found, brief=(*said, *found.brief))
        return series.simulated_series(compiled.net, time, REPLICATIONS, 1, control)[0]


def _first(problems: Sequence[Problem]) -> tuple[list[Problem], dict[str, int]]:
    """Return the problems to tell, in their order, errors before warnings where not all are; how many are left out."""
    if len(problems) <= MOST_TOLD:
        return list(problems), {}
    ranked = sorted(range(len(problems)), key=lambda index: problems[index].severity is not Severity.ERROR)
    left = Counter(str(problems[index].severity) for index in ranked[MOST_TOLD:])
    return [problems[index] for index in sorted(ranked[:MOST_TOLD])], dict(left)


def _moving_most(series: Series) -> str:
    """Return the local derivative that moves most once the first fifth of the time is over."""
    later = len(series.time) // 5
    return max(series.population, key=lambda name: float(np.ptp(series.population[name][later:])))
