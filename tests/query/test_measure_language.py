"""The language of measures: values against the solved model, errors at their place."""

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.analysis import compile_text, derive_net, solve_derived
from pepa.query.exact import exact_values
from pepa.query.expression import ExpressionError, parse
from pepa.query.fluid import fluid_values
from pepa.query.kind import Kind
from pepa.query.measure import asked, measured, understood
from pepa.query.rewards import split_names
from pepa.query.simulated import long_run_values
from tests.cli.command import answer
from tests.models import model_text, solve


@pytest.fixture(scope="module")
def solved():
    return solve(model_text("vm_launch"))


@pytest.fixture(scope="module")
def values(solved):
    return exact_values(solved)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 - 4 / 2", 5),
        ("2 * -(1 + 1)", -4),
        ("10 - 3 - 2", 5),
        ("1e-3 * 1000", 1),
        ("probability(init | !init)", 1),
        ("probability(deadlock)", 0),
        ("probability(User3 >= 0 => enabled(useVM))", None),
        ("mean(User + User0 + User0a + User1 + User2 + User3)", 5),
        ("probability(CM.CM + CM.CM1 + CM.CM2 + CM.CM3 + CM.CM4 = 1)", 1),
        ("probability(enabled(useVM) & User3 = 0)", 0),
        ("probability(User3 != 2) + probability(User3 = 2)", 1),
        ("variance(User3) - (mean(User3 * User3) - mean(User3) * mean(User3))", 0),
        ("population(User3) - mean(User3)", 0),
        ("throughput(useVM) - 0.01 * population(User3)", 0),
        ("utilisation(User3) * 5 / population(User3)", 1),
        ("throughput(useVM) > 0.04 & 2 >= 2 | 1 < 0", 1),
        ("!(1 = 1)", 0),
        ("population(User3) / Q - utilisation(User3)", 0),
        ("throughput(useVM) / r18 - population(User3)", 0),
        ("probability(User3 = Q) - probability(User3 = 5)", 0),
        ("mean(User3 * p) - 0.8 * mean(User3)", 0),
    ],
)
def test_values(values, text, expected):
    found = measured(text, values)
    if expected is None:
        assert 0 < found < 1
    else:
        assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("kind", ["exact", "fluid", "simulated"])
def test_parameters_have_the_values_of_the_point(kind):
    text = "n = 7; A = (a, 1).B; B = (b, w).A; w = 2;\nA[n]"
    first = derive_net(compile_text(text), Control())
    for w in (2.0, 3.0):
        compiled = compile_text(text, {"w": w})
        if kind == "exact":
            derived = derive_net(compiled, Control(), first)  # the state space of other rates
            assert derived.reused
            found = exact_values(solve_derived(derived, Control()))
        elif kind == "fluid":
            found = fluid_values(compiled.net, Control())
        else:
            found = long_run_values(compiled.net, 1, Control(), 0.1).means
        assert measured("w * population(B) / throughput(b) + n", found) == pytest.approx(8, rel=0.01)
        if found.distribution is not None:
            assert measured("mean(w * B) / throughput(b)", found) == pytest.approx(1, rel=0.05)


def test_a_local_derivative_goes_before_a_parameter_of_its_name():
    found = exact_values(solve("A = (a, 1).A; x = 5; t = infty;\nA[3]"))
    assert measured("mean(A * x)", found) == 15
    for text in ("t", "mean(t)", "t + 1"):
        with pytest.raises(PepaError, match="`t` is no"):
            measured(text, found)


def test_response_time_is_littles_law(values, solved):
    found = measured("responsetime(User1, User2)", values)
    waiting = solved.measures.population["User1"] + solved.measures.population["User2"]
    assert found == pytest.approx(waiting / solved.measures.throughput["key_KvmEncreptedBy_TKP_TC"])


@pytest.mark.parametrize(
    ("text", "said", "column", "hint"),
    [
        ("thruput(useVM)", "no measure `thruput`", 1, "`throughput`"),
        ("throughput(useVMM)", "no action", 12, "`useVM`"),
        ("population(Usr3)", "no local derivative", 12, "`User3`"),
        ("2 * User3", "is no measure", 5, "population(User3)"),
        ("throughput(", "unexpected end", 12, "expected"),
        ("1 + + * 2", "unexpected `*`", 7, "a number"),
        ("1 $ 2", "unexpected `$`", 3, ""),
        ("", "missing", 1, "throughput"),
        ("probability(User3)", "true or false", 13, "User3 >= 2"),
        ("probability(User3 & 1)", "true or false", 13, ""),
        ("probability(CN.CM = 1)", "no group", 13, "`N`"),
        ("probability(enabled(useVMM))", "no action", 13, "`useVM`"),
        ("mean(throughput(useVM))", "no value in one state", 6, "counts"),
        ("throughput(useVM, end)", "of one thing, not of 2", 1, ""),
        ("responsetime()", "one or more", 1, ""),
    ],
)
def test_errors_have_a_place_and_a_hint(values, text, said, column, hint):
    with pytest.raises(PepaError) as caught:
        measured(text, values)
    assert said in caught.value.message
    assert f"at column {column}\n" in caught.value.message
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("1 + throughput(useVM, end)", "throughput(useVM, end)"),
        ("population(User3) / population(Usr3)", "Usr3"),
        ("  probability(User3 = 1) + mean(CN.CM)", "CN.CM"),
        ("throughput(useVM) $ 2", "$"),
        ("probability((User3 + 1) * (User3 - 1)) + 1", "(User3 + 1) * (User3 - 1)"),
        ("throughput(useVM) +", ""),
    ],
)
def test_what_is_wrong_is_underlined(values, text, marked):
    with pytest.raises(PepaError) as caught:
        measured(text, values)
    said, shown, under = caught.value.message.splitlines()
    assert shown == f"    {text}"
    first, width = len(under) - len(under.lstrip()), under.count("^")
    assert width == max(1, len(marked))
    assert shown[first : first + width] == marked
    assert said.endswith(f"at column {first - 3}")


@pytest.mark.parametrize("text", ["probability(Down = 0)", "mean(Down)", "variance(2 * Down)"])
def test_what_has_a_meaning_is_known_before_anything_is_solved(text):
    net = compile_text(model_text("machine_repair")).net
    for kind in (Kind.EXACT, Kind.SIMULATED):
        understood([text, "1 / throughput(repair)", "population(Down) / n"], net, kind)
    with pytest.raises(PepaError, match="which a fluid result has not"):
        understood(["throughput(repair)", text], net, Kind.FLUID)
    understood(["responsetime(Down) * throughput(repair)"], net, Kind.FLUID)


def test_a_fluid_has_no_probabilities_and_says_so():
    fluid = fluid_values(compile_text(model_text("machine_repair")).net, Control())
    assert measured("throughput(repair) / population(Down)", fluid) == pytest.approx(0.8)
    with pytest.raises(PepaError, match="needs the probabilities of states, which a fluid result has not"):
        measured("probability(Down = 0)", fluid)


def test_an_expression_knows_its_places():
    tree = parse("  throughput(a) + 2")
    assert (tree.span.start, tree.span.end) == (2, 19)


@pytest.mark.parametrize(
    "text",
    ["throughput(look)", "probability(enabled(look))", "throughput(work) + throughput(look)", "probability(look > 0)"],
)
def test_what_is_hidden_is_said_to_be_hidden(text):
    found = exact_values(solve("A = (look, 1).B; B = (work, 1).A;\nA[2]/{look}"))
    with pytest.raises(PepaError, match="`look` is hidden") as caught:
        measured(text, found)
    assert "`tau`" in caught.value.hint
    assert measured("throughput(tau) - throughput(work)", found) == pytest.approx(0)


def test_what_is_hidden_in_one_place_and_seen_in_another_is_measured():
    found = exact_values(solve("A = (look, 1).A; B = (look, 3).B;\nA/{look} || B"))
    assert measured("throughput(look)", found) == pytest.approx(3)


@pytest.mark.parametrize("text", ["probability(!(1/(P-1) > 0))", "probability(1/0 > 1)", "mean(P * (1/(P-1) = 2))"])
def test_a_comparison_with_no_number_has_no_truth(text):
    with pytest.raises(PepaError, match=r"compares what is not a number in \d of 4 states"):
        measured(text, exact_values(solve("P = (a, 1).Q; Q = (b, 2).P; P[3]")))


ANONYMOUS = 'A = (a, 1).(c, 1).A;\n"my proc" = (a, infty).(x, 2)."my proc";\nA[2] <a> "my proc"'


@pytest.mark.parametrize("text", ["population((c, 1).A)", "population((c,1).A) / 2", "population(my proc)"])
def test_a_name_that_needs_quotes_says_so(text):
    net = compile_text(ANONYMOUS).net
    with pytest.raises(ExpressionError) as caught:
        understood([text], net, Kind.EXACT)
    assert "in double quotes" in caught.value.hint
    quoted = caught.value.hint.split(": ", 1)[1]
    understood([quoted], net, Kind.EXACT)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A, B", ["A", "B"]),
        ("(c, 1).A", ["(c, 1).A"]),
        ("A,(c, 1).((d, 2).B + (e, 3).B)", ["A", "(c, 1).((d, 2).B + (e, 3).B)"]),
        ('"my proc", "a,b"', ["my proc", "a,b"]),
        ('(x, 2)."my proc"', ['(x, 2)."my proc"']),
    ],
)
def test_names_are_split_outside_parentheses_and_quotes(text, names):
    assert split_names(text) == names


def test_names_alone_are_told_from_expressions():
    net = compile_text(ANONYMOUS).net
    found = asked(['"my proc"', "population(A) / 2", "c"], net, Kind.FLUID)
    assert (found.names, found.expressions) == (("my proc", "c"), ("population(A) / 2",))
    assert asked([], net, Kind.FLUID).texts == (*net.actions, *net.derivatives)


def test_an_anonymous_name_is_known_by_its_look():
    with pytest.raises(ExpressionError) as caught:
        parse("population((c, 1).A) > 2")
    assert "is quoted" in caught.value.hint
    parse('population("(c, 1).A") > 2')


@pytest.mark.parametrize(
    ("alone", "in_full"),
    [
        ("useVM", "throughput(useVM)"),
        ("User3", "population(User3)"),
        ('"useVM"', "throughput(useVM)"),
        (" User3 ", "population(User3)"),
    ],
)
def test_a_name_alone_is_its_throughput_or_population(values, alone, in_full):
    assert measured(alone, values) == measured(in_full, values)
    understood([alone], values.net, Kind.FLUID)


def test_a_name_alone_is_the_same_by_every_verb(tmp_path):
    # of one that breaks at 2 and is mended at 3, 6/5 do either a time unit, and 2/5 of the time it is down
    file = tmp_path / "one.pepa"
    file.write_text("crash = 2; m = 3; Up = (crash, crash).Down; Down = (mend, m).Up; Up\n")

    def ask(verb, *arguments):
        status, report = answer(verb, str(file), *arguments)
        assert status == 0, report
        return report

    for name, value in (("crash", 6 / 5), ("mend", 6 / 5), ("Down", 2 / 5)):
        assert ask("solve", "--measure", name)["measures"][name] == pytest.approx(value, rel=1e-12)
        (point,) = ask("sweep", "m=3", "--measure", name)["points"]
        assert point["values"][name] == pytest.approx(value, rel=1e-12)
        (found,) = ask("sensitivity", "--measure", name)["sensitivities"]
        assert found["value"] == pytest.approx(value, rel=1e-12)
        (found,) = ask("query", name)["properties"]
        assert found["value"] == pytest.approx(value, rel=1e-12)
    found = ask("optimise", "--measure", "mend", "--to", "1", "--vary", "m=0.5:5")
    assert found["parameters"]["m"] == pytest.approx(2.0, rel=1e-8)
    (tmp_path / "one.experiments.toml").write_text(
        '[e]\nmodel = "one.pepa"\nvary = {m = [3]}\nmeasures = ["mend", "Down"]\n'
    )
    status, found = answer("experiment", str(tmp_path / "one.experiments.toml"))
    assert status == 0
    (point,) = found["experiments"][0]["points"]
    assert point["values"] == pytest.approx({"mend": 6 / 5, "Down": 2 / 5}, rel=1e-12)
