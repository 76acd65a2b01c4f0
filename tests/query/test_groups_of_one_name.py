"""Groups of one name are named by their numbers wherever one is meant, and by the name alone nowhere."""

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.exact import exact_values
from pepa.query.kind import Kind
from pepa.query.measure import measured, understood
from pepa.query.simulated import long_run_values
from tests.cli.command import answer, pepa
from tests.models import solve

# each by itself: of 2 members 1/4 are away at a time, of 3 members so many as well
APART = "P = (a, 1).Q; Q = (b, 3).P; P[2] <x> P[3]"
COUPLED = "P = (a, 1).Q; Q = (b, 2).P; P[2] <a> P[3]"


def binomial(size, share, least):
    from math import comb

    return sum(comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(least, size + 1))


@pytest.fixture(scope="module")
def values():
    return exact_values(solve(APART))


@pytest.mark.parametrize(("group", "size"), [("P#1", 2), ("P#2", 3), ('"P#1"', 2), ('"P#2"', 3)])
def test_each_has_its_own_figures(values, group, size):
    assert measured(f"mean({group}.Q)", values) == pytest.approx(size / 4, rel=1e-12)
    assert measured(f"probability({group}.Q >= 2)", values) == pytest.approx(binomial(size, 1 / 4, 2), rel=1e-12)
    assert measured("mean(P#1.Q + P#2.Q)", values) == pytest.approx(measured("mean(Q)", values), rel=1e-12)
    assert measured(f"passage({group}: P -> Q)", values) == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize(
    "asked",
    ["mean(P.Q)", "probability(P.Q >= 2)", "variance(P.Q)", "passage(P: P -> Q)", 'mean("P".Q)', "P=? [F<=1 P.Q>1]"],
)
def test_the_name_alone_is_of_neither(values, asked, tmp_path):
    file = tmp_path / "two.pepa"
    file.write_text(COUPLED)
    found = pepa("query", str(file), asked)
    assert found.returncode == 1
    assert "several groups" in found.stderr
    assert "name one of them: `P#1`, `P#2`" in " ".join(found.stderr.split())
    if not asked.startswith("P="):
        with pytest.raises(PepaError, match="several groups"):
            measured(asked, values)


def test_a_number_that_no_group_has_is_told(values):
    with pytest.raises(PepaError, match="`P#3` is no group"):
        understood(["mean(P#3.Q)"], values.net, Kind.EXACT)


def test_simulated_states_are_told_apart():
    found = long_run_values(solve(APART).derived.net, 1, Control(), 0.02)
    one, other = (found.estimate(f"mean(P#{number}.Q)") for number in (1, 2))
    assert one.value == pytest.approx(0.5, rel=0.1)
    assert other.value == pytest.approx(0.75, rel=0.1)


def test_the_command_heads_them_by_their_names(tmp_path):
    file = tmp_path / "two.pepa"
    file.write_text(APART)
    said = pepa("solve", str(file)).stdout
    assert "P#1[2]" in said
    assert "P#2[3]" in said
    status, report = answer("solve", str(file), "--distribution", "P#2[]", "--measure", "mean(P#2.Q)")
    assert status == 0
    assert [one["name"] for one in report["groups"]] == ["P#1", "P#2"]
    assert len(report["distributions"][0]["axes"][0]["values"]) == 4
    status, report = answer("query", str(file), "passage(P#2::a:start, b:stop)")
    assert status == 0
    told = pepa("query", str(file), "P=? [ F<=1 P#2.Q = 3 ]", "--json")
    assert told.returncode == 0, told.stderr
