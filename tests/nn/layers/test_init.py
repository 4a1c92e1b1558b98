"""Initial weights: the spread that each rule promises."""

from __future__ import annotations

import numpy as np
import pytest

from ribbonet.nn.layers.init import draw


@pytest.mark.parametrize(
    ("rule", "deviation", "limit"),
    [
        ("glorot", np.sqrt(2 / 500), np.sqrt(6 / 500)),
        ("he", np.sqrt(2 / 300), np.inf),
        ("normal", 1 / np.sqrt(300), np.inf),
        ("uniform", 1 / np.sqrt(3 * 300), 1 / np.sqrt(300)),
        ("zeros", 0, 0),
    ],
)
def test_rules(rule: str, deviation: float, limit: float) -> None:
    weights = draw(rule, np.random.default_rng(0), (300, 200), 300, 200)
    assert weights.dtype == np.float32
    assert abs(weights.mean()) < 1e-3
    assert weights.std() == pytest.approx(deviation, rel=0.02)
    assert np.abs(weights).max() <= np.float32(limit)


def test_an_unknown_rule_is_named_and_so_are_those_known() -> None:
    with pytest.raises(ValueError, match=r"unknown rule 'hee' .*glorot, he"):
        draw("hee", np.random.default_rng(0), (1, 1), 1, 1)
