"""A net in the PRISM language: one module whose variables are the counts, one command a move."""

from pepa.net.net import LeafRate, MinRate, SumRate

HUGE = 1e30  # what stands for a rate without limit


def prism(net, rewarded):
    """Return a CTMC with a reward structure "mean": the members in the local derivative `rewarded`."""
    writer = _Writer(net)
    variables = [line for group in range(len(net.groups)) for line in writer.variables(group)]
    commands = [writer.command(move) for move in net.moves if not move.passive]
    parts = ["ctmc", "module net", *variables, *commands, "endmodule"]
    return "\n".join([*parts, 'rewards "mean"', f"true : {_count(writer, rewarded)};", "endrewards", ""])


def counted(net, condition):
    """Return a condition on a local derivative, as "User3 >= 2", over the variables of a net."""
    name, sign, number = condition.split()
    return f"({_count(_Writer(net), name)} {sign} {number})"


def _count(writer, name):
    held = [
        f"{held[name]}*{writer.count(index, derivative)}"
        for index, group in enumerate(writer.net.groups)
        for derivative, held in enumerate(group.component.contents)
        if name in held and group.size
    ]
    return " + ".join(held)


class _Writer:
    def __init__(self, net):
        self.net = net

    def lone(self, group):
        return self.net.groups[group].size == 1

    def variables(self, group):
        initial = self.net.groups[group].initial
        if self.lone(group):
            yield f"g{group} : [0..{len(initial) - 1}] init {initial.index(1)};"
        else:
            size = self.net.groups[group].size
            yield from (f"g{group}_{d} : [0..{size}] init {count};" for d, count in enumerate(initial))

    def count(self, group, derivative):
        return f"(g{group}={derivative}?1:0)" if self.lone(group) else f"g{group}_{derivative}"

    def command(self, move):
        guards, updates, rate = [], [], [repr(move.base)]
        occupied = {}
        for participant in move.participants:
            group, source, target = participant.group, participant.transition.source, participant.transition.target
            if self.lone(group):
                occupied[group] = source
                guards.append(f"g{group}={source}")
                updates += [f"(g{group}'={target})"] * (source != target)
            else:
                guards.append(f"g{group}_{source}>0")
                rate.append(f"g{group}_{source}")
                if source != target:
                    updates += [
                        f"(g{group}_{source}'=g{group}_{source}-1)",
                        f"(g{group}_{target}'=g{group}_{target}+1)",
                    ]
        for factor in move.factors:
            rate.append(self.least([self.apparent(part, occupied) for part in factor.least]))
            rate += [f"1/{self.apparent(part, occupied)}" for part in factor.all]
        return f"[{move.action}] {' & '.join(guards)} -> {'*'.join(rate)} : {' & '.join(updates) or 'true'};"

    def least(self, parts):
        return parts[0] if len(parts) == 1 else f"min({','.join(parts)})"

    def apparent(self, rate, occupied):
        match rate:
            case LeafRate(group=group, rates=rates) if group in occupied:
                return repr(rates[occupied[group]])
            case LeafRate(group=group, rates=rates):
                return "(" + " + ".join(f"{value!r}*{self.count(group, d)}" for d, value in rates.items()) + ")"
            case SumRate(parts=parts):
                return "(" + " + ".join(self.apparent(part, occupied) for part in parts) + ")"
            case MinRate(parts=parts, passive=passive):
                return self.least([self.side(*part, occupied, passive=passive) for part in parts])
        raise AssertionError(rate)

    def side(self, active, weight, occupied, *, passive):
        """One part of a synchronisation: its weight, or its rate, without limit where it is ready to be driven."""
        if passive:
            return self.apparent(weight, occupied) if weight is not None else "0"
        if weight is None:
            return self.apparent(active, occupied)
        ready = f"({self.apparent(weight, occupied)}>0?{HUGE!r}:0)"
        if active is None:
            return ready
        rate = self.apparent(active, occupied)
        return f"({rate}>0?{rate}:{ready})"
