"""What a text compiles to does not depend on what Python's hashes happen to be, and each problem of it is one."""

import os
import subprocess
import sys

import pytest

from pepa.language.problem import ModelError
from pepa.query.analysis import compile_text

TEAM = """
P = (open, 1).Q + (close, 2).Q + (lock, 3).P + (bolt, 4).Q; Q = (lock, 5).P + (open, 6).P + (bolt, 7).P + (close, 8).Q;
P[4]{open, close, lock, bolt}
"""
PRINTED = f"""
from pepa.query.analysis import compile_text
net = compile_text({TEAM!r}).net
print([(t.source, t.target, t.action, t.rate) for group in net.groups for t in group.component.transitions])
print([move.action for move in net.moves], net.actions, net.groups[0].component.labels)
"""
UNDRIVEN = """
P = (wait, infty).Q + (stay, 1).P; Q = (wait, infty).P + (back, 2).P;
P[6]{stay}
"""


def test_moves_have_the_order_of_the_text_whatever_the_hashes():
    printed = {
        subprocess.run(
            [sys.executable, "-c", PRINTED],
            capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": str(seed)},
        ).stdout
        for seed in range(4)
    }  # fmt: skip
    assert len(printed) == 1


def test_one_place_of_the_text_is_told_once():
    with pytest.raises(ModelError) as wrong:
        compile_text(UNDRIVEN)
    problems = wrong.value.problems
    assert [problem.code for problem in problems] == ["undriven-passive"] * 2
    assert len({problem.span for problem in problems}) == 2
