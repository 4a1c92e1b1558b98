"""What predictors say of chains, drawn one above the other, and compared with the structure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ribbonet import __version__
from ribbonet.chains.alphabet import agree
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import stem_of
from ribbonet.chains.readers.records.making import Predicted
from ribbonet.chains.readers.registry import read_predicted
from ribbonet.errors import InputError
from ribbonet.evaluation.reference import Reference, agreement, read_reference, reference_of
from ribbonet.prediction.figures.layout import room_for_names
from ribbonet.prediction.figures.record import Layer, Record, record_of
from ribbonet.prediction.figures.style import style_of
from ribbonet.prediction.formats.pictures import PICTURES
from ribbonet.prediction.prediction import Prediction
from ribbonet.system.atomic import atomic_write

Source = str | Path | Prediction | Chain
"""A file of states in any form, or a prediction, or a chain with labels."""


def draw(
    sources: Source | Sequence[Source],
    output: str | Path,
    *,
    reference: Reference | None = None,
    **style: Any,
) -> int:
    """Draw chains one below the other, with what each source says of them one above the other.

    Parameters
    ----------
    sources : str, Path, Prediction or Chain, or a sequence of them
        Files of predictions, of DSSP or of labelled chains in any form that is read, predictions,
        or labelled chains. Those of one sequence are drawn together.
    output : str or Path
        Its extension, `.svg`, `.pdf` or `.png`, names the format.
    reference : str, Path, Chain or sequence of Chain, optional
        The states of the chains' structures: a file of PDB or mmCIF, which DSSP labels, a file of
        states in any form, or labelled chains. Residues that differ are marked, and Q3 and SOV
        are said. Its sequence may be a part of a chain's.
    **style
        Options of `ribbonet.prediction.figures.style.Style`.

    Returns
    -------
    number : int
        How many chains were drawn.

    Raises
    ------
    InputError
        When a file cannot be read, there is nothing to draw, the reference is of no chain, or the
        extension or an option is not known.
    """
    picture = PICTURES.get(Path(output).suffix.lower().removeprefix("."))
    if picture is None:
        raise InputError(f"{output}: end the name with one of .{', .'.join(PICTURES)}")
    picture = replace(picture, style=style_of(**style))
    picture.check()
    given = [sources] if isinstance(sources, str | Path | Prediction | Chain) else list(sources)
    records = list(_records(given, None if reference is None else read_reference(reference)))
    if not records:
        raise InputError("nothing to draw: give files of states, predictions or labelled chains")
    parts = [picture.encode_records(records, room_for_names(records))]
    with atomic_write(Path(output), "wb") as file:
        picture.assemble(parts, file)
    return len(records)


def _records(sources: Sequence[Source], observed: Sequence[Chain] | None) -> Iterator[Record]:
    together: list[list[Record]] = []
    for source, name in zip(sources, _names(sources), strict=True):
        for record in _of_source(source, name):
            same = [own for own in together if _is_of(own, record, name)]
            same.sort(key=lambda own: own[0].id != record.id)
            if same:
                same[0].append(record)
            else:
                together.append([record])
    compared = 0
    for own in together:
        record = _joined(own)
        chain = Chain(record.header, record.sequence)
        reference = None if observed is None else reference_of(chain, observed)
        if reference is not None:
            compared += 1
            remark = "; ".join(_scored(layer, reference) for layer in record.layers)
            layer = Layer(reference.plain_labels, name=reference.id, observed=True)
            record = replace(record, layers=(layer, *record.layers), remark=remark)
        yield record
    if observed is not None and together and not compared:
        raise InputError(
            f"reference: {observed[0].id!r} is of none of the chains; give the structure of one, "
            "whose sequence is the chain's or a part of it"
        )


def _is_of(own: Sequence[Record], record: Record, source: str) -> bool:
    """Whether a record is of the same chain, and the first of its source."""
    names = [record.layers[0].name for record in own]
    return source not in names and agree(own[0].sequence, record.sequence)


def _joined(own: Sequence[Record]) -> Record:
    first = own[0]
    return replace(
        first,
        layers=tuple(layer for record in own for layer in record.layers),
        identity=next((r.identity for r in own if r.identity is not None), None),
        caption="; ".join(dict.fromkeys(record.caption for record in own)),
    )


def _names(sources: Sequence[Source]) -> list[str]:
    """Name each source by the stem of its file or by its model; no two have one name."""
    names: list[str] = []
    for source in sources:
        if isinstance(source, Prediction):
            name = source.model or "prediction"
        else:
            name = source.id if isinstance(source, Chain) else stem_of(source)
        if isinstance(source, str | Path) and name in names:
            name = Path(source).name
        names.append(name)
    return names


def _of_source(source: Source, name: str) -> Iterator[Record]:
    if isinstance(source, Prediction):
        record = record_of(source)
        yield replace(record, layers=(replace(record.layers[0], name=name),))
        return
    if isinstance(source, Chain):
        if source.labels is None:
            raise InputError(f"{source.id!r}: has no labels to draw; predict it first")
        found: Iterable[Predicted] = [Predicted(source, None)]
    else:
        found = read_predicted(source)
    name_of_source = source.id if isinstance(source, Chain) else Path(source).name
    for chain, probabilities in found:
        layer = Layer(chain.plain_labels, probabilities, name)
        yield Record(
            chain.header,
            chain.sequence,
            (layer,),
            caption=f"{name_of_source}, drawn by ribbonet {__version__}",
        )


def _scored(layer: Layer, reference: Chain) -> str:
    """Say how well a layer agrees with the reference where both have a state."""
    scores = agreement(reference, layer.states)
    if scores is None:
        return f"{layer.name}: nothing to compare with"
    q3, sov = scores
    return f"{layer.name}: Q3 {q3:.1f}, SOV {sov:.1f}"
