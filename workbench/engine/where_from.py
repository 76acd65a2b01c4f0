"""Where figures of studies and of charts over time come from, in lines: method, error, parameters, what is behind."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.printer import figure, margin
from pepa.net.compile import compile_model, load
from pepa.net.net import Net
from pepa.query.analysis import compile_text, solve_again
from pepa.query.kind import Kind
from pepa.study.solving import Setting, kind_for
from pepa.study.told_study import how
from workbench.engine import experiments
from workbench.engine.origin_lines import part_lines, with_line
from workbench.engine.session import Session, Watcher
from workbench.engine.study_answers import StudyPoint
from workbench.engine.told import EMPTY, Line, evidence_of, lines_answer
from workbench.engine.told_answers import Lines

if TYPE_CHECKING:
    from pepa.query.series import Series

SAME = 1e-6  # of a figure solved twice
CHANGED = PepaError("the experiment or its model has changed since this point was solved", "run it again")


@dataclass(frozen=True)
class WhereFrom:
    """Tells where figures come from that are not of the last run."""

    session: Session

    def point_origin(
        self,
        report: Watcher,
        text: str,
        document: str | None,
        tolerance: float,
        most_states: int,
        form: Mapping[str, str] | None,
        path: str,
        name: str,
        overrides: dict[str, float],
        row: StudyPoint,
    ) -> Lines:
        """Return in lines where the figures of a point of a study come from; it is solved anew for what is behind them.

        Only figures of a long run by the chain or the fluid have moves, and only by the chain states.
        """
        experiment = experiments.wanted(text, document, form, path, name, overrides)
        index: int = row["order"][0]
        values: dict[str, float] = row["set"]
        if index >= len(experiment.points):
            raise CHANGED
        setting = experiment.settings[index]
        if {**dict(setting.fixed), **dict(experiment.points[index])} != values:
            raise CHANGED
        net = compile_model(load(setting.model)[0], values)
        control = Control(tolerance=tolerance, most_states=most_states, report=report)
        lines = [*_point(row, setting, net, values)]
        if row["status"] == "done" and not setting.times:
            lines += _behind(setting, values, kind_for(net, setting, control), row["values"], control)
        return lines_answer(lines)

    def series_origin(
        self, report: Watcher, text: str, until: float, measure: str, scenarios: dict[str, dict[str, float]]
    ) -> Lines:
        """Return in lines where the curves of a measure over time come from, those of scenarios under their names."""
        del report
        lines = [Line("", f"{measure} from the start until time {until:g}")]
        for name, overrides in scenarios.items():
            key = text, repr(sorted(overrides.items())), until
            found = [one for kept, one in self.session.followed.items() if kept[:3] == key]
            if found:
                own = with_line(compile_text(text, overrides).net, overrides)
                lines += [EMPTY, *([Line("", f"scenario {name}")] if name else []), own]
                lines += [line for one in found for line in _curve(one, measure)]
        return lines_answer(lines)


def _point(row: StudyPoint, setting: Setting, net: Net, values: Mapping[str, float]) -> Iterator[Line]:
    for label, text in setting.measures:
        if (value := row["values"].get(label)) is not None:
            half = row["half_width"].get(label)
            sure = "" if half is None else f" ± {margin(half, value, 4)}"
            yield Line("", f"{label} = {figure(value)}{sure}" + f", which is {text}" * (label != text))
    at = float(row["parameters"]["time"]) if setting.times and "time" in row["parameters"] else None
    yield Line("", f"✗ {how(row)}" if row["status"] == "failed" else how(row) + _at(at))
    for note in row["notes"]:
        yield Line("", note)
    yield with_line(net, values)


def _at(time: float | None) -> str:
    return "" if time is None else f", at time {time:g}"


def _behind(
    setting: Setting, values: dict[str, float], kind: Kind, known: Mapping[str, float], control: Control
) -> Iterator[Line]:
    from pepa.explore.origin import origins
    from pepa.query.exact import exact_values
    from pepa.query.fluid import fluid_values
    from pepa.query.measure import measured

    model = load(setting.model)[0]
    if kind is Kind.FLUID:
        solved, found = None, fluid_values(compile_model(model, values), control)
    elif kind is Kind.EXACT:
        solved = solve_again(model, values, control, None)
        found = exact_values(solved, control)
        yield Line("", evidence_of(solved.steady))
    else:
        return
    for label, text in setting.measures:
        before = known.get(label, math.nan)
        if math.isfinite(before) and not math.isclose(measured(text, found), before, rel_tol=SAME, abs_tol=SAME):
            raise CHANGED  # the model's file was written anew
        yield EMPTY
        yield Line("", label)
        yield from part_lines("", origins(text, found, solved), setting.model)


def _curve(series: Series, measure: str) -> Iterator[Line]:
    if (curve := series.curve(measure)) is None:
        return
    last = float(curve.values[-1])
    off = "" if curve.margin is None else f" ± {margin(float(curve.margin[-1]), last, 4)}"
    said = f", {series.margin}" if off and series.margin else ""
    yield Line("  ", f"{series.method}: {len(series.time)} times; {figure(last)}{off} at the last{said}")
    yield from _notes(series.notes)


def _notes(notes: Sequence[str]) -> Iterator[Line]:
    for note in notes:
        yield Line("    ", note)
