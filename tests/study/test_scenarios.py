"""Scenarios beside a model: read with every wrong name and value in its place, written whole, in order."""

import pytest

from pepa.control.error import PepaError
from pepa.language.problem import LineIndex, ModelError, render
from pepa.net.compile import load
from pepa.study.comparison import differences
from pepa.study.experiment import told_point
from pepa.study.experiment_file import read_experiments
from pepa.study.scenarios import read_scenarios, save_scenario, scenarios_file
from pepa.study.solving import Outcome, Row

MODEL, _ = load("n = 2; r = 1.0; s = 2.0; P = (a, r).Q; Q = (b, s).P; P[n]")


def told(text):
    try:
        problems = read_scenarios(text, MODEL).problems
    except ModelError as error:
        problems = error.problems
    lines = LineIndex(text)
    return [render(problem, lines, "f.toml") for problem in problems]


def test_scenarios_are_read_in_their_order():
    found = read_scenarios("# why\n[slow]\nr = 0.5\n\n[busy-2]\nn = 7\ns = 3e-1\n[same]\n", MODEL)
    assert list(found.scenarios.items()) == [("slow", {"r": 0.5}), ("busy-2", {"n": 7.0, "s": 0.3}), ("same", {})]
    assert not found.problems
    assert read_scenarios("", MODEL).scenarios == {}


def test_what_is_wrong_with_one_leaves_the_others(tmp_path):
    text = "[slow]\nr = 0.5\n[odd]\nrr = 2\n[base]\nr = 1\n[none]\nn = 1.5\n[busy]\nn = 7\n"
    found = read_scenarios(text, MODEL)
    assert found.scenarios == {"slow": {"r": 0.5}, "busy": {"n": 7.0}}
    path = tmp_path / "m.scenarios.toml"
    assert found.take("busy", path) == {"n": 7.0}
    assert found.take("base", path) == {}  # the model as it is written, whatever the file has
    for name, said in (
        ("odd", "line 4: the model has no parameter `rr`"),
        ("none", "line 8: "),
        ("budy", "no scenario"),
    ):
        with pytest.raises(PepaError) as raised:
            found.take(name, path)
        assert said in raised.value.message
        assert raised.value.hint
    assert [said.partition(":")[0] for said in found.told(path)] == [f"{path.name}, line {line}" for line in (4, 5, 8)]
    path.write_text(text)
    save_scenario(path, "odd", {"r": 3.0}, MODEL)
    assert read_scenarios(path.read_text(), MODEL).scenarios.keys() == {"slow", "odd", "busy"}
    with pytest.raises(PepaError, match="whole number"):
        save_scenario(path, "new", {"n": 1.5}, MODEL)  # as wrong as that which is there already


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("[a]\nr = 1\n[b]\nrr = 2", "f.toml:4:1:", "no parameter `rr`"),
        ("[a]\nr = nan", "f.toml:2:1:", "not a finite number"),
        ("[a]\nr = 1e200", "f.toml:2:1:", "too large"),
        ("[a]\nr = true", "f.toml:2:1:", "`r` is a number, not true or false"),
        ('[a]\nr = "4"', "f.toml:2:1:", "`r` is a number, not a text"),
        ("[a]\nr = 1\ns = -2", "f.toml:3:1:", "negative"),
        ("[a]\n\nn = 2.5", "f.toml:3:1:", "whole number"),
        ("[base]\nr = 1", "f.toml:1:2:", "the model as it is written"),
        ('["a b"]\nr = 1', "f.toml:1:2:", "no name of a scenario"),
        ("a = 3", "f.toml:1:1:", "is a table of parameters"),
        ("[[a]]\nr = 1", "f.toml:1:3:", "is a table of parameters"),
        ("[a]\nr = 1\n[a]\nr = 2", "f.toml:3:", "no TOML"),
    ],
)
def test_what_is_wrong_is_told_in_its_place(text, place, said):
    (first, *_) = told(text)
    assert first.startswith(place)
    assert said in first
    assert "hint: " in first


def test_all_that_is_wrong_is_told_within_bounds():
    assert len(told("[a]\nx = 1\nr = inf\n[base]\nr = 2\n")) == 3
    assert len(told("".join(f"[s{i}]\nx = 1\n" for i in range(500)))) <= 100
    assert "more than 1,000" in told("".join(f"[s{i}]\n" for i in range(1001)))[0]


def test_saving_changes_one_table_and_keeps_the_rest(tmp_path):
    path = scenarios_file(tmp_path / "m.pepa")
    assert path.name == "m.scenarios.toml"
    save_scenario(path, "one", {"r": 0.1}, MODEL)
    assert path.read_text() == "[one]\nr = 0.1\n"
    path.write_text("# mine\n[one]\nr = 0.1\n\n# the second\n[two]  # busy\nn = 4\n")
    save_scenario(path, "one", {"s": 1 / 3, "n": 3.0}, MODEL)
    save_scenario(path, "three", {"r": 2.0}, MODEL)
    save_scenario(path, "two", {"r": 5.0}, MODEL)
    assert path.read_text() == (
        f"# mine\n[one]\ns = {1 / 3!r}\nn = 3\n\n# the second\n[two]  # busy\nr = 5\n\n[three]\nr = 2\n"
    )
    assert list(read_scenarios(path.read_text(), MODEL).scenarios) == ["one", "two", "three"]
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("before", "name", "overrides"),
    [
        ("", "a b", {"r": 1.0}),
        ("", "base", {"r": 1.0}),
        ("", "a", {"r": -1.0}),
        ("", "a", {"q": 1.0}),
        ("a = { r = 2 }\n", "a", {"r": 1.0}),
        ("a.r = 2\n", "a", {"r": 1.0}),
        ("not toml\n", "a", {"r": 1.0}),
    ],
)
def test_what_cannot_be_saved_leaves_the_file_as_it_is(tmp_path, before, name, overrides):
    path = tmp_path / "m.scenarios.toml"
    path.write_text(before)
    with pytest.raises(PepaError) as raised:
        save_scenario(path, name, overrides, MODEL)
    assert raised.value.hint
    assert path.read_text() == before


def test_differences_are_per_cent_of_the_baseline_and_none_to_nothing():
    values = {"base": {"x": -2.0, "zero": 0.0}, "up": {"x": -1.0, "zero": 1.0}, "failed": {}}
    points = [told_point({"scenario": name}, Row(found), Outcome(0, ())) for name, found in values.items()]
    assert differences(points, "base") == {"up": {"x": 50.0}, "failed": {}}


def test_experiments_name_scenarios_kept_beside_their_model():
    files = {"d/m.pepa": "r = 1.0; P = (a, r).Q; Q = (b, 2.0).P; P", "d/m.scenarios.toml": "[x]\nr = 3\n[y]\nr = 4\n"}
    text = '[e]\nmodel = "d/m.pepa"\nmeasures = ["throughput(a)"]\nscenarios = ["y", "base"]\n'
    (found,) = read_experiments(text, files.__getitem__)
    assert found.shown == ({"scenario": "y"}, {"scenario": "base"})
    assert [setting.fixed for setting in found.settings] == [(("r", 4.0),), ()]
    for wrong, said in ((text.replace('"y"', '"z"'), "`z`"), (text, "r")):
        with pytest.raises(ModelError) as raised:
            read_experiments(wrong, files.__getitem__)
        assert LineIndex(wrong).place(raised.value.problems[0].span).line == 4
        assert said in raised.value.message
        files["d/m.scenarios.toml"] = "[y]\nq = 3\n"
