"""Steps of a net against the interpreter: rates, chances, where they lead, and the way back."""

import collections
import itertools

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pepa.control.error import PepaError
from pepa.explore.place import counts_of, initial, members, told, typed
from pepa.explore.steps import Steps, random_walk
from pepa.query.analysis import compile_text
from tests import oracle
from tests.models import derive, model_text
from tests.test_oracle_agreement import arrays, definitions, hidden, leaf, systems, teams


def net_of(text, **overrides):
    return compile_text(text, overrides).net


def interpreted(system, definitions, most=150):
    """Return, by canonical state, the rate of each (action, canonical successor), and how often each is named."""
    start = oracle.expand(system, definitions)
    seen, order, found = {start}, [start], {}
    for state in order:
        flows = collections.Counter()
        for action, rate, passive, target in oracle.steps(state, definitions):
            if passive:
                raise oracle.Undriven
            flows[action, oracle.canonical(target)] += rate
            if target not in seen:
                if len(order) >= most:
                    raise oracle.TooLarge
                seen.add(target)
                order.append(target)
        found[oracle.canonical(state)] = flows
    return oracle.canonical(start), found


def walked(net):
    """Return the states reached by steps alone, each with its activities."""
    steps, order = Steps(net), [initial(net)]
    found = {}
    for counts in order:
        found[counts] = steps.activities(counts)
        order += {a.target: None for a in found[counts] if a.target not in found and a.target not in order}
    return found


@settings(max_examples=60)
@given(systems(st.one_of(leaf, arrays)), definitions())
def test_steps_agree_with_the_interpreter(system, defined):
    try:
        start, expected = interpreted(system, defined)
        net = net_of(oracle.text(system, defined))
    except (oracle.TooLarge, oracle.Mixed, oracle.Undriven, PepaError):
        assume(False)
    try:
        found = walked(net)
    except PepaError:  # copies of a composite are derived by themselves, also where their surroundings bar a state
        assume("array" not in repr(system))
        raise
    assume(not net.compound)  # copies that cooperate are counted here, and are not there
    assume(len(found) <= len(expected))  # copies of a composite that begin apart are counted there, and are not here
    assert len(found) == len(expected)
    name = {initial(net): start}
    for counts, activities in found.items():  # in the order reached: each has its name by then
        theirs = expected[name[counts]]
        ours = collections.defaultdict(collections.Counter)
        for activity in activities:
            ours[activity.action][activity.target] += activity.rate
        assert sum(activity.chance for activity in activities) == pytest.approx(1 if activities else 0)
        for action, rates in ours.items():
            asked = sorted(rate for (other, _), rate in theirs.items() if other == action)
            assert sorted(rates.values()) == pytest.approx(asked)
        assert {action for action, _ in theirs} == set(ours)
        name |= _matched(ours, theirs, name)
        if any(activity.target not in name for activity in activities):
            break  # two successors at one rate: which is which the interpreter does not say


@settings(max_examples=100)
@given(systems(st.one_of(leaf, arrays, teams, hidden)), definitions(), st.integers(0, 9))
def test_a_random_walk_is_one_of_the_interpreters_also_where_members_cooperate_or_hide(system, defined, seed):
    try:
        interpreted(system, defined)
        net = net_of(oracle.text(system, defined))
        walk = list(itertools.islice(random_walk(Steps(net), initial(net), seed), 30))
    except (oracle.TooLarge, oracle.Mixed, oracle.Undriven, PepaError):
        assume(False)
    states = {oracle.expand(system, defined)}
    for stay in walk:
        following = set()
        for state in states:
            steps = [(action, rate, target) for action, rate, _, target in oracle.steps(state, defined)]
            if sum(rate for _, rate, _ in steps) == pytest.approx(stay.activity.rate / stay.activity.chance):
                following |= {target for action, _, target in steps if action == stay.activity.action}
        assert following
        states = following
    last = walk[-1].activity.target if walk else initial(net)
    can = {activity.action for activity in Steps(net).activities(last)}
    assert any({action for action, *_ in oracle.steps(state, defined)} == can for state in states)


def _matched(ours, theirs, name):
    """Return the names of successors that their action and rate alone tell apart."""
    found = {}
    for action, rates in ours.items():
        for target, rate in rates.items():
            same = [other for (act, other), r in theirs.items() if act == action and r == pytest.approx(rate)]
            if len(same) == 1 and target not in name:
                found[target] = same[0]
    return found


@pytest.mark.parametrize(("name", "sizes"), [("vm_launch", {"Q": 3, "C": 2}), ("client_server", {}), ("queue", {})])
def test_steps_are_the_transitions_of_the_chain_and_so_are_the_ways_back(name, sizes):
    derived = derive(model_text(name), **sizes)
    space, steps = derived.space, Steps(derived.net)
    number = {space.counts(state): state for state in range(space.size)}
    into = collections.Counter()
    for state in range(space.size):
        activities = steps.activities(space.counts(state))
        chosen = space.source == state
        theirs = sorted(zip(space.move[chosen], space.target[chosen], derived.chain.rate[chosen], strict=True))
        ours = sorted((a.move, number[a.target], a.rate) for a in activities)
        assert [row[:2] for row in ours] == [row[:2] for row in theirs]
        assert [row[2] for row in ours] == pytest.approx([row[2] for row in theirs])
        into.update((move, state, target) for move, target, _ in ours)
    back = collections.Counter(
        (origin.activity.move, number[origin.counts], state)
        for state in range(space.size)
        for origin in steps.origins(space.counts(state))
        if origin.counts in number
    )
    assert back == into


def test_a_model_too_large_to_derive_can_be_stepped():
    net = net_of(model_text("vm_launch"), Q=10**6)
    steps = Steps(net)
    (first,) = steps.activities(initial(net))
    assert (first.action, first.rate, first.chance) == ("generate_Kvm", 1e7, 1)
    assert [origin.counts for origin in steps.origins(first.target)].count(initial(net)) == 1


def test_what_has_no_rate_is_said():
    net = net_of("P = (a, infty).P; R = (a, 1).R;\n(P <a> R) || P")
    with pytest.raises(PepaError, match="nothing drives it"):
        Steps(net).activities(initial(net))


def test_a_walk_passes_time_and_repeats_with_its_seed():
    net = net_of(model_text("client_server"))
    steps = Steps(net)
    first = list(itertools.islice(random_walk(steps, initial(net), 7), 50))
    assert first == list(itertools.islice(random_walk(steps, initial(net), 7), 50))
    counts = initial(net)
    for stay in first:
        assert stay.seconds > 0
        assert stay.activity in steps.activities(counts)
        counts = stay.activity.target


def test_a_walk_ends_in_a_deadlock():
    net = net_of("P = (a, 1).Q; Q = (b, 1).Stop; Stop = (c, 0).Stop;\nP")
    walk = list(random_walk(Steps(net), initial(net), 1))
    assert [stay.activity.action for stay in walk] == ["a", "b"]


def test_states_are_typed_and_told():
    net = net_of(model_text("vm_launch"))
    assert typed("", net) == initial(net)
    counts = typed("User3=2, CM3 & TC5", net)
    assert members(net, counts)[:2] == ({"User": 3, "User3": 2}, {"CM3": 1})
    assert typed(told(net, counts), net) == counts
    assert typed("User3×4 User", net) == typed("User.User3 = 4", net)
    assert counts_of(net, members(net, counts)) == counts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("User3=6", "6 of the 5 members"),
        ("User=2", "2 of the 5 members"),
        ("Usr3=2", "no local derivative"),
        ("Usr.User3=2", "no group"),
        ("User3=2 ?", "cannot read"),
    ],
)
def test_what_is_no_state_is_said(text, said):
    with pytest.raises(PepaError, match=said):
        typed(text, net_of(model_text("vm_launch")))


def test_names_in_several_groups_ask_for_the_group():
    net = net_of("P = (a, 1).Q; Q = (b, 1).P; R = (a, 1).R;\n(P <a> R) <b> P")
    with pytest.raises(PepaError, match="several groups: P#1, P#2"):
        typed("Q", net)
    assert members(net, typed("P#2.Q", net)) == ({"P": 1}, {"R": 1}, {"Q": 1})


def test_labels_that_are_no_names_stand_in_quotes():
    net = net_of("P = (a, 1).(b, 2).P;\nP[2]")
    other = next(iter(Steps(net).activities(initial(net)))).target
    assert '"' in told(net, other)
    assert typed(told(net, other), net) == other


def test_members_of_another_model_are_refused():
    net = net_of(model_text("vm_launch"))
    with pytest.raises(PepaError, match="another model"):
        counts_of(net, ({"P": 1},))
    with pytest.raises(PepaError, match="of the 5 members"):
        counts_of(net, ({"User": 4}, {"CM": 1}, {"N": 1}, {"TC": 1}))
