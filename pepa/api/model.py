"""A model, and its analyses as methods."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, overload

import numpy as np

from pepa.api import arguments
from pepa.api.examples import example_text
from pepa.api.table import ByName, Columns, Table
from pepa.control.control import Control, LimitReached
from pepa.control.error import PepaError
from pepa.language.problem import LineIndex, ModelError, Problem, Severity, render
from pepa.language.source import read_source
from pepa.net.check import check_text
from pepa.query import analysis

if TYPE_CHECKING:
    from pepa.api.results import Equilibrium, Simulation, SteadyState, Sweep, TimeSeries
    from pepa.api.states import States
    from pepa.markov.space.state_space import Vector


def load(path: str | os.PathLike[str], **parameters: float) -> Model:
    """Return the model of a file, some of its rates, probabilities and array sizes replaced.

    Raises PepaError where the file cannot be read; `check` says what is wrong in it.
    """
    try:
        name = os.fsdecode(path)
    except TypeError:
        raise PepaError(f"a path is a text, not {arguments.told(path)}", 'as in pepa.load("mine.pepa")') from None
    return Model(read_source(Path(name)), name, parameters)


def parse(text: str, **parameters: float) -> Model:
    """Return the model of a text, some of its rates, probabilities and array sizes replaced.

    >>> parse("r = 1; P = (work, r).Q; Q = (rest, 1).P; P", r=3).steady_state()["work"]
    0.75
    """
    return Model(text, "model", parameters)


def example(name: str, **parameters: float) -> Model:
    """Return one of the models that ship with the workbench; raises PepaError where there is none of that name.

    >>> example("vm_launch", Q=3).derive()
    215 states, 510 transitions, recurrent classes: 1, transient states: 0, deadlocks: 0
    """
    return Model(example_text(name), name, parameters)


@dataclass(frozen=True)
class Checked:
    """What is wrong with a model: true where it can be analysed. `repr` shows each problem at its place."""

    problems: tuple[Problem, ...]
    text: str = field(repr=False)
    name: str

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that forbid analysis."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    def __bool__(self) -> bool:
        """Whether there is no error."""
        return not self.errors

    def __repr__(self) -> str:
        lines = LineIndex(self.text)
        shown = [render(problem, lines, self.name) for problem in self.problems]
        return "\n".join(shown) or f"{self.name}: well formed"


@dataclass(frozen=True, repr=False)
class Model(Table):
    """A PEPA model with the values of its parameters; what is derived and solved once is kept.

    Every analysis raises ModelError for a wrong model, LimitReached where it would exceed the limits of `control`, and
    PepaError for a wrong request, each with a hint.

    >>> import pepa
    >>> m = pepa.example("queue", k=2)
    >>> m
    queue
      parameter  value
      k              2
      c              2
      arrival      1.5
      service        1
    >>> m.having(k=3).steady_state().measure("population(Taken)") > m.steady_state()["Taken"]
    True
    """

    text: str
    name: str = "model"
    overrides: Mapping[str, float] = field(default_factory=dict)
    control: Control = field(default_factory=Control, compare=False)
    _kept: list[analysis.Derived] = field(default_factory=list, init=False, compare=False)  # one, once derived

    def __post_init__(self) -> None:
        """Take numbers of all kinds for the parameters; raises PepaError for what cannot be counted with."""
        arguments.text(self.text, "a model", 'pepa.parse("P = (a, 1).P; P")')
        arguments.limits(self.control)
        object.__setattr__(self, "overrides", arguments.parameters(self.overrides))

    def __hash__(self) -> int:
        """Models that are equal are one key of a dictionary."""
        return hash((self.text, self.name, frozenset(self.overrides.items())))

    def having(self, **parameters: float) -> Model:
        """Return the model with some parameters replaced, besides those that are already."""
        return replace(self, overrides={**self.overrides, **parameters})

    def within(self, control: Control) -> Model:
        """Return the model to be analysed within other limits, or with a watcher of progress.

        `seconds` are of each analysis from its beginning; what its result is asked of has the other limits.
        """
        return replace(self, control=control)

    def check(self) -> Checked:
        """Return every problem of the model, warnings too; raises PepaError only for a wrong parameter.

        >>> import pepa
        >>> found = pepa.parse("P = (work, speed).P; P").check()
        >>> bool(found), found.errors[0].code
        (False, 'undefined-rate')
        """
        try:
            problems = check_text(self.text, self.overrides).warnings
        except ModelError as error:
            problems = tuple(sorted(error.problems, key=lambda problem: problem.span.start))
        return Checked(problems, self.text, self.name)

    @cached_property
    def _compiled(self) -> analysis.Compiled:
        try:
            return analysis.compile_text(self.text, self.overrides)
        except ModelError as error:
            lines = LineIndex(self.text)
            for problem in error.problems:
                error.add_note(render(problem, lines, self.name))
            raise

    def _derived(self, control: Control) -> analysis.Derived:
        if not self._kept:
            self._kept.append(analysis.derive_net(self._compiled, control))
        return self._kept[0]

    @property
    def parameters(self) -> Mapping[str, float]:
        """The values of the parameters; a passive rate is infinite."""
        found = self._compiled.net.parameters
        return ByName("parameter", {name: math.inf if rate.passive else rate.value for name, rate in found.items()})

    @property
    def title(self) -> str:
        """What it is."""
        return self.name

    def columns(self) -> Columns:
        """One row a parameter."""
        return {"parameter": list(self.parameters), "value": list(self.parameters.values())}

    def shown(self) -> Columns:
        """The parameters, where the model has values for them."""
        try:
            return self.columns()
        except PepaError:
            return {}

    def derive(self) -> States:
        """Return the state space: states as an array with names, the generator as a sparse array."""
        from pepa.api.states import States

        return States(self._derived(self.control.anew()), self.control.untimed())

    def steady_state(self, method: str | None = None, *, bound: bool = False, uncertain: bool = False) -> SteadyState:
        """Return the exact long run; with `bound`, a proved bound on the error is sought.

        `method` is the short name or the name of one, as "gth" or "lu"; without it one that suits the chain is chosen.

        Raises LimitReached where the answer is not certain, unless `uncertain` asks for it all the same.
        """
        from pepa.api.results import SteadyState
        from pepa.net.compile import load as tree

        if method is not None:
            arguments.text(method, "a method", 'm.steady_state("gth")')
        control = self.control.anew()
        solved = analysis.solve_derived(self._derived(control), control, method, bound=bound)
        if not (solved.steady.certainty.exact or uncertain):
            raise LimitReached(solved.steady.certainty.words, "another method may do better; or uncertain=True")
        return SteadyState(solved, tree(self.text)[0], self.overrides, self.control.untimed())

    def transient(self, times: Iterable[float], *, tolerance: float = 1e-9) -> TimeSeries:
        """Return exact figures at ascending times, with a proved error.

        >>> import pepa
        >>> [round(value, 4) for value in pepa.example("queue").transient([0, 1, 10])["Taken"].tolist()]
        [0.0, 0.9794, 2.6118]
        """
        from pepa.api.results import TimeSeries
        from pepa.query.series import exact_series

        least = arguments.share(tolerance, "a tolerance", "tolerance=1e-9")
        control = self.control.anew()
        return TimeSeries(exact_series(self._derived(control), _ascending(times), control, least))

    @overload
    def fluid(self, times: None = None, *, method: str = "LSODA", band: bool = True) -> Equilibrium: ...
    @overload
    def fluid(self, times: Iterable[float], *, method: str = "LSODA", band: bool = True) -> TimeSeries: ...
    def fluid(
        self, times: Iterable[float] | None = None, *, method: str = "LSODA", band: bool = True
    ) -> Equilibrium | TimeSeries:
        """Return the fluid approximation at ascending times, or without them at its equilibrium.

        Its margins are two standard deviations, without `band` none. Raises PepaError where there is no equilibrium.
        """
        from pepa.api.results import Equilibrium, TimeSeries
        from pepa.net.compile import load as tree
        from pepa.query.fluid import fluid_values
        from pepa.query.series import fluid_series

        net = self._compiled.net
        if times is None:
            found = fluid_values(net, self.control.anew(), self.control.untimed())
            return Equilibrium(found, tree(self.text)[0], self.overrides, self.control.untimed())
        arguments.text(method, "a method", 'method="LSODA"')
        return TimeSeries(fluid_series(net, _ascending(times), self.control.anew(), method, band=band).series)

    @overload
    def simulate(
        self, times: None = None, *, seed: int = 1, precision: float = 0.01, replications: int = 1000
    ) -> Simulation: ...
    @overload
    def simulate(
        self, times: Iterable[float], *, seed: int = 1, precision: float = 0.01, replications: int = 1000
    ) -> TimeSeries: ...
    def simulate(
        self,
        times: Iterable[float] | None = None,
        *,
        seed: int = 1,
        precision: float = 0.01,
        replications: int = 1000,
    ) -> Simulation | TimeSeries:
        """Return many replications at ascending times, or without them one long run to a relative precision."""
        from pepa.api.results import Simulation, TimeSeries
        from pepa.query.series import simulated_series
        from pepa.query.simulated import long_run_values

        net = self._compiled.net
        number = arguments.whole(seed, "a seed", 0, "seed=1")
        if times is not None:
            many = arguments.whole(replications, "the number of replications", 1, "replications=1000")
            return TimeSeries(simulated_series(net, _ascending(times), many, number, self.control.anew())[0])
        relative = arguments.share(precision, "a precision", "precision=0.01 for 1 %")
        found = long_run_values(net, number, self.control.anew(), relative, later=self.control.untimed())
        return Simulation(found, number, relative)

    def sweep(
        self,
        ranges: Mapping[str, Iterable[float] | float | str] | None = None,
        /,
        *,
        measure: str | Sequence[str],
        method: str = "exact",
        processes: int = 1,
        **more: Iterable[float] | float | str,
    ) -> Sweep:
        """Return measures at every combination of values: `Q=range(1, 6)`, `r=[1, 2]`, `s=3`, `p="0.1:0.9:0.1"`.

        `method` is exact, fluid, simulation or auto. Where a point has no value the rest goes on.

        >>> import pepa
        >>> found = pepa.example("queue").sweep(c=range(1, 4), measure="throughput(serve)")
        >>> [round(value, 4) for value in found["throughput(serve)"].tolist()]
        [0.9942, 1.4746, 1.4986]
        """
        from pepa.api.sweeping import swept

        given = arguments.instance(ranges or {}, Mapping, "ranges are values by name", '{"Q": range(1, 6)}')
        if twice := sorted({*given} & {*more}):
            raise PepaError(f"the values of {twice[0]} are there twice", "once is enough")
        return swept(self.text, self.overrides, {**given, **more}, measure, method, processes, self.control.anew())


def _ascending(times: Iterable[float]) -> Vector:
    """Return times as an array; raises PepaError for what is none."""
    try:
        found = np.asarray(list(times), dtype=float)
    except (TypeError, ValueError):
        raise PepaError("the times are no numbers", "as in [0, 10, 100], or numpy.linspace(0, 100, 51)") from None
    if found.ndim != 1 or not len(found):
        raise PepaError("there are no times to look at", "as in [0, 10, 100]")
    if not (np.isfinite(found).all() and found[0] >= 0 and (np.diff(found) > 0).all()):
        raise PepaError("times are finite, not negative, and ascend", "as in [0, 10, 100]")
    return found
