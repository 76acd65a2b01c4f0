"""Names of a model that are words of the language too: in quotes they are the model's, without refused as ambiguous.

The figures are those of the same models with names that are no words.
"""

import pytest

import pepa
from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.accumulated import NOBODY
from pepa.query.analysis import compile_text, derive_net
from pepa.query.asking import Asking, understood
from pepa.query.earned import earning
from pepa.query.joint import joint
from pepa.query.member import followed
from pepa.query.passage import questions

WORDS = ["init", "deadlock", "true", "false", "transient"]
DOING = 'A = ("{0}", 2).B; B = (b, 3).C; C = (c, 1).A + ("{0}", 1).D; D = (d, 5).A; A[2]'
BEING = '"{0}" = (a, 2).B; B = (b, 3)."{0}" + (c, 1).D; D = (d, 1)."{0}"; "{0}"[3]'
RATED = 'k = 2; "{0}" = 2; A = (a, "{0}").B; B = (b, 3).A; A[3]'


def asking(text):
    return Asking(derive_net(compile_text(text, {}), Control()), Control())


def value(text, line):
    return asking(text).answer(line).value


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    "line",
    [
        "passage(b -> {})",
        "passage({} -> b)",
        "earned({0}, {0} -> c)",
        "passage(b -> c | {})",
        "R{{{}}}=? [ C<=1 ]",
        "{}",
    ],
)
def test_an_action_in_quotes_is_the_action(word, line):
    expected = value(DOING.format("go"), line.format("go"))
    assert value(DOING.format(word), line.format(f'"{word}"')) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("line", ["passage(b -> {})", "passage({} -> b)", "earned({0}, b -> c)", "{}"])
def test_an_action_without_quotes_is_refused(word, line):
    net = asking(DOING.format(word)).derived.net
    with pytest.raises(PepaError, match=f"`{word}` is ambiguous: an action") as raised:
        understood(line.format(word), net)
    assert f'write "{word}", with the quotes, for the action; for the word,' in raised.value.hint


def test_what_a_hint_says_for_the_word_is_the_word():
    plain, odd = DOING.format("go"), DOING.format("init")
    assert value(odd, "passage(b -> init & 1 = 1)") == pytest.approx(value(plain, "passage(b -> init)"), rel=1e-9)
    assert value(odd, "S=? [ init ]") == pytest.approx(value(plain, "S=? [ init ]"), rel=1e-9)


def test_what_is_earned_over_time_is_what_the_action_does():
    plain, odd = (asking(DOING.format(name)).derived for name in ("go", "init"))
    assert earning('"init"', odd, NOBODY).tolist() == earning("go", plain, NOBODY).tolist()
    with pytest.raises(PepaError, match="ambiguous"):
        earning("init", odd, NOBODY)


def test_the_time_of_a_reward_is_no_action_named_so():
    assert value(DOING.format("time"), 'R{"time"}=? [ C<=1 ]') == pytest.approx(
        value(DOING.format("go"), "R{go}=? [ C<=1 ]"), rel=1e-9
    )
    with pytest.raises(PepaError, match="`time` is ambiguous"):
        value(DOING.format("time"), "R{time}=? [ C<=1 ]")
    assert value(DOING.format("go"), 'R{"time"}=? [ C<=1 ]') == pytest.approx(1)


@pytest.mark.parametrize("word", [*WORDS, "probability"])
@pytest.mark.parametrize(
    "line", ["probability({} >= 1)", "mean({}^2)", "P=? [ F<=0.5 {} < 2 ]", "passage(B -> {})", "S=? [ {} = 1 ]"]
)
def test_a_local_derivative(word, line):
    expected = value(BEING.format("Go"), line.format("Go"))
    assert value(BEING.format(word), line.format(f'"{word}"')) == pytest.approx(expected, rel=1e-9)
    with pytest.raises(PepaError, match=f"`{word}` is ambiguous: a local derivative"):
        understood(line.format(word), asking(BEING.format(word)).derived.net)


@pytest.mark.parametrize("word", [*WORDS, "probability"])
@pytest.mark.parametrize("line", ["probability(B >= {})", "P=? [ F<={} B > 1 ]", "S=? [ B >= {} ]"])
def test_a_rate(word, line):
    expected = value(RATED.format("r"), line.format("r"))
    quoted = line.format(f'("{word}")')
    assert value(RATED.format(word), quoted) == pytest.approx(expected, rel=1e-9)
    with pytest.raises(PepaError, match=f"`{word}` is ambiguous: a rate"):
        value(RATED.format(word), line.format(word))


def test_a_label_in_quotes_stays_one_where_the_model_has_no_such_name():
    plain = BEING.format("Go")
    assert value(plain, 'S=? [ "init" ]') == pytest.approx(value(plain, "S=? [ init ]"), rel=1e-12)


def test_of_one_member_that_is_followed():
    net = asking(DOING.format("init")).derived.net
    assert followed(net, questions("b", ['"init"'], "A")).ends[0].action == "init"
    with pytest.raises(PepaError, match="ambiguous"):
        followed(net, questions("b", ["init"], "A"))


def test_what_is_an_action_and_a_rate_is_the_throughput_alone():
    model = pepa.parse("think = 2; P = (think, think).Q; Q = (b, 3).P; P[2]")  # the throughput is 6 think / (think + 3)
    solved = model.steady_state()
    assert solved.measure("think") == pytest.approx(2.4)
    assert solved.measure("1 * think") == 2
    assert value("think = 2; P = (think, think).Q; Q = (b, 3).P; P[2]", "think") == pytest.approx(2.4)
    for asked, slope in (("think", 18 / 25), ("1 * think", 1.0)):
        found = solved.sensitivity(asked)
        assert found["think"].rising == pytest.approx(slope)


def test_the_condition_of_a_value_finds_its_states():
    asked = asking(BEING.format("true"))
    asked.answer("population(B)")
    found = joint(["true[]"], asked.solved)
    for cell, share in enumerate(found.probability):
        assert asked.answer(f"probability({found.condition(cell)})").value == pytest.approx(share, rel=1e-9)
