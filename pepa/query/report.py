"""Analyses as plain dictionaries: what `--json` prints and what the app's worker sends. The keys are stable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pepa.language.rates import Rate
from pepa.markov.chain.chain import TINIEST
from pepa.markov.steady.certainty import Certainty
from pepa.markov.steady.steady_state import SteadyState
from pepa.net.net import Net
from pepa.query.analysis import Derived, Solved

if TYPE_CHECKING:
    from pepa.query.lumped import SolvedLumped
    from pepa.query.measure import Values
    from pepa.query.measures import Measures
    from pepa.query.told_solution import (
        FigureParts,
        ToldCertainty,
        ToldLump,
        ToldModel,
        ToldSolution,
        ToldSpace,
        ToldSteady,
    )


def parameter_value(rate: Rate) -> float | str:
    """Return a parameter's value; a passive one as its text."""
    if not rate.passive:
        return rate.value
    return "infty" if rate.value == 1 else f"{rate.value:g}*infty"


def model_report(net: Net, model: str) -> ToldModel:
    """Return which model with which parameters."""
    return {"model": model, "parameters": {name: parameter_value(rate) for name, rate in net.parameters.items()}}


def _copies(derived: Derived, label: str) -> bool:
    return "[" in label and label in derived.net.compound


def derived_report(derived: Derived, model: str) -> ToldSpace:
    """Return the shape of a derived model."""
    return {
        **model_report(derived.net, model),
        "states": derived.space.size,
        "transitions": derived.space.transitions(),
        "levels": len(derived.space.levels) - 1,
        "recurrent_classes": len(derived.classes.recurrent),
        "transient_states": len(derived.classes.transient),
        "deadlocks": len(derived.classes.deadlocks),
        "derivation_reused": derived.reused,
        "counted": [
            name for group in derived.net.groups for name in group.component.labels[:1] if _copies(derived, name)
        ],
        "seconds": derived.seconds,
    }


def solved_report(solved: Solved, model: str) -> ToldSolution:
    """Return a solved model: its shape, how it was solved, and its measures."""
    return {
        **derived_report(solved.derived, model),
        **_evidence(solved.steady),
        "seconds": solved.seconds,
        **_figures(solved.measures, solved.derived.net),
        "lumped": None,
    }


def figures_report(values: Values) -> FigureParts:
    """Return the figures of a result, in all and by group."""
    return _figures(values, values.net)


def _figures(values: Values | Measures, net: Net) -> FigureParts:
    return {
        "throughput": dict(values.throughput),
        "population": {name: values.population[name] for name in net.derivatives},
        "groups": [
            {
                "name": group.name,
                "size": group.size,
                "population": dict(group.population),
                "utilisation": group.utilisation,
            }
            for group in values.groups
        ],
    }


def lumped_report(solved: SolvedLumped, model: str) -> ToldSolution:
    """Return a model solved by its lumped chain: the shape of both, and the measures kept."""
    lump: ToldLump = {
        "states": solved.lumped.chain.size,
        "transitions": len(solved.lumped.chain.source),
        "factor": solved.factor,
        "kept": [*solved.throughput, *solved.population],
    }
    return {
        **derived_report(solved.derived, model),
        "lumped": lump,
        **_evidence(solved.steady),
        "seconds": solved.seconds,
        "throughput": solved.throughput,
        "population": solved.population,
        "groups": [],
    }


def certainty_report(certainty: Certainty) -> ToldCertainty:
    """Return what a steady state is certain to, and by what evidence."""
    return {
        "error": certainty.error,
        "above": certainty.above,
        "exact": certainty.exact,
        "words": certainty.words,
        "evidence": certainty.evidence,
    }


def _evidence(steady: SteadyState) -> ToldSteady:
    return {
        "method": steady.method,
        "residual": steady.residual,
        "tolerance": steady.tolerance,
        "balance": {"worst": steady.balance.worst, "above": steady.balance.above},
        "certainty": certainty_report(steady.certainty),
        "error_bound": steady.error_bound,
        "beyond_bound": sum(int((steady.probability[s] <= TINIEST).sum()) for s in steady.classes.recurrent),
        "iterations": steady.iterations,
        "class_probabilities": list(steady.weights),
        "attempts": [
            {
                "method": attempt.method,
                "reason": attempt.reason,
                "outcome": attempt.outcome.name.lower(),
                "residual": attempt.residual,
                "iterations": attempt.iterations,
                "seconds": round(attempt.seconds, 6),
            }
            for attempt in steady.attempts
        ],
    }


def shape_sentences(report: ToldSpace) -> list[str]:
    """Say in words what the shape of a state space means for its long run."""
    sentences = []
    recurrent, transient, deadlocks = report["recurrent_classes"], report["transient_states"], report["deadlocks"]
    if transient:
        what = "one recurrent class" if recurrent == 1 else f"{recurrent:,} recurrent classes"
        sentences.append(
            f"{transient:,} of {report['states']:,} states are transient: sooner or later they are left for ever "
            f"for {what}, and the long run is there alone"
        )
    if recurrent > 1:
        sentences.append(
            f"there are {recurrent:,} recurrent classes: which one a run ends in is chance, and long-run figures "
            "are weighted by the probability of reaching each from the initial state"
        )
    if deadlocks:
        noun = "state is a deadlock" if deadlocks == 1 else "states are deadlocks"
        sentences.append(f"{deadlocks:,} {noun}: nothing can happen there any more")
    return sentences
