"""Predictions corrected by the known structures of a chain's relatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.models import DEFAULT_MODEL, load_model, shipped_templates, template_network
from ribbonet.models.inputs import ONE_HOT
from ribbonet.models.model import Model
from ribbonet.models.stages import no_pause
from ribbonet.tasks.structure import THREE_OF_EIGHT, Structure

if TYPE_CHECKING:
    from ribbonet.chains.templates import TemplateSearch
    from ribbonet.chains.templates.evidence import Evidence

LEAST_WEIGHT, MOST_WEIGHT = 0.35, 0.9
"""Of the relatives' vote in a blend: the former and the identity, at most the latter."""
MISSING = (
    "pyhmmer is not installed, so no relatives of known structure are used; "
    "add it by: pip install pyhmmer"
)


class Templates:
    """Corrects a model's predictions by the known structures of the chains' relatives.

    Parameters
    ----------
    search : TemplateSearch
    network : Model, optional
        Reads the model's probabilities, the evidence and the residues (`network_inputs`). Without
        one, the probabilities are blended with the relatives' vote, whose weight grows with
        identity.
    """

    def __init__(self, search: TemplateSearch, network: Model | None = None) -> None:
        self.search, self.network = search, network

    @property
    def settings(self) -> str:
        """What the corrections depend on besides the chains and the model."""
        combined = "blend" if self.network is None else self.network.digest
        return f"{self.search.settings} {combined}"

    def evidence(
        self, chains: Sequence[Chain], pause: Callable[[], None] = no_pause
    ) -> list[Evidence]:
        """Return the relatives' evidence for each chain; `pause` is called between alignments."""
        from ribbonet.chains.templates.evidence import weigh

        templates = self.search.templates
        return [
            weigh(chain.codes, alignments, templates.states, templates.sequence)
            for chain, alignments in zip(chains, self.search(chains, pause), strict=True)
        ]

    def correct(
        self,
        chains: Sequence[Chain],
        probabilities: Sequence[NDArray[np.float32]],
        evidence: Sequence[Evidence],
    ) -> list[NDArray[np.float32]]:
        """Return corrected probabilities; those of chains without relatives as they are.

        Parameters
        ----------
        chains : sequence of Chain
        probabilities : sequence of (L, K) float32 arrays
            The model's, of its own states: three, or the eight of DSSP.
        evidence : sequence of Evidence
        """
        corrected = list(probabilities)
        related = [place for place, own in enumerate(evidence) if own.known.any()]
        if not related:
            return corrected
        if self.network is None:
            for place in related:
                corrected[place] = blended(probabilities[place], evidence[place])
            return corrected
        read = [
            network_inputs(chains[place].codes, probabilities[place], evidence[place])
            for place in related
        ]
        for place, own in zip(
            related, self.network.probabilities(read, Structure(STATES8)), strict=True
        ):
            corrected[place] = own
        return corrected


def blended(probabilities: NDArray[np.float32], evidence: Evidence) -> NDArray[np.float32]:
    """Mean of a model's probabilities and the relatives' vote, by the highest identity.

    Parameters
    ----------
    probabilities : (L, K) float32 array
        Of three states, or of the eight of DSSP.
    evidence : Evidence
    """
    shares = evidence.shares
    if probabilities.shape[1] != len(STATES8):
        shares = shares @ THREE_OF_EIGHT
    weight = np.minimum(LEAST_WEIGHT + evidence.identity, MOST_WEIGHT)
    weight = np.where(evidence.known, weight, 0).astype(np.float32)[:, None]
    return (1 - weight) * probabilities + weight * shares


def network_inputs(
    codes: NDArray[np.uint8], probabilities: NDArray[np.float32], evidence: Evidence
) -> NDArray[np.float32]:
    """Return the input of the template network for a chain.

    Parameters
    ----------
    codes : (L,) uint8 array
        Of its residues.
    probabilities : (L, 8) float32 array
        Of the eight states, from the sequence.
    evidence : Evidence

    Returns
    -------
    inputs : (L, 51) float32 array
        The probabilities, the columns of the evidence, the residues one-hot.
    """
    return np.hstack([probabilities, evidence.array, ONE_HOT[codes]])


def find_templates(
    choice: bool | str | Path | Templates | None, model: Model, max_identity: float = 1.0
) -> Templates | None:
    """Return the templates that a choice names, for a model.

    Parameters
    ----------
    choice : bool, str, Path, Templates or None
        True for the set in the package, False for none, or a file of one's own. None for the set
        in the package where the model is the default one and pyhmmer is installed.
    model : Model
    max_identity : float
        Of the relatives that count.

    Raises
    ------
    InputError
        If pyhmmer is missing and templates were asked for, or the set cannot be read.
    """
    if isinstance(choice, Templates) or choice is False:
        return choice or None
    named = model.card.name == DEFAULT_MODEL  # else the default one need not be loaded
    is_default = named and model is load_model(DEFAULT_MODEL)
    if choice is None and not is_default:
        return None
    if not isinstance(model.task, Structure):
        raise InputError(f"templates are for secondary structure, not for {model.task.summary}")
    from ribbonet.chains.templates import TemplateSearch, available
    from ribbonet.chains.templates.template_set import read_templates

    if not available():
        if choice is None:
            _warn_once()
            return None
        raise InputError(MISSING)
    path = shipped_templates() if choice in (None, True) else Path(str(choice))
    network = template_network() if is_default else None
    return Templates(TemplateSearch(read_templates(path.resolve()), max_identity), network)


@lru_cache(maxsize=1)
def _warn_once() -> None:
    from ribbonet.prediction.wording import warn_caller

    warn_caller(MISSING)
