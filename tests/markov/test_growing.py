"""Arrays that grow at their end."""

import numpy as np
import pytest

from pepa.markov.space import growing
from pepa.markov.space.growing import Growing


@pytest.mark.parametrize("slow", [1, 1 << 20])
def test_what_is_put_one_after_the_other_is_there_as_if_joined(slow, monkeypatch):
    monkeypatch.setattr(growing, "SLOW", slow)
    random = np.random.default_rng(4)
    parts = [random.integers(0, 200, number) for number in (0, 1, 5_000, 3, 20_000, 0, 7)]
    found = Growing(np.uint8)
    for part in parts:
        found.append(part)
    whole = found.taken()
    assert whole.dtype == np.uint8
    assert whole.base is None
    assert (whole == np.concatenate(parts)).all()
    assert len(Growing(np.int32).taken()) == 0
