"""Passage times of models: the start as it is seen at those moments, one member followed, Little's law."""

import math
import re

import numpy as np
import pytest
from scipy import linalg, optimize, stats

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.net.tagging import tagged
from pepa.query.analysis import Compiled, compile_text, derive_net, solve_derived
from pepa.query.asking import Asking, passage_asked
from pepa.query.exact import exact_values
from pepa.query.expression import ExpressionError
from pepa.query.kind import Kind
from pepa.query.measure import measured
from pepa.query.measure import understood as measures_understood
from pepa.query.measures import response_time
from pepa.query.passage import Question, passage
from tests.models import derive, model_text, solve

QUEUE = """
    k = 4; lambda = 0.7; mu = 1.0;
    Free = (arrive, infty).Taken;
    Taken = (serve, mu).Free;
    Source = (arrive, lambda).Source;
    Server = (serve, mu).Server;
    (Source <arrive> Free[k]) <serve> Server
"""
WRITTEN_OUT = """
    {definitions}
    U = (ask, 1.0).V; V = (answer, 2.0).W + (drop, 0.3).U; W = (use, 0.5).U;
    S = (ask, 1.5).S1; S1 = (answer, 1.2).S + (drop, 0.3).S;
    {users} <ask, answer, drop> S[2]
"""
TOLD_APART = "A = (ask, 1.0).B; B = (answer, 2.0).C + (drop, 0.3).A; C = (use, 0.5).A;"


def asked(text, begin, *ends, member="", within=False, **overrides):
    return passage(compile_text(text, overrides), Question(begin, ends, member, within), Control())


def mean(*arguments, **options):
    return asked(*arguments, **options).moments().overall.mean


@pytest.mark.parametrize("users", [1, 4])
def test_littles_law_for_one_user(users):
    text = model_text("vm_launch")
    base = solve(text, Q=users)
    for states, begin, ends in (
        (["User2"], "receiveRequest", ("forward_N_id_To_User", "end")),
        (["User1"], "User1", ("receiveRequest",)),
        (["User3"], "forward_N_id_To_User", ("useVM",)),
    ):
        time = response_time(base.derived.net, base.measures.population, base.flow, states).mean
        assert mean(text, begin, *ends, member="User", Q=users) == pytest.approx(time, rel=1e-11)


@pytest.mark.parametrize(
    ("name", "group"), [("vm_launch", "User"), ("client_server", "Client"), ("web_service", "Broker")]
)
def test_forgetting_which_member_it_is_gives_the_chain_as_it_was(name, group):
    compiled = compile_text(model_text(name), {})
    base = solve_derived(derive_net(compiled, Control()), Control())
    apart = tagged(compiled.net, group)
    found = solve_derived(derive_net(Compiled(apart, (), {}), Control()), Control())
    assert found.measures.throughput == pytest.approx(base.measures.throughput, rel=1e-9)
    assert found.measures.population == pytest.approx(base.measures.population, rel=1e-9)
    *_, others, member = (one for one in found.measures.groups if one.name in (group, "member"))
    for label, population in member.population.items():  # each member is as likely there as any
        assert population == pytest.approx(others.population[label] / others.size, rel=1e-9)


def test_the_member_is_one_written_out_under_other_names():
    one = WRITTEN_OUT.format(definitions="", users="U[3]")
    two = WRITTEN_OUT.format(definitions=TOLD_APART, users="(U[2] || A)")
    for begin, end, by_name in (("U", "W", ("A > 0", "C > 0")), ("V", "U", ("B > 0", "A > 0"))):
        left, right = asked(one, begin, end, member="U"), asked(two, *by_name)
        assert left.moments().overall.mean == pytest.approx(right.moments().overall.mean, rel=1e-11)
        assert left.moments().overall.variance == pytest.approx(right.moments().overall.variance, rel=1e-10)
        times = np.array([0.2, 1.0, 5.0])
        assert left.curve().at(times).arrived == pytest.approx(right.curve().at(times).arrived, abs=1e-9)
    by_action = asked(one, "ask", "answer", "drop", member="U").moments()
    by_state = asked(two, "B > 0", "C > 0", "A > 0").moments()
    for left, right in zip(by_action.each, by_state.each, strict=True):
        assert (left.probability, left.mean) == pytest.approx((right.probability, right.mean), rel=1e-11)


def test_the_start_is_as_it_is_seen_at_arrivals():
    """An arrival to M/M/1/K finds n with probability pi_n / (1 - pi_K), and serve comes at rate 1 whatever n."""
    assert mean(QUEUE, "arrive", "serve") == pytest.approx(1.0, rel=1e-12)
    load = 0.7 ** np.arange(5)
    load /= load.sum()
    # until the queue is empty: n + 1 busy periods, each of its own; at an arrival, not at any time
    matrix = np.diag([1.7, 1.7, 1.7, 1.0]) - np.diag([0.7] * 3, 1) - np.diag([1.0] * 3, -1)
    empty = np.linalg.solve(matrix, np.ones(4))
    found = load[:4] / load[:4].sum()
    assert mean(QUEUE, "arrive", "Taken = 0") == pytest.approx(found @ empty, rel=1e-12)
    assert mean(QUEUE, "Taken > 0", "Taken = 0") == pytest.approx(empty[0], rel=1e-12)
    at_any = load[1:] / load[1:].sum()
    assert mean(QUEUE, "Taken > 0", "Taken = 0", within=True) == pytest.approx(at_any @ empty, rel=1e-12)


def test_from_an_action_to_itself_is_its_period():
    base = solve(model_text("vm_launch"))
    period = 1 / base.measures.throughput["useVM"]
    found = asked(model_text("vm_launch"), "useVM", "useVM").moments().overall
    assert found.mean == pytest.approx(period, rel=1e-11)


def test_a_whole_distribution():
    """One user alone: four steps of the protocol one after the other, then the answer."""
    found = asked("A = (go, 2.0).B; B = (on, 3.0).C; C = (back, 2.0).A; A", "back", "on", "back")
    at = found.curve().at(np.array([0.1, 1.0]))
    exact = stats.expon(scale=1 / 2).cdf(at.time) - 2 * (np.exp(-2 * at.time) - np.exp(-3 * at.time))
    assert at.arrived[:, 0] == pytest.approx(exact, abs=1e-10)
    assert at.arrived[:, 1] == pytest.approx([0, 0], abs=0)


@pytest.mark.parametrize(
    ("begin", "ends", "member", "said"),
    [
        ("nothing", ("use",), "", "no action or local derivative"),
        ("U + 1", ("use",), "", "between actions or states"),
        ("ask", ("use",), "X", "no group"),
        ("ask", ("U >", ), "", "unexpected"),
        ("ask", ("S1 = 1",), "S", None),
        ("use", ("ask",), "S", "never does `use`"),
        ("U = 77", ("ask",), "", "no reachable state"),
    ],
)  # fmt: skip
def test_questions_without_a_meaning(begin, ends, member, said):
    text = WRITTEN_OUT.format(definitions="", users="U[3]")
    if said is None:
        assert mean(text, begin, *ends, member=member) >= 0
        return
    with pytest.raises(PepaError, match=said):
        asked(text, begin, *ends, member=member)


def test_passage_times_are_measures():
    solved = solve(model_text("vm_launch"))
    values = exact_values(solved)
    wait = "User: receiveRequest -> forward_N_id_To_User | end"
    assert measured(f"passage({wait})", values) == pytest.approx(9.4, rel=1e-10)
    assert measured("passage(useVM -> useVM) * throughput(useVM)", values) == pytest.approx(1, rel=1e-10)
    half = measured(f"quantile(0.5, {wait})", values)
    assert measured(f"arrived({half!r}, {wait})", values) == pytest.approx(0.5, abs=1e-8)
    assert measured("passage(User3 >= 1 -> User3 = 0)", values) > 0
    # a choice of states is one set of states, a choice of actions are ends that compete
    states = measured("passage(User: User2 -> member.User3 = 1 | member.User = 1)", values)
    assert states == pytest.approx(measured("passage(User: User2 -> User3 | User)", values), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("passage(useVM)", "of one passage"),
        ("quantile(useVM -> end)", "of one passage"),
        ("quantile(1.5, useVM -> end)", "not possible"),
        ("passage(useVM -> ende)", "no action or local derivative"),
        ("population(useVM -> end)", "expected the name"),
        ("probability(useVM -> end)", "no value in one state"),
    ],
)
def test_measures_of_passages_without_a_meaning(text, said):
    net = compile_text(model_text("vm_launch"), {}).net
    with pytest.raises(PepaError, match=said):
        measures_understood([text], net, Kind.EXACT)


@pytest.mark.parametrize(
    ("text", "kind", "over_time", "said"),
    [
        ("passage(useVM -> end)", "fluid", False, "that of one member, at column 9"),
        ("passage(User: User1 -> TC > 0)", "fluid", False, "not of one member alone, at column 9"),
        ("earned(end, User: User1 -> User3)", "simulation", False, "known exactly only, at column 13"),
        ("passage(useVM -> end)", "exact", True, "there are none at a time, at column 1"),
    ],
)
def test_passage_times_that_a_result_has_not(text, kind, over_time, said):
    net = compile_text(model_text("vm_launch"), {}).net
    with pytest.raises(PepaError, match=said):
        measures_understood([text], net, Kind(kind), over_time=over_time)


STEPS = "A = (a, 1.0).B; B = (b, 1.0).C; C = (c, 2.0).D; D = (d, 5.0).A; A"


@pytest.mark.parametrize("share", [0.5, 0.99, 1 - 1e-10, 1 - 1e-14])
def test_a_quantile_is_as_certain_as_is_said(share):
    rates, at_first = np.diag([-1.0, -1.0, -2.0, -5.0]), np.eye(4)[0]
    rates[[0, 1, 2], [1, 2, 3]] = 1.0, 1.0, 2.0

    def left(time):
        return float((at_first @ linalg.expm(rates * time)).sum())

    expected = optimize.brentq(lambda time: math.log(left(time) / (1 - share)), 1e-3, 100, xtol=1e-13)
    found = Asking(derive(STEPS), Control()).answer(f"quantile({share!r}, init -> d)")
    assert found.value == pytest.approx(expected, rel=max(found.error, 1e-12))
    assert found.error < (1e-9 if share < 0.9999 else 1e-3)
    assert "in the long run" not in found.words


def test_how_much_has_arrived_has_its_own_error():
    found = Asking(derive(STEPS), Control()).answer("arrived(7, init -> d)")
    assert found.report["low"] < found.value < found.report["high"]


def test_actions_and_states_compete_in_one_line():
    compiled = compile_text(STEPS)
    assert passage_asked("passage(init -> b | D = 1)", compiled.net).ends == ("b", "D = 1")
    assert passage_asked("passage(init -> B = 1 | D = 1)", compiled.net).ends == ("B = 1 | D = 1",)
    assert Asking(derive(STEPS), Control()).answer("passage(init -> d | C = 1)").value == pytest.approx(2)


@pytest.mark.parametrize(
    ("text", "said", "column"),
    [
        ("passage(a -> b | nope)", "no action", 18),
        ("earned(nope, a -> b)", "no action", 8),
        ("passage(nope -> b)", "no action", 9),
        ("throughput(a) + b", "did you mean `throughput.b.`", 17),
    ],
)
def test_the_part_without_a_meaning_is_marked(text, said, column):
    with pytest.raises(ExpressionError) as error:
        measures_understood([text], compile_text(STEPS).net, Kind.EXACT)
    assert re.search(said, f"{error.value.said} {error.value.hint}")
    assert error.value.span.start == column - 1


def test_why_there_is_no_value():
    asking = Asking(derive(STEPS), Control())
    for text, reason in (
        ("passage(init -> A = 5) / 2", "it never arrives"),
        ("2 * sojourn(A = 5)", "never entered"),
        ("throughput(a) / 0", "no value: something is divided by 0"),
        ("mean((A - 2)^0.5)", "no value: it has a power without a value"),
        ("mean((A - 2)**0.5 / 2)", "no value: something is divided by 0, or it has a power"),
    ):
        assert reason in asking.answer(text).words


def test_the_mean_of_what_may_never_arrive_is_infinite():
    asking = Asking(derive("x = 2; A = (a, 1).B + (fail, x).F; B = (c, 3).A; F = (f, 1).F; A"), Control())
    found = asking.answer("passage(init -> c)")
    assert found.value == np.inf
    assert found.words == "infinite: it may never arrive"
    assert asking.answer("arrived(1e6, init -> c)").value == pytest.approx(1 / 3)
    assert asking.answer("passage(init -> c | f)").value == pytest.approx(1 / 3 + 1 / 3 * 1 / 3 + 2 / 3 * 1)
    assert asking.answer("quantile(0.9, init -> c)").words == "infinite: so many never arrive"


@pytest.mark.parametrize("copies", [(2, 8), (5, 5), (6, 7)])
def test_a_passage_that_is_sure_has_probability_1_and_not_more(copies):
    one, other = copies
    text = f"P = (a, {one}.3).Q; Q = (b, 2.{other}).R + (d, 0.1).P; R = (c, 0.{one}{other}).P;\nP[{one}] || P[{other}]"
    assert 1 - 1e-14 <= asked(text, "b", "c").moments().overall.probability <= 1


def test_a_member_of_one_of_several_groups_of_a_name_is_named_in_quotes():
    solved = solve("P = (a, 1).Q; Q = (b, 2).P; R = (a, 0.5).R;\nP[2] || (P <a> R)")
    values = exact_values(solved)
    for group, mean in (("P#1", 1), ("P#2", 2)):  # the second waits for R, which is slower
        for asked in (f'passage("{group}": P -> Q)', f'passage("{group}"::b:start, a:stop)'):
            assert measured(asked, values) == pytest.approx(mean, rel=1e-10)
    for asked in ("passage(P: P -> Q)", "passage(P::b:start, a:stop)"):
        with pytest.raises(PepaError, match="`P` is in several groups") as caught:
            measured(asked, values)
        assert "name one of them: `P#1`, `P#2`" in caught.value.hint
