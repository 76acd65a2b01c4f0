"""How verbs end: by one rule, whichever verb was asked; a claim of an experiment may be decided either way."""

import pytest

from tests.cli.command import pepa

CHAIN = "P = (up, 2).Q; Q = (down, 3).P;\nP\n"
CLAIMS = """
[flow]
model = "chain.pepa"
measures = ["throughput(up)"]
[flow.vary]
up = [1.0, 2.0]
[[flow.claims]]
claim = "it grows"
holds = "{claim}"
"""
CLAIM = {"held": "increasing(throughput(up))", "false": "decreasing(throughput(up))"}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "chain.pepa").write_text("up = 2; " + CHAIN.replace("(up, 2)", "(up, up)"))
    (tmp_path / "other.pepa").write_text(CHAIN.replace("3", "3.5"))
    (tmp_path / "same.pepa").write_text(CHAIN)
    for name, claim in CLAIM.items():
        (tmp_path / f"{name}.toml").write_text(CLAIMS.format(claim=claim))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["query", "chain.pepa", "P>=0.1 [ F<=1 Q = 1 ]"], 0),
        (["query", "chain.pepa", "P>=0.99 [ F<=1 Q = 1 ]"], 1),
        (["compare", "chain.pepa", "--equivalence", "same.pepa"], 0),
        (["compare", "chain.pepa", "--equivalence", "other.pepa"], 1),
        (["compare", "chain.pepa", "--equivalence", "other.pepa", "--json"], 1),
        (["experiment", "held.toml"], 0),
        (["experiment", "false.toml"], 0),
        (["experiment", "false.toml", "--json"], 0),
        (["optimise", "chain.pepa", "--measure", "throughput(up)", "--to", "1", "--vary", "up=0.5:5"], 0),
        (["optimise", "chain.pepa", "--measure", "throughput(up)", "--to", "9", "--vary", "up=0.5:5"], 3),
    ],
)
def test_a_claim_that_is_not_met_has_one_status(folder, arguments, status):
    files = [str(folder / one) if one.endswith((".pepa", ".toml")) else one for one in arguments]
    done = pepa(*files)
    assert done.returncode == status, done.stdout + done.stderr


def test_what_a_method_has_no_answer_to_ends_as_limits_do(tmp_path):
    path = tmp_path / "chance.pepa"
    path.write_text("P = (left, 1).L + (right, 2).R; L = (a, 1).L; R = (b, 1).R;\nP")
    done = pepa("simulate", str(path))
    assert done.returncode == 3
    assert "entered, by chance" in done.stderr
