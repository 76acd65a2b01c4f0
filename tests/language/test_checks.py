"""The table of checks: each fires once on its bad model and not on the good one, and none on a model that ships."""

import time

import pytest

from pepa.language.checks.pages import manual
from pepa.language.checks.table import BY_CODE, CHECKS
from pepa.language.edit import applied
from pepa.language.fixes.fixes import fixes
from pepa.language.problem import ModelError
from pepa.net.check import check_text
from pepa.query.analysis import compile_text
from tests.models import MODELS
from workbench.panes.help import MANUAL

BROUGHT_ALONG = {"hidden-cooperation": {"blocked-action", "local-deadlock"}}


def warnings(text):
    return check_text(text).warnings


def codes(text):
    return [problem.code for problem in warnings(text)]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_it_fires_once_and_alone_and_can_be_waived_or_mended(check):
    (problem,) = [problem for problem in warnings(check.bad) if problem.code == check.code]
    assert problem.severity == check.severity
    assert set(codes(check.bad)) - {check.code} <= BROUGHT_ALONG.get(check.code, set())
    assert codes(check.good) == []
    line = check.bad.count("\n", 0, problem.span.start)
    for named, left in ((check.code, []), ("names-alike, other", [check.code])):
        lines = check.bad.split("\n")
        lines[line] += f"  // pepa: ignore {named}"
        if check.code not in ("commented-out", "unknown-waiver"):  # they are about the comment itself
            left = left if check.code != "names-alike" else []
            assert [code for code in codes("\n".join(lines)) if code == check.code] == left
    if check.fixers:
        found = fixes(problem, check.bad)
        assert found
        assert check.code not in codes(applied(check.bad, found[0].edits))


def test_there_are_many_each_with_its_own_code_and_its_page_in_the_manual():
    assert len(BY_CODE) == len(CHECKS) >= 20
    written = (MANUAL / "checks.md").read_text(encoding="utf-8")
    assert written == manual(), "python -m pepa.language.checks.pages writes it anew"


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_nothing_is_said_of_a_model_that_ships(path):
    assert codes(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "r = 1; P = (a, 0.3 * r).P + (b, 0.7 * r).P; P",
        "r = 1; p = 0.3; P = (a, p * r).P + (b, (1 - p) * r).P; P",
        "r = 1; P = (a, r).P + (a, r).Q; Q = (b, r).P; P <a, b> P",
        "P = (a, 1).P; P || P",
        "P = (a, 1e-3).(b, 1).(c, 1000).P; P",
        "P = (a, 1).P; Q = (a, 1).Q; (P <a> Q)/{a}",
        "P = (a, 1).P; Q = (b, 1).Q; R = (a, 1).(b, 1).R; (P || Q) <a, b> R",
        "P = (a, 1).Stop; Stop = (stop, 0).Stop; P",
        "P = (a, 1).P + (b, 2).Q; Q = (c, 3).P; R = (a, infty).R; P <a> R",
        "m = 60; r = m/60; // per second\nm2 = 3; // per second\nP = (a, r).(b, m2).P; P",
        "fast = 3; // per minute\nr = fast/60; // per second\nP = (a, r).P; P",
        "P = (a, 1).P;  // pepa: ignore\nP",
        "A = (a, 1).A; B = A <a> A; C = B[2]; C",
    ],
)
def test_what_is_meant_is_left_alone(text):
    assert codes(text) == []


def test_what_follows_of_a_blocked_action_is_told_in_its_places():
    text = "P = (a, 1).Q;\nQ = (b, 2).P;\nR = (a, 3).R;\n(P <a, b> R) || (P <a> R)"
    assert sorted(codes(text)) == ["blocked-action", "local-deadlock"]
    (stuck,) = [problem for problem in warnings(text) if problem.code == "local-deadlock"]
    assert (text[stuck.span.start : stuck.span.end], "`b`, never happens" in stuck.message) == ("Q", True)


def test_a_share_written_behind_its_rate_counts_too():
    assert codes("r = 1; P = (a, r*0.3).P + (b, r*0.69).P; P") == ["probabilities"]


def test_units_are_read_of_comments_in_many_spellings():
    for unit in ("per second", "/s", "1/s", "jobs per sec", "per Seconds"):
        text = f"r = 1; // {unit}\ns = 2; // per hour\nq = 3; // 1/s\nP = (a, r).(b, s).(c, q).P; P"
        assert codes(text) == ["time-units"], unit
    for words in ("client/server", "read/write", "one per host", "his/hers"):
        assert codes(f"r = 1; // {words}\ns = 2; // per hour\nP = (a, r).(b, s).P; P") == [], words


def test_a_system_too_large_for_a_check_is_said_to_be_so_at_once():
    text = "P = (a, 1).Q; Q = (b, 2).P + (a, 3).Q; S = P <a> Q;\nS[2000]{a}"
    began = time.process_time()
    checked = check_text(text)
    assert time.process_time() - began < 2
    (problem,) = [problem for problem in checked.warnings if problem.code == "too-large-to-check"]
    assert text[problem.span.start : problem.span.end] == "S[2000]{a}"
    assert not checked.components
    assert len(check_text(text.replace("2000", "2")).components) == 1


def test_a_passive_action_never_driven_hides_no_warning():
    text = "unused = 1;\nP = (a, infty).P;\nP"
    for look in (check_text, compile_text):
        with pytest.raises(ModelError) as caught:
            look(text)
        assert [problem.code for problem in caught.value.problems] == ["undriven-passive", "unused-rate"]
