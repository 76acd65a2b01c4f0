"""`pepa explain` and `pepa optimise` as a user calls them."""

import json

from tests.cli.command import pepa

MODEL = "models/vm_launch.pepa"


def test_the_bottleneck_in_words_and_the_cycle_in_parts():
    done = pepa("explain", MODEL, "p=0.2")
    assert done.returncode == 0
    assert "CM is the bottleneck: it is occupied 95.2% of the time" in done.stdout.replace("\n", " ")
    assert "User[5]: a cycle from User takes 45.15" in done.stdout
    assert "together 45.15" in done.stdout


def test_the_rates_a_measure_depends_on_below_the_cycles():
    done = pepa("explain", MODEL, "p=0.2", "--measure", "throughput(useVM)")
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    order = [words[0] for words in lines if len(words) > 2 and words[2][0] in "+-" and words[2][1:].startswith("0.")]
    assert order[:9] == ["p", "r18", "r4", "r5", "r6", "r7", "r8", "r9", "r12"]  # the six do the same
    assert "exact derivatives: one transposed solution by GTH elimination" in done.stdout


def test_a_target_and_what_is_out_of_reach():
    done = pepa("optimise", MODEL, "--measure", "throughput(useVM)", "--to", "0.035", "--vary", "r5", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["met"]
    again = pepa("solve", MODEL, f"r5={found['parameters']['r5']}", "--json")
    assert abs(json.loads(again.stdout)["throughput"]["useVM"] - 0.035) < 1e-9
    beyond = pepa("optimise", MODEL, "--measure", "throughput(useVM)", "--to", "0.06", "--vary", "r5=1:4")
    assert beyond.returncode == 3
    assert "not reached" in beyond.stdout
    for wrong in (["--vary", "r5"], ["--to", "1", "--vary", "r5=4:1"], ["--to", "1", "--least", "--vary", "r5"]):
        assert pepa("optimise", MODEL, "--measure", "throughput(useVM)", *wrong).returncode == 2
