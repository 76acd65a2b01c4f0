"""What the app can ask the worker, each with the type of its answer. It costs the app nothing to import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from pepa.explore.told_trace import ToldTrace
    from pepa.query.told_joint import ToldJoint
    from pepa.query.told_reasons import ToldSensitivity
    from workbench.engine.answers import (
        DrawnGraphs,
        FoundRow,
        StateDetail,
        StatePage,
        StateWords,
        Walked,
        WrittenStates,
        WrittenTo,
    )
    from workbench.engine.asked_answers import AskedAnswer, OtherAnswers, QuestionWords
    from workbench.engine.run_answers import (
        ApproximateRun,
        CheckedText,
        DerivedRun,
        DistributionAt,
        Elasticities,
        FiguresByScenario,
        Findings,
        HeldSpace,
        Sentences,
        SeriesAnswer,
        SolvedRun,
    )
    from workbench.engine.study_answers import ExperimentFile, FormChoices, FormMeaning, StudyWhole, Written
    from workbench.engine.told_answers import KeptScenario, Lines, Scenarios, Target, Uses, Worth
    from workbench.engine.writing_answers import (
        Completions,
        Facts,
        Fixes,
        LaidOut,
        NamePlaces,
        Outline,
        Renamed,
        WrittenText,
    )

A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)


@dataclass(frozen=True)
class Operation(Generic[A_co]):
    """An operation of the worker by its name; its answer is an `A_co`."""

    name: str


# Runs
CHECK: Operation[CheckedText] = Operation("check")
ADVISE: Operation[Sentences] = Operation("advise")
FINDINGS: Operation[Findings] = Operation("findings")
SOLVE: Operation[DerivedRun | SolvedRun] = Operation("solve")
APPROXIMATE: Operation[ApproximateRun] = Operation("approximate")
FOLLOW: Operation[SeriesAnswer] = Operation("follow")
FIGURES: Operation[FiguresByScenario] = Operation("figures")
# Lines that ask
ASK: Operation[AskedAnswer] = Operation("ask")
BY_OTHERS: Operation[OtherAnswers] = Operation("by_others")
QUESTION_WORDS: Operation[QuestionWords] = Operation("question_words")
# Experiments
EXPERIMENTS: Operation[ExperimentFile] = Operation("experiments")
CHOICES: Operation[FormChoices] = Operation("choices")
FORM: Operation[FormMeaning] = Operation("form")
SAVE: Operation[Written] = Operation("save")
ASSIGN: Operation[WrittenText] = Operation("assign")
STUDY: Operation[StudyWhole] = Operation("study")
# The text
PLACES: Operation[NamePlaces] = Operation("places")
RENAMED: Operation[Renamed] = Operation("renamed")
LAID_OUT: Operation[LaidOut] = Operation("laid_out")
COMPLETIONS: Operation[Completions] = Operation("completions")
FACTS: Operation[Facts] = Operation("facts")
OUTLINED: Operation[Outline] = Operation("outlined")
FIXABLE: Operation[Fixes] = Operation("fixable")
# States
HELD: Operation[HeldSpace] = Operation("held")
STATES: Operation[StatePage] = Operation("states")
FIND: Operation[FoundRow] = Operation("find")
ROW_OF: Operation[FoundRow] = Operation("row_of")
WRITE_STATES: Operation[WrittenStates] = Operation("write_states")
DISTRIBUTION: Operation[ToldJoint] = Operation("distribution")
DISTRIBUTION_AT: Operation[DistributionAt] = Operation("distribution_at")
STEP: Operation[StateDetail] = Operation("step")
STROLL: Operation[Walked] = Operation("stroll")
GRAPH: Operation[DrawnGraphs] = Operation("graph")
STATE_WORDS: Operation[StateWords] = Operation("state_words")
WAY: Operation[ToldTrace] = Operation("way")
REPLAY: Operation[ToldTrace] = Operation("replay")
WRITE_WAY: Operation[WrittenTo] = Operation("write_way")
# Parameters
INFLUENCES: Operation[ToldSensitivity] = Operation("influences")
ELASTICITIES: Operation[Elasticities] = Operation("elasticities")
WORTH: Operation[Worth] = Operation("worth")
USES: Operation[Uses] = Operation("uses")
TARGET: Operation[Target] = Operation("target")
WRITTEN: Operation[WrittenText] = Operation("written")
SCENARIOS: Operation[Scenarios] = Operation("scenarios")
KEEP_SCENARIO: Operation[KeptScenario] = Operation("keep_scenario")
# Where figures come from
ORIGIN: Operation[Lines] = Operation("origin")
RANKING: Operation[Lines] = Operation("ranking")
WHY: Operation[Lines] = Operation("why")
COMPARED: Operation[Lines] = Operation("compared")
POINT_ORIGIN: Operation[Lines] = Operation("point_origin")
SERIES_ORIGIN: Operation[Lines] = Operation("series_origin")
ANSWER_ORIGIN: Operation[Lines] = Operation("answer_origin")
