import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.chains.alphabet import STATES, encode_labels
from ribbonet.evaluation.segments import boundaries, sov, sov_refine

PAIRS = st.lists(st.tuples(st.sampled_from("HEC-"), st.sampled_from("HEC")), min_size=1).map(
    lambda pairs: tuple("".join(column) for column in zip(*pairs, strict=True))
)


# Segment overlap


def sov_of(truth: str, predicted: str, state: str = "HEC") -> float:
    scores, lengths = sov(encode_labels(truth), encode_labels(predicted))
    of_state = STATES.encode(state)
    return float(100 * scores[of_state].sum() / lengths[of_state].sum())


@pytest.mark.parametrize(
    ("predicted", "score"),
    [
        ("CHCHCHCHCHCC", 12.5),
        ("CCCHHHHHCCCC", 63.2),
        ("CHHHCHHHCHHC", 40.6),
        ("CHHCCHHHHHCC", 52.3),
        ("CCCHHHHHHCCC", 80.6),
    ],
)
def test_segment_overlap_of_the_paper(predicted: str, score: float) -> None:
    """Zemla et al. 1999, Table I."""
    assert sov_of("CHHHHHHHHHHC", predicted) == pytest.approx(score, abs=0.05)


def test_segment_overlap_of_strands_by_hand() -> None:
    # Zemla et al. 1999, Figure 1: EEE is missed (3); of EEEEEE, counted twice (12), the first
    # pair scores (1 + 1) / 10 * 6 and the second (2 + 1) / 6 * 6
    observed, predicted = "CCEEECCCCCCEEEEEECCC", "CCCCCCCEEEEECCCEECCC"
    assert sov_of(observed, predicted, "E") == pytest.approx(100 * (1.2 + 3) / 15)
    assert sov_of(observed, observed) == 100


def naive_sov(truth: str, predicted: str) -> tuple[list[float], list[int]]:
    """The formula of Zemla et al. 1999, word by word, over lists of segments."""

    def segments(labels: str, state: str) -> list[set[int]]:
        found: list[set[int]] = []
        for i, label in enumerate(labels):
            if label == state and (i == 0 or labels[i - 1] != state):
                found.append(set())
            if label == state:
                found[-1].add(i)
        return found

    predicted = "".join("-" if t == "-" else p for t, p in zip(truth, predicted, strict=True))
    scores, lengths = [], []
    for state in STATES:
        score, length = 0.0, 0
        for s1 in segments(truth, state):
            overlapping = [s2 for s2 in segments(predicted, state) if s1 & s2]
            length += len(s1) * max(len(overlapping), 1)
            for s2 in overlapping:
                minov, maxov = len(s1 & s2), len(s1 | s2)
                delta = min(maxov - minov, minov, len(s1) // 2, len(s2) // 2)
                score += (minov + delta) / maxov * len(s1)
        scores.append(score)
        lengths.append(length)
    return scores, lengths


@given(PAIRS)
def test_segment_overlap_is_its_formula(pair: tuple[str, str]) -> None:
    scores, lengths = sov(encode_labels(pair[0]), encode_labels(pair[1]))
    expected_scores, expected_lengths = naive_sov(*pair)
    assert scores == pytest.approx(expected_scores)
    assert lengths.tolist() == expected_lengths


@given(PAIRS, PAIRS)
def test_segments_end_where_labels_are_missing(a: tuple[str, str], b: tuple[str, str]) -> None:
    truth, predicted = (encode_labels(f"{x}-{y}") for x, y in zip(a, b, strict=True))
    together = sov(truth, predicted)
    apart = [sov(encode_labels(truth), encode_labels(predicted)) for truth, predicted in (a, b)]
    assert together[0] == pytest.approx(apart[0][0] + apart[1][0])
    assert together[1].tolist() == (apart[0][1] + apart[1][1]).tolist()


# The refined definition


@pytest.mark.parametrize(
    ("predicted", "score"),
    [
        ("CHCHCHCHCHCC", 0.149),
        ("CHHHCHHHCHHC", 0.371),
        ("CHHCCHHHHHCC", 0.464),
        ("CCCHHHHCCCCC", 0.459),
        ("CCCHHHHHCCCC", 0.567),
        ("CCCHHHHHHCCC", 0.678),
        ("CCCHHHHHHHCC", 0.797),
        ("CCCHHHHHHHHC", 0.937),
    ],
)
def test_refined_segment_overlap_of_the_paper(predicted: str, score: float) -> None:
    """Liu & Wang 2018, Table 1."""
    scores, lengths = sov_refine(encode_labels("CHHHHHHHHHHC"), encode_labels(predicted))
    assert scores.sum() / lengths.sum() == pytest.approx(score, abs=0.0005)


def test_refined_segment_overlap_by_hand() -> None:
    # L = 8 (the residue without label counts for nothing), segments of 2, 4, 2: the sum of squares
    # is 24 / 64, two states, so whole = 16 / 3. Coil: CC of CCC: overlap 2, extent 3, allowance
    # 16 / 3 * 2 / 8 * 2 / 3 = 8 / 9; helix: overlap 3, extent 4, allowance at most 1; coil: whole
    scores, lengths = sov_refine(encode_labels("CCHHHHCC-"), encode_labels("CCCHHHCCH"))
    assert scores == pytest.approx([4, 0, (2 + 8 / 9) / 3 * 2 + 2])
    assert lengths.tolist() == [4, 0, 4]


@given(PAIRS)
def test_refined_segment_overlap_keeps_its_bounds(pair: tuple[str, str]) -> None:
    truth, predicted = map(encode_labels, pair)
    scores, lengths = sov_refine(truth, predicted)
    assert (scores <= lengths + 1e-9).all()
    assert lengths.tolist() == sov(truth, predicted)[1].tolist()
    perfect, whole = sov_refine(truth, truth)
    assert perfect == pytest.approx(whole)


# Boundaries


def test_boundaries_by_hand() -> None:
    truth = encode_labels("CCHHHHHHCC-EEECCCEEE")
    predicted = encode_labels("HCCHHHHHHHEEEEECECCC")
    counts = boundaries(truth, predicted)
    # helix: observed start 2|3 and end 8|9; predicted end after the first residue and start one
    # late; its end lies at a residue without label. Strand: observed end and start; predicted end
    # one late, then a start one early and an end
    assert counts[0].tolist() == [2, 2, 1]
    assert counts[1].tolist() == [2, 3, 2]
    assert boundaries(truth, predicted, tolerance=0)[:2, 2].tolist() == [0, 0]


@given(PAIRS)
def test_what_is_right_has_all_its_boundaries(pair: tuple[str, str]) -> None:
    truth, predicted = map(encode_labels, pair)
    same = boundaries(truth, truth, tolerance=0)
    assert (same == same[:, :1]).all()
    counts = boundaries(truth, predicted)
    assert (counts[:, 2] <= counts[:, :2].min(axis=1)).all()
    assert boundaries(truth, predicted, tolerance=3)[:, 2].sum() >= counts[:, 2].sum()
