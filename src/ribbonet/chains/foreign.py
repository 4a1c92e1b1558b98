"""Formats that are recognised, by the first bytes of a file, but not read; and what to do."""

import re
from pathlib import Path

SAVE_AS_FASTA = "save its sequences as FASTA"
FAMILY = (
    "give the file itself to ribbonet predict, without --on-invalid degap, or save its sequences "
    "without gaps as FASTA"
)
AS_ALIGNMENT = (
    "convert it to A3M (reformat.pl of the HH-suite) or Stockholm, or save its sequences without "
    "gaps as FASTA"
)
STRUCTURE = "label its chains first, with ribbonet data label"
AS_MMCIF = "download or save it as mmCIF (.cif), which ribbonet data label reads"

_BINARY: tuple[tuple[bytes, str], ...] = (
    (rb"\xff\xfe|\xfe\xff", "text in UTF-16; save it as UTF-8"),
    (rb"PK\x03\x04(?s:.)*\bxl/", "a spreadsheet (.xlsx); save the sheet as CSV"),
    (rb"PK\x03\x04(?s:.)*\b(word|content\.xml)", "an office document; save it as plain text"),
    (rb"PK\x03\x04(?s:.)*\bdata\.pkl", "a file of PyTorch; save its arrays as HDF5 or .npz"),
    (rb"PK\x03\x04", "a zip archive; unpack it"),
    (rb"\xd0\xcf\x11\xe0", "an office document (.xls or .doc); save it as CSV or plain text"),
    (rb"\x1f\x8b|BZh[1-9]|\xfd7zXZ|\x28\xb5\x2f\xfd", "compressed twice; unpack it once"),
    (rb"%PDF", "a PDF document; give the file of the data itself"),
    (rb"\x89HDF\r?\n", "HDF5; arrays of numbers go with --inputs"),
    (rb"\x93NUMPY", "an array of NumPy of no known shape; arrays of numbers go with --inputs"),
    (rb"PAR1", "Parquet; save it as CSV"),
    (rb"SQLite format 3", "an SQLite database; save its sequences as FASTA"),
    (rb"7z\xbc\xaf|Rar!", "an archive; unpack it"),
    (rb"(?s:.{257})ustar", "a tar archive; unpack it"),
    (rb"(?s:.{1,3})\xabmmtfVersion", f"a structure in MMTF; {AS_MMCIF}"),
    (rb"([^\0]\0){2}|(\0[^\0]){2}", "text in UTF-16; save it as UTF-8"),
    (
        rb"[\x80-\x8f](?s:.){0,200}(\xa7encoder|\xaadataBlocks)",
        f"a structure in BinaryCIF; {AS_MMCIF}",
    ),
)
_TEXT: tuple[tuple[str, str], ...] = (
    (r"(?i)<!doctype html|<html|<head", "a web page (HTML), not the file; fetch the file again"),
    (r"(?s)<\?xml.{0,400}<PDBx:", f"a structure in PDBML; {AS_MMCIF}"),
    (r"<\?xml|<[A-Za-z]", f"XML; {SAVE_AS_FASTA}"),
    (r"@(HD|SQ|RG|PG|CO)\t", f"SAM; {SAVE_AS_FASTA}"),
    (r"@", "FASTQ; convert it to FASTA"),
    (r"##gff-version", "GFF; give the sequences of its proteins as FASTA"),
    (r"# STOCKHOLM", f"a Stockholm alignment; {FAMILY}"),
    (r"CLUSTAL|MUSCLE \(|PROBCONS", f"a Clustal alignment; {AS_ALIGNMENT}"),
    (r"\s*\d+ +\d+\s*\n", f"a PHYLIP alignment; {AS_ALIGNMENT}"),
    (r"(?i)#NEXUS", f"a NEXUS alignment; {AS_ALIGNMENT}"),
    (r"LOCUS {3}", f"a GenBank record; {SAVE_AS_FASTA}"),
    (r"ID {3}\S", f"a UniProt or EMBL record; {SAVE_AS_FASTA}"),
    (r"HMMER3/", "a profile of HMMER; give sequences as FASTA"),
    (r"HHsearch|HH-suite", "a profile of the HH-suite; it goes with --msa, as ID.hhm"),
    (
        r"Query profile of sequence",
        "a profile of MMseqs2; write alignments with mmseqs result2msa --msa-format-mode 6 and "
        "give them with --msa",
    ),
    (r"# T?BLAST[PNX]|T?BLAST[PNX] \d", "a report of BLAST; give sequences as FASTA"),
    (
        r"(HEADER|TITLE|COMPND|REMARK|CRYST1|MODEL|ATOM|SEQRES) .*\n",
        f"a structure (PDB); {STRUCTURE}",
    ),
    (r"data_\S*\s*\n", f"a structure (mmCIF); {STRUCTURE}"),
    (r"\{\\rtf", "RTF; save it as plain text"),
    (r"[\[{]", f"JSON of no known form; {SAVE_AS_FASTA}"),
    (
        r"(\S+\t){8}\S+",
        "a table of nine columns, perhaps GFF; give the sequences of its proteins as FASTA",
    ),
)
_LABELLED: tuple[tuple[str, str], ...] = (
    (
        r"(?!(?s:.)*\0)[^\n]*\b(sst3|sst8|dssp3|dssp8|p_helix|p\[q3_H\]|SS3)\b",
        "a table of labels or predictions; ribbonet data convert reads it",
    ),
    (r"==== Secondary", "a file of DSSP, of states; ribbonet data convert reads it"),
    (r"# PSIPRED", "a prediction of PSIPRED's form; evaluate --predictions reads it"),
)
"""Formats that are read where labels are wanted."""
_BINARY_PATTERNS = [(re.compile(pattern), what) for pattern, what in _BINARY]
_TEXT_PATTERNS = [(re.compile(pattern), what) for pattern, what in _TEXT]
_LABELLED_PATTERNS = [(re.compile(pattern), what) for pattern, what in _LABELLED]


def name_format(head: bytes, *, labelled: bool = True) -> str | None:
    r"""Return the format of a file with this beginning, and what to do; None for an unknown one.

    Parameters
    ----------
    head : bytes
    labelled : bool
        Whether formats of labelled chains are named, too, as where sequences are wanted.

    Examples
    --------
    >>> name_format(b"%PDF-1.7\n")
    'a PDF document; give the file of the data itself'
    """
    for binary, what in _BINARY_PATTERNS:
        if binary.match(head):
            return what
    text = head.decode("utf-8-sig", errors="replace").lstrip()
    patterns = [*_LABELLED_PATTERNS * labelled, *_TEXT_PATTERNS]
    return next((what for pattern, what in patterns if pattern.match(text)), None)


def is_database(name: str) -> bool:
    """Whether a file is part of a database of MMseqs2."""
    return Path(f"{name}.dbtype").is_file()
