"""Sequential components: the derivation graph of one process, its local derivatives and local transitions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field, replace

from pepa.control.counting import counted_off
from pepa.control.record import record
from pepa.language.derivatives import derivatives
from pepa.language.problem import ModelError, Problem, Span
from pepa.language.rates import Parameters, Rate, evaluate, is_rate, rate_problem
from pepa.language.slopes import Slopes, combined, names, scaled
from pepa.language.syntax import Number, Parameter, Prefix, Process


@record()
class Transition:
    """One local transition: indices of the local derivatives it leaves and enters, its action and rate.

    `rate` is the weight of a passive one. Parallel transitions with one action are one, their rates added. `slopes`
    are those of the rate by parameters, where the model was compiled with them.
    """

    source: int
    target: int
    action: str
    rate: float
    passive: bool
    span: Span
    slopes: Slopes = field(default_factory=dict, compare=False)

    def joined(self, first: Transition) -> Transition:
        """Return this one with the rate of a parallel one that was there first added, at the place of that."""
        slopes = combined((1.0, first.slopes), (1.0, self.slopes))
        return replace(first, rate=first.rate + self.rate, slopes=slopes)


@record(eq=False)
class Component:
    """A component: local derivatives (the first is where it was entered) and local transitions.

    `alphabet` are its action types, for a composite process those of its parts: what is blocked inside it counts,
    and so does what never happens because its rate is 0 now.
    `contents` says which named local derivatives each one holds, and how many: itself, unless the component is a
    composite process that was derived as a whole. `silent` are the parameters that rates of 0 depend on, where the
    model was compiled with slopes.
    """

    labels: tuple[str, ...]
    contents: tuple[Mapping[str, int], ...]
    transitions: tuple[Transition, ...]
    alphabet: frozenset[str]
    silent: frozenset[str] = frozenset()

    @property
    def returns(self) -> bool:
        """Whether each local derivative leads back to the first, and so to all."""
        before: dict[int, list[int]] = {}
        for transition in self.transitions:
            before.setdefault(transition.target, []).append(transition.source)
        reached, stack = {0}, [0]
        while stack:
            for source in before.get(stack.pop(), ()):
                if source not in reached:
                    reached.add(source)
                    stack.append(source)
        return len(reached) == len(self.labels)

    def parts_among(self, names: Collection[str]) -> int:
        """Return how many of its parts, or itself, are always in one of some local derivatives."""
        return sum(number for label, number in self.contents[0].items() if label in names)

    def holding(self, name: str) -> tuple[int, ...]:
        """Return how many of a name each local derivative holds: a named one, or a whole state such as `A|C`."""
        return tuple(
            int(label == name) or contents.get(name, 0)
            for label, contents in zip(self.labels, self.contents, strict=True)
        )


def sequential(
    initial: Process, definitions: Mapping[str, Process], parameters: Parameters, *, slopes: bool = False
) -> Component:
    """Derive the component that starts as `initial`, in time linear in its size.

    With `slopes`, for which `parameters` have theirs, its rates know how they depend on a factor common to all as well.

    Activities of rate 0 never happen: they are no transitions, but their actions and what they lead to keep their
    names, so that a probability can be 0. Raises ModelError for a rate that is negative, beyond 1e15 or has no value.
    """
    found = derivatives(initial, definitions)
    transitions: list[Transition] = []
    alphabet: set[str] = set()
    silent: list[Slopes] = []
    problems: list[Problem] = []
    known: dict[str | float | None, Rate] = {}
    for source, derivative in enumerate(counted_off(found, "valuing local derivative")):
        merged: dict[tuple[str, int, bool], Transition] = {}
        for prefix, target in derivative.activities:
            written, action = prefix.rate, prefix.action
            number = written.value if isinstance(written, Number) else None
            same = written.name if isinstance(written, Parameter) else number
            rate = known.get(same)
            if rate is None:
                try:
                    rate = _rate(prefix, parameters)
                except ModelError as error:
                    problems.extend(error.problems)
                    continue
                if same is not None:
                    known[same] = rate
            value = rate.value
            alphabet.add(action.text)
            if value > 0:
                key = (action.text, target, rate.passive)
                span = Span(action.span[0], written.span[1])
                sloped = slopes and not rate.passive  # a weight is no rate
                each = scaled(found[0].label, value, rate.slopes) if sloped else rate.slopes
                new = Transition(source, target, action.text, value, rate.passive, span, each)
                merged[key] = new.joined(merged[key]) if key in merged else new
            else:
                silent.append(rate.slopes)
        transitions.extend(merged.values())
    if problems:
        raise ModelError(problems)
    labels = tuple(derivative.label for derivative in found)
    contents = tuple({label: 1} for label in labels)
    return Component(labels, contents, tuple(transitions), frozenset(alphabet), names(silent))


def _rate(prefix: Prefix, parameters: Parameters) -> Rate:
    """Return the rate of an activity; raises ModelError where it has none, or none that may be one."""
    rate = evaluate(prefix.rate, parameters)
    problem = None if is_rate(rate.value) else rate_problem(prefix, rate)
    if problem:
        raise ModelError([problem])
    return rate
