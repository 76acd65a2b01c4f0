"""What is told in lines: which rates matter, why figures are what they are, scenarios side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rich.cells import cell_len

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.printer import figure
from pepa.language.syntax import Model
from pepa.markov.steady.steady_state import SteadyState
from pepa.pictures.bar import bar, in_columns
from pepa.query.explain import Explanation
from pepa.query.explain_report import cycle_words, explain_report, meeting_words
from pepa.query.influence import Sensitivity
from pepa.query.kind import Kind
from pepa.query.measure import measured
from pepa.query.sensitivity_report import component_words, evidence_words, remark, sensitivity_report
from pepa.query.told_reasons import ToldInfluence, ToldPart
from pepa.study.comparison import all_measures
from workbench.engine.scenario_results import scenario_results
from workbench.engine.told_answers import Lines


@dataclass(frozen=True)
class Line:
    """One line: what stands as it is, and a text that is folded behind it; `name` is the parameter it is about."""

    fixed: str = ""
    text: str = ""
    name: str = ""


EMPTY = Line()
LABEL, NARROWEST = 34, 20  # columns of a measure, where there is room and where there is not
GAP = 2  # columns between figures
STATE = 14  # columns of a local derivative
UNMOVED = 1e-6  # per cent: within what solving leaves


def lines_answer(lines: Iterable[Line]) -> Lines:
    """Return lines as the app is told them."""
    return {"lines": [{"fixed": line.fixed, "text": line.text, "name": line.name} for line in lines]}


def ranking_lines(found: Sensitivity) -> list[Line]:
    """Return the components by what all their rates do together, then the parameters, those that matter most first."""
    known = {one.name: one.elasticity for one in found.influences if one.elasticity is not None}
    said = "elasticity: per cent of it for a per cent of the parameter"
    lines = [Line("", f"{found.measure} = {figure(found.value)}; {said}")]
    report = sensitivity_report(found)
    lines += [Line("  ", f"all rates of {name} together {said}") for name, said in component_words(report).items()]
    largest = max(map(abs, known.values()), default=0.0)
    lines += [EMPTY, *(_parameter(row, found.value, largest) for row in report["parameters"])]
    return [*lines, EMPTY, Line("", evidence_words(report))]


def _parameter(row: ToldInfluence, measure: float, largest: float) -> Line:
    elasticity = row["elasticity"]
    told = "" if elasticity is None else f"{elasticity:+8.4f} {bar(abs(elasticity), largest, 16)}"
    name = in_columns(row["name"], max(12, cell_len(row["name"])))
    return Line(f"  {name} {figure(row['value']):>11} {told:<26}", remark(row, measure), row["name"])


def evidence_of(steady: SteadyState) -> str:
    """Say how a steady state was obtained, and how certain it is."""
    certainty = steady.certainty
    return f"{steady.method}, residual {steady.residual:.1e}; {certainty.words}: {certainty.evidence}"


def explanation_lines(found: Explanation, evidence: str) -> list[Line]:
    """Return the bottleneck in words, then each component's cycle in parts with its sum beside Little's figure."""
    report = explain_report(found)
    lines = [Line("", text) for text in (*report["sentences"], evidence)]
    for part in report["components"]:
        lines += [EMPTY, *_part(part)]
    return lines


def _part(part: ToldPart) -> Iterator[Line]:
    yield Line("", cycle_words(part))
    if (cycle := part["cycle_time"]) is None:
        return
    yield Line(f"  {'in':<{STATE}}{'works':>12}{'waits':>12}  ", "of the time there")
    total = 0.0
    for stay in part["stays"]:
        if (spent := stay["per_cycle"]) is None:
            continue
        times = spent["working"], spent["waiting"]
        total += sum(times)
        name = in_columns(stay["state"], STATE)
        yield Line(f"  {name}{figure(times[0]):>12}{figure(times[1]):>12}  ", meeting_words(stay))
    off = abs(total / cycle - 1)
    yield Line("  ", f"together {figure(total)}; members over cycles (Little) {figure(cycle)}, off by {off:.0e}")


def comparison_lines(
    model: Model,
    scenarios: Mapping[str, Mapping[str, float]],
    baseline: str,
    width: int,
    control: Control,
    kind: Kind = Kind.EXACT,
) -> list[Line]:
    """Return the measures of scenarios side by side in `width` columns, with differences in per cent."""
    values: dict[str, dict[str, float]] = {}
    lines = [] if kind is Kind.EXACT else [Line("", f"≈ by {kind}, not exact")]
    for name, found in scenario_results(model, scenarios, kind, control):
        overrides = scenarios[name]
        told = " ".join(f"{parameter}={value:.6g}" for parameter, value in overrides.items()) or "as written"
        if isinstance(found, PepaError):
            lines.append(Line("", f"{name}: {told}  ✗ {found.message}"))
            continue
        sure, means = found.certainty, found.result.means
        lines.append(Line("", f"{name}: {told}" + (f"  ✗ {sure.words}" if sure and not sure.exact else "")))
        values[name] = {text: measured(text, means) for text in all_measures(means.net)}
    return [*lines, EMPTY, *map(Line, _tables(values, baseline, width))]


def _tables(values: Mapping[str, Mapping[str, float]], baseline: str, width: int) -> Iterator[str]:
    """Yield the rows of tables, each of the baseline and as many scenarios beside it as the width has room for."""
    first = values.get(baseline, {})
    others = [name for name in values if name != baseline]
    measures = list(dict.fromkeys(text for of_one in values.values() for text in of_one))
    columns = {name: _column(name, values[name], None if name == baseline else first, measures) for name in values}
    of_base = cell_len(columns[baseline][0]) if baseline in columns else 0
    while True:
        room, shown, used = width - of_base - NARROWEST, 0, 0
        while shown < len(others) and (used + cell_len(columns[others[shown]][0]) <= room or not shown):
            used += cell_len(columns[others[shown]][0])
            shown += 1
        label = min(LABEL, max(NARROWEST, width - of_base - used), max(map(cell_len, measures), default=0))
        order = [baseline] * (baseline in columns) + others[:shown]
        for row, text in enumerate(["", *measures]):
            yield in_columns(text, label) + "".join(columns[name][row] for name in order)
        others = others[shown:]
        if not others:
            return
        yield ""


def _column(
    name: str, values: Mapping[str, float], first: Mapping[str, float] | None, measures: list[str]
) -> list[str]:
    """Return the cells of a scenario below its name, all of one width, with differences where `first` is given."""
    cells = [name, *("" if text not in values else figure(values[text]) for text in measures)]
    wide = max(map(cell_len, cells)) + GAP
    right = [in_columns(cell, wide, right=True) for cell in cells]
    if first is None:
        return right
    changes = ["", *(_change(values.get(text), first.get(text)) for text in measures)]
    beside = max(map(len, changes)) + 1
    return [f"{cell} {change:<{beside}}" for cell, change in zip(right, changes, strict=True)]


def _change(value: float | None, before: float | None) -> str:
    if value is None or not before:
        return ""
    percent = 100 * (value - before) / abs(before)
    size = f"{abs(percent):,.0f}" if 1000 <= abs(percent) < 1e6 else f"{abs(percent):.3g}"
    return "=" if abs(percent) < UNMOVED else f"{'▲' if percent > 0 else '▼'} {size} %"
