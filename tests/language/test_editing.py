"""Names of a text for an editor: symbols, renaming, completion, hover, outline; also while the text is half typed."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pepa.control.error import PepaError
from pepa.language.checks.model import check
from pepa.language.completion import completion
from pepa.language.edit import applied
from pepa.language.fixes.fixes import fixes
from pepa.language.hover import hover
from pepa.language.occurrences import Kind, occurrences
from pepa.language.outline import outline
from pepa.language.parser import parse
from pepa.language.rename import rename
from pepa.language.symbols import symbol_at, symbols
from pepa.language.syntax import Constant, Parameter, Prefix, walk
from tests.language.written import models
from tests.models import model_text

SHOP = """r = 2.0;  // ask
k = 3 * r;
Client = (think, r).Asking;
Asking = (ask, k).Client + (ask, r).Client;
Server = (ask, infty).Server;
Client[4] <ask> (Server / {log})
"""


def place(text, what, nth=1):
    position = -1
    for _ in range(nth):
        position = text.index(what, position + 1)
    return position


def test_symbols_have_kind_definition_and_references():
    found = {(symbol.kind, symbol.name): symbol for symbol in symbols(SHOP)}
    assert {name for kind, name in found if kind is Kind.ACTION} == {"think", "ask", "log"}
    assert {name for kind, name in found if kind is Kind.RATE} == {"r", "k"}
    ask = found[Kind.ACTION, "ask"]
    assert SHOP[ask.definition.start - 10 : ask.definition.start] == "Asking = ("
    assert len(ask.references) == 3
    assert found[Kind.ACTION, "log"].definition is None
    assert len(found[Kind.RATE, "r"].references) == 3


@given(models())
@example("r = 1; K = K + (r); P = P; P")
@settings(max_examples=40)
def test_names_are_what_the_parser_says_they_are(text):
    model = parse(text).model
    nodes = [node for d in model.processes for node in walk(d.process)] + list(walk(model.system))
    nodes += [node for d in model.rates for node in walk(d.expression)]
    expected = {(Kind.RATE, d.name.span) for d in model.rates} | {(Kind.PROCESS, d.name.span) for d in model.processes}
    for node in nodes:
        match node:
            case Parameter(span=span):
                expected.add((Kind.RATE, span))
            case Constant(span=span):
                expected.add((Kind.PROCESS, span))
            case Prefix(action=name):
                expected.add((Kind.ACTION, name.span))
            case _ if getattr(node, "actions", None):
                expected.update((Kind.ACTION, name.span) for name in node.actions)
    assert {(item.kind, item.span) for item in occurrences(text).found} == expected


@given(models(), st.data())
@settings(max_examples=25)
def test_a_text_cut_anywhere_is_read(text, data):
    start, end = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))
    piece = text[:start] + text[end:]
    offset = data.draw(st.integers(0, len(piece)))
    completed = completion(piece, offset)
    assert completed.span.end == offset
    hover(piece, offset)
    outline(piece)


@given(models(), st.data())
@settings(max_examples=40)
def test_a_name_changed_and_changed_back_is_the_text_as_it_was(text, data):
    symbol = data.draw(st.sampled_from(symbols(text)))
    new = data.draw(st.sampled_from(("Fresh", '"Quite new"')))
    try:
        changed = applied(text, rename(text, symbol.places[0].start, new))
    except PepaError as refused:
        assert "read as something else" in str(refused)  # where upper or lower case tells rates from processes
        return
    assert len(symbols(changed)) == len(symbols(text))
    at = symbols(changed)[symbols(text).index(symbol)].places[0].start
    old = text[symbol.places[0].start : symbol.places[0].end]
    is_action = symbol.kind is Kind.ACTION
    rivals = [one for one in symbols(changed) if one.name == symbol.name and (one.kind is Kind.ACTION) == is_action]
    if rivals:  # a rate and a process of one name: once apart they stay so
        with pytest.raises(PepaError, match="already"):
            rename(changed, at, old)
        return
    assert applied(changed, rename(changed, at, old)) == text


def test_of_two_things_with_one_name_the_one_at_the_cursor_is_renamed():
    def renamed(text, what, nth=1):
        return applied(text, rename(text, place(text, what, nth), "Fresh" if what.isupper() else "fresh"))

    both = "think = 2.0;\nP = (think, think).P;\nP <think> P"
    assert renamed(both, "think") == "fresh = 2.0;\nP = (think, fresh).P;\nP <think> P"
    assert renamed(both, "think", 2) == "think = 2.0;\nP = (fresh, think).P;\nP <fresh> P"
    twice = "P = (a, 1).P;\nP = (b, 2).P;\nP"
    assert renamed(twice, "P", 3) == "P = (a, 1).P;\nFresh = (b, 2).Fresh;\nP"
    assert renamed(twice, "P") == renamed(twice, "P", 5) == "Fresh = (a, 1).Fresh;\nP = (b, 2).P;\nFresh"
    mixed = "P = 2.0;\nQ = (a, P).Q;\nP = (b, 1).Q;\nQ <a> P"
    assert renamed(mixed, "P") == "Fresh = 2.0;\nQ = (a, Fresh).Q;\nP = (b, 1).Q;\nQ <a> P"
    assert renamed(mixed, "P", 3) == "P = 2.0;\nQ = (a, P).Q;\nFresh = (b, 1).Q;\nQ <a> Fresh"


@pytest.mark.parametrize(
    ("what", "new", "message"),
    [
        ("Client", "Server", "already"),
        ("Client", "r", "upper-case"),
        ("r = 2", "k", "already"),
        ("r = 2", "Client", "already"),
        ("r = 2", "T", "reserved"),
        ("ask,", "think", "already"),
        ("ask,", "tau", "reserved"),
        ("Client", "", "at least one"),
        ("Client", 'a"b', "double quote"),
        ("Client", "a\nb", "line end"),
        ("// ask", "x", "no name"),
    ],
)
def test_a_rename_that_would_change_the_meaning_is_refused(what, new, message):
    with pytest.raises(PepaError, match=message):
        rename(SHOP, place(SHOP, what), new)


def test_a_name_that_needs_quotes_gets_them():
    changed = applied(SHOP, rename(SHOP, place(SHOP, "Asking"), "is asking"))
    assert '"is asking" = (ask, k).Client' in changed
    assert 'think, r)."is asking";' in changed
    assert "r = 2" in applied(changed, rename(changed, place(changed, "Client"), "User"))


def test_a_name_in_single_quotes_loses_them_where_it_gets_double_ones():
    text = "#'A' = ('a', 1.0).'A';\n'A' <'a'> 'A'"
    changed = applied(text, rename(text, place(text, "A'"), "my A"))
    assert changed == '#"my A" = (\'a\', 1.0)."my A";\n"my A" <\'a\'> "my A"'
    assert applied(changed, rename(changed, place(changed, "a'"), "b")) == changed.replace("'a'", "'b'")
    wrong = '"my A" = (a, 1).\'myA\';\n"my A"'
    (problem,) = check(parse(wrong).model)
    assert applied(wrong, fixes(problem, wrong)[0].edits) == wrong.replace("'myA'", '"my A"')


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("P = (", {"a", "P", "Q"}),
        ("P = (a, ", {"r", "infty"}),
        ("P = (a, 2 * ", {"r", "infty"}),
        ("P = (a, r).", {"P", "Q"}),
        ("P = (a, r).P + ", {"P", "Q"}),
        ("P = (a, r).P;\nP <", {"a"}),
        ("P = (a, r).P;\nP <a, b", set()),
        ("P = (a, r).P;\nP[", {"r"}),
        ("r = 1; s = ", {"r"}),
        ("P = (a, 1", set()),
        ("P = (a, 1.", set()),
        ("P = (a, r).P // ", set()),
        ("/* P = (", set()),
    ],
)
def test_what_fits_is_offered(before, expected):
    text = f"{before} \nr = 1;\nQ = (a, r).Q;\nQ"
    assert {candidate.text for candidate in completion(text, len(before)).candidates} - {"P"} == expected - {"P"}


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("^slow = 1; fast = 2; Ship = (sail, fast).Ship; Ship", {"fast"}),
        ("slow = 1; fa^ = 2; Ship = (sail, fast).Ship; Ship", {"fast"}),
        ("Low = 1; Pace = ^; Ship = (sail, Pace).(rest, Low).Ship; Ship", {"Low"}),
        ("Low = 1; High = 2; Pace = Low + (^High); Ship = (sail, Pace).Ship; Ship", {"Low", "High"}),
        ("Low = 1; Pace = ^(sail, Low).Ship; Ship = (sail, Pace).Ship; Ship", {"Pace", "Ship"}),
        ("Ship = (sail, 1).Ship; ^Fleet = Ship; Fleet", {"Ship", "Fleet"}),
        ("slow = 1;\n^\nShip = (sail, fast).Ship; Ship", {"fast", "Ship"}),
        ("Ship = (sail, 1).Ship;\nShip[2]^", {"<*>", "||", "/"}),
        ("Ship = (sail, 1).Ship;\nShip <sail> Ship\n^\n// the end", {"<*>", "||", "/"}),
        ("Ship = (sail, 1).Ship;\nShip <sail> ^", {"Ship"}),
        ("Ship = (sail, 1).Ship ^;\nShip", {"+", ";", "<*>", "||"}),
        ("Ship = (sail, (1 + 2) * 3)^.Ship;\nShip", {"."}),
        ("Ship = (sail, 1).Ship;\n(Ship <sail, rest> Ship)^", {"<*>", "||", "/"}),
    ],
)
def test_what_is_offered_is_of_the_kind_that_stands_there(marked, expected):
    offset = marked.index("^")
    found = completion(marked.replace("^", ""), offset)
    assert {candidate.text for candidate in found.candidates} == expected


def test_a_name_that_is_there_comes_first():
    text = "N = (a, 1).N; Node = (b, 1).Node; N || No"
    assert next(item.text for item in completion(text, text.rindex("N |") + 1).candidates) == "N"
    found = completion(text, len(text))
    assert ([item.text for item in found.candidates], text[found.span.start : found.span.end]) == (["Node"], "No")


def test_hover_tells_value_use_activities_and_apparent_rate():
    def lines(what, nth=1):
        return hover(SHOP, place(SHOP, what, nth)).lines

    assert lines("k =") == ("rate k = 3*r = 6", "used in Asking")
    assert lines("Asking =")[:3] == (
        "process Asking: 2 activities", "  (ask, k = 6) to Client", "  (ask, r = 2) to Client",
    )  # fmt: skip
    assert lines("ask,") == (
        "action ask: done by Asking, Server", "  Asking: apparent rate k + r = 8", "  Server: apparent rate infty",
        "in the sets of line 6",
    )  # fmt: skip
    assert hover(SHOP, place(SHOP, "// ask") + 4) is None
    assert hover("r = q; q = r; P = (a, r).P; P", 0).lines[0] == "rate r = q (no value)"


def test_an_action_of_what_cannot_be_read_is_not_said_to_be_done_by_nobody():
    broken = "P = (ask, 1.0).(b 2.0).P;\nQ = (ask, 2.0).Q;\nP <ask> Q\n"
    who, _, also, where = hover(broken, 5).lines
    assert who == "action ask: done by Q"
    assert also == "also in line 1, which cannot be read"
    assert where == "in the sets of line 3"
    assert hover("P = (ask, 1.0).(b 2.0).P;\nP\n", 5).lines == ("action ask: done by what cannot be read", "in line 1")
    assert hover("P = (a, 1.0).P;\nP <ask> P\n", 20).lines[0] == "action ask: done by no process"


def test_the_outline_has_rates_components_and_the_system_as_a_tree():
    found = {entry.label: entry for entry in outline(model_text("web_service"))}
    assert list(found) == ["Rates", "Components", "System"]
    assert [entry.label for entry in found["Components"].below] == [
        "Customer: 4 named",
        "Broker: 4 named",
        "Identity: 1 named",
    ]
    (top,) = found["System"].below
    assert top.label == "<ask, session, refuse>"
    assert [entry.label for entry in top.below[1].below[0].below] == ["Broker[threads]", "Identity[checkers]"]


def test_an_outline_of_half_a_text():
    labels = [entry.label for entry in outline("r = 1; P = (a, r).P; Q = (b, ).Q; P <")]
    assert labels == ["Rates", "System", "Processes"]


def test_where_a_name_ends_it_is_still_meant():
    assert symbol_at("P=(a,1).P;P", 1).name == "P"
    assert symbol_at("P=(a,1).P;P", 11).name == "P"
    assert symbol_at("", 0) is None
