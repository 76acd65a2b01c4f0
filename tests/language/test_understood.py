"""What modellers of other tools write is understood, or the hint leads to the same model."""

import pytest

from pepa.language.problem import ModelError, Severity
from pepa.language.rates import parameter_values
from pepa.net.compile import load


def values(text):
    return {name: rate.value for name, rate in parameter_values(load(text)[0]).items()}


def refused(text):
    with pytest.raises(ModelError) as found:
        load(text)
    return [problem for problem in found.value.problems if problem.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("text", "value"),
    [("2^3", 8), ("2**3", 8), ("2^3^2", 512), ("5 - 2^2", 1), ("-2^2 + 5", 1), ("2^-1", 0.5), ("(1+1)^2*3", 12)],
)
def test_powers(text, value):
    assert values(f"r = {text}; P = (a, r).P; P")["r"] == value


@pytest.mark.parametrize("text", ["0^-1", "(0-2)^0.5", "10^400", "infty^2", "2^infty"])
def test_powers_without_a_value(text):
    assert len(refused(f"r = {text}; P = (a, r).P; P")) == 1


@pytest.mark.parametrize("name", ["bid'_in", "a''b'", "x'1"])
def test_a_prime_inside_of_a_name(name):
    model, _ = load(f"{name}r = 1; P = ({name}, {name}r).Q'x; Q'x = (b, 1).P; P <{name}> P")
    assert model.rates[0].name.text == f"{name}r"


@pytest.mark.parametrize(
    "text",
    ["r = 1;\n% r = 2.0;\n", "% r = 2;\nr = 1;\n", "r = 1;\n%r = 2.0; // as before\n", "r = 1;\n% s = 2.0 * / 3;\n"],
)
def test_a_line_that_was_commented_out(text):
    model, problems = load(f"{text}P = (a, r).P;\nP")
    assert values(f"{text}P = (a, r).P;\nP") == {"r": 1.0}
    assert len(model.rates) == 1
    if "/ 3" not in text:
        assert [problem.code for problem in problems] == ["commented-out"]


def test_old_style_rates_stay_definitions():
    assert values("%r = 1.0;\n% s = 2*r;\nP = (a, s).P;\nP") == {"r": 1.0, "s": 2.0}


@pytest.mark.parametrize("rate", ["_", "\\top", "top", "infinity"])
def test_the_passive_rate_of_other_tools(rate):
    (problem,) = refused(f"P = (a, {rate}).P; Q = (a, 5).Q; P <a> Q")
    assert "`infty`" in problem.hint


def test_stop_is_to_be_defined_without_a_warning():
    (problem,) = refused("P = (a, 1).Stop; P")
    assert problem.hint.endswith("`Stop = (stop, 0).Stop;`")
    assert load("P = (a, 1).Stop; Stop = (stop, 0).Stop; P")[1] == ()


@pytest.mark.parametrize(
    "text",
    [
        "P? = (a, 1).P; P",
        "? P = (a, 1).P; P",
        "P = (a, ?).P; P",
        "P = (a, 1).P; P ?",
        "P = (a, 1).Q; Q? = (b, 2).P; P",
        "r? = 2; P = (a, r).P; P",
        "?r = 2; P = (a, r).P; P",
    ],
)
def test_a_stray_sign_is_one_error(text):
    assert len(refused(text)) == 1


def test_rates_that_are_zero_or_too_near_it():
    assert [p.code for p in load("P = (a, 0).P + (b, 1).P; P")[1]] == ["zero-rate"]
    assert "at least 1e-30" in refused("P = (a, 1e-31).P; P")[0].message


def test_what_prism_takes_for_pepa_is_read_and_what_it_means_otherwise_is_told():
    text = (
        "% two badges, after PRISM's examples\n%%% `quoted' in a comment\nm = 0.1;\n\n"
        "#'At1' = (see1, 2.5).'At1' + (move2, m).'At2';\n#'At2' = (see2, infty).'At2' + ('move1', m).'At1';\n"
        "#S1 = (see1, infty).S1 + (see2, 3.0).S1;\n\n('At1' <see1, 'see2'> S1) / {'move1'}\n"
    )
    model, problems = load(text)
    assert [definition.name.text for definition in model.processes] == ["At1", "At2", "S1"]
    assert text[model.processes[0].name.span.start :].startswith("At1' = ")
    assert problems == ()
    both = text.replace("#S1 = (see1, infty)", "#S1 = (see1, 2.0)")
    (problem,) = load(both)[1]
    assert (problem.code, both[problem.span.start : problem.span.end]) == ("prism-rates", "see1")
    assert load(both.replace("#", ""))[1] == ()
