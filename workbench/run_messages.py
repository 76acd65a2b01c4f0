"""What the runs of a document tell the app: how far they are, what has come of them, and whose turn it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from workbench.engine.client import Progress
from workbench.parameters import Parameters

if TYPE_CHECKING:
    from pepa.language.told_problem import ToldProblem
    from workbench.engine.asked_answers import AskedAnswer, OtherAnswers
    from workbench.engine.run_answers import RunAnswer
    from workbench.runs import Runs


@dataclass(frozen=True)
class Turn:
    """Whose run it is, about which text with which values: the answer of one that was overtaken is dropped."""

    number: int
    text: str
    overrides: dict[str, float]


class RunMessage(Message):
    """What runs tell: once another document is shown, nobody wants to know."""

    runs: Runs | None = None


@dataclass
class Checked(RunMessage):
    """The text as it is now was checked; parameters is None where it has errors."""

    problems: list[ToldProblem]
    more: dict[str, int]  # problems that are not among these, by severity
    parameters: Parameters | None
    sizes: list[str]


@dataclass
class Running(RunMessage):
    """A run has got further."""

    progress: Progress
    left: str = ""


@dataclass
class Finished(RunMessage):
    """A run has an answer, about this text with these values."""

    run: RunAnswer
    text: str
    overrides: dict[str, float]


@dataclass
class Checking(RunMessage):
    """A check of the text takes long, and how far it is, or has ended without an answer."""

    goes_on: bool
    message: str = ""


@dataclass
class Stopped(RunMessage):
    """A run ended without an answer: cancelled (no message), refused or crashed."""

    message: str
    hint: str
    problems: list[ToldProblem]


@dataclass
class GivenUp(RunMessage):
    """A run of the model had to end for something else that was asked after it."""


@dataclass
class StatesLetGo(RunMessage):
    """The states of the latest run are held no more: they went with the process that held them."""


@dataclass
class Ended(RunMessage):
    """What told its progress is over."""


@dataclass
class Answered(RunMessage):
    """A line was answered, about this text with these values."""

    answer: AskedAnswer
    text: str
    overrides: dict[str, float]


@dataclass
class OthersAnswered(RunMessage):
    """Other methods have answered a line, about this text with these values."""

    answers: OtherAnswers
    text: str
    overrides: dict[str, float]


@dataclass
class Unanswered(RunMessage):
    """A line has no answer: cancelled (no message), refused or crashed."""

    question: str
    message: str
    hint: str
