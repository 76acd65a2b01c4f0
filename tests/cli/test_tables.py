"""What is printed for people has the right figures, in the right rows: independent members, whose figures are known."""

import math
import re

import pytest

from tests.cli.command import answer, pepa

MODEL = """
l = 1.0; m = 2.0; n = 3;
Off = (on, l).On; On = (off, m).Off;
Idle = (ask, 4).Busy; Busy = (done, 1).Idle;
Off[n] || Idle
"""
FIGURE = re.compile(r"(?<![\w.])[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.])")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("tables") / "members.pepa"
    path.write_text(MODEL)
    return str(path)


def figures(line):
    return [float(found.replace(",", "")) for found in FIGURE.findall(line)]


def rows(text, name):
    """Return the figures of each row that begins with a name."""
    return [
        figures(line.strip().removeprefix(name)) for line in text.splitlines() if line.strip().split(" ")[0] == name
    ]


def printed(*arguments):
    done = pepa(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


ON = [math.comb(3, k) * (1 / 3) ** k * (2 / 3) ** (3 - k) for k in range(4)]


def test_the_steady_state(model):
    text = printed("solve", model)
    assert "8 states" in text
    assert rows(text, "on") == rows(text, "off") == [pytest.approx([2.0])]
    assert rows(text, "done") == [pytest.approx([0.8])]
    assert rows(text, "Off") == [pytest.approx([2.0, 66.7])]
    assert rows(text, "On") == [pytest.approx([1.0, 33.3])]
    assert rows(text, "Busy") == [pytest.approx([0.8, 80.0])]


def test_a_distribution_of_one_thing_and_of_several(model):
    text = printed("solve", model, "--distribution", "On", "--distribution", "Idle")
    for value, chance in enumerate(ON):
        assert [chance] in [pytest.approx(row, rel=1e-3) for row in rows(text, str(value))]
    assert "On: mean 1.000, standard deviation 0.8165" in text
    assert [0.2] in [pytest.approx(row) for row in rows(text, "Idle")]
    both = printed("solve", model, "--distribution", "On, Idle")
    assert "On ↓  Idle →" in both
    assert "On: mean 1.000, standard deviation 0.8165" in both
    three = printed("solve", model, "--distribution", "On, Idle, On >= 2")
    table = [line.split() for line in three[three.index("probability") :].splitlines()[1:9]]
    shown = [(int(on), idle, many, float(chance)) for on, idle, many, chance, *_ in table]
    assert [chance for *_, chance in shown] == sorted((chance for *_, chance in shown), reverse=True)
    for on, idle, many, chance in shown:
        assert many == ("yes" if on >= 2 else "no")
        assert chance == pytest.approx(ON[on] * (0.2 if idle == "Idle" else 0.8), rel=1e-3)
    assert math.fsum(chance for *_, chance in shown) == pytest.approx(1, rel=1e-3)


def test_a_distribution_of_many_cells_adds_up_with_what_is_left_out(model):
    text = printed("solve", model, "n=30", "--distribution", "On, Idle, Off")
    table = text[text.index("probability") :].splitlines()[1:]
    rest = next(line for line in table if "more" in line)
    shown = [float(line.split()[3]) for line in table[: table.index(rest)]]
    assert len(shown) + figures(rest)[0] == 62
    assert math.fsum(shown) + figures(rest)[1] == pytest.approx(1, rel=2e-3)


def test_means_and_a_distribution_over_time(model):
    text = printed("transient", model, "--until", "2", "--points", "4", "--distribution", "On")
    for time in (0.5, 1.0, 1.5, 2.0):
        share = (1 - math.exp(-3 * time)) / 3
        row = next(row for row in map(figures, text.splitlines()) if row[:1] == [time] and len(row) > 4)
        assert 3 * share == pytest.approx(min(row, key=lambda value: abs(value - 3 * share)), rel=1e-3)
    share = (1 - math.exp(-6)) / 3
    last = text[text.rindex("probability") :]
    for value in range(4):
        chance = math.comb(3, value) * share**value * (1 - share) ** (3 - value)
        assert rows(last, str(value))[0] == pytest.approx([chance], rel=1e-3)
    assert "On ↓  time →" in text


@pytest.mark.parametrize("method", ["exact", "simulation"])
def test_a_passage(model, method):
    text = printed("passage", model, "--from", "on", "--to", "off", "--member", "Off", "--method", method,
                   "--quantile", "0.5", "--until", "2", "--points", "4")  # fmt: skip
    near = 0.01 if method == "exact" else 0.1
    mean = rows(text, "mean")[0][0] if method == "simulation" else rows(text, "off")[0][1]
    assert mean == pytest.approx(0.5, rel=near)
    assert rows(text, "50")[0][0] == pytest.approx(math.log(2) / 2, rel=near)
    for name, time in (("0.5000", 0.5), ("1.000", 1.0), ("2.000", 2.0)):
        ((arrived, beside),) = rows(text, name)
        assert arrived == pytest.approx(1 - math.exp(-2 * time), rel=near)
        assert beside == pytest.approx(2 * math.exp(-2 * time), rel=1e-3) if method == "exact" else beside < 0.05


def test_derivatives_with_a_bar_to_their_side(model):
    text = printed("sensitivity", model, "--measure", "population(On)")
    (up,), (down,) = rows(text, "l"), rows(text, "m")
    assert up == pytest.approx([1.0, 2 / 3, 2 / 3], rel=1e-3)  # of 3 l / (l + m)
    assert down == pytest.approx([2.0, -2 / 3, -1 / 3], rel=1e-3)  # value, elasticity, derivative
    below = next(line for line in text.splitlines() if line.startswith("m "))
    above = next(line for line in text.splitlines() if line.startswith("l "))
    assert below.index("█") < below.index("│")
    assert above.index("│") < above.index("█")


def test_events_of_a_path_are_those_of_its_json(model):
    text = printed("simulate", model, "--path", "6", "--seed", "4")
    events = answer("simulate", model, "--path", "6", "--seed", "4")[1]["events"]
    lines = text.splitlines()[-6:]
    assert len(events) == 6
    for line, event in zip(lines, events, strict=True):
        time, action, *who = line.split()
        assert float(time) == pytest.approx(event["time"], rel=1e-3)
        assert action == event["action"]
        assert " ".join(who) == f"{event['left'][0]} → {event['entered'][0]}"


def test_findings_are_sentences_with_the_way_there(tmp_path):
    path = tmp_path / "dead.pepa"
    path.write_text("P = (a, 1).Q; Q = (b, 1).P; R = (a, 1).S; S = (d, 1).S;\nP <a, b, d> R")
    text, (_, told) = printed("findings", str(path)), answer("findings", str(path))
    for one in told["findings"]:
        assert f"{one['sentence']}." in text
    assert "deadlock" in text
    sound = tmp_path / "sound.pepa"
    sound.write_text("P = (a, 1).P; P")
    assert "nothing remarkable" in printed("findings", str(sound))


def test_graphs_are_drawn_and_written(model):
    drawn = printed("graph", model)
    for label in ("on 1.000", "off 2.000", "ask 4.000", "done 1.000", "On×3 Idle", "all 8 states"):
        assert label in drawn
    for form, begin in (("--dot", "digraph"), ("--svg", "<svg")):
        assert begin in printed("graph", model, form)
    done = pepa("graph", model, "--dot", "--json")
    assert done.returncode == 2
    assert "say one of" in done.stderr


@pytest.mark.parametrize(("goal", "value"), [(["--to", "1.5"], 2.0), (["--to", "0.6"], 0.5)])
def test_a_parameter_that_is_found(model, goal, value):
    text = printed("optimise", model, "--measure", "population(On)", *goal, "--vary", "l")
    assert [value] in [pytest.approx(row[:1], rel=1e-3) for row in rows(text, "l") if row], text


def test_a_sweep_of_many_points_says_where_they_all_are(model, tmp_path):
    table = tmp_path / "points.csv"
    text = printed("sweep", model, "l=1:40:0.5", "m=1..2", "--measure", "population(On)", "--csv", str(table))
    lines = table.read_text().splitlines()
    assert len(lines) == 159
    for line in lines[1:]:
        rate, other, on = (float(cell) for cell in line.split(",")[:3])
        assert on == pytest.approx(3 * rate / (rate + other), rel=1e-9)
    assert "158" in text


def test_what_a_chain_never_comes_to_is_told_in_its_passage(tmp_path):
    path = tmp_path / "forked.pepa"
    path.write_text("S = (go, 1).A; A = (left, 1).L + (right, 3).R; L = (l, 2).L; R = (r, 1).R; S")
    text = printed("passage", str(path), "--from", "A", "--to", "L", "--quantile", "0.5", "--quantile", "0.2")
    assert rows(text, "never")[0] == pytest.approx([75.0], rel=0.01) or rows(text, "never")[0] == pytest.approx([0.75])
    assert "never so many" in text
    assert rows(text, "20")[0][0] == pytest.approx(-math.log(0.2) / 4, rel=1e-3)


def test_bars_go_by_the_points_that_have_a_value(model):
    """n users off and on, one of them idle or busy: of no user none is on, and the share has no value."""
    text = printed("sweep", model, "n=0,1,3", "--measure", "population(On) / population(Off)")
    none, one, three = text.splitlines()[1:4]
    assert "no value" in none
    assert ["█" in line for line in (none, one, three)] == [False, True, True]


def test_a_name_of_an_action_and_of_a_local_derivative_has_a_column_for_each(tmp_path):
    path, table = tmp_path / "same.pepa", tmp_path / "same.csv"
    path.write_text("P = (P, 2).Q; Q = (b, 6).P; P")
    for names in ([], ["--measure", "P"]):
        text = printed("transient", str(path), "--until", "1", "--points", "1", "--csv", str(table), *names)
        header, *times = (line.split(",") for line in table.read_text().splitlines())
        assert header[:2] == ["time", "population(P)"]
        member = 0.75 + 0.25 * math.exp(-8)  # of who goes at 2 and comes back at 6
        found = {name: float(cell) for name, cell in zip(header, times[1], strict=True)}
        assert found["population(P)"] == pytest.approx(member, abs=1e-8)
        assert found["throughput(P)"] == pytest.approx(2 * member, abs=1e-8)
        assert ("b" in found) == (names == [])
        assert text.count("population(P)") == text.count("throughput(P)") == 1
