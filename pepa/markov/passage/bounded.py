"""What will be so at a time, and what is earned until then, from every state at once: backward, by uniformisation.

A pass stops where another jump changes nothing any more: jumps average, so that later ones change no more. A small
chain followed for many jumps is followed in steps that double instead (`squaring`), with what has left as a state of
its own: what is earned in twice a time is that of the first half, and that of the second from where one is then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, Ticker
from pepa.markov.chain.chain import Chain
from pepa.markov.passage.absorbing import with_ends
from pepa.markov.space.state_space import Vector
from pepa.markov.transient.squaring import EXTENDED, FINER, TERMS, Squaring, poisson_weights, squarings
from pepa.markov.transient.uniformisation import poisson

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LOOK = 32  # jumps between two looks at what another changes
ROUNDING = 1e-15  # of a jump
MANY = 20_000  # jumps from which on a small chain is followed by squaring
DENSE = 400  # states of such a chain


@dataclass(frozen=True, eq=False)
class Later:
    """Expected values from every state, each wrong by at most `error`."""

    values: Vector
    error: float


def later(
    chain: Chain, moving: NDArray[np.bool_], values: Vector, earning: Vector, time: float, control: Control,
    tolerance: float = 1e-10,
) -> Later:  # fmt: skip
    """Return the expected value at a time, and what is earned per time until then, from every state.

    States that are not `moving` stay as they are, and keep their value; they earn nothing.
    """
    found = np.array(values, float)
    active = np.flatnonzero(moving)
    if time <= 0 or not len(active):
        return Later(found, 0.0)
    rates = _rates(chain, moving)[active]
    exits: Vector = np.asarray(rates.sum(axis=1)).ravel()
    still = ~moving
    inward = np.asarray(rates[:, still] @ found[still]) + earning[active]
    inner = _Inner(rates[:, active].tocsr(), np.asarray(rates[:, still].sum(axis=1)).ravel(), exits)
    jumps = float(exits.max()) * time
    ticker = Ticker(control, "until a time")
    follow = inner.doubled if jumps > MANY and len(active) <= DENSE else inner.followed
    inside, error = follow(found[active], inward, time, tolerance, ticker)
    found[active] = inside
    return Later(found, error)


def _rates(chain: Chain, moving: NDArray[np.bool_]) -> csr_array[np.float64]:
    from scipy.sparse import coo_array

    among = moving[chain.source] & chain.moving
    entries = (chain.rate[among], (chain.source[among], chain.target[among]))
    rates: csr_array[np.float64] = coo_array(entries, shape=(chain.size, chain.size)).tocsr()
    return rates


@dataclass(frozen=True, eq=False)
class _Inner:
    """The states that move: rates between them, out of them for good, and both together."""

    rates: csr_array[np.float64]
    leaving: Vector
    exits: Vector

    def followed(
        self, values: Vector, inward: Vector, time: float, tolerance: float, ticker: Ticker
    ) -> tuple[Vector, float]:
        """Return e^(Qt) values + the integral of e^(Qs) inward up to t, jump by jump, and its error."""
        from scipy.sparse import diags_array

        rate = 1.02 * float(self.exits.max()) or 1.0
        step: Any = (self.rates * (1 / rate) + diags_array(1 - self.exits / rate)).tocsr()
        first, weights = poisson(rate * time)
        last = first + len(weights) - 1
        # more than k jumps happen with the weight after k
        after = np.append(np.cumsum(weights[::-1])[::-1], 0.0)
        total = np.zeros(len(values))
        spent, error = 0.0, 0.0
        for jump in range(last + 1):
            here = weights[jump - first] if jump >= first else 0.0
            more = (after[jump - first + 1] if jump >= first else 1.0) / rate
            total += here * values + more * inward
            spent += more
            if jump == last:
                break
            before = values, inward
            values, inward = np.asarray(step @ values), np.asarray(step @ inward)
            if jump % LOOK == LOOK - 1:
                rest = max(0.0, time - spent)
                change = np.abs(values - before[0]).max() + rest * np.abs(inward - before[1]).max()
                if change * (last - jump) <= tolerance:
                    weight = float(after[jump - first + 1]) if jump >= first else 1.0
                    total += weight * values + rest * inward
                    error = float(change * (last - jump))
                    break
                ticker.tick(lambda told=jump: (f"{told:,} of {last:,} jumps", told / last))  # type: ignore[misc]
        return total, error + ROUNDING * (jump + 10) * float(np.abs(total).max(initial=0.0))

    def doubled(
        self, values: Vector, inward: Vector, time: float, tolerance: float, ticker: Ticker
    ) -> tuple[Vector, float]:
        """Return what `followed` does, by doubling a short time; in extended precision where doubles do not reach."""
        found = self._doubled(values, inward, time, ticker, np.float64)
        if found[1] > tolerance and len(values) < EXTENDED and FINER:
            found = self._doubled(values, inward, time, ticker, np.longdouble)
        return found

    def _doubled(self, values: Vector, inward: Vector, time: float, ticker: Ticker, real: Any) -> tuple[Vector, float]:
        run = Squaring(with_ends(self.rates, self.leaving[:, None]), ticker, 0.0, real)
        doublings = squarings(run.fastest, time)
        power = run.first(time, doublings)
        earned = _at_first(run, np.append(inward, 0.0).astype(real), power.span)
        size, unit = len(earned), float(np.finfo(real).eps)
        error = unit * size * TERMS * float(np.abs(earned).max())
        for number in range(doublings):
            most = float(np.abs(earned).max())
            earned = earned + power.matrix @ earned
            error = 2 * error + most * (float(power.rows.max()) + (size + 4) * unit)
            power = run.doubled(power, f"squaring {number + 1} of {doublings}", number / doublings)
        total = power.matrix[:-1, :-1] @ values + earned[:-1]
        error += float(np.abs(values).max(initial=0.0)) * (float(power.rows.max()) + (size + 4) * unit)
        return total.astype(float), error + ROUNDING * float(np.abs(total).max(initial=0.0))


def _at_first(run: Squaring, inward: Vector, time: float) -> Vector:
    """Return what comes in a time in which there is one jump on average at most, by its series: positive terms only."""
    weights, step, total = poisson_weights(run.real(run.fastest * time)), run.step(), np.zeros_like(inward)
    beyond = np.cumsum(weights[::-1])[::-1]  # as many jumps or more
    for more in beyond[1:]:
        total += more / run.real(run.fastest) * inward
        inward = np.asarray(step @ inward)
    return total
