"""Texts and the trees they mean."""

import pytest
from hypothesis import given, settings

from pepa.language.parser import parse
from pepa.language.printer import expression_text, process_text
from pepa.language.rates import parameter_values
from pepa.language.syntax import Array, Choice, Cooperation, Hiding, Prefix, Process, walk
from tests.language.written import processes


def model(text):
    parsed = parse(text)
    assert parsed.model is not None, [problem.message for problem in parsed.problems]
    return parsed.model


def system(text):
    return model(f"P = (a, 1).P; Q = (b, 1).Q; R = (c, 1).R;\n{text}").system


def values(text):
    return {name: rate.value for name, rate in parameter_values(model(text + "\nP = (a, 1).P; P")).items()}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2", 2), ("2.", 2), (".5", 0.5), ("1e-3", 1e-3), ("-2 + 3*4", 10), ("(1 + 2)*3", 9), ("8/2/2", 2),
        ("1 - 2 - 3", -4), ("--2", 2), ("2*-3", -6), ("1/(1 - .5)", 2), ("2.*3", 6),
    ],
)  # fmt: skip
def test_rate_expressions(written, value):
    assert values(f"r = {written};")["r"] == value


@pytest.mark.parametrize(
    "definition", ["r = 2;", "r := 2;", "%r = 2;", "% r = 2;", '"r" = 2;', "r=2.0; // 3", "%r=1+1;"]
)
def test_forms_of_a_rate_definition(definition):
    assert values(definition)["r"] == 2


def test_rates_may_be_used_before_they_are_defined():
    assert values("r = 2*s; s = 3;") == {"r": 6, "s": 3}


def test_upper_case_parameters_and_their_sums():
    assert values("Q = 5; N = Q; M = N + Q;") == {"Q": 5, "N": 5, "M": 10}


@pytest.mark.parametrize(
    "comment", ["// P = (x, 1).Q;", "/* P\n = */", "% what a comment; is", "% P2 = not, a rate;", "/**/"]
)
def test_comments_say_nothing(comment):
    text = f"r = 1; {comment}\nP = (a, r).P; {comment}\nP {comment}"
    assert process_text(model(text).system) == "P"


def test_comment_on_the_last_line_without_newline():
    assert process_text(model("P = (a, 1).P;\nP // the end").system) == "P"


@pytest.mark.parametrize("end", ["", ";", ";\n", ";;"])
def test_a_semicolon_after_the_system_equation(end):
    assert process_text(model(f"#P = (a, 1).P;\nP{end}").system) == "P"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("P <a> Q <b> R", "(P <a> Q) <b> R"),
        ("P || Q <b> R", "(P || Q) <b> R"),
        ("P <> Q", "P || Q"),
        ("P <a> Q <a> R", "P <a> Q <a> R"),
        ("P + Q <b> R", "P + Q <b> R"),
        ("(a, 1).P <a> Q", "(a, 1).P <a> Q"),
        ("(a, 1).P/{a}", "(a, 1).P/{a}"),
        ("P/<a>", "P/{a}"),
        (r"P\{a}", "P/{a}"),
        ("P/{a}/{b}", "P/{a, b}"),
        ("P[3] <a> Q", "P[3] <a> Q"),
        ("P[3]<a>", "P[3]{a}"),
        ("P[3]{a} <b> Q[2]<b>", "P[3]{a} <b> Q[2]{b}"),
        ("(P <a> Q)[2]", "(P <a> Q)[2]"),
        ("P[2][3]", "P[2][3]"),
        ("P[1 + 1]", "P[1 + 1]"),
        ("P <*> Q", "P <*> Q"),
        ("P < a , b > Q", "P <a, b> Q"),
        ("(a, 1).(b, 2).P + (c, 3).P", "(a, 1).(b, 2).P + (c, 3).P"),
        ("((((P))))", "P"),
    ],
)
def test_processes(written, meant):
    found, expected = system(written), system(meant)
    assert process_text(found) == process_text(expected) == meant


def test_precedence_shows_in_the_tree():
    choice = system("P + Q <b> R")
    assert isinstance(choice, Choice)
    assert isinstance(choice.terms[1], Cooperation)
    cooperation = system("(a, 1).P <a> Q")
    assert isinstance(cooperation, Cooperation)
    assert isinstance(cooperation.parts[0], Prefix)
    prefix = system("(a, 1).P/{a}")
    assert isinstance(prefix, Prefix)
    assert isinstance(prefix.continuation, Hiding)


def test_names():
    parsed = model('"my rate" = 2; P\' = ("odd action!", "my rate").P\'; "2nd" = (b, 1).P\'; P\' || "2nd"')
    assert parsed.rates[0].name.text == "my rate"
    assert [definition.name.text for definition in parsed.processes] == ["P'", "2nd"]
    assert process_text(parsed.system) == 'P\' || "2nd"'


def test_t_is_passive_as_a_rate_and_a_process_elsewhere():
    parsed = model("T = (a, T).T; T")
    assert expression_text(parsed.processes[0].process.rate) == "infty"
    assert process_text(parsed.system) == "T"


def test_every_node_knows_where_it_stands():
    text = "r = 1;\nP = (a, r + 1).(b, 2*r).P + Q[r]{a}/{b};\nQ = (c, r).Q;\nP <a> (Q || P)"
    parsed = model(text)
    for top in [*(definition.process for definition in parsed.processes), parsed.system]:
        for node in walk(top):
            assert 0 <= node.span.start < node.span.end <= len(text)
    array = next(node for node in walk(parsed.processes[0].process) if isinstance(node, Array))
    assert text[array.span.start : array.span.end] == "Q[r]{a}"


@settings(max_examples=300)
@given(processes())
def test_what_is_written_where_a_node_stands_reads_as_that_node(text):
    for node in walk(parse(text).systems[0]):
        written = text[node.span.start : node.span.end]
        if isinstance(node, Process):
            assert process_text(parse(written).systems[0]) == process_text(node)
        else:
            (rate,) = parse(f"r = {written}\n;").rates
            assert expression_text(rate.expression) == expression_text(node)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("(P <a> P)[2]{b}", "(P <a> P)[2]{b}"), ("((P))[ 2 ]", "((P))[ 2 ]"), ("(P <a> Q)/{a}", "(P <a> Q)/{a}"),
        ("(P || Q) <a> (P)", "(P || Q) <a> (P)"), ("(a, 1) . (P + Q)", "(a, 1) . (P + Q)"), ("((P <a> Q))", "P <a> Q"),
        ("(P) + (Q)", "(P) + (Q)"),
    ],
)  # fmt: skip
def test_parentheses_belong_to_what_they_stand_in(text, written):
    whole = "P = (a, 1).P; Q = (b, 1).Q;\n" + text
    span = model(whole).system.span
    assert whole[span.start : span.end] == written


def test_printed_models_read_back_the_same():
    text = "(a, 1).(P + Q)"
    assert process_text(system(text)) == text


def test_a_long_parallel_composition_and_a_long_chain_are_no_problem():
    model("P = (a, 1).P;\n" + " || ".join(["P"] * 5000))
    model("P = " + "".join(f"(a{index}, 1)." for index in range(5000)) + "P;\nP")
