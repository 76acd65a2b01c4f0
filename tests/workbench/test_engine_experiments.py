"""What the worker answers about experiments, asked directly."""

import json

import pytest

from pepa.control.error import PepaError
from pepa.language.problem import ModelError
from pepa.study.experiment_file import experiments as read
from tests.models import MODELS, model_text, solve
from workbench.engine import experiments
from workbench.engine.experiments import OPERATIONS, assign, choices, form, save, study

LAUNCH = model_text("vm_launch")
FORM = {"vary": "Q=1..3", "fixed": "p=0.2", "measures": "population(User3), throughput(useVM)", "method": "exact"}


class Reporter:
    """Keeps what a request reports."""

    def __init__(self):
        self.parts, self.progress = [], []

    def __call__(self, progress):
        self.progress.append(progress)

    def part(self, found):
        json.dumps(found)
        self.parts.append(found)


def run(**what):
    reporter = Reporter()
    answer = study(reporter, text=LAUNCH, document=None, tolerance=1e-12, most_states=10**6, **what)
    json.dumps(answer)
    return reporter, answer


@pytest.fixture
def file(tmp_path):
    for name in ("vm_launch", "queue"):
        (tmp_path / f"{name}.pepa").write_text(model_text(name))
    path = tmp_path / "vm_launch.experiments.toml"
    path.write_text(
        """
model = "vm_launch.pepa"
[plain]
title = "Plain"
fixed = { p = 0.2 }
vary = { Q = "1..3" }
measures = { used = "population(User3)" }
claims = [{ claim = "More.", holds = "increasing(used)" }]
[over]
model = "queue.pepa"
times = [1, 2]
measures = ["throughput(arrive)"]
scenarios.one = {}
scenarios.two = { fixed = { k = 2 } }
"""
    )
    return path


def listed(file, text=LAUNCH, document=None):
    return experiments.experiments(Reporter(), str(file), text, document)["experiments"]


def test_every_operation_is_named_for_what_the_app_asks():
    assert [operation.__name__ for operation in OPERATIONS] == [
        "experiments", "choices", "form", "save", "assign", "study"
    ]  # fmt: skip


def test_experiments_of_a_file_are_told(file):
    plain, over = listed(file, document=str(file.with_name("vm_launch.pepa")))
    assert (plain["name"], plain["title"], plain["points"]) == ("plain", "Plain", 3)
    assert plain["form"] == {"vary": "Q=1..3", "fixed": "p=0.2", "measures": "population(User3)", "method": "exact"}
    assert over["points"] == 4
    assert over["form"] is None
    assert "scenarios one, two" in over["told"]
    assert "times     1, 2" in over["told"]
    assert plain["told"][-1] == "measures  used = population(User3)"


def test_only_experiments_about_the_open_model_have_a_form(file):
    assert listed(file)[0]["form"] is None
    assert listed(file, model_text("queue"), str(file.with_name("queue.pepa")))[0]["form"] is None


def test_the_open_text_is_meant_where_it_is_named(file):
    renamed = LAUNCH.replace("User3", "Using")
    document = str(file.with_name("vm_launch.pepa"))
    answer = experiments.experiments(Reporter(), str(file), renamed, document)
    assert [one["name"] for one in answer["experiments"]] == ["over"]
    assert answer["wrong"] == ["vm_launch.experiments.toml:7:33: `User3` is no local derivative of this model"]
    with pytest.raises(PepaError, match=r"experiments\.toml:7:\d+: .*User3"):
        experiments.wanted(renamed, document, None, str(file), "plain", {})
    assert experiments.wanted(renamed, document, None, str(file), "over", {}).name == "over"
    file.write_text(file.read_text().replace("[over]", "[over]\nmethod = 3"))
    with pytest.raises(PepaError, match=r"experiments\.toml:7:\d+: .*User3.*\(and 1 more"):
        listed(file, renamed, document)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_choice_can_be_written(path):
    text = path.read_text()
    offered = choices(Reporter(), text)
    for vary in offered["vary"]:
        for measure in offered["measures"][:2]:
            answer = form(Reporter(), text, {"vary": vary, "fixed": "", "measures": measure, "method": "exact"})
            assert answer["points"] > 1, (vary, measure, answer)
    for fixed in offered["fixed"]:
        assert form(Reporter(), text, {**FORM, "vary": "", "fixed": fixed, "measures": offered["measures"][0]}) == {
            "points": 1,
            "fault": None,
        }


def test_choices_of_a_text_with_errors_are_refused_with_its_problems():
    with pytest.raises(ModelError):
        choices(Reporter(), "P = (a, r).P;\nP")


@pytest.mark.parametrize(
    ("value", "whole", "expected"),
    [
        (5.0, True, "1..10"),
        (1.0, True, "1..5"),
        (0.8, False, "0.1:0.9:0.1"),
        (0.01, False, "0.0025:0.04:*2"),
        (10.0, False, "2.5:40:*2"),
    ],
)
def test_suggested_ranges(value, whole, expected):
    assert experiments._suggested(value, whole=whole) == expected


def test_points_come_in_parts_and_the_whole_at_the_end(monkeypatch):
    monkeypatch.setattr(experiments, "TOLD", 0.0)
    reporter, answer = run(form=FORM)
    head = reporter.parts[0]["head"]
    assert head["total"] == 3
    assert head["parameters"] == ["Q"]
    assert head["charts"][0]["x"] == "Q"
    points = answer["points"]
    assert [point["order"] for point in points] == [[0, 0], [1, 0], [2, 0]]
    assert points[2]["set"] == {"p": 0.2, "Q": 3.0}
    expected = solve(LAUNCH, Q=3.0, p=0.2).measures
    assert points[2]["values"]["population(User3)"] == pytest.approx(expected.population["User3"], rel=1e-10)
    assert reporter.progress[-1].done == 1.0


def test_points_sent_on_the_way_are_those_of_the_end(monkeypatch):
    monkeypatch.setattr(experiments, "TOLD", 0.0)
    reporter, answer = run(form=FORM)
    sent = [point for part in reporter.parts[1:] for point in part["points"]]
    points = answer["points"]
    assert [point for point in points if point in sent] == sorted(sent, key=lambda point: point["order"])
    assert len(sent) >= len(points) - 1  # the last comes with the whole


class Stops(Reporter):
    """Cancels once so many points are told as solved."""

    def __init__(self, most):
        super().__init__()
        self.most = most

    def __call__(self, progress):
        super().__call__(progress)
        if int(progress.message.split()[0].replace(",", "")) >= self.most:
            raise InterruptedError


def counts(reporter):
    """Return the numbers of points told, each with how many were sent before."""
    return [int(progress.message.split()[0].replace(",", "")) for progress in reporter.progress]


def test_a_run_that_was_stopped_tells_no_more_points_than_it_sent_and_goes_on_counting_from_them(monkeypatch):
    monkeypatch.setattr(experiments, "TOLD", 0.0)
    form = {**FORM, "vary": "Q=1..4 p=0.11,0.23,0.37,0.59", "fixed": ""}
    what = {"text": LAUNCH, "document": None, "tolerance": 1e-12, "most_states": 10**6, "form": form}
    stopped = Stops(6)
    with pytest.raises(InterruptedError):
        study(stopped, **what)
    sent = [point["order"][0] for part in stopped.parts[1:] for point in part["points"]]
    assert len(set(sent)) == len(sent) >= max(counts(stopped)) == 6
    again = Reporter()
    answer = study(again, **what)
    assert len(answer["points"]) == 16
    assert min(counts(again)) >= len(sent)
    assert {progress.message.split()[2] for progress in again.progress} == {"16"}


def test_an_experiment_of_a_file_is_run_with_its_claims(file):
    _, answer = run(path=str(file), name="plain")
    assert answer["claims"] == [{"text": "More.", "holds": True, "value": None, "note": ""}]
    reporter, answer = run(path=str(file), name="over")
    assert reporter.parts[0]["head"]["total"] == 2  # each at two times
    assert [point["order"] for point in answer["points"]] == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert answer["points"][2]["parameters"] == {"scenario": "two", "time": 1.0}


def test_points_are_not_solved_twice():
    run(form=FORM)
    reporter, _ = run(form=FORM)
    assert [progress.message for progress in reporter.progress] == ["3 of 3 points"]  # all known before any is solved


def test_a_study_without_a_place_for_points_goes_on(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PEPA_CACHE", str(tmp_path / "file"))
    _, answer = run(form={**FORM, "vary": "Q=1"})
    assert answer["points"][0]["status"] == "done"


def test_too_many_points_are_for_the_command():
    with pytest.raises(PepaError, match="more than can be looked at"):
        run(form={**FORM, "fixed": "", "vary": "p=0.1:0.9:0.00001"})


def test_a_form_is_added_to_a_file(file):
    before = file.read_text()
    answer = save(Reporter(), FORM, str(file), "more", str(file.with_name("vm_launch.pepa")))
    assert answer == {"path": str(file), "name": "more"}
    assert file.read_text().startswith(before.rstrip())
    assert [one.name for one in read(file)] == ["plain", "over", "more"]


def test_a_file_is_made_where_there_is_none(tmp_path):
    (tmp_path / "models").mkdir()
    model = tmp_path / "models" / "vm_launch.pepa"
    model.write_text(LAUNCH)
    save(Reporter(), FORM, str(tmp_path / "studies.toml"), "one", str(model))
    assert 'model = "models/vm_launch.pepa"' in (tmp_path / "studies.toml").read_text()
    (tmp_path / "elsewhere").mkdir()
    save(Reporter(), FORM, str(tmp_path / "elsewhere" / "studies.toml"), "one", str(model))
    assert [one.name for one in read(tmp_path / "elsewhere" / "studies.toml")] == ["one"]


@pytest.mark.parametrize(
    ("name", "said"), [("plain", "has an experiment `plain` already"), ("a b", "is no name"), ("", "is no name")]
)
def test_names_that_cannot_be_taken(file, name, said):
    with pytest.raises(PepaError, match=said):
        save(Reporter(), FORM, str(file), name, "vm_launch.pepa")


@pytest.mark.parametrize("notes", ["these are notes\n", "a = " + "[" * 100_000, "a = " + "9" * 5_000])
def test_a_file_that_is_no_toml_is_left_alone(tmp_path, notes):
    path = tmp_path / "notes.toml"
    path.write_text(notes)
    with pytest.raises(PepaError, match="is no TOML"):
        save(Reporter(), FORM, str(path), "one", "vm_launch.pepa")
    assert path.read_text() == notes


def test_values_are_assigned_as_far_as_the_text_knows_them():
    text = assign(Reporter(), LAUNCH, {"Q": 7.0, "nothing": 1.0})["text"]
    assert text == LAUNCH.replace("Q = 5;", "Q = 7;")


def test_what_is_turned_holds_where_the_experiment_says_nothing_else(file):
    """Values that are varied or fixed stay; r18 is turned, C too, and p is fixed at 0.2."""
    turned = {"r18": 0.02, "p": 0.5, "Q": 9.0}
    expected = [solve(LAUNCH, Q=q, p=0.2, r18=0.02).measures.population["User3"] for q in (1, 2, 3)]
    for what in ({"form": FORM}, {"path": str(file), "name": "plain"}):
        document = str(file.parent / "vm_launch.pepa")
        found = study(Reporter(), LAUNCH, document, 1e-12, 10**6, overrides=turned, **what)["points"]
        values = [next(iter(point["values"].values())) for point in found]
        assert values == pytest.approx(expected, rel=1e-9)
        assert all(point["set"]["r18"] == 0.02 and point["set"]["p"] == 0.2 for point in found)
    assert choices(Reporter(), LAUNCH, {"Q": 9.0})["vary"][0] == "Q=1..18"


def test_what_is_turned_is_written_with_the_form(tmp_path):
    document, path = tmp_path / "vm_launch.pepa", tmp_path / "some.toml"
    document.write_text(LAUNCH)
    save(Reporter(), FORM, str(path), "turned", str(document), {"r18": 0.02, "p": 0.5})
    (found,) = read(path)
    assert dict(found.settings[0].fixed) == {"p": 0.2, "r18": 0.02}
