"""What the worker answers to the query line: the shapes of its JSON. It costs the app nothing to import."""

from __future__ import annotations

from typing import Literal, TypedDict

from pepa.query.told_passage import ToldQuantile


class AskedCurve(TypedDict):
    """What goes with an answer, over time: who has arrived, what is earned, or how likely something is, by when.

    `density` is how fast; `error` is by how much each may be off, [] of passages, whose quantiles have theirs.
    """

    of: Literal["passage", "earned", "chance"]
    time: list[float]
    distribution: list[float]
    density: list[float]
    error: list[float]


class AskedAnswer(TypedDict):
    """The answer to a line in words, with what must be known of it; a truth holds in states that can be shown."""

    question: str
    kind: Literal["passage", "number", "truth"]
    words: str
    notes: list[str]
    curve: AskedCurve | None
    quantiles: list[ToldQuantile]


class OtherCurve(TypedDict):
    """The distribution of a passage by another method; `density` and `half_width` are [] where it has none."""

    time: list[float]
    distribution: list[float]
    density: list[float]
    half_width: list[float]
    notes: list[str]


class OtherAnswers(TypedDict):
    """What other methods say of a passage, by their names, and why those that say nothing do not."""

    question: str
    others: dict[str, OtherCurve]
    refused: dict[str, str]


class QuestionWords(TypedDict):
    """What can be written in a line, and some examples, each with what it asks."""

    words: list[str]
    examples: list[list[str]]
