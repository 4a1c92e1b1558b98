"""Known structures of relatives: which predictions use them, and how they are aligned."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Depends, Request

from ribbonet.chains.alphabet import RESIDUES
from ribbonet.chains.chain import Chain
from ribbonet.chains.templates import Alignment, available
from ribbonet.chains.templates.template_set import TemplateSet, decode_labels
from ribbonet.errors import InputError
from ribbonet.models import DEFAULT_MODEL, load_model
from ribbonet.prediction.templates import MISSING, Templates, find_templates
from ribbonet.web.predict.interface import CHAINS
from ribbonet.web.predict.service import PredictionService
from ribbonet.web.predict.turns import Job
from ribbonet.web.server.limits import Limits

GAP = "-"


@lru_cache(maxsize=1)
def _corrected() -> Templates:
    """Return those for the default model; all share the package's structures."""
    templates = find_templates(True, load_model(DEFAULT_MODEL))
    assert templates is not None
    return templates


def choose(
    wanted: bool | None, model: str, residues: int, limits: Limits
) -> tuple[Templates | None, str]:
    """Return the templates that a prediction uses, and what is to be said of that.

    Parameters
    ----------
    wanted : bool or None
        None for the command's default, as far as the limits allow it.
    model : str
    residues : int
        Of all chains together.
    limits : Limits

    Raises
    ------
    InputError
        When they are wanted, and missing or not for so many residues.
    """
    is_default = model == DEFAULT_MODEL
    if wanted is False or (wanted is None and not is_default):
        return None, ""
    if not available():
        if wanted:
            raise InputError(MISSING)
        return None, MISSING
    if residues > limits.searched:
        if wanted:
            raise InputError(
                f"the page looks for relatives of up to {limits.searched:,} residues at a time, "
                f"not of {residues:,}; switch them off, or use the command `ribbonet predict`"
            )
        return None, (
            f"predicted from the sequence alone: the page looks for relatives of up to "
            f"{limits.searched:,} residues at a time; use the command `ribbonet predict`"
        )
    templates = _corrected()
    return (templates if is_default else Templates(templates.search)), ""


def add_relatives(room: APIRouter, service: PredictionService) -> None:
    """Add what is asked of relatives to the room's part of the application."""

    @room.post("/relatives", **CHAINS)
    async def relatives(
        request: Request,
        job: Job = Depends(service.place),  # noqa: B008
    ) -> list[dict[str, Any]]:
        """Align a chain to its relatives of known structure, the most similar first.

        Positions count from 1; `query` and `template` are the rows of an alignment, `states` the
        template's by DSSP.
        """
        reading = await service.read_one(job, request, "relatives", "mask")
        templates, _ = choose(True, DEFAULT_MODEL, reading.residues, service.limits)
        assert templates is not None
        job.long = True
        pause = service.pausing(job)
        return await service.work(job, _aligned, reading.chains[0], templates, pause)


def _aligned(chain: Chain, templates: Templates, pause: Callable[[], None]) -> list[dict[str, Any]]:
    (evidence,) = templates.evidence([chain], pause)
    return [
        aligned(chain.sequence, alignment, templates.search.templates)
        for alignment in evidence.alignments
    ]


def aligned(sequence: str, alignment: Alignment, templates: TemplateSet) -> dict[str, Any]:
    """Write an alignment out.

    Parameters
    ----------
    sequence : str
        The chain's.
    alignment : Alignment
    templates : TemplateSet
    """
    letters = f"{RESIDUES.symbols}X"
    other = "".join(letters[code] for code in templates.sequence(alignment.place))
    labels = decode_labels(templates.states(alignment.place))
    query, template, states = [], [], []
    before = int(alignment.query[0]) - 1, int(alignment.target[0]) - 1
    for pair in zip(alignment.query.tolist(), alignment.target.tolist(), strict=True):
        (at, to), (was_at, was_to) = pair, before
        inserted, deleted = at - was_at - 1, to - was_to - 1
        query.append(sequence[was_at + 1 : at] + GAP * deleted + sequence[at])
        template.append(GAP * inserted + other[was_to + 1 : to + 1])
        states.append(GAP * inserted + labels[was_to + 1 : to + 1])
        before = pair
    return {
        "id": alignment.id,
        "identity": round(alignment.identity, 3),
        "e_value": float(f"{alignment.e_value:.2g}"),
        "start": int(alignment.query[0]) + 1,
        "end": int(alignment.query[-1]) + 1,
        "template_start": int(alignment.target[0]) + 1,
        "template_end": int(alignment.target[-1]) + 1,
        "query": "".join(query),
        "template": "".join(template),
        "states": "".join(states),
    }
