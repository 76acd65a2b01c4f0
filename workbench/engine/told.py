"""What the what-if pane is told in lines: which rates matter, why a figure is what it is, scenarios side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pepa.control.control import Control, Progress
from pepa.control.error import PepaError
from pepa.language.printer import figure
from pepa.language.slopes import names
from pepa.language.syntax import Model
from pepa.net.compile import compile_model
from pepa.net.net import Net
from pepa.pictures.bar import bar
from pepa.query.analysis import Compiled, Solved, derive_net, solve_derived
from pepa.query.exact import exact_values
from pepa.query.explain import Explanation, Meeting, Part
from pepa.query.measure import measured
from pepa.query.sensitivity import Influence, Sensitivity
from pepa.study.comparison import all_measures

TOGETHER = 5  # rates of a component named
LEAST = 0.0005  # shares below are left out
LABEL, CELL = 34, 11  # columns of a measure and of a figure
UNMOVED = 1e-6  # per cent: within what solving leaves


def ranking_lines(found: Sensitivity, net: Net) -> list[str]:
    """Return the components by what their rates do together, then all parameters, those that matter most first."""
    known = {one.name: one.elasticity for one in found.influences if one.elasticity is not None}
    lines = [f"{found.measure} = {figure(found.value)}; elasticity: per cent of it for a per cent of the parameter"]
    totals = sorted(found.components.items(), key=lambda item: -abs(item[1]))
    groups = {group.name: group for group in net.groups}
    for name, total in totals:
        used = names(transition.slopes for transition in groups[name].component.transitions)
        ranked = sorted((one for one in used if one in known), key=lambda one: -abs(known[one]))
        more = f" and {len(ranked) - TOGETHER} more" if len(ranked) > TOGETHER else ""
        if ranked:
            lines.append(f"  the rates of {name}: {', '.join(ranked[:TOGETHER])}{more} together {total:+.3f}")
    largest = max(map(abs, known.values()), default=0.0)
    lines += ["", *(_influence(one, found.value, largest) for one in found.ranked)]
    return [*lines, "", f"exact derivatives: {found.method}, residual {found.residual:.1e}"]


def _influence(one: Influence, measure: float, largest: float) -> str:
    told = "" if one.elasticity is None else f"{one.elasticity:+8.4f} {bar(abs(one.elasticity), largest, 16)}"
    beside = [
        f"{one.value + by:g} gives {figure(value)}" + (f" ({value / measure - 1:+.1%})" if measure else "")
        for by, value in ((-1, one.fewer), (1, one.more))
        if value is not None
    ]
    switch = (
        f"a minimum switches: {figure(one.falling or 0.0)} as it shrinks" if one.note == "at a switch" else one.note
    )
    said = "; ".join([*beside, *([switch] if switch else [])])
    return f"  {one.name:<12} {figure(one.value):>9} {told:<26}{said}".rstrip()


def explanation_lines(found: Explanation, evidence: str) -> list[str]:
    """Return the bottleneck in words, then each component's cycle in parts with its sum beside Little's figure."""
    lines = [*found.sentences, evidence]
    for part in found.parts:
        lines += ["", *_part(part)]
    return lines


def _part(part: Part) -> Iterator[str]:
    cycle = part.cycle_time
    name = f"{part.name}[{part.size}]" if part.size > 1 else part.name
    told = f"a cycle from {part.start} takes {figure(cycle)}" if cycle is not None else "no cycles"
    yield f"{name}: {told}; occupied {part.occupied:.1%}, at its own rate {part.working:.1%}"
    if cycle is None:
        return
    yield f"  {'in':<14}{'works':>10}{'waits':>10}  of the time there"
    for stay in part.stays:
        times = figure(stay.working / part.cycles), figure(stay.waiting / part.cycles)
        yield f"  {stay.label:<14}{times[0]:>10}{times[1]:>10}  {'; '.join(map(_meeting, stay.meetings))}".rstrip()
    total = sum(stay.working + stay.waiting for stay in part.stays) / part.cycles
    off = abs(total / cycle - 1)
    yield f"  together {figure(total)}; members over cycles (Little) {figure(cycle)}, off by {off:.0e}"


def _meeting(one: Meeting) -> str:
    said = [f"{name} not ready {share:.1%}" for name, share in one.missing.items() if share > LEAST]
    said += [f"the other side slower {one.slowed:.1%}"] * (one.slowed > LEAST)
    return f"{one.action}: " + (", ".join(said) or "nobody slows it")


def comparison_lines(
    model: Model, scenarios: Mapping[str, Mapping[str, float]], baseline: str, control: Control
) -> list[str]:
    """Solve scenarios and return their measures side by side, with differences to the baseline in per cent."""
    values: dict[str, dict[str, float]] = {}
    lines, previous = [], None
    for index, (name, overrides) in enumerate(scenarios.items()):
        control.watch(Progress("compare", f"scenario {name}", index / len(scenarios)))
        told = " ".join(f"{parameter}={value:.6g}" for parameter, value in overrides.items()) or "as written"
        try:
            previous = _solved(model, overrides, previous, control)
        except PepaError as error:
            lines.append(f"{name}: {told}  ✗ {error.message}")
            continue
        doubt = "" if previous.steady.certainty.exact else f"  ✗ {previous.steady.certainty.words}"
        lines.append(f"{name}: {told}{doubt}")
        answers = exact_values(previous, control)
        values[name] = {text: measured(text, answers) for text in all_measures(previous.derived.net)}
    return [*lines, "", *_table(values, baseline)]


def _solved(model: Model, overrides: Mapping[str, float], previous: Solved | None, control: Control) -> Solved:
    compiled = Compiled(compile_model(model, overrides), (), {})
    derived = derive_net(compiled, control, None if previous is None else previous.derived)
    return solve_derived(derived, control, None, previous)


def _table(values: Mapping[str, Mapping[str, float]], baseline: str) -> Iterator[str]:
    first = values.get(baseline, {})
    order = sorted(values, key=lambda name: name != baseline)
    cells = {name: max(CELL, len(name) + 1) for name in order}
    heads = (f"{name:>{cells[name]}}" + ("" if name == baseline else " " * CELL) for name in order)
    yield f"{'':<{LABEL}}" + "".join(heads)
    for text in dict.fromkeys(text for of_one in values.values() for text in of_one):
        row = f"{text if len(text) <= LABEL else text[: LABEL - 1] + '…':<{LABEL}}"
        for name in order:
            value = values[name].get(text)
            row += f"{'' if value is None else figure(value):>{cells[name]}}"
            if name != baseline:
                row += f"{_change(value, first.get(text)):>{CELL}}"
        yield row


def _change(value: float | None, before: float | None) -> str:
    if value is None or not before:
        return ""
    percent = 100 * (value - before) / abs(before)
    return "=" if abs(percent) < UNMOVED else f"{'▲' if percent > 0 else '▼'} {abs(percent):.3g} %"
