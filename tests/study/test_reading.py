"""What an experiment file comes to: settings, points, charts and claims; and each thing wrong, at its place."""

import pytest

from pepa.language.problem import LineIndex, ModelError
from pepa.study.experiment_file import read_experiments, sound_experiments
from pepa.study.solving import Setting

MODEL = "n = 2; r = 1.0; s = 3.0; w = infty; P = (a, r).Q; Q = (b, s).P; V = (b, w).V; P[n] <b> V"
OTHER = "n = 4; r = 5.0; P = (a, r).Q; Q = (b, 2.0).P; P[n]"
SCENARIOS = "[busy]\nr = 4.0\n\n[idle]\nr = 0.5\nn = 7\n"
FILES = {"m.pepa": MODEL, "other.pepa": OTHER, "m.scenarios.toml": SCENARIOS, "bad.pepa": "P = (a, zz).P; P"}


def read(text):
    return read_experiments(text, FILES.__getitem__)


def one(lines, measures='["throughput(a)"]', model='model = "m.pepa"'):
    (found,) = read(f"[e]\n{model}\nmeasures = {measures}\n{lines}\n")
    return found


def test_what_is_not_said_is_as_usual():
    found = one("")
    assert found.settings == (Setting(MODEL, (), (("throughput(a)", "throughput(a)"),)),)
    assert (found.name, found.title, found.about, found.axes) == ("e", "e", "", ())
    assert (found.points, found.shown, found.times, found.elastic) == (((),), ({},), (), ())
    assert (found.charts, found.claims) == ((), ())


def test_every_key_of_a_setting_comes_where_it_belongs():
    found = one(
        'title = "T"\nabout = """ long\ntext """\nmethod = "simulation"\nfixed = { s = 2, n = 5 }\ntimes = [0, 1.5]\n'
        "precision = 0.2\nreplications = 40\npassages = 5000\nseed = 9\n",
        measures='{ often = "throughput(a)", share = "population(Q) / n" }',
    )
    (setting,) = found.settings
    assert (found.title, found.about) == ("T", "long\ntext")
    assert setting.measures == (("often", "throughput(a)"), ("share", "population(Q) / n"))
    assert (setting.method, setting.fixed, setting.times) == ("simulation", (("s", 2.0), ("n", 5.0)), (0.0, 1.5))
    assert (setting.precision, setting.replications, setting.passages, setting.seed) == (0.2, 40, 5000, 9)
    assert (found.axes, found.times, found.labels) == (("time",), (0.0, 1.5), ("often", "share"))


def test_the_points_are_every_combination_of_each_scenario():
    found = one(
        'vary = { r = [1, 2], s = "3..4" }\nfixed = { n = 3 }\n'
        'scenarios.one = {}\nscenarios.two = { model = "other.pepa", method = "fluid", fixed = { n = 9 } }\n'.replace(
            ', s = "3..4"', ""
        )
    )
    assert found.axes == ("scenario", "r")
    assert found.points == ((("r", 1.0),), (("r", 2.0),)) * 2
    assert [dict(shown) for shown in found.shown] == [
        {"scenario": "one", "r": 1.0}, {"scenario": "one", "r": 2.0},
        {"scenario": "two", "r": 1.0}, {"scenario": "two", "r": 2.0},
    ]  # fmt: skip
    assert [setting.model for setting in found.settings] == [MODEL, MODEL, OTHER, OTHER]
    assert [setting.method for setting in found.settings] == ["exact", "exact", "fluid", "fluid"]
    assert [setting.fixed for setting in found.settings] == [(("n", 3.0),)] * 2 + [(("n", 9.0),)] * 2


def test_scenarios_kept_beside_the_model_are_named_in_a_list():
    found = one('scenarios = ["base", "idle"]\nfixed = { s = 8 }')
    assert [dict(setting.fixed) for setting in found.settings] == [{"s": 8.0}, {"s": 8.0, "r": 0.5, "n": 7.0}]
    assert [shown["scenario"] for shown in found.shown] == ["base", "idle"]
    over = one('scenarios = ["busy"]\nfixed = { r = 8 }')  # the scenario goes before what is fixed for all
    assert dict(over.settings[0].fixed) == {"r": 4.0}


def test_a_scenario_may_have_the_method_of_its_own_and_others_that_of_all():
    found = one('method = "fluid"\nscenarios.a = {}\nscenarios.b = { method = "exact" }')
    assert [setting.method for setting in found.settings] == ["fluid", "exact"]


def test_elasticities_are_asked_of_one_point():
    found = one('elasticities = ["s"]\nfixed = { r = 2 }')
    assert (found.elastic, found.axes) == (("s",), ())
    assert [dict(point) for point in found.points] == [{}]  # as it stands, but for what is fixed
    every = one('elasticities = "all"')
    assert every.elastic == ("r", "s")  # neither a size nor what is passive
    assert len(every.points) == 1
    assert one("elasticities = []").elastic == ("r", "s")


def test_charts_and_claims_are_kept_as_they_are_said():
    found = one(
        'vary = { r = "1..3", s = "1..5" }\n'
        '[[e.charts]]\nkind = "heat map"\nx = "r"\nby = "s"\ny = ["throughput(a)"]\ntitle = "H"\n'
        '[[e.charts]]\nx = "r"\ny = ["throughput(a)"]\n'
        '[[e.claims]]\nclaim = "up"\nholds = "increasing(throughput(a))"\nvalue = "max(r)"\nnote = "so"\n'
    )
    assert [(c.kind, c.x, c.by, c.y, c.title) for c in found.charts] == [
        ("heat map", "r", "s", ("throughput(a)",), "H"), ("lines", "r", "", ("throughput(a)",), ""),
    ]  # fmt: skip
    (claim,) = found.claims
    assert (claim.text, claim.holds, claim.value, claim.note) == ("up", "increasing(throughput(a))", "max(r)", "so")


def test_the_model_of_the_file_is_that_of_experiments_that_name_none():
    first, second = read(
        'model = "m.pepa"\nabout = "both"\n[x]\nmeasures = ["throughput(a)"]\n'
        '[y]\nmodel = "other.pepa"\nmeasures = ["throughput(b)"]\n'
    )
    assert (first.settings[0].model, second.settings[0].model) == (MODEL, OTHER)


# What is wrong


def problems(text):
    with pytest.raises(ModelError) as caught:
        read(text)
    lines = LineIndex(text)
    return [
        (p.message, p.hint, lines.place(p.span).line, text[p.span.start : p.span.end]) for p in caught.value.problems
    ]


HEAD = '[e]\nmodel = "m.pepa"\nmeasures = ["throughput(a)"]\n'


@pytest.mark.parametrize(
    ("line", "said", "hint", "marked"),
    [
        ('method = "fast"', "there is no method `fast`", "the methods are exact, fluid, simulation", "method"),
        ('scenarios.x = { method = "fast" }', "there is no method `fast`", "the methods are", "method"),
        ("fixed = { z = 1 }", "m.pepa has no parameter `z`", "they are n, r, s, w", "z"),
        ("vary = { z = [1] }", "m.pepa has no parameter `z`", "they are n, r, s, w", "z"),
        ("scenarios.x = { fixed = { z = 1 } }", "m.pepa has no parameter `z`", "they are", "z"),
        ("vary = { r = [1] }\nfixed = { r = 2 }", "`r` is varied, and fixed here", "leave it out of one", "r"),
        ("vary = { time = [1] }", "`time` is an axis of its own", "write `times` or `scenarios`", "time"),
        ("vary = { scenario = [1] }", "`scenario` is an axis of its own", "write `times`", "scenario"),
        ("times = [1, 1]", "times are ascending, not negative, and the last is above 0", "", "times"),
        ("times = [-1, 1]", "times are ascending, not negative, and the last is above 0", "", "times"),
        ("times = [0]", "times are ascending, not negative, and the last is above 0", "", "times"),
        ("vary = { r = [] }", "the range of `r` is empty", 'as in "1..5" or [1, 2, 5]', "r"),
        ("vary = { r = true }", "`r` is no range", 'write "1..5"', "r"),
        ('vary = { r = [1, "2"] }', "`r` is no range", 'write "1..5"', "r"),
        ('design = "zip"\nvary = { r = [1, 2], s = [1] }', "ranges side by side have equal lengths",
         "or take every comb", "vary"),
        ('design = "sobol"\npoints = -1\nvary = { r = "1:2" }', "a sample has 1 to 1,000,000 points, not -1",
         "as in points = 100", "points"),
        ('design = "sobol"\npoints = 3\nvary = { r = [1, 2] }', "`r` has no bounds", 'write "0.1:0.9"', "vary"),
        ("replications = 1", "`replications` is from 2 to 10,000,000, not 1", "as in repl", "replications"),
        ("precision = 0.0", "`precision` is above 0 and at most 1, not 0", "as in precision = 0.01", "precision"),
        ("precision = 1.5", "`precision` is above 0 and at most 1, not 1.5", "as in precision = 0.01", "precision"),
        ("seed = -1", "`seed` is from 0 to", "as in seed = 1", "seed"),
        ("seed = 1.5", "`seed` is a whole number, not a number", "as in seed = 3", "seed"),
        ("seed = true", "`seed` is a whole number, not true or false", "as in seed = 3", "seed"),
        ("title = 2000-01-01", "`title` is a text, not a date", 'as in title = "a text"', "title"),
        ("sead = 1", "there is no key `sead` here", "did you mean `seed`?", "sead"),
        ("scenarios.x = { seed = 1 }", "there is no key `seed` here", "the keys are", "seed"),
        ("scenarios.x = 3", "`x` is a table", "{ fixed = { r5 = 0.06 } }", "x"),
        ('scenarios = ["away"]', "there is no scenario `away` in m.scen", "they are base, busy, idle", "scenarios"),
        ('elasticities = ["n"]', "there is no elasticity to `n`", "the rates are r, s", "elasticities"),
        ('elasticities = ["r"]\ntimes = [1]', "elasticities are to one model at rest", "take out vary", "elasticities"),
        ('elasticities = ["r"]\nvary = { s = [1] }', "elasticities are to one model", "take out", "elasticities"),
        ('charts = [{ kind = "pie", x = "r" }]', "there is no chart of kind `pie`", "the kinds are lines", "kind"),
        ('scenarios." " = {}', "the name of a scenario is empty", "give it one", " "),
    ],
)  # fmt: skip
def test_each_thing_wrong_is_told_at_its_place(line, said, hint, marked):
    told = [one for one in problems(HEAD + line + "\n") if one[0].startswith(said)]
    assert told, problems(HEAD + line + "\n")
    assert told[0][1].startswith(hint)
    assert told[0][2] >= 4
    assert told[0][3].strip('"').endswith(marked)


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        ('x = "q"\ny = ["throughput(a)"]', ["there is no `q` to draw"]),
        ('x = "r"\ny = ["b"]', ["there is no `b` to draw"]),
        ('x = "r"', ["there is no `` to draw"]),
        ('kind = "heat map"\nx = "r"\ny = ["throughput(a)"]', ["there is no `` to draw"]),
        ('x = "r"\nby = "time"\ny = ["throughput(a)"]', ["there is no `time` to draw"]),
        ('kind = "none"', []),
    ],
)
def test_a_chart_is_of_what_is_varied_and_measured(chart, said):
    text = f"{HEAD}vary = {{ r = [1, 2] }}\n[[e.charts]]\n{chart}\n"
    if not said:
        assert read(text)[0].charts[0].kind == "none"
    else:
        assert [one[0] for one in problems(text)] == said
        assert problems(text)[0][2] >= 5


@pytest.mark.parametrize(
    ("claim", "said", "marked"),
    [
        ('claim = "c"\nholds = "max(throughput(z)) > 1"', "there is no `throughput(z)`", "throughput(z)"),
        ('claim = "c"\nholds = "1 < 2"\nvalue = "maxx(r)"', "there is no `maxx(r)`", "maxx(r)"),
        ('claim = "c"\nholds = "at(r, r = 9) > 1"', "there is no point with r=9", "r = 9"),
        ('claim = "c"\nholds = "1 +"', "unexpected end", ""),
        ('holds = "1 < 2"', "a claim has a text `claim`", "e.claims"),
        ('claim = "c"', "a claim has a text `holds`", "e.claims"),
    ],
)
def test_a_claim_is_of_what_there_will_be(claim, said, marked):
    told = problems(f"{HEAD}vary = {{ r = [1, 2] }}\n[[e.claims]]\n{claim}\n")
    assert told[0][0].startswith(said)
    assert told[0][3].startswith(marked)
    assert told[0][2] >= 5


@pytest.mark.parametrize(
    ("measures", "said", "marked"),
    [
        ('["throughput(a)", "population(Z)"]', "`Z` is no local derivative", "Z"),
        ('{ x = "throughput(a)", y = "probability(P)" }', "expected something true or false", "P"),
        ('["throughput(a", "throughput(b)"]', "unexpected end", ""),
        ("[]", "nothing is measured", "measures"),
        ("[1]", "`measures` is a list of texts", "measures"),
        ('{ " " = "throughput(a)" }', "the name of a measure is empty", "measures"),
    ],
)
def test_measures_without_meaning_are_marked(measures, said, marked):
    told = problems(f'[e]\nmodel = "m.pepa"\nmeasures = {measures}\n')
    assert told[0][0].startswith(said)
    assert told[0][2] == 3
    assert told[0][3].startswith(marked)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no experiment in this file"),
        ('model = "m.pepa"', "there is no experiment in this file"),
        ('[e]\nmeasures = ["throughput(a)"]', "no model is named"),
        ('[e]\nmodel = "bad.pepa"\nmeasures = ["throughput(a)"]', "bad.pepa has errors, the first: rate `zz`"),
        ('["a b"]\nmodel = "m.pepa"\nmeasures = ["throughput(a)"]', "`a b` is no name of an experiment"),
        ("[e", "this is no TOML"),
        ("what = 3\n" + HEAD, "there is no key `what` here"),
    ],
)
def test_files_that_are_none(text, said):
    assert problems(text)[0][0].startswith(said)


def test_what_is_sound_is_had_beside_what_is_not():
    text = HEAD + 'sead = 3\n[f]\nmodel = "m.pepa"\nmeasures = ["throughput(b)"]\n'
    found = sound_experiments(text, FILES.__getitem__)
    assert [one.name for one in found.experiments] == ["f"]
    assert list(found.left_out) == ["e"]
    assert found.left_out["e"].message == "there is no key `sead` here"
    assert [problem.message for problem in found.problems] == ["there is no key `sead` here"]
