"""Scenarios side by side: as many as the width has room for, the rest below; one that is wrong is told."""

from pathlib import Path

import pytest

from pepa.control.control import Control
from pepa.net.compile import load
from pepa.query.kind import Kind
from workbench.engine.session import Session
from workbench.engine.told import comparison_lines
from workbench.engine.whatif import WhatIf

TEXT = "n = 2; r = 1.0; s = 2.0; P = (a, r).Queueing; Queueing = (b, s).P; P[n]"
MODEL, _ = load(TEXT)
MANY = {"base": {}, **{f"r{value}": {"r": float(value)} for value in range(2, 9)}, "none": {"r": 1e-3}}


@pytest.mark.parametrize("width", [30, 60, 78, 120, 300])
def test_each_scenario_stands_once_within_the_width(width):
    lines = [line.fixed for line in comparison_lines(MODEL, MANY, "base", width, Control())]
    texts = [line.text for line in comparison_lines(MODEL, MANY, "base", width, Control())]
    assert texts[: len(MANY)] == [
        "base: as written",
        *(f"r{value}: r={value}" for value in range(2, 9)),
        "none: r=0.001",
    ]
    heads = [line.split() for line in lines if line.lstrip().startswith("base")]
    assert all(head[0] == "base" for head in heads)
    assert [name for head in heads for name in head[1:]] == list(MANY)[1:]
    rows = [line for line in lines if line.startswith("throughput(a)")]
    assert len(rows) == len(heads)
    cells = [cell for row in rows for cell in row.split()[2:] if cell[0].isdigit() and "." in cell and len(cell) == 5]
    for cell, value in zip(cells, range(2, 9), strict=True):  # two members, each a cycle of 1/r + 1/2
        assert float(cell) == pytest.approx(2 / (1 / value + 0.5), abs=6e-4)
    room = max(len(line.rstrip()) for line in lines)
    assert "▼ 99.9 %" in "".join(lines)
    assert room <= width or len(heads) == len(MANY) - 1


def test_one_that_is_wrong_is_left_out_and_told(tmp_path):
    path = Path(tmp_path / "m.pepa")
    path.with_suffix(".scenarios.toml").write_text("[fast]\nr = 4\n[odd]\nrr = 4\n")
    told = WhatIf(Session()).scenarios(lambda _: None, TEXT, str(path))
    assert told["scenarios"] == {"base": {}, "fast": {"r": 4.0}}
    (said,) = told["wrong"]
    assert said.startswith("m.scenarios.toml, line 4: the model has no parameter `rr`")
    lines = WhatIf(Session()).compared(lambda _: None, TEXT, str(path), {}, "base", 78)["lines"]
    assert any(line["text"] == f"left out: {said}" for line in lines)


@pytest.mark.parametrize(("kind", "close"), [(Kind.FLUID, 1e-4), (Kind.SIMULATED, 0.05)])
def test_scenarios_are_compared_in_the_kind_of_the_figures_beside_them(kind, close):
    lines = [line.fixed or line.text for line in comparison_lines(MODEL, MANY, "base", 300, Control(), kind)]
    assert lines[0] == f"≈ by {kind}, not exact"
    (row,) = (line for line in lines if line.startswith("throughput(a)"))
    cells = [float(cell) for cell in row.split()[2:] if cell[0].isdigit() and "." in cell and len(cell) == 5]
    for cell, value in zip(cells, range(2, 9), strict=True):  # nobody waits for another: the fluid is the mean
        assert cell == pytest.approx(2 / (1 / value + 0.5), rel=close, abs=6e-4)
