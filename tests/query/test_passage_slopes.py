"""Derivatives of mean passage times: closed forms, differences, and that all rates together scale time."""

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.net.compile import load
from pepa.query.exact import exact_values
from pepa.query.measure import measured
from pepa.query.sensitivity import Sensitivities
from tests.models import solve

QUEUE = """
    k = 5; lam = 0.8; mu = 1.0;
    Free = (arrive, infty).Taken; Taken = (serve, infty).Free;
    Source = (arrive, lam).Source; Server = (serve, mu).Server;
    (Source <arrive> Free[k]) <serve> Server
"""
SERVED = """
    a = 1.0; b = 2.1; c = 3.0; d = 0.7;
    P = (ask, a).W; W = (serve, b).P + (leave, d).P;
    S = (serve, c).B; B = (rest, d).S;
    P[4] <serve> S[2]
"""
CLASSES = """
    a = 1.0; b = 3.0; c = 2.0; d = 0.5;
    P = (go, a).L + (go, b).R; L = (x, a).L1; L1 = (y, c).L; R = (x, b).R1; R1 = (y, d).R;
    P
"""


def sensitivities(text):
    return Sensitivities(load(text)[0], {}, solve(text), Control())


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        (QUEUE, "passage(Taken = 1 -> Taken = 0)"),
        (QUEUE, "passage(Free: arrive -> serve)"),
        (QUEUE, "passage(init -> Taken = 4)"),
        (QUEUE, "throughput(serve) * passage(Free: arrive -> serve) + passage(arrive -> serve)"),
        (QUEUE, "passage(arrive:start, serve{2}:stop)"),
        (SERVED, "passage(P: ask -> serve | leave)"),
        (SERVED, "passage(P: W -> serve)"),
        (SERVED, "passage(W >= 2 -> B = 2 | leave)"),
        (SERVED, "passage(P::ask:start, (serve | leave):stop)"),
        (CLASSES, "passage(x -> y)"),
    ],
)
def test_as_differences_have_it(text, measure):
    found = sensitivities(text).of(measure, sizes=False)
    assert found.value == pytest.approx(measured(measure, exact_values(solve(text))), rel=1e-12)
    step = 1e-5
    for one in found.influences:
        if one.rising is None or not one.value:
            continue
        above, below = (
            measured(measure, exact_values(solve(text, **{one.name: one.value * (1 + sign * step)})))
            for sign in (1, -1)
        )
        assert one.rising == pytest.approx((above - below) / (2 * step * one.value), rel=1e-5, abs=1e-6)


def test_all_rates_together_are_the_unit_of_time():
    for text, measure in ((QUEUE, "passage(Free: arrive -> serve)"), (SERVED, "passage(P: ask -> serve)")):
        found = sensitivities(text).of(measure, sizes=False)
        assert sum(one.elasticity or 0.0 for one in found.influences) == pytest.approx(-1, rel=1e-9)
        assert "none needed" not in found.method
        assert 0 < found.residual < 1e-9


def test_one_that_may_never_end_is_refused():
    with pytest.raises(PepaError, match="it may never arrive"):
        sensitivities("a = 1; b = 2; P = (x, a).A + (y, b).B; A = (s, a).A; B = (t, b).B; P").of("passage(init -> A)")
