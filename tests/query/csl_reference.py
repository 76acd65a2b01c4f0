"""Random properties of random small models, as text and worked out on dense matrices; shares nothing with the package.

A formula is a nested tuple: `text(formula)` writes it, `Direct(...).value(formula)` works it out in every state.
"""

import numpy as np
from scipy.linalg import expm


def random_model(random):
    """A model of two or three small components that cooperate on some actions; it may have deadlocks and self-loops."""
    actions = ["a", "b", "c", "d"]
    lines, names = [], []
    for letter in "XYZ"[: random.integers(2, 4)]:
        size = int(random.integers(2, 4))
        for state in range(size):
            ways = []
            for _ in range(random.integers(1, 3)):
                target = (state + 1) % size if not ways else int(random.integers(size))
                rate = round(float(10.0 ** random.uniform(-1.5, 1)), 3)
                ways.append(f"({random.choice(actions)}, {rate}).{letter}{target}")
            lines.append(f"{letter}{state} = {' + '.join(ways)};")
        names.append(letter)
    copies = [f"{name}0[{random.integers(1, 4)}]" if index == 0 else f"{name}0" for index, name in enumerate(names)]
    system = copies[0]
    for part in copies[1:]:
        shared = ", ".join(action for action in actions if random.random() < 0.3)
        system = f"({system} <{shared}> {part})"
    return "\n".join([*lines, system])


def random_truth(random, names, depth):
    kind = random.integers(9) if depth else 0
    if kind <= 1:
        if random.random() < 0.1:
            return ("name", str(random.choice(["init", "deadlock"])))
        sign = str(random.choice([">=", "=", "<", "!="]))
        return ("compare", str(random.choice(names)), sign, int(random.integers(0, 3)))
    if kind == 2:
        return ("!", random_truth(random, names, depth - 1))
    if kind in (3, 4):
        sign = "&" if kind == 3 else "|"
        return (sign, random_truth(random, names, depth - 1), random_truth(random, names, depth - 1))
    bound = round(float(random.random()), 6)
    sign = str(random.choice([">=", ">", "<", "<="]))
    if kind == 8:
        return ("R", sign, round(float(random.random()) * 5, 6), *random_earning(random, names, depth - 1))
    if kind == 7:
        return ("S", sign, bound, random_truth(random, names, depth - 1))
    return ("P", sign, bound, random_path(random, names, depth - 1))


def random_path(random, names, depth):
    kind = str(random.choice(["X", "F", "G", "U", "W"]))
    if kind == "X":
        return ("X", None, random_truth(random, names, depth))
    low, high = sorted(round(float(value), 3) for value in 10.0 ** random.uniform(-1, 1, 2))
    limits = [None, (0.0, high), (low, high), (low, np.inf)][random.integers(4)]
    operands = [random_truth(random, names, depth) for _ in range(2 if kind in "UW" else 1)]
    return (kind, limits, *operands)


def random_earning(random, names, depth):
    reward = [None, str(random.choice(names))][random.integers(2)]
    time = round(float(10.0 ** random.uniform(-1, 1)), 3)
    kind = random.integers(4)
    if kind == 3:
        return (reward, ("F", random_truth(random, names, depth)))
    return (reward, [("C", time), ("I", time), ("S",)][kind])


def random_formula(random, names):
    """A property that asks for a number or a verdict."""
    kind = random.integers(4)
    if kind == 0:
        return ("P", "=?", None, random_path(random, names, 2))
    if kind == 1:
        return ("S", "=?", None, random_truth(random, names, 2))
    if kind == 2:
        return ("R", "=?", None, *random_earning(random, names, 2))
    return random_truth(random, names, 3)


def text(formula):
    kind, *parts = formula
    if kind == "name":
        return parts[0]
    if kind == "compare":
        return f"{parts[0]} {parts[1]} {parts[2]}"
    if kind == "!":
        return f"!({text(parts[0])})"
    if kind in "&|":
        return f"({text(parts[0])}) {kind} ({text(parts[1])})"
    sign, bound = parts[0], "" if parts[1] is None else parts[1]
    if kind == "S":
        return f"S{sign}{bound} [ {text(parts[2])} ]"
    if kind == "P":
        return f"P{sign}{bound} [ {path_text(parts[2])} ]"
    reward, earned = parts[2:]
    inside = f"F ({text(earned[1])})" if earned[0] == "F" else "S" if earned[0] == "S" else ""
    inside = inside or (f"C<={earned[1]}" if earned[0] == "C" else f"I={earned[1]}")
    return f"R{'' if reward is None else '{' + reward + '}'}{sign}{bound} [ {inside} ]"


def path_text(path):
    kind, limits, *operands = path
    low, high = limits or (0.0, np.inf)
    within = "" if limits is None else f"<={high}" if low == 0 else f">={low}" if high == np.inf else f"[{low},{high}]"
    if kind in "UW":
        return f"({text(operands[0])}) {kind}{within} ({text(operands[1])})"
    return f"{kind}{within} ({text(operands[0])})"


class Direct:
    """Works formulas out on the generator and the rates with self-loops; `counts` are by name, in every state."""

    def __init__(self, rates, counts):
        self.rates, self.counts, self.size = rates, counts, len(rates)
        off = rates - np.diag(np.diag(rates))
        self.off = off
        self.generator = off - np.diag(off.sum(axis=1))
        reach = (np.eye(self.size) + (off > 0)) > 0
        for _ in range(self.size.bit_length()):
            reach = reach.astype(float) @ reach.astype(float) > 0
        self.reach = reach
        self.recurrent = [i for i in range(self.size) if all(reach[j, i] for j in np.flatnonzero(reach[i]))]

    def value(self, formula):
        kind, *parts = formula
        if kind == "name":
            first = np.arange(self.size) == 0
            return first if parts[0] == "init" else self.rates.sum(axis=1) == 0
        if kind == "compare":
            return compare(self.counts[parts[0]], parts[1], parts[2])
        if kind == "!":
            return ~self.value(parts[0])
        if kind == "&":
            return self.value(parts[0]) & self.value(parts[1])
        if kind == "|":
            return self.value(parts[0]) | self.value(parts[1])
        found = {"P": self.path, "S": self.share, "R": self.reward}[kind](*parts[2:])
        return found if parts[1] is None else compare(found, parts[0], parts[1])

    def path(self, path):
        kind, limits, *operands = path
        truths = [self.value(operand) for operand in operands]
        everywhere = np.ones(self.size, bool)
        low, high = limits or (0.0, np.inf)
        if kind == "X":
            total = self.rates.sum(axis=1)
            return np.where(total > 0, self.rates @ truths[0] / np.where(total > 0, total, 1), truths[0])
        if kind == "F":
            return self.until(everywhere, truths[0], low, high)
        if kind == "G":
            return 1 - self.until(everywhere, ~truths[0], low, high)
        if kind == "U":
            return self.until(*truths, low, high)
        through, goal = truths
        return 1 - self.until(through & ~goal, ~through & ~goal, low, high)

    def until(self, through, goal, low, high):
        if low > 0:
            rest = self.until(through, goal, 0.0, high - low)
            return expm(self.stopped(through) * low) @ np.where(through, rest, 0.0) * through
        if np.isfinite(high):
            return expm(self.stopped(through & ~goal) * high) @ goal
        edges = (self.off > 0) & (through & ~goal)[:, None]
        can = goal.copy()
        for _ in range(self.size):
            can = can | (edges @ can.astype(float) > 0)
        open_ = np.flatnonzero(can & ~goal)
        found = goal.astype(float)
        matrix = -self.generator[np.ix_(open_, open_)]
        found[open_] = np.linalg.solve(matrix, self.off[np.ix_(open_, np.flatnonzero(goal))].sum(axis=1))
        return found

    def stopped(self, moving):
        return self.generator * moving[:, None]

    def share(self, truth):
        return self.long_run(self.value(truth).astype(float))

    def long_run(self, values):
        found, done = np.zeros(self.size), set()
        for first in self.recurrent:
            if first in done:
                continue
            members = np.flatnonzero(self.reach[first])
            done |= set(members.tolist())
            inner = self.generator[np.ix_(members, members)]
            system = np.vstack([inner.T, np.ones(len(members))])
            steady = np.linalg.lstsq(system, np.append(np.zeros(len(members)), 1.0), rcond=None)[0]
            inside = np.zeros(self.size, bool)
            inside[members] = True
            found += self.until(np.ones(self.size, bool), inside, 0.0, np.inf) * (steady @ values[members])
        return found

    def reward(self, name, earned):
        gain = np.ones(self.size) if name is None else self.counts[name]
        if earned[0] == "I":
            return expm(self.generator * earned[1]) @ gain
        if earned[0] == "S":
            return self.long_run(gain)
        if earned[0] == "C":
            whole = np.block([[self.generator, gain[:, None]], [np.zeros((1, self.size + 1))]])
            return expm(whole * earned[1])[:-1, -1]
        goal = self.value(earned[1])
        chance = self.until(np.ones(self.size, bool), goal, 0.0, np.inf)
        found = np.full(self.size, np.inf)
        found[goal] = 0.0
        edges = (self.off > 0) & ~goal[:, None]
        may_fail = chance == 0
        for _ in range(self.size):
            may_fail = may_fail | (edges @ may_fail.astype(float) > 0)
        sure = np.flatnonzero(~may_fail & ~goal)
        if len(sure):
            found[sure] = np.linalg.solve(-self.generator[np.ix_(sure, sure)], gain[sure])
        return found


def compare(values, sign, bound):
    return {
        ">=": np.greater_equal, ">": np.greater, "<=": np.less_equal, "<": np.less, "=": np.equal, "!=": np.not_equal
    }[sign](values, bound)  # fmt: skip
