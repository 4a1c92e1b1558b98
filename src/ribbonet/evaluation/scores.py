"""All scores of the predictions for a set of chains."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import STATES, STATES8, UNLABELLED, Alphabet, encode_labels
from ribbonet.chains.chain import Chain
from ribbonet.evaluation.groups import Pair, by_content, by_length
from ribbonet.evaluation.segments import TOLERANCE, boundaries, sov, sov_refine
from ribbonet.evaluation.significance import bootstrap_interval, paired_tests
from ribbonet.tasks.metrics import (
    confusion,
    divide,
    expected_calibration_error,
    matthews,
    number,
    q_accuracy,
    reliability,
    state_accuracy,
)
from ribbonet.tasks.structure_scores import Boundaries, Comparison, EightScores, StructureScores


def evaluate(
    chains: Sequence[Chain],
    probabilities: Sequence[NDArray[np.floating]],
    *,
    random_state: int = 0,
) -> StructureScores:
    """Score the predictions for chains with labels H, E and C.

    Parameters
    ----------
    chains : sequence of Chain
        Residues without labels, and chains without any, count in no score.
    probabilities : sequence of (L, 3) floating
        Of each state for each residue of each chain, in the order H, E, C.
    random_state : int
        Seed of the bootstrap.

    Returns
    -------
    StructureScores

    Raises
    ------
    ValueError
        If there is no chain, not an array of shape (L, 3) for each, or a label is none of H, E, C
        and ``-``.
    """
    for chain, array in zip(chains, probabilities, strict=True):
        if array.shape != (len(chain), len(STATES)):
            raise ValueError(
                f"chain {chain.id!r}: {len(chain)} residues, probabilities of shape {array.shape}"
            )
    states = [STATES.decode(array.argmax(axis=1)) for array in probabilities]
    return evaluate_states(chains, states, probabilities, random_state=random_state)


def evaluate_states(
    chains: Sequence[Chain],
    states: Sequence[str],
    probabilities: Sequence[NDArray[np.floating]] | None = None,
    *,
    random_state: int = 0,
) -> StructureScores:
    """Score predicted states, H, E and C, as ``evaluate`` does; ``ece`` needs probabilities."""
    if not chains:
        raise ValueError("no chain to evaluate")
    pairs = pairs_of(chains, states, STATES)
    truth = np.concatenate([t for t, _ in pairs])
    counts = confusion(truth, np.concatenate([p for _, p in pairs]))
    correct, totals = correct_of(pairs)
    interval = bootstrap_interval(correct, totals, np.random.default_rng(random_state))
    together = None if probabilities is None else np.concatenate(list(probabilities))
    labels = counts.sum(axis=1)
    return StructureScores(
        chains=len(chains),
        residues=int(counts.sum()),
        q3=number(100 * q_accuracy(counts)),
        **_of_states("q", 100 * state_accuracy(counts)),
        **_of_states("mcc", matthews(counts)),
        sov=number(_overlap(sov, pairs)),
        ece=None if together is None else number(expected_calibration_error(together, truth)),
        q3_ci95=[number(100 * bound) for bound in interval],
        confusion=counts.tolist(),
        sov_refine=number(_overlap(sov_refine, pairs)),
        boundaries=_boundaries(pairs),
        reliability=[] if together is None else reliability(together, truth),
        by_length=by_length(chains, correct, totals),
        by_content=by_content(pairs, correct, totals),
        majority_state=STATES.symbols[int(labels.argmax())],
        majority_q3=number(100 * divide(labels.max(), labels.sum())),
    )


def evaluate_eight(chains: Sequence[Chain], states: Sequence[str]) -> EightScores:
    """Score predictions in DSSP's eight states.

    Parameters
    ----------
    chains : sequence of Chain
        Labels in the eight states.
    states : sequence of str
        Of each chain, in the eight states.
    """
    pairs = pairs_of(chains, states, STATES8)
    truth, predicted = (np.concatenate(column) for column in zip(*pairs, strict=True))
    counts = confusion(truth, predicted, len(STATES8))
    return EightScores(
        STATES8.symbols,
        [number(q) for q in 100 * state_accuracy(counts)],
        [number(mcc) for mcc in matthews(counts)],
        counts.tolist(),
    )


@dataclass(frozen=True)
class ChainScore:
    """How one chain is predicted: labelled residues, Q3 and SOV in per cent."""

    id: str
    length: int
    residues: int
    q3: float | None
    sov: float | None


def chain_scores(chains: Sequence[Chain], states: Sequence[str]) -> list[ChainScore]:
    """Score each chain."""
    return [
        ChainScore(
            chain.id,
            len(chain),
            int(np.sum(pair[0] != UNLABELLED)),
            number(100 * divide(*(x[0] for x in correct_of([pair])))),
            number(_overlap(sov, [pair])),
        )
        for chain, pair in zip(chains, pairs_of(chains, states, STATES), strict=True)
    ]


def compare(
    chains: Sequence[Chain],
    states: Sequence[str],
    others: Sequence[str],
    *,
    random_state: int = 0,
) -> Comparison:
    """Compare two predictions of the same chains in three states by ``paired_tests``."""
    correct, totals = correct_of(pairs_of(chains, states, STATES))
    other, _ = correct_of(pairs_of(chains, others, STATES))
    return paired_tests(correct, other, totals, np.random.default_rng(random_state))


def pairs_of(chains: Sequence[Chain], states: Sequence[str], alphabet: Alphabet) -> list[Pair]:
    """Return the codes of labels and of predicted states of each chain."""
    pairs = []
    for chain, predicted in zip(chains, states, strict=True):
        if len(predicted) != len(chain):
            raise ValueError(
                f"chain {chain.id!r}: {len(chain)} residues, {len(predicted)} predicted states"
            )
        labels = encode_labels(chain.labels or "-" * len(chain), alphabet)
        pairs.append((labels, alphabet.encode(predicted)))
    return pairs


def correct_of(pairs: Iterable[Pair]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the residues of each chain predicted right, and those with a label."""
    counts = [(np.sum(t == p), np.sum(t != UNLABELLED)) for t, p in pairs]
    correct, totals = np.array(counts, np.int64).T
    return correct, totals


def _overlap(score: Callable[..., Any], pairs: Iterable[Pair]) -> float:
    found = [score(*pair) for pair in pairs]
    return 100 * float(divide(sum(s.sum() for s, _ in found), sum(n.sum() for _, n in found)))


def _boundaries(pairs: Iterable[Pair]) -> Boundaries:
    observed, predicted, matched = sum(boundaries(*pair)[:2].sum(axis=0) for pair in pairs)
    recall, precision = (number(100 * divide(matched, n)) for n in (observed, predicted))
    return Boundaries(TOLERANCE, int(observed), int(predicted), recall, precision)


def _of_states(name: str, scores: NDArray[np.float64]) -> dict[str, Any]:
    """Return a score of each state by the name of its field."""
    return {f"{name}_{state.lower()}": number(s) for state, s in zip(STATES, scores, strict=True)}
