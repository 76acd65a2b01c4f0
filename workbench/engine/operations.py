"""What the worker can be asked, by name."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from workbench.engine import experiments, writing
from workbench.engine.approximate import approximate
from workbench.engine.asked import Asked
from workbench.engine.distributions import Distributions
from workbench.engine.session import Session, Watcher
from workbench.engine.state_table import StateTable
from workbench.engine.stepping import Stepping
from workbench.engine.whatif import WhatIf
from workbench.engine.where_from import WhereFrom

Answer = Callable[..., Mapping[str, object]]


def operations(session: Session) -> Mapping[str, Answer]:
    """Return every operation on a session, or on none."""
    table, stepping, turning, lines = StateTable(session), Stepping(session), WhatIf(session), Asked(session)
    analyses = (session.check, session.advise, session.solve, session.follow, session.held)
    where, origins = Distributions(session), WhereFrom(session)
    rows = (table.states, table.find, table.row_of, table.write_states)
    held: tuple[Answer, ...] = (*rows, where.distribution, where.distribution_at, session.findings)
    states = tuple(_of_space(session, operation) for operation in held)
    steps = (stepping.step, stepping.stroll, stepping.graph, stepping.state_words)
    ways = (stepping.way, stepping.replay, stepping.write_way)
    telling = (turning.ranking, turning.why, turning.compared, turning.figures, turning.origin, turning.target)
    turns = (turning.uses, turning.influences, turning.elasticities, turning.worth, turning.written)
    keeping = (turning.scenarios, turning.keep_scenario)
    asking = (lines.ask, lines.by_others, lines.answer_origin, lines.question_words)
    behind = (origins.point_origin, origins.series_origin)
    every: tuple[Answer, ...] = (
        *analyses,
        *asking,
        approximate,
        *experiments.OPERATIONS,
        *writing.OPERATIONS,
        *states,
        *steps,
        *ways,
        *turns,
        *keeping,
        *telling,
        *behind,
    )
    return {operation.__name__: operation for operation in every}


def _of_space(session: Session, operation: Answer) -> Answer:
    """Have an operation answer only about the space of the text and values that it is asked about."""

    @functools.wraps(operation)
    def answer(report: Watcher, text: str, overrides: dict[str, float], **arguments: Any) -> Mapping[str, object]:
        session.expect_space(text, overrides)
        return operation(report, **arguments)

    return answer
