"""`pepa sensitivity`: which parameters a measure depends on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pepa.cli.ending import ended
from pepa.cli.model_text import model_text
from pepa.cli.request import (
    Limits,
    controlled,
    failing_clearly,
    limit_options,
    model_arguments,
    print_json,
    refuse_uncertain,
)
from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.kind import Kind

if TYPE_CHECKING:
    from pepa.query.analysis import Compiled
    from pepa.query.differentiated import Differentiated
    from pepa.query.told_reasons import ToldSensitivities
    from pepa.query.told_solution import ToldCertainty


@click.command(
    "sensitivity",
    help="Say which parameters of MODEL its measures depend on, and how much: exact derivatives in the long run, "
    "ranked by elasticity (per cent of a measure for each per cent of a parameter); for array sizes the measure with "
    "one copy fewer and one more.",
)
@model_arguments
@limit_options
@click.option("--measure", "measures", metavar="EXPR", multiple=True, required=True,
              help="As throughput(a), or responsetime(P) / population(Q); repeatable.")  # fmt: skip
@click.option("--sizes/--no-sizes", default=True, show_default=True,
              help="Solve for one copy fewer and one more of every array size.")  # fmt: skip
@click.option("--method", type=click.Choice((Kind.EXACT.value, Kind.FLUID.value)), default="exact", show_default=True,
              help="The steady state, or the equilibrium of the fluid, by the implicit function theorem.")  # fmt: skip
@failing_clearly
def command(
    model: Path,
    overrides: dict[str, float],
    as_json: bool,
    limits: Limits,
    measures: tuple[str, ...],
    sizes: bool,
    method: str,
) -> None:
    """Solve a model and print the sensitivities of its measures."""
    with controlled(limits) as control:
        found = _found(model, overrides, control, measures, Kind(method), sizes=sizes)
    if as_json:
        print_json(found)
    else:
        from pepa.cli.sensitivity_tables import print_sensitivities

        print_sensitivities(found)
    refuse_uncertain(found["certainty"], "the steady state", "derivatives are as uncertain as what they are of")
    ended(uncertain=len(found["sensitivities"]) < len(measures))


def _found(
    model: Path, overrides: dict[str, float], control: Control, measures: tuple[str, ...], kind: Kind, *, sizes: bool
) -> ToldSensitivities:
    from pepa.query.analysis import compile_text
    from pepa.query.measure import understood
    from pepa.query.report import model_report
    from pepa.query.sensitivity_report import sensitivity_report

    text = model_text(model)
    compiled = compile_text(text, overrides)
    understood(measures, compiled.net, kind)
    differentiated = _fluid if kind is Kind.FLUID else _exact
    of_all, states, certainty = differentiated(text, compiled, overrides, control)
    found, refused = [], {}
    for measure in measures:
        try:
            found.append(sensitivity_report(of_all.of(measure, sizes=sizes)))
        except PepaError as error:
            refused[measure] = error
    if not found:
        raise next(iter(refused.values()))
    return {
        **model_report(compiled.net, str(model)),
        "states": states,
        "certainty": certainty,
        "method": kind.value,
        "notes": [*of_all.values.notes, *(f"no derivatives of {one}: {error}" for one, error in refused.items())],
        "sensitivities": found,
    }


def _exact(
    text: str, compiled: Compiled, overrides: dict[str, float], control: Control
) -> tuple[Differentiated, int, ToldCertainty]:
    from pepa.net.compile import load
    from pepa.query import analysis
    from pepa.query.report import certainty_report
    from pepa.query.sensitivity import Sensitivities

    solved = analysis.solve_derived(analysis.derive_net(compiled, control), control)
    certainty = certainty_report(solved.steady.certainty)
    return Sensitivities(load(text)[0], overrides, solved, control), solved.derived.space.size, certainty


def _fluid(
    text: str, compiled: Compiled, overrides: dict[str, float], control: Control
) -> tuple[Differentiated, None, None]:
    from pepa.net.compile import load
    from pepa.query.fluid_sensitivity import FluidSensitivities

    del compiled
    return FluidSensitivities(load(text)[0], overrides, control), None, None
