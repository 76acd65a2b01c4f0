"""PEPA, Hillston's Performance Evaluation Process Algebra: language, semantics and analyses, without a screen.

    import pepa

    m = pepa.example("vm_launch", Q=3)
    s = m.steady_state()
    s["useVM"], s.measure("probability(User3 >= 2)")

What is named here is the library; nothing is imported before it is used. `help(pepa.Model)` has the analyses.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pepa.api.examples import examples
    from pepa.api.model import Model, example, load, parse
    from pepa.control.control import Control, LimitReached
    from pepa.control.error import PepaError
    from pepa.language.problem import ModelError

__version__ = "0.1.0"
__all__ = ["Control", "LimitReached", "Model", "ModelError", "PepaError", "example", "examples", "load", "parse"]

_PLACES = {
    "Control": "pepa.control.control",
    "LimitReached": "pepa.control.control",
    "ModelError": "pepa.language.problem",
    "PepaError": "pepa.control.error",
    "examples": "pepa.api.examples",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES.get(name, "pepa.api.model")), name)


def __dir__() -> list[str]:
    return sorted((*globals(), *__all__))
