"""What a run has come to, read from the answers that the worker gives."""

from pepa.query.kind import Kind
from tests.workbench.test_session import LIMITS, quiet
from workbench.engine.approximate import approximate
from workbench.engine.session import Session
from workbench.standing import Standing, standing

TEXT = "P = (a, 1).Q; Q = (b, 2).P;\nP[3]"


def test_a_run_is_solved_or_derived_only():
    found = standing(Session().solve(quiet, text=TEXT, **LIMITS))
    assert (found.states, found.solved, found.whole, found.certain) == (4, True, True, True)
    assert found.seconds > 0
    derived = standing(Session().solve(quiet, text=TEXT, derive_only=True, **LIMITS))
    assert (derived.states, derived.solved, derived.whole) == (4, False, False)


def test_single_states_of_a_lumped_chain_have_no_probabilities():
    found = standing(Session().solve(quiet, text=TEXT, lump=True, **LIMITS))
    assert (found.solved, found.whole) == (True, False)


def test_a_deadlock_is_counted():
    assert standing(Session().solve(quiet, text="P = (a, 1).Q; Q = (b, 0).P;\nP", **LIMITS)).deadlocks == 1


def test_an_approximate_run_has_its_kind_alone():
    assert standing(approximate(quiet, TEXT, "fluid")) == Standing(kind=Kind.FLUID)
