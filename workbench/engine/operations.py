"""What the worker can be asked, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workbench.engine import experiments, writing
from workbench.engine.approximate import approximate
from workbench.engine.asked import Asked
from workbench.engine.distributions import Distributions
from workbench.engine.session import Session
from workbench.engine.state_table import StateTable
from workbench.engine.stepping import Stepping
from workbench.engine.whatif import WhatIf
from workbench.engine.where_from import WhereFrom


def operations(session: Session) -> Mapping[str, Callable[..., Mapping[str, object]]]:
    """Return every operation on a session, or on none."""
    table, stepping, turning, lines = StateTable(session), Stepping(session), WhatIf(session), Asked(session)
    analyses = (session.check, session.advise, session.findings, session.solve, session.follow)
    where, origins = Distributions(session), WhereFrom(session)
    states = (table.states, table.find, table.row_of, table.write_states, where.distribution, where.distribution_at)
    steps = (stepping.step, stepping.stroll, stepping.graph, stepping.state_words)
    ways = (stepping.way, stepping.replay, stepping.write_way)
    telling = (turning.ranking, turning.why, turning.compared, turning.figures, turning.origin, turning.target)
    turns = (turning.uses, turning.influences, turning.elasticities, turning.worth, turning.written)
    keeping = (turning.scenarios, turning.keep_scenario)
    asking = (lines.ask, lines.by_others, lines.answer_origin, lines.question_words)
    behind = (origins.point_origin, origins.series_origin)
    every = (
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
