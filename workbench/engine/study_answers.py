"""What the worker answers about experiments: the shapes of its JSON. It costs the app nothing to import."""

from __future__ import annotations

from typing import TypedDict

from pepa.study.told_study import ToldFindings, ToldPoint, ToldSubject


class StudyHead(ToldSubject):
    """What is known of a study before its first point: how many there are in all; `fixed` parameters are held fixed."""

    total: int
    fixed: dict[str, float]


class StudyPoint(ToldPoint):
    """A point with its place in the whole, and all parameters it was solved with."""

    order: list[int]
    set: dict[str, float]


class StudyPart(TypedDict, total=False):
    """What is sent while a study runs: its head, then parcels of points."""

    head: StudyHead
    points: list[StudyPoint]


class StudyWhole(ToldFindings):
    """A study that is through."""

    points: list[StudyPoint]


class ListedExperiment(TypedDict):
    """An experiment of a file; the form it can be edited in is None where it says more than that."""

    name: str
    title: str
    points: int
    form: dict[str, str] | None
    told: list[str]


class ExperimentFile(TypedDict):
    """The experiments of a file; `wrong` says what is wrong with those left out."""

    path: str
    experiments: list[ListedExperiment]
    wrong: list[str]


class FormFault(TypedDict):
    """Which line of a form is wrong, and why."""

    field: str
    message: str
    hint: str


class FormMeaning(TypedDict):
    """How many points a form has, or what is wrong with it."""

    points: int
    fault: FormFault | None


class Written(TypedDict):
    """What was written: under which name into which file."""

    path: str
    name: str


class FormChoices(TypedDict):
    """What can be written in each line of a form."""

    vary: list[str]
    fixed: list[str]
    measures: list[str]
    method: list[str]
