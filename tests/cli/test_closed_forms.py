"""What every verb prints of machines that fail and are mended, each by itself, against closed forms.

Of n machines the number that is down is binomial at any time, if all are up at 0: each of them is down at t with
probability a (1 - e^-(f+m)t) where a = f / (f + m).
"""

import math
from dataclasses import dataclass

import numpy as np
import pytest

from tests.cli.command import answer

UNTIL = 1.5


@dataclass(frozen=True)
class Machines:
    path: str
    n: int
    fail: float
    mend: float

    @property
    def up(self):
        return self.mend / (self.fail + self.mend)

    def down_at(self, time):
        return (1 - self.up) * -math.expm1(-(self.fail + self.mend) * time)

    def failures_by(self, time):
        """The expected number of failures until a time: n f times the integral of the share that is up."""
        rate = self.fail + self.mend
        return self.n * self.fail * (self.up * time + (1 - self.up) * -math.expm1(-rate * time) / rate)

    def ask(self, verb, *arguments):
        status, report = answer(verb, self.path, *arguments)
        assert status == 0, report
        return report


@pytest.fixture(params=[(1, 0.25, 2.0), (4, 1.5, 0.5), (7, 1e-3, 3.0)], ids=str)
def machines(request, tmp_path):
    n, fail, mend = request.param
    path = tmp_path / "machines.pepa"
    path.write_text(f"n = {n};\nf = {fail!r};\nm = {mend!r};\nUp = (fail, f).Down;\nDown = (mend, m).Up;\nUp[n]\n")
    return Machines(str(path), n, fail, mend)


def binomial(number, share):
    return [math.comb(number, k) * share**k * (1 - share) ** (number - k) for k in range(number + 1)]


def exactly(value):
    return pytest.approx(value, rel=1e-9, abs=1e-14)


def test_derive_and_advise(machines):
    shape = machines.ask("derive")
    assert [shape[key] for key in ("states", "transitions", "levels", "recurrent_classes", "transient_states")] == [
        machines.n + 1, 2 * machines.n, machines.n + 1, 1, 0
    ]  # fmt: skip
    assert machines.ask("advise")["states"] == machines.n + 1
    assert machines.ask("findings")["states"] == machines.n + 1


def test_solve(machines):
    n, up = machines.n, machines.up
    found = machines.ask(
        "solve", "--measure", "variance(Up)", "--measure", "probability(Up = 0)", "--measure", "mean(Down^2)",
        "--distribution", "Down", "--response-time", "Down",
    )  # fmt: skip
    assert found["population"] == {"Up": exactly(n * up), "Down": exactly(n * (1 - up))}
    assert found["throughput"] == {"fail": exactly(n * up * machines.fail), "mend": exactly(n * up * machines.fail)}
    assert found["groups"][0]["utilisation"] == {"Up": exactly(up), "Down": exactly(1 - up)}
    square = n * up * (1 - up) + (n * (1 - up)) ** 2
    assert list(found["measures"].values()) == [exactly(n * up * (1 - up)), exactly((1 - up) ** n), exactly(square)]
    (down,) = found["distributions"][0]["axes"]
    assert found["distributions"][0]["probability"] == exactly(binomial(n, 1 - up))
    assert (down["mean"], down["variance"]) == (exactly(n * (1 - up)), exactly(n * up * (1 - up)))
    (time,) = found["response_time"]
    assert (time["mean"], time["arrivals"]) == (exactly(1 / machines.mend), exactly(n * up * machines.fail))


def test_transient(machines):
    found = machines.ask(
        "transient", "--until", str(UNTIL), "--points", "4", "--distribution", "Down", "--earn", "fail"
    )
    assert found["time"] == exactly(np.linspace(0, UNTIL, 5).tolist())
    down = [machines.down_at(time) for time in found["time"]]
    margin = 1e-8 * machines.n
    assert found["population"]["Down"] == pytest.approx([machines.n * one for one in down], abs=margin)
    assert found["throughput"]["fail"] == pytest.approx(
        [machines.n * machines.fail * (1 - one) for one in down], abs=margin
    )
    (joint,) = found["distributions"]
    for row, one in zip(joint["probability"], down, strict=True):
        assert row == pytest.approx(binomial(machines.n, one), abs=1e-8)
    (earned,) = found["measures"].values()
    assert earned == pytest.approx([machines.failures_by(time) for time in found["time"]], rel=1e-7, abs=1e-9)


def test_query(machines):
    n, fail, up = machines.n, machines.fail, machines.up
    asked = {
        f"P=? [ F<={UNTIL} Down >= 1 ]": -math.expm1(-n * fail * UNTIL),
        f"P=? [ G<={UNTIL} Up = n ]": math.exp(-n * fail * UNTIL),
        f"P=? [ F[{UNTIL},{UNTIL}] Down = n ]": machines.down_at(UNTIL) ** n,
        "P=? [ X Down = 1 ]": 1.0,
        "S=? [ Down = n ]": (1 - up) ** n,
        f"R{{fail}}=? [ C<={UNTIL} ]": machines.failures_by(UNTIL),
        f"R{{Down}}=? [ I={UNTIL} ]": n * machines.down_at(UNTIL),
        "R{Down}=? [ S ]": n * (1 - up),
        "throughput(mend) / n": up * fail,
    }
    told = machines.ask("query", *asked)["properties"]
    for one, (text, value) in zip(told, asked.items(), strict=True):
        assert one["property"] == text
        assert one["value"] == pytest.approx(value, rel=1e-6, abs=1e-9), text
        assert one["low"] <= value * (1 + 1e-12) + 1e-15, text
        assert one["high"] >= value * (1 - 1e-12) - 1e-15, text


def test_passage_to_the_first_failure_and_of_one_machine(machines):
    for rate, asked in (
        (machines.n * machines.fail, ("--from", "init", "--to", "Down >= 1")),
        (machines.fail, ("--member", "Up", "--from", "Up", "--to", "Down")),
        (machines.fail, ("--member", "Up", "--from", "mend", "--to", "fail", "--method", "fluid")),
    ):
        found = machines.ask("passage", *asked, "--quantile", "0.5", "--quantile", "0.9", "--points", "6")
        assert (found["probability"], found["never"]) == (exactly(1), 0)
        assert (found["mean"], found["variance"]) == (exactly(1 / rate), exactly(1 / rate**2))
        for one in found["quantiles"]:
            assert one["time"] == pytest.approx(-math.log1p(-one["share"]) / rate, rel=1e-6)
        curve = found["curve"]
        arrived = [-math.expm1(-rate * time) for time in curve["time"]]
        assert curve["distribution"] == pytest.approx(arrived, abs=1e-8)


def test_ode_is_the_mean_where_nothing_cooperates(machines):
    n, up = machines.n, machines.up
    found = machines.ask("ode", "--until", str(UNTIL), "--points", "4", "--response-time", "Down")
    assert found["population"]["Down"] == pytest.approx(
        [n * machines.down_at(time) for time in found["time"]], rel=1e-5, abs=1e-7 * n
    )
    rest = found["equilibrium"]
    assert rest["reached"]
    assert rest["population"] == {"Up": exactly(n * up), "Down": exactly(n * (1 - up))}
    assert rest["standard_deviation"]["Up"] == pytest.approx(math.sqrt(n * up * (1 - up)), rel=1e-9)
    assert rest["slowest_eigenvalue"] == exactly(-(machines.fail + machines.mend))
    assert rest["response_time"][0]["mean"] == exactly(1 / machines.mend)


def test_simulate_within_its_confidence(machines):
    found = machines.ask("simulate", "--until", str(UNTIL), "--points", "3", "--replications", "2000", "--seed", "3")
    widths = found["population_margin"]["Down"]
    for time, mean, half in zip(found["time"], found["population"]["Down"], widths, strict=True):
        assert half is None or abs(mean - machines.n * machines.down_at(time)) <= 2.5 * half, time


def test_sensitivity_and_explain(machines):
    n, up, fail, mend = machines.n, machines.up, machines.fail, machines.mend
    (one,) = machines.ask("sensitivity", "--measure", "population(Down)")["sensitivities"]
    found = {row["name"]: row for row in one["parameters"]}
    assert (found["f"]["elasticity"], found["m"]["elasticity"]) == (exactly(up), exactly(-up))
    assert found["f"]["rising"] == exactly(n * mend / (fail + mend) ** 2)
    assert found["n"]["more"] == exactly((n + 1) * (1 - up))
    why = machines.ask("explain")
    assert why["components"][0]["cycle_time"] == exactly(1 / fail + 1 / mend)
    spent = {stay["state"]: stay["per_cycle"]["working"] for stay in why["components"][0]["stays"]}
    assert spent == {"Up": exactly(1 / fail), "Down": exactly(1 / mend)}


def test_optimise_sweep_and_compare(machines, tmp_path):
    n, up, fail, mend = machines.n, machines.up, machines.fail, machines.mend
    wanted = 0.5 * n * (1 + up)  # half of what is down is to be up
    found = machines.ask("optimise", "--measure", "population(Up)", "--to", repr(wanted), "--vary", "m")
    assert found["parameters"]["m"] == pytest.approx(fail * wanted / (n - wanted), rel=1e-6)
    swept = machines.ask("sweep", "m=0.5,1,8", "n=1,3", "--measure", "probability(Down = n)", "--fresh")["points"]
    for point in swept:
        m, number = point["parameters"]["m"], point["parameters"]["n"]
        assert point["values"]["probability(Down = n)"] == exactly((fail / (fail + m)) ** number)
    (tmp_path / "machines.scenarios.toml").write_text(f"[twice]\nm = {2 * mend!r}\n")
    base, twice = machines.ask("compare", "--measure", "throughput(fail)")["scenarios"]
    better = 2 * mend / (fail + 2 * mend)
    assert twice["difference_percent"]["throughput(fail)"] == pytest.approx(100 * (better / up - 1), abs=1e-9)
    assert base["values"]["throughput(fail)"] == exactly(n * up * fail)


def test_the_shortest_way_to_all_of_them_down(machines):
    n, fail, mend = machines.n, machines.fail, machines.mend
    found = machines.ask("trace", "--to", "Down = n")
    leaving = [(n - down) * fail + down * mend for down in range(n)]
    assert [step["action"] for step in found["steps"]] == ["fail"] * n
    assert found["probability"] == exactly(math.prod((n - down) * fail / leaving[down] for down in range(n)))
    assert found["mean_time"] == exactly(sum(1 / rate for rate in leaving))
    assert [step["rate"] for step in found["steps"]] == exactly([(n - down) * fail for down in range(n)])
