"""Many structures labelled independently: if one fails, the others are labelled all the same."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ribbonet.chains.chain import Chain
from ribbonet.chains.structures.backbone import distinct
from ribbonet.chains.structures.mkdssp import find_mkdssp, label_structure
from ribbonet.chains.structures.residues import import_gemmi
from ribbonet.errors import InputError

EXTENSIONS = (".pdb", ".ent", ".cif", ".mmcif")
"""Of files of structures."""


def is_structure(path: str | Path) -> bool:
    """Whether a file's name is that of a structure, compressed or not.

    Examples
    --------
    >>> is_structure("1ubq.cif.gz"), is_structure("1ubq.dssp")
    (True, False)
    """
    suffixes = [suffix.lower() for suffix in Path(path).suffixes[-2:]]
    if suffixes and suffixes[-1] in (".gz", ".xz", ".bz2", ".zst"):
        suffixes.pop()
    return bool(suffixes) and suffixes[-1] in EXTENSIONS


def label_structures(
    paths: Sequence[Path],
    *,
    all_models: bool = False,
    mask: bool = False,
    on_failure: Callable[[str], None],
    on_warning: Callable[[str], None] | None = None,
    seconds: float | None = None,
) -> Iterator[Chain]:
    """Chains of structures with DSSP's labels, each with an id of its own.

    Parameters
    ----------
    paths : sequence of Path
        As for ``label_structure``.
    all_models, mask, on_warning, seconds
        As for ``label_structure``.
    on_failure : callable
        Called with the reason why a structure could not be labelled, before the next one is tried.

    Raises
    ------
    InputError
        If gemmi or mkdssp is missing, or no structure could be labelled.
    """
    import_gemmi()
    find_mkdssp()
    used: set[str] = set()
    for path in paths:
        try:
            chains = list(
                label_structure(
                    path,
                    all_models=all_models,
                    mask=mask,
                    on_warning=on_warning,
                    seconds=seconds,
                )
            )
        except InputError as error:
            if len(paths) == 1:
                raise
            on_failure(str(error))
            continue
        yield from (replace(chain, header=distinct(chain.id, used)) for chain in chains)
    if not used:
        raise InputError("no structure could be labelled")
