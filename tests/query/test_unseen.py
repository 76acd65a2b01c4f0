"""What a long run says of actions it did not see: a limit of their rate where they were enabled, else none."""

import math

import pytest

from pepa.control.control import Control
from pepa.population.population import population
from pepa.query.analysis import compile_text
from pepa.query.exact import exact_values
from pepa.query.measure import measured
from pepa.query.time_report import long_run_report
from pepa.simulation.long_run import long_run
from tests.cli.command import pepa
from tests.models import solve

LOOP = 1e9  # rate of what happens in a state that the run never comes to
RARE = f"A = (a, 1).B + (rare, 1e-6).R; B = (b, 2).A; R = (back, 1e-3).A + (loop, {LOOP}).R; A"


def test_only_what_was_enabled_has_a_limit_and_the_truth_is_below_it():
    exact = exact_values(solve(RARE))
    found = long_run(population(compile_text(RARE).net, fluid=False), 1, Control(), 0.05)
    assert found.unseen == ("rare", "back", "loop")
    assert found.bounded == {"rare"}
    told = long_run_report(found, found.actions, Control())["throughput"]
    assert [name for name, one in told.items() if "below" in one] == ["rare"]
    assert told["rare"]["below"] == pytest.approx(math.log(20) / (found.time - found.warm_up), rel=1e-12)
    share = 1 / (1 + 1 / 2 + 1e-6 / 1e-3)  # of the time in A, by its balances
    assert measured("throughput(rare)", exact) == pytest.approx(1e-6 * share, rel=1e-9)
    assert measured("throughput(rare)", exact) < told["rare"]["below"]
    assert measured("throughput(loop)", exact) == pytest.approx(LOOP * 1e-3 * share, rel=1e-9)
    assert measured("throughput(loop)", exact) > 1e6 * told["rare"]["below"]  # which a limit would have denied


def test_the_command_tells_them_apart(tmp_path):
    path = tmp_path / "rare.pepa"
    path.write_text(RARE)
    lines = {line.split()[0]: line.rstrip() for line in pepa("simulate", str(path)).stdout.splitlines() if line.strip()}
    assert "not seen: below" in lines["rare"]
    assert lines["loop"].split(maxsplit=2)[1:] == ["0", "not seen, nor seen enabled"]
