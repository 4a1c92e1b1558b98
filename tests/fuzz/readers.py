"""What is fuzzed: every reader of files, of ribbonet's own too (`state.py`), by changed bytes.

The first byte names the reader.

`make fuzz` runs this file: it changes small files of each form, guided by coverage (atheris), for
ten minutes; `--readers NAME...` those of some. A reader may give what it read or raise InputError;
anything else, half a minute without an answer, or a gigabyte of memory is a finding: what was read
is then in `--corpus`, in a file `crash-*`, `timeout-*` or `oom-*`. Findings are kept in the folder
`findings`, for the tests.
"""

import argparse
import gzip
import io
import sys
import tempfile
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.append(str(HERE))
import state  # noqa: E402 - beside this file, which is no part of a package

SECONDS, MEGABYTES = 30, 1024
LONGEST = 8192


@cache
def readers() -> dict[str, Callable[[Path], object]]:
    """Return what reads each form, whole, imported here so that it can be instrumented."""
    from ribbonet.chains.arrays import ArrayFile
    from ribbonet.chains.chain import Chain
    from ribbonet.chains.fasta import read_fasta, read_ids
    from ribbonet.chains.readers.registry import FORMS, read_chains, read_predicted
    from ribbonet.chains.relatives.profile_files import read_hhm, read_msa, read_pssm
    from ribbonet.chains.structures.backbone import read_structure
    from ribbonet.datasets.nettalk import read_nettalk, read_word_list
    from ribbonet.evaluation.stated import read_stated
    from ribbonet.models.config_files import read_config
    from ribbonet.nn.views.worked_example import Example, explain
    from ribbonet.training.folds import read_folds
    from ribbonet.training.search.space import read_space

    chain = Chain("a", "MKT")
    card, weights = small_model()

    def whole(read: Callable[..., object], **options: object) -> Callable[[Path], object]:
        return lambda path: list(read(path, **options))  # type: ignore[call-overload]

    def flip(path: Path) -> object:
        folder = path.parent / "flip"
        folder.mkdir(exist_ok=True)
        (folder / "sequences.fasta").write_bytes(b">a\nMKT\n>b\nAKQ\n")
        (folder / "labels.fasta").write_bytes(path.read_bytes())
        return list(read_chains(folder / "labels.fasta", form="flip"))

    def example(path: Path) -> object:
        with np.errstate(all="ignore"):  # numbers may be as large as they are written
            return explain(Example.read(path))

    def array(path: Path) -> object:
        return ArrayFile(path)(chain)

    return {
        "fasta": whole(read_fasta),
        "fasta, masked": whole(read_fasta, on_invalid="mask"),
        "fasta, skipped": whole(read_fasta, on_invalid="skip"),
        "ids": read_ids,
        **{form: whole(read_chains, form=form) for form in FORMS},
        "flip": flip,
        "guessed": whole(read_chains, states=None),
        "masked": whole(read_chains, states=None, on_invalid="mask"),
        "degapped": whole(read_chains, states=None, on_invalid="degap"),
        "predicted": whole(read_predicted),
        "nettalk": whole(read_nettalk),
        "words": read_word_list,
        "a3m": read_msa,
        "hhm": read_hhm,
        "pssm": read_pssm,
        "structure": whole(read_structure),
        "arrays": array,
        "config": read_config,
        "space": read_space,
        "stated": lambda path: read_stated([path]),
        "example": example,
        "folds": lambda path: read_folds(path, [chain, Chain("b", "AKQ")], 2),
        "templates": state.templates,
        "model": state.model_card(weights),
        "weights": state.model_weights(card),
        "checkpoint": state.checkpoint,
        "journal": state.journal,
        "listing": state.listing,
        **state.caches(),
    }


def small_model() -> tuple[bytes, bytes]:
    """Return the two files of a model."""
    from ribbonet.models.folder import save_model
    from ribbonet.models.model import Model
    from ribbonet.models.stages import Stage
    from ribbonet.nn import Dense, Network, Sigmoid, WindowDense

    network = Network([WindowDense(3, 21, 2), Sigmoid(), Dense(2, 3)], rng=0)
    with tempfile.TemporaryDirectory() as name:
        save_model(Model((Stage(3, (network,)),)), Path(name))
        return tuple(
            Path(name, file).read_bytes() for file in ("model.json", "weights.safetensors")
        )


def npy(array: np.ndarray) -> bytes:
    """Return the bytes of a .npy file."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def seeds() -> dict[str, list[bytes]]:
    """Return small files that the readers take."""
    tests, examples = HERE.parent, HERE.parents[1] / "examples"
    fasta = b">a first\nMKTAYI\nAKQ*\n>b\nmktx\n"
    three = b">a c1\nMKTAYI\nCHHEE-\n>b\nAKQ\nGBS\n"
    with tempfile.TemporaryDirectory() as name:
        checkpoint = state.checkpoint_seed(Path(name))
        caches = state.cache_seeds(Path(name))
    arrays, netsurfp = io.BytesIO(), io.BytesIO()
    np.savez(arrays, a=np.zeros((3, 2), np.float32))
    features = np.zeros((1, 3, 68), np.float32)
    features[:, :, 50] = 1
    np.savez_compressed(netsurfp, data=features, pdbids=np.array(["a"]))
    cullpdb = np.zeros((1, 700, 57), np.uint8)
    cullpdb[:, :3, [4, 24]] = 1
    cullpdb[:, 3:, 21] = 1
    plain = {
        "fasta": [fasta, (examples / "proteins.fasta").read_bytes()[:600], b"\xef\xbb\xbf" + fasta],
        "ids": [b"# ids\na b\nc\n"],
        "biotrainer": [b">a TARGET=HHC SET=train MASK=110\nMKT\n"],
        "three-line": [three],
        "netsurfp-csv": [
            b"input,dssp3,dssp8,disorder,cb513_mask\nM K T,C H E,C G B,1.0 1.0 0.0,1.0 1.0 1.0\n"
        ],
        "csv": [b"pdb_id,chain_code,seq,sst8,sst3\n1A,B,MKT,CHE,CHE\n"],
        "netsurfp-npz": [netsurfp.getvalue()],
        "uci": [b"<>\nM h\nK _\nT e\n<end>\n"],
        "ss2": [(tests / "prediction/formats/golden/two.ss2").read_bytes()],
        "horiz": [(tests / "prediction/formats/golden/two.horiz").read_bytes()],
        "table": [
            (tests / "prediction/formats/golden/two.csv").read_bytes()[:600],
            (tests / "prediction/formats/golden/two.tsv").read_bytes()[:600],
            b"#\tAA\tSS\tHelix\tSheet\tCoil\n1\tM\tC\t0.1\t0.1\t0.8\n",
        ],
        "jsonl": [(tests / "prediction/formats/golden/two.jsonl").read_bytes()],
        "residues": [b"id,position,residue,label\na,1,M,H\na,2,K,C\n"],
        "nettalk": [b"ab\tAb\t1<\t0\n"],
        "words": [b"(a b\nc)\n"],
        **{
            form: [(tests / f"chains/relatives/profiles/small.{form}").read_bytes()]
            for form in ("a3m", "hhm", "pssm")
        },
        "structure": [PDB, CIF],
        "arrays": [arrays.getvalue()],
        "space": [
            b"states = 3\n[[stage]]\nwindow = {low = 5, high = 9, step = 2}\nhidden = [{low = 2, "
            b'high = 8, log = true}]\nactivation = {choices = ["relu", "tanh"]}\nl2 = 0.1\n'
        ],
        "stated": [
            b">a\n1 M 0.5\n2 K 0.2\n3 T 0.9 1\n",
            b"id,position,residue,label,p_0,p_1\na,1,M,0,0.9,0.1\na,2,K,1,0.2,0.8\n",
            b'{"id":"a","sequence":"MK","labels":"01","p_0":[0.9,0.1],"p_1":[0.1,0.9]}\n',
        ],
        "example": [
            b"x = [[0, 1], [1, 0]]\ny = [1, 0]\nweights = [[[1, 1], [1, 1]], [[1], [1]]]\n"
            b'biases = [[0, 0], [1.5]]\nactivation = "tanh"\noutput = "sigmoid"\nfused = false\n'
        ],
        "folds": [b"id\tfamily\tfold\na\t0\t2\nb\t1\t1\n"],
        "templates": [state.TEMPLATES],
        "config": [b"seed = 1\nstates = 3\n[[stage]]\nwindow = 9\nhidden = [4]\nclip = 1.0\n"],
        "model": [small_model()[0]],
        "weights": [small_model()[1]],
        "checkpoint": [checkpoint],
        "journal": [b'{"--model": "a"}\n[1, 2, 3, 4]\n[1, 5, 6, 7]'],
        "listing": [b'"output"\n"output/a"\n"../victim"\n'],
    }
    plain["a3m"].append(b"# STOCKHOLM 1.0\n#=GF ID x\na MKT-Y\nb MKTAY\n//\n")
    return plain | {
        "fasta, masked": [gzip.compress(fasta, mtime=0), b">a\nMK-7T\n"],
        "fasta, skipped": [b">a\nMK7T\n>b\n\n>c\nMKT\n"],
        "dssp": [DSSP],
        "dssp-mmcif": [DSSP_MMCIF],
        "flip": [b">a\nCCH\n>b\nHHC\n"],
        "rcsb": [
            b">1ABC:A:sequence\nMKT\n>1ABC:A:secstr\n HH\n>1ABC:A:disorder\n--X\n",
        ],
        "fas-conf": [b">a\nMKT\nCHH\n0.8 0.1 0.1\n0.1 0.8 0.8\n0.1 0.1 0.1\n"],
        "raptorx-ss3": [b"#DeepConCNF_SS3: x\n#H E C\n\n1 M C 0.1 0.1 0.8\n2 K H 0.8 0.1 0.1\n"],
        "raptorx-ss8": [b"#RaptorX-SS8: x\n\n1 M L 0 0 0 0 0 0 0 1\n2 K H 1 0 0 0 0 0 0 0\n"],
        "cullpdb": [npy(cullpdb)],
        "reprof": [b"# reprof\nNo\tAA\tPHEL\tRI_S\tpE\tpH\tpL\n1\tM\tL\t5\t10\t20\t70\n"],
        "guessed": [three],
        "masked": [three, b"seq,sst3\nM*K-,CHHC\n"],
        "degapped": [b">a\nM-KT\nC-HE\n"],
        "predicted": plain["ss2"],
        **caches,
    }


DSSP = b"""==== Secondary Structure Definition by the program DSSP
  #  RESIDUE AA STRUCTURE BP1 BP2  ACC
    1    1 A M              0   0  217
    2    2 A Q  E     -A   17   0A  57
"""
DSSP_MMCIF = b"""data_X
loop_
_pdbx_poly_seq_scheme.asym_id
_pdbx_poly_seq_scheme.seq_id
_pdbx_poly_seq_scheme.mon_id
_pdbx_poly_seq_scheme.pdb_strand_id
A 1 MET X
A 2 MSE X
loop_
_dssp_struct_summary.label_comp_id
_dssp_struct_summary.label_asym_id
_dssp_struct_summary.label_seq_id
_dssp_struct_summary.secondary_structure
MET A 1 .
MSE A 2 H
"""
PDB = b"""SEQRES   1 A    2  MET LYS
ATOM      1  N   MET A   1      27.340  24.430   2.614  1.00  9.67           N
ATOM      2  CA  MET A   1      26.266  25.413   2.842  1.00 10.38           C
ATOM      3  C   MET A   1      26.913  26.639   3.531  1.00  9.62           C
ATOM      4  N   LYS A   2      26.335  27.770   3.258  1.00  9.27           N
ATOM      5  CA  LYS A   2      26.850  29.021   3.898  1.00  9.07           C
END
"""
CIF = b"""data_X
_entry.id X
_struct.title
;text
;
loop_
_atom_site.group_PDB
_atom_site.label_atom_id
_atom_site.label_comp_id
_atom_site.label_asym_id
_atom_site.label_entity_id
_atom_site.label_seq_id
_atom_site.auth_asym_id
_atom_site.Cartn_x
_atom_site.Cartn_y
_atom_site.Cartn_z
_atom_site.pdbx_PDB_model_num
ATOM CA MET A 1 1 A 1.0 2.0 3.0 1
ATOM CA 'LYS' A 1 2 A 1.0 2.0 6.0 1
"""


def check(read: dict[str, Callable[[Path], object]], data: bytes, folder: Path) -> None:
    """Read bytes behind the first by the reader that the first names."""
    from ribbonet.errors import InputError

    names = list(read)
    path = folder / "file"
    path.write_bytes(data[1:])
    try:
        read[names[data[0] % len(names)]](path)
    except (InputError, UserWarning) as error:  # under pytest warnings are raised
        if len(str(error)) > 2000:
            raise ValueError("a message of many lines") from error


def named(name: str, content: bytes) -> bytes:
    """Return what `check` takes, for a file to be read by a reader."""
    return bytes([list(readers()).index(name)]) + content


def main() -> None:
    """Fuzz until something is found or the time is over."""
    import atheris

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--corpus", type=Path, default=Path(".fuzz"))
    parser.add_argument("--readers", nargs="+", help="by default all")
    args = parser.parse_args()
    args.corpus.mkdir(exist_ok=True)
    with atheris.instrument_imports(include=["ribbonet", "xopen", "zipfile", "tomllib"]):
        read = readers()
    if args.readers:
        read = {name: read[name] for name in args.readers}
    for name, files in seeds().items():
        for number, content in enumerate(files if name in read else []):
            seed = named(name, content)
            (args.corpus / f"seed-{name.replace(', ', '-')}-{number}").write_bytes(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        known: set[str] = set()

        def once(data: bytes) -> None:
            if not data:
                return
            try:
                check(read, data, folder)
            except Exception as error:
                where = traceback.extract_tb(error.__traceback__)[-1]
                kind = f"{type(error).__name__}-{Path(where.filename).stem}-{where.lineno}"
                if kind not in known:
                    known.add(kind)
                    (args.corpus / f"crash-{kind}").write_bytes(data)
                    traceback.print_exc(limit=-4)

        options = [
            f"-max_total_time={args.seconds}",
            f"-timeout={SECONDS}",
            f"-rss_limit_mb={MEGABYTES}",
            f"-malloc_limit_mb={MEGABYTES}",
            f"-max_len={LONGEST}",
            f"-artifact_prefix={args.corpus}/",
            "-print_final_stats=1",
            str(args.corpus),
        ]
        atheris.Setup([sys.argv[0], *options], once)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
