"""Plain GTH elimination and hard chains; shares nothing with the package but the Chain."""

import numpy as np
from scipy.special import gammaln

from pepa.markov.chain.chain import Chain, rated


def gth(matrix):
    rates = np.array(matrix, float)
    np.fill_diagonal(rates, 0)
    for k in range(len(rates) - 1, 0, -1):
        rates[:k, k] /= rates[k, :k].sum()
        rates[:k, :k] += np.outer(rates[:k, k], rates[k, :k])
    answer = np.zeros(len(rates))
    answer[0] = 1
    for k in range(1, len(rates)):
        answer[k] = answer[:k] @ rates[:k, k]
        if answer[k] > 1e200:
            answer *= 1e-200
    return answer / answer.sum()


def chain(size, source, target, rate):
    """A chain with its breadth-first levels, states renumbered in breadth-first order."""
    return renumbered(size, source, target, rate)[0]


def renumbered(size, source, target, rate):
    """The chain, and the state each of its states was."""
    following = [[] for _ in range(size)]
    for s, t in zip(np.asarray(source).tolist(), np.asarray(target).tolist(), strict=True):
        following[s].append(t)
    order, number, levels = [0], {0: 0}, [0]
    start = 0
    while start < len(order):
        end = len(order)
        levels.append(end)
        for state in order[start:end]:
            for successor in following[state]:
                if successor not in number:
                    number[successor] = len(order)
                    order.append(successor)
        start = end
    place = np.empty(size, np.int32)
    place[order] = np.arange(size)
    source, target = (place[np.asarray(states)] for states in (source, target))
    found = Chain(size, source, target, rated(np.array(rate, float)), np.array(levels, np.int64))
    return found, np.array(order)


def random_chain(size, degree, seed):
    """A ring with random transitions across it, several of them at one place and some on the spot."""
    random = np.random.default_rng(seed)
    ring_of, more = np.arange(size), random.integers(0, size, (2, degree * size))
    source, target = np.r_[ring_of, more[0]], np.r_[(ring_of + 1) % size, more[1]]
    return chain(size, source, target, random.random(len(source)) + 0.1)


def birth_death(size, birth, death=1.0):
    i = np.arange(size - 1)
    rates = np.r_[np.full(size - 1, birth), np.full(size - 1, death)]
    return chain(size, np.r_[i, i + 1], np.r_[i + 1, i], rates)


def stiff(size, seed=0):
    """Random rates from 1e-8 to 1e4 on a random graph with a ring through it."""
    random = np.random.default_rng(seed)
    ring = random.permutation(size)
    source = np.r_[random.integers(0, size, 4 * size), ring]
    target = np.r_[random.integers(0, size, 4 * size), np.roll(ring, 1)]
    return chain(size, source, target, 10.0 ** random.uniform(-8, 4, len(source)))


def nearly_decomposable(blocks, size, coupling, seed=0):
    """Blocks of rates about 1 with rare transitions between them."""
    random = np.random.default_rng(seed)
    source, target, rate = [], [], []
    for block in range(blocks):
        states = block * size + np.arange(size)
        source += [random.choice(states, 4 * size), states]
        target += [random.choice(states, 4 * size), np.roll(states, 1)]
        rate += [random.random(4 * size) + 0.1, random.random(size) + 0.1]
    total = blocks * size
    between = np.r_[np.arange(blocks) * size, random.integers(0, total, total)]
    source.append(between)
    target.append(np.r_[(np.arange(blocks) + 1) % blocks * size, random.integers(0, total, total)])
    rate.append(coupling * (random.random(len(between)) + 0.1))
    return chain(total, *map(np.concatenate, (source, target, rate)))


def bistable(size, rare, seed=0):
    """Two wells joined only through states that are entered rarely and left at once, to either side."""
    random = np.random.default_rng(seed)
    wells = [np.arange(size), np.arange(size) + size]
    between = 2 * size + np.arange(40)
    source, target, rate = [], [], []
    for well in wells:
        source += [random.choice(well, 4 * size), well, random.choice(well, 80), between]
        target += [random.choice(well, 4 * size), np.roll(well, 1), np.tile(between, 2), random.choice(well, 40)]
        rate += [random.random(4 * size) + 0.1, random.random(size) + 0.1]
        rate += [rare * (random.random(80) + 0.1), random.random(40) + 0.1]
    return chain(2 * size + 40, *map(np.concatenate, (source, target, rate)))


def ring(size, seed=0):
    random = np.random.default_rng(seed)
    i = np.arange(size)
    return chain(size, i, (i + 1) % size, random.random(size) + 0.5)


def grid(side, up, down=1.0):
    """Two independent birth-death chains: wide levels, a product form."""
    states = np.arange(side * side).reshape(side, side)
    pairs = [(states[:-1], states[1:], up), (states[1:], states[:-1], down)]
    pairs += [(states[:, :-1], states[:, 1:], up), (states[:, 1:], states[:, :-1], down)]
    source = np.concatenate([a.ravel() for a, _, _ in pairs])
    target = np.concatenate([b.ravel() for _, b, _ in pairs])
    rate = np.concatenate([np.full(a.size, r) for a, _, r in pairs])
    return chain(side * side, source, target, rate)


def failure_repair(machines, failure, repair=1.0):
    """Two kinds of machines that fail alone and are repaired each by its own crew; and the product form."""
    side = machines + 1
    states = np.arange(side * side).reshape(side, side)
    failed = np.arange(machines)
    down = np.broadcast_to(failure * (machines - failed), (side, machines))
    up = np.broadcast_to(repair * (failed + 1), (side, machines))
    source = np.concatenate([a.ravel() for a in (states[:-1], states[1:], states[:, :-1], states[:, 1:])])
    target = np.concatenate([a.ravel() for a in (states[1:], states[:-1], states[:, 1:], states[:, :-1])])
    rate = np.concatenate([a.ravel() for a in (down.T, up.T, down, up)])
    number = np.arange(side)
    log = gammaln(side) - gammaln(number + 1) - gammaln(side - number) + number * np.log(failure / repair)
    marginal = np.exp(log - log.max())
    marginal /= marginal.sum()
    return source, target, rate, np.outer(marginal, marginal).ravel()


def two_speeds(length, switching, arrival=0.9, fast=2.0, slow=0.5):
    """A queue whose server is fast for long and then slow for long: states 2 n + speed."""
    n = np.arange(length - 1)
    every = np.arange(length)
    source = np.r_[2 * n, 2 * n + 1, 2 * n + 2, 2 * n + 3, 2 * every, 2 * every + 1]
    target = np.r_[2 * n + 2, 2 * n + 3, 2 * n, 2 * n + 1, 2 * every + 1, 2 * every]
    rates = (arrival, arrival, fast, slow)
    rate = np.r_[np.repeat(rates, length - 1), np.full(length, switching), np.full(length, 2 * switching)]
    return source, target, rate


def banded_gth(size, band, source, target, rate):
    """Plain GTH elimination from the last state down, of a chain whose transitions go at most `band` states."""
    rates = [{} for _ in range(size)]
    for s, t, r in zip(source.tolist(), target.tolist(), rate.tolist(), strict=True):
        rates[s][t] = rates[s].get(t, 0.0) + r
    shares = [{} for _ in range(size)]
    for k in range(size - 1, 0, -1):
        below = {t: r for t, r in rates[k].items() if t < k}
        out = sum(below.values())
        for i in range(max(0, k - band), k):
            if k in rates[i]:
                share = shares[k][i] = rates[i].pop(k) / out
                for t, r in below.items():
                    if t != i:
                        rates[i][t] = rates[i].get(t, 0.0) + share * r
    answer = np.zeros(size)
    answer[0] = 1.0
    for k in range(1, size):
        answer[k] = sum(answer[i] * share for i, share in shares[k].items())
        if answer[k] > 1e200:
            answer *= 1e-200
    return answer / answer.sum()


HARD = {
    "queue": birth_death(400, 0.9),
    "growing queue": birth_death(400, 2.0),
    "critical queue": birth_death(1000, 1.0),
    "stiff": stiff(300),
    "stiff, large": stiff(2000, 1),
    "nearly decomposable 1e-6": nearly_decomposable(8, 30, 1e-6),
    "nearly decomposable 1e-10": nearly_decomposable(5, 40, 1e-10),
    "one-way ring": ring(500),
    "grid": grid(30, 0.8),
}
