"""Where the shipped models are, and the short way from a text to its answer."""

from pathlib import Path

from pepa.control.control import Control
from pepa.query.analysis import compile_text, derive_net, solve_derived

MODELS = sorted((Path(__file__).parent.parent / "models").glob("*.pepa"))


def model_text(name):
    return next(path for path in MODELS if path.stem == name).read_text()


def derive(text, control=None, **overrides):
    return derive_net(compile_text(text, overrides), control or Control())


def solve(text, control=None, method=None, **overrides):
    return solve_derived(derive(text, control, **overrides), control or Control(), method)
