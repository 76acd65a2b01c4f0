"""What the what-if pane asks of the worker: which parameters matter, what an expression is worth, a new text."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from pepa.control.control import Control, Progress
from pepa.control.error import PepaError
from pepa.query.analysis import solve_again
from pepa.query.kind import Kind
from pepa.query.measure import measured
from pepa.query.report import figures_report, model_report
from pepa.query.told_reasons import ToldSensitivity
from pepa.query.told_solution import ToldFigures
from workbench.engine.answers import Lit
from workbench.engine.run_answers import Elasticities, FiguresByScenario, ScenarioFigures, Valued
from workbench.engine.scenario_results import Answered, scenario_results
from workbench.engine.told_answers import KeptScenario, Lines, Scenarios, Target, Use, Uses, Worth
from workbench.engine.watched import valued
from workbench.engine.writing_answers import WrittenText

if TYPE_CHECKING:
    from pepa.query.analysis import Solved
    from pepa.query.differentiated import Differentiated
    from pepa.query.fluid_sensitivity import FluidSensitivities
    from workbench.engine.session import Session, Watcher

LITTLE = 1.01  # as one key turns
MOST_USES = 8  # lines told
SOLVES = 200  # solutions to meet a target at most
NOT_SOLVED = PepaError("the model as it stands has no exact solution here", "run it by an exact method")
NO_DERIVATIVES = PepaError(
    "simulated figures have no derivatives", "run the model exactly or as a fluid: Solver, method"
)


class ValueWatcher(Protocol):
    """The watcher of a request, which can send a value before the rest of the answer."""

    def __call__(self, progress: Progress) -> None:
        """Report progress."""

    def part(self, found: Valued) -> None:
        """Send a value."""


class WhatIf:
    """Questions about the parameters of the session's model."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._fluids: tuple[tuple[str, dict[str, float]], FluidSensitivities] | None = None

    def influences(
        self, report: ValueWatcher, text: str, overrides: dict[str, float], measure: str, kind: str = Kind.EXACT
    ) -> ToldSensitivity:
        """Return a measure of the last solution, or of the fluid, and its elasticity to every rate and probability.

        Its value comes as a part before them, where it is known at once.
        """
        from pepa.query.sensitivity_report import sensitivity_report

        sensitivities = self._sensitivities(report, text, overrides, Kind(kind))
        value = valued(measure, sensitivities.values)
        if value is not None:
            report.part(value)
        return sensitivity_report(sensitivities.of(measure, sizes=False))

    def elasticities(self, report: Watcher, text: str, overrides: dict[str, float], name: str) -> Elasticities:
        """Return what a parameter does to every figure, from a solution with a little more of it, or less.

        Of an array size, with one copy more. It starts from the one there is, so that it costs what a key costs, where
        a derivative of each figure would cost a transposed solution; what is shown by it is what is expected, not an
        answer.
        """
        from pepa.language.rates import parameter_values
        from pepa.net.compile import load
        from pepa.query.influence import sizing

        model, solved = load(text)[0], self._solved(text, overrides)
        value = parameter_values(model, overrides)[name]
        if value.passive or value.value <= 0:
            raise PepaError(f"{name} is nothing that can be a little more", "")
        control, factor = Control(report=report), LITTLE
        if name in sizing(model, overrides):
            factor = (value.value + 1) / value.value
        try:
            beside = solve_again(model, {**overrides, name: value.value * factor}, control, solved)
        except PepaError:  # as a probability over 1
            if factor != LITTLE:
                raise
            factor = 1 / LITTLE
            beside = solve_again(model, {**overrides, name: value.value * factor}, control, solved)
        before, after = (one.measures for one in (solved, beside))
        return {
            "throughput": _elasticities(before.throughput, after.throughput, factor),
            "population": _elasticities(before.population, after.population, factor),
            "groups": [
                _elasticities(one.utilisation, other.utilisation, factor)
                for one, other in zip(before.groups, after.groups, strict=True)
            ],
        }

    def _sensitivities(self, report: Watcher, text: str, overrides: dict[str, float], kind: Kind) -> Differentiated:
        from pepa.net.compile import load
        from pepa.query.sensitivity import Sensitivities

        control = Control(report=report)
        if kind is Kind.FLUID:
            return self._fluid(report, text, overrides)
        if kind is Kind.SIMULATED:
            raise NO_DERIVATIVES
        return Sensitivities(load(text)[0], overrides, self._solved(text, overrides), control)

    def _fluid(self, report: Watcher, text: str, overrides: dict[str, float]) -> FluidSensitivities:
        """Return the fluid of a text; that of the question before, where it is the same."""
        from pepa.net.compile import load
        from pepa.query.fluid_sensitivity import FluidSensitivities

        if self._fluids is None or self._fluids[0] != (text, overrides):
            self._fluids = (text, overrides), FluidSensitivities(load(text)[0], overrides, Control())
        self._fluids[1].control = Control(report=report)
        return self._fluids[1]

    def _solved(self, text: str, overrides: dict[str, float]) -> Solved:
        session = self._session
        if session.solved is None or (session.text, session.overrides) != (text, overrides):
            raise NOT_SOLVED
        return session.solved

    def ranking(
        self, report: Watcher, text: str, overrides: dict[str, float], measure: str, kind: str = Kind.EXACT
    ) -> Lines:
        """Return in lines which parameters matter to a measure; array sizes by one copy more and one fewer."""
        from workbench.engine.told import lines_answer, ranking_lines

        of = self._sensitivities(report, text, overrides, Kind(kind))
        return lines_answer(ranking_lines(of.of(measure)))

    def why(self, report: Watcher, text: str, overrides: dict[str, float]) -> Lines:
        """Return in lines where the figures of the last solution come from."""
        del report
        from pepa.query.explain import explain
        from workbench.engine.told import evidence_of, explanation_lines, lines_answer

        solved = self._solved(text, overrides)
        evidence = evidence_of(solved.steady)
        return lines_answer(explanation_lines(explain(solved), evidence))

    def origin(
        self, report: Watcher, text: str, overrides: dict[str, float], measure: str, kind: str = Kind.EXACT
    ) -> Lines:
        """Return in lines where a figure comes from: method, certainty, parameters, moves and states."""
        from pepa.explore.origin import origins
        from pepa.query.exact import exact_values
        from workbench.engine.origin_lines import origin_lines
        from workbench.engine.told import evidence_of, lines_answer

        wanted = Kind(kind)
        if wanted is Kind.SIMULATED:
            raise PepaError("simulated figures have no moves and states behind them", "run the model exactly")
        if wanted is Kind.FLUID:
            fluid = self._fluid(report, text, overrides)
            values, solved = fluid.values, None
            evidence = [fluid.found.verdict.value + f", residual {fluid.found.residual:.1e}", *values.notes]
        else:
            solved = self._solved(text, overrides)
            values, evidence = exact_values(solved, Control(report=report)), [evidence_of(solved.steady)]
        value, found = measured(measure, values), origins(measure, values, solved)
        return lines_answer(origin_lines(measure, value, evidence, found, text, values.net, overrides))

    def compared(
        self,
        report: Watcher,
        text: str,
        path: str,
        overrides: dict[str, float],
        baseline: str,
        width: int,
        kind: str = Kind.EXACT,
    ) -> Lines:
        """Return in lines the measures of all scenarios, and of the values as they are, beside those of a baseline."""
        from pepa.net.compile import load
        from workbench.engine.told import Line, comparison_lines, lines_answer

        kept = self.scenarios(report, text, path)
        known = kept["scenarios"]
        if baseline not in known:
            raise PepaError(f"there is no scenario `{baseline}`", f"they are {', '.join(known)}")
        if overrides not in known.values():
            known["now"] = overrides
        control = Control(report=report)
        left_out = [Line("", f"left out: {said}") for said in kept["wrong"]]
        return lines_answer([*left_out, *comparison_lines(load(text)[0], known, baseline, width, control, Kind(kind))])

    def figures(
        self,
        report: Watcher,
        text: str,
        scenarios: dict[str, dict[str, float]],
        kind: str,
        tolerance: float,
        most_states: int,
        measure: str = "",
    ) -> FiguresByScenario:
        """Return the figures of scenarios in results of one kind, and the value of a measure; or why one has none."""
        from pepa.net.compile import load

        control = Control(tolerance=tolerance, most_states=most_states, report=report)
        previous = self._session.solved if self._session.text == text else None
        answered = scenario_results(load(text)[0], scenarios, Kind(kind), control, previous)
        return {"figures": {name: _of_scenario(found, measure) for name, found in answered}}

    def target(
        self,
        report: Watcher,
        text: str,
        overrides: dict[str, float],
        measure: str,
        wanted: float | str,
        name: str,
        kind: str = Kind.EXACT,
    ) -> Target:
        """Return the value of a parameter at which a measure has a value, or is least or most, and what is there.

        In a result of the kind that the figures are of; raises PepaError where that is simulated.
        """
        from pepa.net.compile import compile_model, load
        from pepa.query.measure import understood
        from pepa.study.optimum import Goal, bounds, optimum

        wanted_of, model = Kind(kind), load(text)[0]
        understood([measure], compile_model(model, overrides), wanted_of)
        within = [bounds(model, overrides, name)]
        found = optimum(model, overrides, Goal(measure, wanted), within, Control(report=report), SOLVES, wanted_of)
        return {"at": found.parameters[name], "value": found.value, "met": found.met, "words": found.words}

    def worth(self, report: Watcher, text: str, overrides: dict[str, float], expression: str) -> Worth:
        """Return the value of an expression of the parameters as they are."""
        del report
        from pepa.query.analysis import compile_text
        from workbench.engine.worth import worth

        return {"value": worth(expression, compile_text(text, overrides).net)}

    def scenarios(self, report: Watcher, text: str, path: str) -> Scenarios:
        """Return the overrides of each scenario kept beside a model file, and what is wrong with those left out."""
        del report
        from pathlib import Path

        from pepa.language.problem import LineIndex, ModelError
        from pepa.language.source import read_if_there
        from pepa.net.compile import load
        from pepa.study.scenarios import BASE, read_scenarios, scenarios_file

        file = scenarios_file(Path(path))
        model, source = load(text)[0], read_if_there(file)
        try:
            kept = read_scenarios(source, model)
        except ModelError as error:
            line = LineIndex(source).place(error.problems[0].span).line
            raise PepaError(f"{file.name}, line {line}: {error.message}", error.hint) from None
        return {"scenarios": {BASE: {}, **kept.scenarios}, "wrong": kept.told(file)}

    def keep_scenario(
        self, report: Watcher, text: str, path: str, name: str, overrides: dict[str, float]
    ) -> KeptScenario:
        """Put a scenario into the file beside a model file; return where."""
        del report
        from pathlib import Path

        from pepa.net.compile import load
        from pepa.study.scenarios import save_scenario, scenarios_file

        file = scenarios_file(Path(path))
        save_scenario(file, name, overrides, load(text)[0])
        return {"file": str(file)}

    def uses(self, report: Watcher, text: str) -> Uses:
        """Return for each parameter the places of its name in a text, and in words where it is defined and used."""
        del report
        from pepa.language.problem import LineIndex
        from pepa.language.uses import rate_uses

        lines, rows = LineIndex(text), text.splitlines()
        found: dict[str, Use] = {}
        for name, spans in rate_uses(text).items():
            places = [lines.place(span) for span in spans]
            numbers = list(dict.fromkeys(place.line for place in places))
            told = [f"{number}: {rows[number - 1].strip()}" for number in numbers[:MOST_USES]]
            more = [f"and {len(numbers) - MOST_USES} lines more"] * (len(numbers) > MOST_USES)
            marks: list[Lit] = [("here", one.line, one.column, one.end_line, one.end_column) for one in places]
            found[name] = {"places": marks, "words": " · ".join([*told, *more])}
        return {"uses": found}

    def written(self, report: Watcher, text: str, values: dict[str, float]) -> WrittenText:
        """Return the text with these values in their definitions."""
        del report
        from pepa.language.assignment import assigned

        return {"text": assigned(text, values)}


def _of_scenario(found: Answered | PepaError, measure: str) -> ScenarioFigures:
    if isinstance(found, PepaError):
        refused = f"{found.message}: {found.hint}" if found.hint else found.message
        return {"figures": None, "watched": None, "doubt": "", "refused": refused}
    means, sure = found.result.means, found.certainty
    doubt = f"{sure.words}: {sure.evidence}" if sure and not sure.exact else ""
    figures: ToldFigures = {**model_report(means.net, ""), **figures_report(means)}
    return {"figures": figures, "watched": valued(measure, found.result), "doubt": doubt, "refused": ""}


def _elasticities(before: Mapping[str, float], after: Mapping[str, float], factor: float) -> dict[str, float]:
    """Return how figures change for each per cent of a parameter that is `factor` times as much after."""
    known = {name: after[name] / value for name, value in before.items() if value > 0 and after.get(name, 0.0) > 0}
    return {name: math.log(ratio) / math.log(factor) for name, ratio in known.items()}
