"""What is said before a large run, and the method that is suggested."""

import re

import pytest

from pepa.control.control import Control, gibibytes
from pepa.query.advice import advise
from pepa.query.analysis import compile_text
from pepa.query.kind import Kind
from tests.models import model_text

ROOM = 2**33  # bytes
TRAPS = "A = (a, 1).B + (b, 2).C; B = (c, 1).B; C = (d, 1).C;\n"


def advice(text, memory=ROOM, **overrides):
    return advise(compile_text(text, overrides).net, Control(memory=memory))


@pytest.mark.parametrize(
    ("text", "overrides", "sizes", "shape"),
    [
        (model_text("vm_launch"), {}, (966, 2940), (0, 1)),
        (model_text("vm_launch"), {"C": 2, "Q": 4}, (1200, 3570), (985, 1)),
        (TRAPS + "A[9]", {}, (55, 180), (45, 10)),
    ],
)
def test_a_small_model_is_derived_and_known(text, overrides, sizes, shape):
    found = advice(text, **overrides)
    assert (found.states, found.transitions) == sizes
    assert (found.transient, found.classes) == shape
    assert (found.derived, found.suspected, found.method) == (True, False, Kind.EXACT)
    assert found.sentences[0] == f"{sizes[0]:,} states: exact in no time"
    assert found.sentences[-1] == "suggested: exact"


@pytest.mark.parametrize(
    ("text", "overrides", "said"),
    [
        (model_text("vm_launch"), {}, None),
        (model_text("vm_launch"), {"C": 2, "Q": 4}, "985 of 1,200 states are transient: .* one recurrent class"),
        (TRAPS + "A[9]", {}, "45 of 55 states are transient: .* one of 10 recurrent classes"),
        (TRAPS + "A[300]", {}, "with fewer copies has several recurrent classes: .* is chance"),
        (TRAPS + "B || C", {}, None),
        (model_text("vm_launch"), {"C": 2, "Q": 30}, "the same model with fewer copies has transient states"),
        (model_text("vm_launch"), {"Q": 30}, None),
    ],
)
def test_doubts_of_a_long_run_are_told(text, overrides, said):
    found = "\n".join(advice(text, **overrides).sentences)
    if said is None:
        assert "transient" not in found
        assert "recur" not in found
    else:
        assert re.search(said, found)


@pytest.mark.parametrize(
    ("name", "overrides", "memory", "said", "method"),
    [
        ("vm_launch", {"Q": 30}, ROOM, r"about 5\d0,000 states are expected: exact in about \d s", "exact"),
        ("vm_launch", {"Q": 30}, 2**26, r".*: exact takes about 0\.1\d GiB, more than the limit of 0\.06 GiB", "sim"),
        ("vm_launch", {"Q": 1000}, ROOM, r".*: exact takes about [\d,]+ GiB, more than the limit of 8\.0 GiB", "sim"),
        ("machine_repair", {"n": 10**8, "c": 10**6}, ROOM, r"about 100,000,000 .* takes about 15 GiB", "fluid"),
        ("machine_repair", {"n": 10**7, "c": 10**6}, 2**36, r"about 10,000,000 .* exact in about 2 min", "exact"),
        ("machine_repair", {"n": 10**8, "c": 10**6}, 2**36, r"about 100,000,000 .* exact in about 20 min", "fluid"),
        ("machine_repair", {"n": 10**8, "c": 3}, 2**36, r"about 100,000,000 .* exact in about 20 min", "sim"),
        ("vm_launch", {"Q": 110}, 2**36, r"about \d+,000,000 .* exact in about \d min", "exact"),
    ],
)  # fmt: skip
def test_a_large_model_is_predicted_and_weighed(name, overrides, memory, said, method):
    found = advice(model_text(name), memory, **overrides)
    assert re.match(said, found.sentences[0]), found.sentences[0]
    assert (found.derived, found.transient, found.classes) == (False, None, None)
    assert found.method.value.startswith(method)


def test_a_model_whose_size_cannot_be_told_has_a_bound():
    rings = "".join(f"{ring}{i} = (step{ring}, 1).{ring}{(i + 1) % 8};\n" for ring in "PQRST" for i in range(8))
    found = advice(rings + "P0 || Q0 || R0 || S0 || T0")  # 8^5 states, and no copies to leave out
    assert found.states is None
    assert found.sentences[0] == "at most 33,000 states; how many cannot be told without deriving them"
    assert (found.alone, found.method) == (True, Kind.EXACT)


def test_a_model_whose_bound_is_beyond_the_limits_is_not_solved_exactly():
    rings = "".join(f"{ring}{i} = (step{ring}, 1).{ring}{(i + 1) % 80};\n" for ring in "PQRSTUV" for i in range(80))
    found = advice(rings + "P0 || Q0 || R0 || S0 || T0 || U0 || V0")
    assert found.sentences[0].startswith("at most 2.1e+13 states")
    assert found.method is Kind.FLUID


@pytest.mark.parametrize(
    ("system", "alone", "small"),
    [
        ("A || B", True, ()),
        ("A[9] <a> C[9]", False, ()),
        ("A[9] <a> C[4]", False, ("C",)),
        ("A[5] <a> C[5]", False, ()),
        ("(A[4] <a> C[9]) || B[2]", False, ("A",)),
    ],
)
def test_small_groups_that_cooperate_make_the_fluid_rough(system, alone, small):
    found = advice("A = (a, 1).B; B = (b, 1).A; C = (a, 2).D; D = (d, 1).C;\n" + system)
    assert (found.alone, found.small_groups) == (alone, small)
    told = found.sentences[1]
    assert ("are exact" in told, "is near" in told) == (alone, not alone and not small)
    assert all(name in told for name in small)


@pytest.mark.parametrize(
    ("number", "told"),
    [(2**26, "0.06 GiB"), (2**30, "1.0 GiB"), (9.94 * 2**30, "9.9 GiB"), (123 * 2**30, "120 GiB")],
)
def test_memory_is_told_with_two_digits(number, told):
    assert gibibytes(number) == told
