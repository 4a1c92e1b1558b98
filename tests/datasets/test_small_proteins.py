"""The small proteins that ship: families apart, unless relatives are asked for."""

import numpy as np
import pytest

from ribbonet.chains.chain import Chain
from ribbonet.datasets.small_proteins import FILE, small_proteins


def identity(a: Chain, b: Chain, span: int = 30) -> float:
    """The largest share of residues that agree over a span of two chains without a gap."""
    n, m = len(a) - span + 1, len(b) - span + 1
    equal = (a.codes[:, None] == b.codes).astype(np.uint8)
    return float(np.max(sum(equal[k : k + n, k : k + m] for k in range(span)))) / span


def family(chain: Chain) -> str:
    return chain.description.split()[0]


def test_without_relatives_all_families_differ():
    train, test = small_proteins()
    families = [family(chain) for chain in train + test]
    assert len(set(families)) == len(families) == 114
    assert max(identity(a, b) for a in test for b in train) < 0.5


def test_relatives_take_the_places_of_others():
    apart, test = small_proteins()
    train, same = small_proteins(relatives=True)
    assert len(train) == len(apart) == 90
    assert same == test
    relatives = {family(chain): chain for chain in train}
    for chain in test:
        assert 0.3 < identity(chain, relatives[family(chain)]) < 1


@pytest.mark.parametrize("relatives", [False, True])
def test_they_are_small_whole_and_labelled(relatives):
    for chain in [*small_proteins(relatives=relatives)[0], *small_proteins()[1]]:
        assert 60 <= len(chain) <= 190
        assert set(chain.sequence) <= set("ACDEFGHIKLMNPQRSTVWY")
        assert set(chain.labels) <= set("HEC-")
        assert chain.labels.count("-") <= 0.05 * len(chain)


def test_the_file_is_small():
    assert FILE.stat().st_size < 50_000
