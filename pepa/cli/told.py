"""What each verb prints with `--json`, by the types of it; and what any of them prints in place of an answer."""

from __future__ import annotations

from typing import TypedDict

from pepa.explore.told_graph import ToldGraphs
from pepa.explore.told_trace import ToldModelTrace, ToldTrace
from pepa.language.told_problem import ToldProblem
from pepa.query.told_answer import ToldAnswers
from pepa.query.told_equivalence import ToldEquivalence
from pepa.query.told_passage import ToldPassage, ToldPassages, ToldSimulatedPassage
from pepa.query.told_reasons import ToldExplanation, ToldSensitivities
from pepa.query.told_series import ToldModelEnsemble, ToldModelLongRun, ToldOde, ToldPath, ToldTransient
from pepa.query.told_solution import ToldSolved, ToldSpace
from pepa.study.told_study import ToldComparison, ToldExperiments, ToldSweep


class ToldCheck(TypedDict):
    """The problems of a model: what `pepa check` prints, and any verb in place of an answer where one is an error."""

    model: str
    problems: list[ToldProblem]


class ToldRefusal(TypedDict):
    """Why there is no answer, and what may help."""

    model: str
    error: str
    hint: str


class ToldChecks(TypedDict):
    """The problems of each of several models, or why it could not be checked."""

    models: list[ToldCheck | ToldRefusal]


class ToldAdvice(TypedDict):
    """What is known before a large run; `states` are counted where `derived`, else predicted, None where unknown.

    `transient` and `classes` are of the states where they are derived; `suspected` says that a smaller model has
    transient states or several classes. `alone` says that nothing cooperates, `small_groups` which groups that do are
    small.
    """

    model: str
    states: float | None
    transitions: float | None
    derived: bool
    transient: int | None
    classes: int | None
    suspected: bool
    alone: bool
    small_groups: list[str]
    method: str
    sentences: list[str]


class ToldRemark(TypedDict):
    """Something remarkable about a model, and the trace that shows it, where it has one."""

    kind: str
    sentence: str
    trace: ToldTrace | None


class ToldRemarks(TypedDict):
    """What `pepa findings` prints."""

    model: str
    states: int
    findings: list[ToldRemark]


class ToldOptimum(TypedDict):
    """The best parameters found within their bounds, the measure there, and whether it is as wanted."""

    model: str
    measure: str
    wanted: float | str
    method: str
    fixed: dict[str, float]
    bounds: dict[str, list[float]]
    parameters: dict[str, float]
    value: float
    met: bool
    words: str
    solves: int


PRINTED: dict[str, tuple[type, ...]] = {
    "check": (ToldCheck, ToldChecks),
    "derive": (ToldSpace,),
    "solve": (ToldSolved,),
    "advise": (ToldAdvice,),
    "transient": (ToldTransient,),
    "passage": (ToldPassage, ToldSimulatedPassage, ToldPassages),
    "query": (ToldAnswers,),
    "ode": (ToldOde,),
    "simulate": (ToldModelLongRun, ToldModelEnsemble, ToldPath),
    "explain": (ToldExplanation,),
    "optimise": (ToldOptimum,),
    "sensitivity": (ToldSensitivities,),
    "sweep": (ToldSweep,),
    "experiment": (ToldExperiments,),
    "findings": (ToldRemarks,),
    "graph": (ToldGraphs,),
    "trace": (ToldModelTrace,),
    "compare": (ToldComparison, ToldEquivalence),
}  # one of these, by verb
IN_PLACE: tuple[type, ...] = (ToldCheck, ToldRefusal)  # of an answer, from any verb
