"""Names that are no plain words, wherever a measure is made of a name: quoted, and within quotes twice quoted."""

import pytest

import pepa
from pepa.language.printer import name_text
from pepa.net.compile import compile_model, load
from pepa.query.asking import in_full
from pepa.query.expression import Name, parse
from pepa.study.comparison import all_measures
from workbench.engine.experiments import choices

CHAINS = 'A = ("do it", 1).(b, 2*"r x").(c, "r x").B; B = (b, 1).A;\n"r x" = 2;\nA[2]'
PARTS = "A = (a, 1).B'; B' = (b, 1).A; C = (a, 1).D; D = (c, 1).C; S = A <a> C;\nS[2]"
WORDS = "X = (F, 1).G; G = (U, 2).Pé; Pé = (passage, 3).S; S = (mean, 4).P; P = (time, 5).X;\nX"
ODD = '"my P" = ("throughput(a)", 1)."a+b"; "a+b" = ("é", 2)."my P";\n"my P"'
MODELS = [CHAINS, PARTS, WORDS, ODD]


def net_of(text):
    return compile_model(load(text)[0], {})


@pytest.mark.parametrize("text", MODELS, ids=["chains", "parts", "words", "odd"])
def test_every_figure_can_be_asked_for_by_its_name(text):
    solved = pepa.parse(text).steady_state()
    for name, value in solved.population.items():
        assert solved.measure(f"population({name_text(name)})") == pytest.approx(value)
        assert parse(name_text(name)) == Name(name, None, parse(name_text(name)).span)
    for name, value in solved.throughput.items():
        assert solved.measure(f"throughput({name_text(name)})") == pytest.approx(value)
        assert solved.sensitivity(name).value == pytest.approx(value)


@pytest.mark.parametrize("text", MODELS, ids=["chains", "parts", "words", "odd"])
def test_a_simulated_run_is_shown_whatever_its_names_are(text):
    found = pepa.parse(text).simulate(precision=0.3)
    columns = found.columns()
    assert len(columns["half width"]) == len(columns["name"])
    halves = dict(zip(zip(columns["measure"], columns["name"], strict=True), columns["half width"], strict=True))
    for (measure, name), half in halves.items():
        assert found.estimate(f"{measure}({name_text(name)})").half_width == pytest.approx(half, nan_ok=True)
    assert all(name in repr(found) for name in columns["name"][:12])


@pytest.mark.parametrize("text", MODELS, ids=["chains", "parts", "words", "odd"])
def test_every_measure_that_is_offered_has_a_value(text):
    solved = pepa.parse(text).steady_state()
    offered = [measure for measure in choices(print, text)["measures"] if not measure.endswith("(")]
    offered += all_measures(net_of(text))
    assert len(offered) > 4
    for measure in offered:
        assert solved.measure(measure) >= 0, measure


def test_a_name_alone_stands_for_its_measure():
    net = net_of(CHAINS)
    assert in_full('"do it"', net) == 'throughput("do it")'
    assert in_full(' "(c, ""r x"").B" ', net) == 'population("(c, ""r x"").B")'
    assert in_full("A", net) == "population(A)"
    assert in_full("A + A", net) == "A + A"


def test_a_hint_writes_a_name_so_that_it_can_be_taken():
    solved = pepa.parse(CHAINS).steady_state()
    for asked, meant in (('2*"do it"', 'throughput("do it")'), ('2*"(c, ""r x"").B"', 'population("(c, ""r x"").B")')):
        with pytest.raises(pepa.PepaError) as raised:
            solved.measure(asked)
        assert raised.value.hint == f"did you mean `{meant}`?"
        assert solved.measure(meant) > 0
    with pytest.raises(pepa.PepaError) as raised:
        solved.measure('probability("do it" = 1)')
    assert 'throughput("do it"), in a state enabled("do it")' in raised.value.hint
