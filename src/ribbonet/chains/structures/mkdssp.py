"""Labels by DSSP: secondary structure of the chains of a structure, assigned by ``mkdssp``.

Kabsch & Sander 1983, Biopolymers 22, 2577-2637; the program is that of
https://github.com/PDB-REDO/dssp, version 4 (Debian package dssp).
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from ribbonet.chains.alphabet import STATES8, read_labels
from ribbonet.chains.chain import Chain
from ribbonet.chains.structures.backbone import BACKBONE, ONE_LETTER, Model, read_structure
from ribbonet.chains.structures.cif import UNKNOWN, read_tables
from ribbonet.errors import InputError
from ribbonet.system.programs import find_program, last_line, run

THREE_LETTERS = {letter: name for name, letter in reversed(ONE_LETTER.items())}


def label_structure(path: str | Path, *, all_models: bool = False) -> Iterator[Chain]:
    """Chains of a structure with DSSP's labels, in eight states; ``-`` where it is not resolved.

    ``mkdssp`` sees the backbone of all protein chains of a model together, since strands of one
    chain may pair with those of another. A chain's id is the file's name, ``-`` and the chain's.

    Parameters
    ----------
    path : str or Path
        PDB or mmCIF; plain, or compressed with gzip, xz, bzip2 or zstd.
    all_models : bool
        Whether each model is labelled, with ``-2`` and so on behind the ids from the second one
        on, or the first alone.

    Raises
    ------
    InputError
        If the file cannot be read or has no protein chain, or mkdssp is missing or fails.
    """
    program = find_program("mkdssp", "dssp")
    stem = Path(path).name.split(".")[0]
    models = read_structure(path)
    for number, model in enumerate(models if all_models else models[:1], 1):
        suffix = f"-{number}" if number > 1 else ""
        labels = _assign(program, model, str(path))
        for place, polymer in enumerate(model):
            states = "".join(
                labels.get((place, n), "C") if residue.resolved else "-"
                for n, residue in enumerate(polymer.residues)
            )
            yield Chain(
                f"{stem}-{polymer.id}{suffix}", polymer.sequence, read_labels(states, STATES8)
            )


def _assign(program: str, model: Model, name: str) -> dict[tuple[int, int], str]:
    """States by chain and residue, both from 0; loops are left out."""
    if not any(residue.resolved for polymer in model for residue in polymer.residues):
        return {}
    options = ["--output-format", "mmcif"]
    # version 4.2 writes states residue by residue only if asked, later ones always
    known = run([program, "--help"])
    if "--write-experimental" in known.stdout + known.stderr:
        options.append("--write-experimental")
    with TemporaryDirectory() as folder:
        given, made = Path(folder, "in.cif"), Path(folder, "out.cif")
        given.write_text("\n".join(_backbone(model)) + "\n", encoding="utf-8")
        done = run([program, *options, str(given), str(made)])
        if done.returncode or not made.exists():
            raise InputError(
                f"{name}: mkdssp failed ({last_line(done)}); mend the structure, or leave it out"
            )
        with made.open(encoding="utf-8") as file:
            summary = read_tables(file, ("_dssp_struct_summary",))["_dssp_struct_summary"]
    return {
        (int(chain[1:]), int(residue) - 1): state
        for chain, residue, state in summary.columns(
            "label_asym_id", "label_seq_id", "secondary_structure"
        )
        if state not in UNKNOWN
    }


_SCHEME = (
    "asym_id entity_id seq_id mon_id pdb_seq_num auth_seq_num pdb_mon_id auth_mon_id "
    "pdb_strand_id pdb_ins_code"
)
_ATOM_SITE = (
    "group_PDB id type_symbol label_atom_id label_alt_id label_comp_id label_asym_id "
    "label_entity_id label_seq_id pdbx_PDB_ins_code Cartn_x Cartn_y Cartn_z occupancy "
    "B_iso_or_equiv auth_seq_id auth_asym_id auth_comp_id pdbx_PDB_model_num"
)


def _backbone(model: Model) -> Iterator[str]:
    """Lines of the least mmCIF file that mkdssp takes, chains and residues by number.

    What it sees is the same whatever the file was, PDB or mmCIF, with or without the records that
    mkdssp insists on; unknown and modified residues count as alanine, for DSSP looks at the
    backbone, and of the side chains at that of proline alone.
    """
    kinds = sorted({_kind(r.letter) for polymer in model for r in polymer.residues})
    numbered = [(f"c{n}", n + 1, polymer) for n, polymer in enumerate(model)]
    yield "data_backbone"
    yield from _loop("entity", "id type", ([e, "polymer"] for _, e, _ in numbered))
    yield from _loop(
        "entity_poly",
        "entity_id type",
        ([e, "'polypeptide(L)'"] for _, e, _ in numbered),
    )
    yield from _loop("chem_comp", "id type", ([k, "'L-peptide linking'"] for k in kinds))
    yield from _loop(
        "entity_poly_seq",
        "entity_id num mon_id",
        ([e, n, _kind(r.letter)] for _, e, p in numbered for n, r in enumerate(p.residues, 1)),
    )
    yield from _loop("struct_asym", "id entity_id", ([c, e] for c, e, _ in numbered))
    yield from _loop(
        "pdbx_poly_seq_scheme",
        _SCHEME,
        (
            [c, e, n, k := _kind(r.letter), n, n if r.resolved else "?", k, k, c, "."]
            for c, e, p in numbered
            for n, r in enumerate(p.residues, 1)
        ),
    )
    atoms = (
        [atom[0], atom, ".", k := _kind(r.letter), c, e, n, "?", *xyz, "1.0", "0.0", n, c, k, 1]
        for c, e, p in numbered
        for n, r in enumerate(p.residues, 1)
        if r.resolved
        for atom, xyz in ((a, r.atoms[a]) for a in BACKBONE)
    )
    yield from _loop(
        "atom_site", _ATOM_SITE, (["ATOM", n, *atom] for n, atom in enumerate(atoms, 1))
    )


def _kind(letter: str) -> str:
    name = THREE_LETTERS.get(letter, "ALA")
    return name if letter not in "UO" else "ALA"


def _loop(category: str, items: str, rows: Iterator[list[object]]) -> Iterator[str]:
    yield "loop_"
    yield from (f"_{category}.{item}" for item in items.split())
    yield from (" ".join(map(str, row)) for row in rows)
    yield "#"
