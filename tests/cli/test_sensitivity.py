"""`pepa sensitivity` as a user calls it."""

import json

import pytest

from tests.cli.command import pepa

TEXT = "l = 2.0; m = 3.0; n = 2; Off = (on, l).On; On = (off, m).Off; Off[n]"


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "switch.pepa"
    path.write_text(TEXT)
    return str(path)


def test_ranked_with_bars(model):
    done = pepa("sensitivity", model, "m=1", "--measure", "throughput(on)")
    assert done.returncode == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    order = [words[0] for words in lines if words and words[0] in ("l", "m", "n")]
    assert order == ["n", "m", "l"]
    assert any(words[:3] == ["m", "1.000", "+0.6667"] for words in lines if words)
    assert "n: 1 gives 0.6667 (-50.0%), 3 gives 2.000 (+50.0%)" in done.stdout
    assert "residual" in done.stdout


def test_json(model):
    done = pepa(
        "sensitivity", model, "--measure", "throughput(on)", "--measure", "population(On)", "--no-sizes", "--json"
    )
    found = json.loads(done.stdout)["sensitivities"]
    assert [one["measure"] for one in found] == ["throughput(on)", "population(On)"]
    first = {one["name"]: one for one in found[0]["parameters"]}
    assert first["l"]["rising"] == pytest.approx(2 * (3 / 5) ** 2, rel=1e-12)
    assert set(first) == {"l", "m"}


def test_what_is_no_measure(model):
    done = pepa("sensitivity", model, "--measure", "throughput(om)")
    assert done.returncode == 1
    assert "`om` is no action of this model" in done.stderr


@pytest.mark.parametrize("method", ["exact", "fluid"])
def test_a_measure_without_derivatives_takes_no_other_with_it(tmp_path, method):
    path = tmp_path / "stops.pepa"
    path.write_text("r = 1.0; P = (a, r).Q; Q = (b, 2).P; R = (c, 1).S; S = (d, 1).S; P[3] || R")
    asked = ("sensitivity", str(path), "--method", method)
    ratio = "throughput(a) / throughput(c)"
    done = pepa(*asked, "--measure", ratio, "--measure", "throughput(a)", "--json")
    assert done.returncode == 3, done.stderr
    found = json.loads(done.stdout)
    assert [one["measure"] for one in found["sensitivities"]] == ["throughput(a)"]
    assert found["sensitivities"][0]["parameters"][0]["rising"] == pytest.approx(3 * (2 / 3) ** 2)
    assert any(note.startswith(f"no derivatives of {ratio}: ") and "divided by 0" in note for note in found["notes"])
    alone = pepa(*asked, "--measure", ratio)
    assert alone.returncode == 1
    assert "divided by 0" in alone.stderr


def test_fluid(model):
    done = pepa("sensitivity", model, "n=1000", "--measure", "throughput(on)", "--method", "fluid")
    assert done.returncode == 0, done.stderr
    assert "fluid equilibrium" in done.stdout
    assert "throughput(on) = 1200\n" in done.stdout  # nobody cooperates: n l m / (l + m), as exactly
    assert "by the" not in done.stdout
    assert "exact derivatives: the implicit function theorem at the fluid equilibrium" in done.stdout
    (found,) = json.loads(pepa("sensitivity", model, "n=1000", "--measure", "population(On) / n", "--method", "fluid",
                               "--json").stdout)["sensitivities"]  # fmt: skip
    influences = {one["name"]: one for one in found["parameters"]}
    assert influences["l"]["rising"] == pytest.approx(3 / 25, rel=1e-9)
    assert influences["n"]["more"] == pytest.approx(2 / 5, rel=1e-9)
    refused = pepa("sensitivity", model, "--measure", "probability(On >= 1)", "--method", "fluid")
    assert refused.returncode == 1
    assert "which a fluid result has not" in refused.stderr
