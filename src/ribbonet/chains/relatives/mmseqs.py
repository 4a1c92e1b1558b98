"""Homologues of a chain in a FASTA by MMseqs2, in two iterations.

Steinegger & Soeding 2017, Nat. Biotechnol. 35, 1026-1028 (Debian package mmseqs2).
"""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import UNKNOWN
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import open_bytes
from ribbonet.chains.relatives.profiles import ABSENT, encode_row
from ribbonet.errors import InputError
from ribbonet.system.programs import find_program, last_line, run

SENSITIVITY, ITERATIONS, E_VALUE, MAX_ROWS = 4.5, 2, 1e-3, 300
"""Of the search; all but the first also of the one by jackhmmer."""


def aligned(
    chains: Sequence[Chain], homologues: str | Path, threads: int | None = None
) -> Iterator[NDArray[np.uint8]]:
    """Find homologues and align them to chains.

    A record of the chain's own id is left out.

    Parameters
    ----------
    chains : sequence of Chain
    homologues : str or Path
        FASTA of protein sequences, compressed or not.
    threads : int, optional
        Of MMseqs2; by default one per core.

    Yields
    ------
    rows : (N, L) uint8 array
        For each chain, as `ribbonet.chains.relatives.profiles.profile` takes them.

    Raises
    ------
    InputError
        If mmseqs is missing or fails, or the FASTA cannot be read.
    """
    program = find_program("mmseqs", "mmseqs2")
    with TemporaryDirectory() as name:
        folder = Path(name)
        hits = _search(program, chains, homologues, folder, threads)
        with hits.open("rb") as file:
            places = _places(file)
            for number, chain in enumerate(chains):
                start, end = places.get(number, (0, 0))
                file.seek(start)
                yield _rows(chain, file.read(end - start))


def own_names(chain: Chain) -> set[str]:
    """Names of records that are the chain itself: its id, and the parts of one like `sp|P1|A`."""
    return {chain.id, *chain.id.split("|")}


def _search(
    program: str,
    chains: Sequence[Chain],
    homologues: str | Path,
    folder: Path,
    threads: int | None,
) -> Path:
    """Run MMseqs2; return a table of query, target, first position, and both aligned rows."""
    queries, targets = folder / "queries.fasta", folder / "targets.fasta"
    letters = str.maketrans(dict.fromkeys(UNKNOWN, "X"))
    with queries.open("w") as file:
        for number, chain in enumerate(chains):
            file.write(f">{number}\n{chain.sequence.translate(letters)}\n")
    with open_bytes(homologues) as source, targets.open("wb") as copy:
        first = source.peek(1)[:1]
        if first != b">":
            raise InputError(f"{homologues}: is not FASTA; give a FASTA file of protein sequences")
        copyfileobj(source, copy)
    options = ["-v", "1", *(["--threads", str(threads)] if threads else [])]
    search = {
        "-s": SENSITIVITY,
        "--num-iterations": ITERATIONS,
        "-e": E_VALUE,
        "--max-seqs": MAX_ROWS,
    }
    chosen = [str(word) for pair in search.items() for word in pair]
    base = [str(folder / name) for name in ("q", "t", "found")]
    table = folder / "hits.tsv"
    fields = "query,target,qstart,qaln,taln"
    for command in (
        ["createdb", str(queries), base[0], "--dbtype", "1", "-v", "1"],
        ["createdb", str(targets), base[1], "--dbtype", "1", "-v", "1"],
        ["search", *base, str(folder / "tmp"), "-a", *chosen, *options],
        ["convertalis", *base, str(table), "--format-output", fields, *options],
    ):
        done = run([program, *command])
        if done.returncode:
            raise InputError(
                f"mmseqs {command[0]} failed on {homologues}: {last_line(done)}; is it FASTA of "
                f"proteins, and is there room in {folder.parent}?"
            )
        if command[1] == str(targets):
            targets.unlink()
    return table


def _places(file: io.BufferedReader) -> dict[int, tuple[int, int]]:
    """Return where the lines of each query, which are adjacent, begin and end in the table."""
    places: dict[int, tuple[int, int]] = {}
    end = 0
    for line in file:
        start, end = end, end + len(line)
        query = int(line[: line.index(b"\t")])
        places[query] = places.get(query, (start, end))[0], end
    return places


def _rows(chain: Chain, table: bytes) -> NDArray[np.uint8]:
    """Return the rows of the alignment to a chain, its own first."""
    own = {name.encode() for name in own_names(chain)}
    hits = [line.split(b"\t") for line in table.splitlines()]
    hits = [hit for hit in hits if hit[1] not in own]
    rows = np.full((len(hits) + 1, len(chain)), ABSENT, np.uint8)
    rows[0] = encode_row(chain.sequence)
    for row, (_, _, start, query, target) in zip(rows[1:], hits, strict=True):
        codes = encode_row(target)[np.frombuffer(query, np.uint8) != ord("-")]
        row[int(start) - 1 :][: len(codes)] = codes
    return rows
