"""Transient probabilities by the method that takes least: powers of a dense matrix, or steps of uniformisation.

Steps are as many as the fastest activity happens, so a small chain of fast and slow activities takes 10^9 of them, and
its matrix thirty squarings.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from pepa.control.control import Control
from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import Vector
from pepa.markov.transient import scaling, squaring, uniformisation
from pepa.markov.transient.moment import Moment
from pepa.markov.transient.uniformisation import EACH, STEP

MOST_DENSE = 4_000  # states of a dense matrix at most
MULTIPLIED = 2e-10  # seconds of one multiplication in a product of dense matrices
READ = 1e-9  # seconds an entry in a product with a vector


def transient(
    chain: Chain, times: Vector, control: Control, tolerance: float = 1e-9, start: Vector | None = None
) -> Iterator[Moment]:
    """Yield the distribution at each of some ascending times, each with its error.

    It is that from state 0, or from a distribution over the states, shape (states,). The error is at most `tolerance`
    unless rounding alone is more; that is seen in `error`. Raises LimitReached where it is foretold to take too long,
    and whatever the watcher raises to cancel.
    """
    dense = chain.size <= MOST_DENSE and 4 * 8 * chain.size**2 <= control.memory
    if dense and squaring_seconds(chain, times) <= stepping_seconds(chain, float(times[-1])):
        yield from scaling.moments(chain, times, control, tolerance, start)
    else:
        yield from uniformisation.moments(chain, times, control, tolerance, start)


def stepping_seconds(chain: Chain, until: float) -> float:
    """Return about how many seconds uniformisation takes, should the fastest state be met."""
    steps = float(chain.exit_rates.max(initial=0.0)) * until
    return (steps + 20 * math.sqrt(steps + 1)) * (STEP + EACH * len(chain.source))


def squaring_seconds(chain: Chain, times: Vector) -> float:
    """Return about how many seconds scaling and squaring takes."""
    fastest, gaps = float(chain.exit_rates.max(initial=0.0)), scaling.gaps(times)
    products = sum(squaring.squarings(fastest, gap) for gap in dict.fromkeys(gaps) if gap > 0)
    series = len(set(gaps)) * squaring.TERMS * (len(chain.source) / chain.size + 1) * chain.size**2 * READ
    each = STEP + READ * chain.size**2
    return products * (MULTIPLIED * chain.size**3 + 3 * each) + series + len(times) * each
