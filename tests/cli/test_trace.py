"""`pepa trace` as a user runs it."""

import json

from tests.cli.command import VM_LAUNCH, answer, pepa


def test_a_trace_is_listed_drawn_kept_and_replayed(tmp_path):
    kept = tmp_path / "trace.json"
    listed = pepa("trace", VM_LAUNCH, "--to", "User3 = 1", "--save", str(kept))
    assert listed.stdout.startswith("shortest: 14 steps, probability")
    assert "forward_N_id_To_User" in listed.stdout
    drawn = pepa("trace", VM_LAUNCH, "--replay", str(kept), "--chart")
    assert "●User3──●CM" in drawn.stdout
    code, found = answer("trace", VM_LAUNCH, "r1=20", "--replay", str(kept))
    assert code == 0
    assert found["steps"][0]["rate"] == 100
    assert [step["action"] for step in found["steps"]] == [
        step["action"] for step in json.loads(kept.read_text())["steps"]
    ]


def test_a_random_trace_repeats_with_its_seed():
    first = answer("trace", VM_LAUNCH, "--random", "7", "--seed", "3")
    assert first == answer("trace", VM_LAUNCH, "--random", "7", "--seed", "3")
    assert first[1]["length"] == 7


def test_what_cannot_be_found_is_said(tmp_path):
    assert "no state that can be reached has deadlock" in pepa("trace", VM_LAUNCH, "--to", "deadlock").stderr
    limited = pepa("trace", VM_LAUNCH, "Q=500", "--to", "User3 = 400", "--max-states", "1000")
    assert limited.returncode == 3
    assert "not found among" in limited.stderr
    assert pepa("trace", VM_LAUNCH).returncode == 2
    wrong = tmp_path / "wrong.json"
    for text in ("[", "[]", "{}", "[" * 100_000):
        wrong.write_text(text)
        done = pepa("trace", VM_LAUNCH, "--replay", str(wrong))
        assert done.returncode == 1
        assert "no" in done.stderr
