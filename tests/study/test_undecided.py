"""Claims over points that failed or are not numbers are not decided, however they are put."""

import numpy as np
import pytest

from pepa.query.expression import ExpressionError
from pepa.study.claims import Claim, Results, judged

RESULTS = Results(
    {"n": np.array([1.0, 2.0, 3.0]), "x": np.array([1.0, np.nan, 3.0]), "y": np.array([1.0, 2.0, 4.0])},
    {"x", "y"},
    {("y", "n"): np.nan},
)


@pytest.mark.parametrize(
    "text",
    [
        "all(x > 0)",
        "!all(x > 0)",
        "any(x > 100)",
        "!any(x > 100)",
        "!!any(x > 100)",
        "increasing(x)",
        "!increasing(x)",
        "max(x) < 100",
        "min(x) = 1 | max(y) = 4",
        "all(y > 0) => all(x > 0)",
        "at(x, n = 2) != 3",
        "x / 0 > 1",
        "1 / (y - 2) > 0",
        "(y - 2)^-1 > 0",
        "!(elasticity(y, n) > 0)",
        "at(y, x > 0) > 0",
    ],
)
def test_what_is_no_number_decides_nothing(text):
    assert judged(Claim("c", text), RESULTS).holds is None


@pytest.mark.parametrize(
    ("text", "holds"),
    [("at(x, n = 3) = 3", True), ("increasing(y)", True), ("!increasing(y)", False), ("max(y)^2 = 2**4", True)],
)
def test_other_points_do_not_matter(text, holds):
    assert judged(Claim("c", text), RESULTS).holds is holds


WORDS = Results({"n": np.array([1.0, 2.0]), "s": np.array(["base", "fast"])}, set(), {})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("s > 3", "expected a number, not a text"),
        ("-s > 1", "expected a number, not a text"),
        ("max(s) = base", "expected a number, not a text"),
        ("increasing(s)", "expected a number, not a text"),
        ("n", "expected something true or false"),
        ("n > 1 | 3", "expected something true or false"),
        ("!n", "expected something true or false"),
        ("at(n, 5) > 1", "expected something true or false"),
        ("n > at(n, n > 0, n < 9, n > 1 | n = 1) * at(n, n = 2) + at(n, n > 9)", "there is no point"),
    ],
)
def test_texts_numbers_and_truths_are_told_apart(text, told):
    with pytest.raises(ExpressionError, match=told):
        judged(Claim("c", text), WORDS)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("at(n, s = fast) = 2", True),
        ("first(s) = base", True),
        ("(n > 1) - (n < 2) = n - 1 | n = 1", True),
        ("increasing(n > 1)", True),
        ("spread(n > 1) > 0", True),
    ],
)
def test_truth_counts_as_one(text, holds):
    assert judged(Claim("c", text), WORDS).holds is holds
