"""Local derivatives and action types of processes, held against a walk over the text's own tree."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pepa.language.checks.facts import Facts
from pepa.language.checks.letters import Letters, TooManyLetters
from pepa.language.derivatives import activities, derivatives
from pepa.language.parser import parse
from pepa.language.printer import process_text
from pepa.language.syntax import Array, Choice, Constant, Cooperation, Hiding, Prefix

ACTIONS, NAMES = ("a", "b", "c"), ("P", "Q", "R", "S")
STEPS = st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3).map(lambda names: [f"({name}, 1)" for name in names])
TERMS = st.tuples(STEPS, st.sampled_from(NAMES)).map(lambda term: ".".join([*term[0], term[1]]))
BODIES = st.lists(TERMS | st.sampled_from(NAMES), min_size=1, max_size=3).map(" + ".join)
SETS = st.sampled_from(("||", "<a>", "<a, b>", "<*>"))
SYSTEMS = st.recursive(
    st.sampled_from(NAMES),
    lambda inner: (
        st.builds("({} {} {})".format, inner, SETS, inner)
        | st.builds("({})/{{{}}}".format, inner, st.sampled_from(ACTIONS))
        | st.builds("({})[2]".format, inner)
    ),
    max_leaves=4,
)
MODELS = st.builds(
    lambda bodies, system: "".join(f"{name} = {body};\n" for name, body in zip(NAMES, bodies, strict=True)) + system,
    st.tuples(BODIES, BODIES, BODIES, BODIES),
    SYSTEMS,
)


def first(term, bodies, inside=()):
    """Return what a term can do first, by the rules of choice and constant alone."""
    match term:
        case Prefix():
            return [term]
        case Choice(terms=terms):
            return [one for each in terms for one in first(each, bodies, inside)]
        case Constant(name=name) if name in bodies and name not in inside:
            return first(bodies[name], bodies, (*inside, name))
    return []


def letters(term, bodies, done=()):
    """Return the action types a process can ever do, seen and hidden, by walking everything below it."""
    match term:
        case Constant(name=name):
            return (set(), set()) if name in done else letters(bodies[name], bodies, (*done, name))
        case Prefix(action=action, continuation=after):
            seen, hid = letters(after, bodies, done)
            return seen | {action.text}, hid
        case Choice(terms=parts) | Cooperation(parts=parts):
            found = [letters(part, bodies, done) for part in parts]
            return set().union(*(seen for seen, _ in found)), set().union(*(hid for _, hid in found))
        case Hiding(process=inner, actions=names):
            seen, hid = letters(inner, bodies, done)
            gone = {name.text for name in names} & seen
            return seen - gone, hid | gone
        case Array(process=inner):
            return letters(inner, bodies, done)
    raise AssertionError(term)


@settings(max_examples=100)
@given(MODELS)
def test_derivatives_are_what_activities_lead_to(text):
    model = parse(text).model
    bodies = model.definitions
    for name in NAMES:
        start = Constant(name, model.system.span)
        found = derivatives(start, bodies)
        assert found[0].label == name
        labels = [one.label for one in found]
        assert len(set(labels)) == len(labels)
        led_to = {0}
        for derivative in found:
            prefixes = [prefix for prefix, _ in derivative.activities]
            assert prefixes == activities(derivative.term, bodies) == first(derivative.term, bodies)
            for prefix, target in derivative.activities:
                assert found[target].label == process_text(prefix.continuation)
                led_to.add(target)
        assert led_to == set(range(len(found)))


@settings(max_examples=100)
@given(MODELS)
def test_action_types_are_those_of_everything_below(text):
    model = parse(text).model
    facts = Facts(model, text)
    for process in (model.system, *(one.process for one in model.processes)):
        seen, hid = letters(process, model.definitions)
        assert facts.letters.of(process) == (seen, hid)
        assert facts.letters.seen(process) == seen


def test_terms_that_are_long_have_short_labels_and_stay_apart():
    long = ".".join(f"(action{number}, 1)" for number in range(8))
    model = parse(f"P = (a, 1).{long}.P + (b, 1).{long}.P;\nP").model
    found = [one.label for one in derivatives(model.system, model.definitions)]
    assert found[1].startswith("(action0, 1).(action1, 1).")
    assert found[1].endswith("…")
    assert len(found[1]) == 60
    assert found[2] == f"{found[1]}~2"
    assert len([label for label in found if len(label) > 62]) == 0


@pytest.mark.parametrize("length", [59, 60, 61])
def test_a_label_is_cut_where_it_is_longer_than_sixty(length):
    action = "a" * (length - len("(, 1).P"))
    model = parse(f"P = (b, 1).({action}, 1).P;\nP").model
    label = derivatives(model.system, model.definitions)[1].label
    assert label == f"({action}, 1).P" if length <= 60 else len(label) == 60


def test_what_is_not_defined_or_not_guarded_can_do_nothing():
    model = parse("P = (a, 1).Nowhere + Q + (b, 1).P;\nQ = Q + P + (c, 1).Q;\nP").model
    bodies = model.definitions
    assert [one.action.text for one in activities(Constant("P", model.system.span), bodies)] == ["a", "c", "b"]
    assert activities(Constant("Nowhere", model.system.span), bodies) == []
    assert [one.label for one in derivatives(model.system, bodies)] == ["P", "Nowhere", "Q"]


def test_only_activities_that_count_have_letters_and_too_many_are_refused():
    model = parse("P = (a, infty).(b, 1).P;\nP").model
    facts = Facts(model, "")
    assert facts.active.seen(model.system) == {"b"}
    assert facts.letters.seen(model.system) == {"a", "b"}
    few = Letters(model, facts.nodes)
    few.spend(5_000_000 - 2)
    assert few.seen(model.system) == {"a", "b"}
    with pytest.raises(TooManyLetters):
        few.spend(1)


def test_labels_of_long_chains_are_the_beginnings_of_their_texts():
    steps = [f"(action{number}, {number}.5*r)" for number in range(12)]
    text = f"r = 1;\nP = {'.'.join(steps)}.(b, T).((c, 1).P + (c, 2).(d, 3).P + (d, 3).(d, 3).P);\nP"
    model = parse(text).model
    found = derivatives(model.system, model.definitions)
    assert len(found) == 1 + 12 + 1 + 1
    for one in found[1:]:
        whole = process_text(one.term)
        assert one.label == (whole if len(whole) <= 60 else f"{whole[:59]}…")
