"""Plain GTH elimination and hard chains; shares nothing with the package but the Chain."""

import numpy as np

from pepa.markov.chain import Chain


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
    """A chain with its breadth-first levels, states renumbered in breadth-first order; also that order."""
    following = [[] for _ in range(size)]
    for s, t in zip(source, target, strict=True):
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
    renumbered = [np.array([number[s] for s in states], np.int32) for states in (source, target)]
    return Chain(size, *renumbered, np.array(rate, float), np.array(levels, np.int64))


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
