"""Texts made by a grammar, nearly right: every one has an answer in words, none a failure of ours."""

import random

import pytest

from tests.fuzz import KINDS, tried

FEW, MANY = 150, 10_000


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_has_an_answer(kind):
    found = {tried(kind, KINDS[kind](random.Random(seed))) for seed in range(FEW)}
    assert "good" in found
    assert len(found) > 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_one_of_many_texts_has_an_answer(kind):
    for seed in range(FEW, MANY):
        tried(kind, KINDS[kind](random.Random(seed)))


LONG = ("1+" * 5_000 + "1", "-" * 5_000 + "1", "(" * 5_000, "!" * 5_000, "f(" * 5_000, "x" * 9_999)


@pytest.mark.parametrize("text", LONG, ids=range(6))
def test_a_long_measure_is_refused_in_words(text):
    assert tried("measures", text) == "ExpressionError"
