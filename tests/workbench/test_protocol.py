"""What the app can ask is what the worker answers, by name and by type."""

import importlib
import typing

from workbench.engine import protocol
from workbench.engine.operations import operations
from workbench.engine.protocol import Operation
from workbench.engine.session import Session

ASKED = {one.name: (where, one) for where, one in vars(protocol).items() if isinstance(one, Operation)}


def test_every_operation_of_the_worker_can_be_asked_for_and_no_other():
    assert ASKED.keys() == operations(Session()).keys()
    assert all(where.lower() == name for name, (where, _) in ASKED.items())


def test_answers_have_the_types_that_the_app_expects():
    expected = typing.get_type_hints(protocol, localns=_named())
    for name, operation in operations(Session()).items():
        (answer,) = typing.get_args(expected[ASKED[name][0]])
        assert typing.get_type_hints(operation, localns=_named())["return"] == answer, name


def _named():
    """Return what annotations name that is imported for them alone."""
    found = {}
    for module in (
        "pepa.explore.told_trace", "pepa.query.told_joint", "pepa.query.told_reasons", "pepa.query.sensitivity",
        "pepa.query.fluid_sensitivity", "workbench.engine.answers", "workbench.engine.asked_answers",
        "workbench.engine.run_answers", "workbench.engine.session", "workbench.engine.study_answers",
        "workbench.engine.told_answers", "workbench.engine.writing_answers",
    ):  # fmt: skip
        found |= vars(importlib.import_module(module))
    return found
