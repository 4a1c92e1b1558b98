"""PDB files: https://www.wwpdb.org/documentation/file-format-content/format33/v3.3.html.

The columns are read here, for gemmi's reader joins residues of one number, name and chain wherever
they stand: of two chains that share an id, one would be gone.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ribbonet.chains.structures.atoms import Atom, Group, Place
from ribbonet.chains.structures.residues import letter_of

Report = Callable[[str], None]
_Lines = list[tuple[int, str]]


@dataclass
class _Header:
    """What is said beside the atoms: sequences by chain, and modified residues' parents.

    The file's last line has a number here if it is an atom of a chain.
    """

    titled: bool = False
    last_atom: int | None = None
    names: dict[str, list[str]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)

    def letter(self, name: str) -> str:
        return letter_of(name) or letter_of(self.parents.get(name, ""))

    def sequence(self, chain: str) -> str:
        return "".join(self.letter(name) or "X" for name in self.names.get(chain, ()))


def read_pdb(lines: Iterable[str], on_fault: Report) -> Iterator[list[Group]]:
    """Chains of each model, as far as ``TER`` and their ids tell them apart.

    Parameters
    ----------
    lines : iterable of str
        The file's.
    on_fault : callable
        Called for a line that cannot be read, which is then left out; may raise.

    Raises
    ------
    ValueError
        If another structure follows after ``END``.
    """
    header = _Header()
    for model in _models(lines, header, on_fault):
        yield _groups(model, header, on_fault)


def _models(lines: Iterable[str], header: _Header, on_fault: Report) -> list[_Lines]:
    """Lines of atoms, and of ends of chains, by model."""
    models: list[_Lines] = [[]]
    after_end: list[_Lines] = []
    line = ""
    for number, line in enumerate(lines, 1):
        record = line[:6].rstrip()
        if line.startswith(("ATOM", "HETATM", "TER")):
            models[-1].append((number, line))
        elif record == "HEADER":
            header.titled = True
        elif record == "SEQRES":
            header.titled = True
            header.names.setdefault(line[11:12].strip(), []).extend(line[19:70].split())
        elif record == "MODRES":
            header.parents.setdefault(line[12:15].strip(), line[24:27].strip())
        elif record in ("MODEL", "ENDMDL", "END") and models[-1]:
            models.append([])
            if record == "END":
                after_end.append(models[-1])
    if line.startswith("ATOM"):
        header.last_atom = number
    if line and "ATOM".startswith(line[:4]) and _is_cut(models[-1], header, line):
        on_fault(f"line {number}: {CUT_OFF}")
    for model in after_end:
        if model and _names(model) != _names(models[0]):
            raise ValueError(
                f"line {model[0][0]}: another structure begins after END; give each its own file"
            )
    return [model for model in models if model]


def _is_cut(model: _Lines, header: _Header, line: str) -> bool:
    """Whether a file that ends with an atom of a chain ends within its line, or has lost its end.

    Files of the PDB, which have a header, end with ``END``, and their chains with ``TER``.
    """
    before = next((last for _, last in reversed(model) if last != line), "")
    shorter = len(before.rstrip()) - len(line.rstrip())
    return header.titled or (not line.endswith("\n") and shorter > LONGEST_CHARGE)


CUT_OFF = "the file is cut off here; fetch or copy it again, or add END if it is whole"
LONGEST_CHARGE = 3
"""Columns at the end of a line that some atoms lack: a charge, and an element of two letters."""


def _names(model: _Lines) -> list[str]:
    return [line[17:20] for _, line in model if line[12:16].strip() == "CA"]


def _groups(model: _Lines, header: _Header, on_fault: Report) -> list[Group]:
    groups: dict[tuple[str, str, int], Group] = {}
    ended: Counter[tuple[str, str]] = Counter()
    last: tuple[str, str] | None = None
    group = Group("")
    number = 0
    for number, line in model:
        if line.startswith("TER"):
            # it ends the chain of the atom before it, whatever its columns say
            if last is not None:
                ended[last] += 1
            continue
        name, chain = _name_and_chain(line)
        last = (chain, "" if chain else line[72:76].strip())
        key = (*last, ended[last])
        if key not in groups:
            groups[key] = Group(chain, header.sequence(chain))
        place = Place(_number(line[22:26]), line[26:27].strip(), name)
        point = (line[30:38], line[38:46], line[46:54])
        atom = Atom(line[12:16].strip(), line[16:17].strip(), point, line[54:60].strip())
        try:
            group = groups[key]
            group.add(place, header.letter(name), atom, hetero=line.startswith("HETATM"))
        except ValueError as error:
            on_fault(f"line {number}: {error}")
    if number == header.last_atom and group.ends_within_a_residue():
        on_fault(f"line {number}: {CUT_OFF}")
    for group in groups.values():
        for residue in group.residues:
            # mkdssp, for whom the last one counts, sorts them by letter
            residue.points = dict(sorted(residue.points.items()))
    return list(groups.values())


def _name_and_chain(line: str) -> tuple[str, str]:
    """Name of four letters, as in simulations, or of three; the chain of two letters if need be."""
    four = line[17:21].strip()
    if len(four) == 4 and letter_of(four):
        return four, line[21:22].strip()
    return line[17:20].strip(), line[20:22].strip()


def _number(text: str) -> int | None:
    """Read a number of four columns, with more than 9,999 in hybrid-36 (``A000`` and so on)."""
    text = text.strip()
    if text[:1].isalpha() and len(text) == 4 and text.isascii() and text.isalnum():
        lower = text.islower() or text[0].islower()
        return int(text, 36) - 10 * 36**3 + 10**4 + (26 * 36**3 if lower else 0)
    try:
        return int(text)
    except ValueError:
        return None
