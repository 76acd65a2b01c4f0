"""The figures that the manual tells of VM launch at p = 0.2."""

import re
from pathlib import Path

import pytest

import workbench
from pepa.control.control import Control
from pepa.net.compile import load
from pepa.query.explain import explain
from pepa.query.sensitivity import Sensitivities
from tests.models import model_text, solve

TEXT = model_text("vm_launch")
PAGE = (Path(workbench.__file__).parent / "manual" / "whatif.md").read_text()


def row(name):
    """Return the figures of a row of the manual's table by managers."""
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| {name}"))
    return [float(number) for number in re.findall(r"\d+\.\d+", line)]


def test_more_managers_occupy_the_coordinator_less():
    found = [solve(TEXT, p=0.2, C=managers) for managers in range(1, 6)]
    occupied = [{part.name: 100 * part.occupied for part in explain(one).parts} for one in found]
    assert [one.measures.throughput["useVM"] for one in found] == pytest.approx(row("throughput(useVM)"), abs=5e-6)
    assert [one["CM"] for one in occupied] == pytest.approx(row("a manager is occupied"), abs=0.05)
    assert [one["TC"] for one in occupied] == pytest.approx(row("the TC is occupied"), abs=0.05)


def test_the_ranking_of_the_rates():
    of = Sensitivities(load(TEXT)[0], {"p": 0.2}, solve(TEXT, p=0.2), Control())
    found = {one.name: one.elasticity for one in of.of("throughput(useVM)", sizes=False).influences}
    told = {"p": 0.791, "r18": 0.161, **dict.fromkeys(("r4", "r5", "r6", "r7", "r8", "r9"), 0.098)}
    told |= dict.fromkeys(("r12", "r13"), 0.080) | dict.fromkeys(("r10", "r11", "r14", "r16", "r17"), 0.018)
    told |= dict.fromkeys(("r1", "r2", "r3"), 0.001)
    assert found == pytest.approx(told, abs=5e-4)
    assert all(f"{value:+.3f}" in PAGE for value in told.values())


def test_the_cycle_of_a_user_adds_up_to_littles_figure():
    user = next(part for part in explain(solve(TEXT, p=0.2)).parts if part.name == "User")
    parts = sum((stay.working + stay.waiting) / user.cycles for stay in user.stays)
    assert parts == pytest.approx(user.cycle_time, rel=1e-9)
    assert f"{user.cycle_time:.2f}" == "45.15"
