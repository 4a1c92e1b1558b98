"""Labels by DSSP: secondary structure of the chains of a structure, assigned by ``mkdssp``.

Kabsch & Sander 1983, Biopolymers 22, 2577-2637; the program is that of
https://github.com/PDB-REDO/dssp, version 4 (Debian package dssp).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import cycle, islice
from math import dist
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from ribbonet.chains.alphabet import STATES8, read_labels
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import name_of, stem_of
from ribbonet.chains.readers.dssp import HEADING
from ribbonet.chains.structures.atoms import BACKBONE
from ribbonet.chains.structures.backbone import Model, read_structure
from ribbonet.chains.structures.topology import Residue
from ribbonet.errors import InputError
from ribbonet.system.programs import find_program, last_line, run

SHORTEST, LONGEST = 1.0, 2.2
"""Ångström between C-alpha and C of most residues, beyond which coordinates are no protein's."""
LISTED = 3
"""Breaks that a warning names."""


def find_mkdssp() -> str:
    """Path of mkdssp; raises InputError if it is missing."""
    return find_program("mkdssp", "dssp")


def label_structure(
    path: str | Path,
    *,
    all_models: bool = False,
    mask: bool = False,
    on_warning: Callable[[str], None] | None = None,
    seconds: float | None = None,
) -> Iterator[Chain]:
    """Chains of a structure with DSSP's labels, in eight states; ``-`` where it is not resolved.

    ``mkdssp`` reads the backbones of all protein chains of a model together, since strands of one
    chain may pair with those of another. A chain's id is the file's name, ``-`` and the chain's.
    Chains of D-amino acids are left out.

    Parameters
    ----------
    path : str or Path
        PDB or mmCIF; plain, or compressed with gzip, xz, bzip2 or zstd.
    all_models : bool
        Whether to label all models, not only the first; ids of the second model end in ``-2``, and
        so on.
    mask : bool
        Whether an atom that cannot be read is left out, so that its residue has no label.
    on_warning : callable, optional
        Called with messages about what is left out, and about residues that are read as X.
    seconds : float, optional
        Time limit of mkdssp for a model.

    Raises
    ------
    InputError
        If the file cannot be read, has no protein chain or no whole backbone, or mkdssp is missing
        or fails.
    """
    program = find_mkdssp()
    name, stem = name_of(path), stem_of(path)
    models = read_structure(path, mask=mask)
    first: list[str] = []
    for number, model in enumerate(models if all_models else islice(models, 1), 1):
        first = first or [polymer.sequence for polymer in model]
        if number == 1 and on_warning is not None:
            for warning in _warnings(model):
                on_warning(f"{name}: {warning}")
        suffix = f"-{number}" if number > 1 else ""
        resolved = [r for polymer in model for r in polymer.residues if r.resolved]
        if not resolved:
            raise InputError(
                f"{name}: no residue has all of N, CA, C and O, by which DSSP assigns states; give "
                "a structure with a whole backbone (one of C-alpha atoms can be rebuilt)"
            )
        if all(polymer.mirrored for polymer in model):
            raise InputError(f"{name}: has D-amino acids alone, and no label is for them")
        length = median(dist(residue.atoms["CA"], residue.atoms["C"]) for residue in resolved)
        if not SHORTEST < length < LONGEST:
            raise InputError(
                f"{name}: C-alpha and C of a residue are {length:.2g} Å apart, in proteins 1.5; "
                "give coordinates in ångström"
            )
        states = iter(_assign(program, model, name, seconds))
        for polymer in model:
            labels = "".join(next(states) if r.resolved else "-" for r in polymer.residues)
            if not polymer.mirrored:
                yield Chain(
                    f"{stem}-{polymer.id}{suffix}", polymer.sequence, read_labels(labels, STATES8)
                )
    if not all_models and on_warning is not None and _has_other_chains(models, first):
        on_warning(
            f"{name}: the second model has other chains than the first, which alone is labelled; "
            "use --all-models, or give each structure in a file of its own"
        )


def _has_other_chains(models: Iterator[Model], first: Sequence[str]) -> bool:
    """Whether another model follows, and not of the same sequences."""
    with suppress(InputError):  # it is left out anyway
        for model in islice(models, 1):
            return [polymer.sequence for polymer in model] != first
    return False


def _warnings(model: Model) -> Iterator[str]:
    mirrored = [polymer.id for polymer in model if polymer.mirrored]
    if mirrored:
        yield f"left out, of D-amino acids: chain {', '.join(mirrored)}"
    torn = [f"{place} (chain {p.id})" for p in model for place in p.torn]
    if torn:
        more = f" and {len(torn) - LISTED:,} more" if len(torn) > LISTED else ""
        yield (
            f"no bond joins residues {'; '.join(torn[:LISTED])}{more}; if the box of a simulation "
            "cuts the molecule, make it whole first (gmx trjconv -pbc whole)"
        )
    unknown = Counter(
        residue.name
        for polymer in model
        for residue in polymer.residues
        if residue.letter == "X" and residue.name != "UNK" and not polymer.mirrored
    )
    if unknown:
        listed = ", ".join(f"{name} ({count})" for name, count in sorted(unknown.items()))
        yield f"residues read as X: {listed}"


def _assign(program: str, model: Model, name: str, seconds: float | None) -> str:
    """States of the resolved residues, in order.

    DSSP's classic output is asked for: the other one, mmCIF, fails on some sound structures.
    """
    chains = [[r for r in polymer.residues if r.resolved] for polymer in model]
    with TemporaryDirectory() as folder:
        given, made = Path(folder, "in.cif"), Path(folder, "out.dssp")
        given.write_text("\n".join(_backbone(chains)) + "\n", encoding="ascii")
        done = run([program, "--output-format", "dssp", str(given), str(made)], seconds)
        text = made.read_text(encoding="utf-8", errors="replace") if made.exists() else ""
    _, found, table = text.partition(HEADING)
    states = [line[16:17] for line in table.splitlines()[1:] if line[13:14] != "!"]
    if done.returncode or not found or len(states) != sum(map(len, chains)):
        raise InputError(
            f"{name}: mkdssp could not label it ({last_line(done)}); leave it out, or try another "
            "version of mkdssp"
        )
    return "".join(states)


_SCHEME = (
    "asym_id entity_id seq_id mon_id pdb_seq_num auth_seq_num pdb_mon_id auth_mon_id "
    "pdb_strand_id pdb_ins_code"
)
_ATOM_SITE = (
    "group_PDB id type_symbol label_atom_id label_alt_id label_comp_id label_asym_id "
    "label_entity_id label_seq_id pdbx_PDB_ins_code Cartn_x Cartn_y Cartn_z occupancy "
    "B_iso_or_equiv auth_seq_id auth_asym_id auth_comp_id pdbx_PDB_model_num"
)


def _backbone(chains: Sequence[Sequence[Residue]]) -> Iterator[str]:
    """Lines of the least mmCIF file that mkdssp takes.

    What it sees is the same whatever the file was, PDB or mmCIF, with or without the records that
    mkdssp insists on. All residues count as alanine but proline, which lacks the amide's hydrogen:
    DSSP looks at nothing else of the side chains. The classic output has room for ids of one
    letter, so chains are A and B in turn, each as one molecule: by their different ids and the
    distance of their ends mkdssp keeps them apart.
    """
    count: Counter[str] = Counter()
    rows: list[tuple[str, int, int, str, Residue]] = []
    for asym, entity, chain in zip(cycle("AB"), cycle([1, 2]), chains):
        for residue in chain:
            count[asym] += 1
            rows.append((asym, entity, count[asym], _kind(residue), residue))
    molecules = sorted({(asym, entity) for asym, entity, *_ in rows})
    yield "data_backbone"
    yield from _loop("entity", "id type", ((e, "polymer") for _, e in molecules))
    yield from _loop(
        "entity_poly", "entity_id type", ((e, "'polypeptide(L)'") for _, e in molecules)
    )
    yield from _loop("chem_comp", "id type", ((k, "'L-peptide linking'") for k in ("ALA", "PRO")))
    yield from _loop(
        "entity_poly_seq", "entity_id num mon_id", ((e, n, k) for _, e, n, k, _ in rows)
    )
    yield from _loop("struct_asym", "id entity_id", molecules)
    yield from _loop(
        "pdbx_poly_seq_scheme",
        _SCHEME,
        ((a, e, n, k, n % 10_000, n % 10_000, k, k, a, ".") for a, e, n, k, _ in rows),
    )
    atoms = (
        (atom[0], atom, ".", k, a, e, n, "?", *r.atoms[atom], "1.0", "0.0", n % 10_000, a, k, 1)
        for a, e, n, k, r in rows
        for atom in BACKBONE
    )
    yield from _loop(
        "atom_site", _ATOM_SITE, (("ATOM", n, *atom) for n, atom in enumerate(atoms, 1))
    )


def _kind(residue: Residue) -> str:
    # hydroxyproline and the like are nothing special for mkdssp
    return "PRO" if residue.name[-3:] == "PRO" and residue.letter == "P" else "ALA"


def _loop(category: str, items: str, rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "loop_"
    yield from (f"_{category}.{item}" for item in items.split())
    yield from (" ".join(map(str, row)) for row in rows)
    yield "#"
