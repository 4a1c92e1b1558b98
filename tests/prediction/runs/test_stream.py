import io
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.models.build import build_network
from ribbonet.models.config import StageConfig
from ribbonet.models.model import Model, Stage
from ribbonet.nn import arithmetic
from ribbonet.prediction import blocks as blocks_module
from ribbonet.prediction.blocks import Parts, Work, predicted
from ribbonet.prediction.formats import formats_for, split_compression
from ribbonet.prediction.formats.compressed import compressed
from ribbonet.prediction.runs import stream
from ribbonet.prediction.runs.outputs import safe_name
from ribbonet.tasks.structure import Structure

FORMATS = {name: own for name, own in formats_for(Structure()).items() if not own.one_record}
LENGTHS = [30, 1, 80, 250, 5, 90, 33, 60]
BLOCKS = 5


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(blocks_module, "BLOCK", 100)


@pytest.fixture(scope="module")
def model():
    network = build_network(StageConfig(window=9, hidden=(16,)), first=True)
    return Model((Stage(9, (network.initialise(np.random.default_rng(0)),)),))


@pytest.fixture(scope="module")
def chains():
    rng = np.random.default_rng(3)
    letters = list("ACDEFGHIKLMNPQRSTVWY")
    return [Chain(f"a/{n % 3} x", "".join(rng.choice(letters, x))) for n, x in enumerate(LENGTHS)]


predict_to = partial(stream.predict_to, predict=partial(predicted, threads=1))


class StopError(Exception):
    pass


def broken_off(output, chains, work, blocks, resume=False):
    """Predict so many blocks, then stop; whether it came to that."""
    done = 0

    def count(block):
        nonlocal done
        done += 1
        if done == blocks:
            raise StopError

    try:
        predict_to(output, lambda _: chains, work, resume=resume, on_block=count)
    except StopError:
        return True
    return False


def content(path):
    if path.is_dir():
        return {file.name: file.read_bytes() for file in path.iterdir()}
    return path.read_bytes()


@pytest.mark.parametrize("file_a_record", [False, True])
@pytest.mark.parametrize("format", [*FORMATS, "csv.gz", "csv.xz", "csv.bz2", "csv.zst"])
def test_broken_off_after_any_block_it_goes_on_to_the_same_bytes(
    model, chains, tmp_path, format, file_a_record
):
    if format == "parquet":
        pytest.importorskip("pyarrow")
    form = compressed(FORMATS[split_compression(format)[0]], format)
    work = Work(model, form, file_a_record=file_a_record)
    predict_to(tmp_path / "whole", lambda _: chains, work)
    breaks = (2, BLOCKS) if format in ("pdf", "png") else range(1, BLOCKS + 1)  # slow to draw
    for blocks in breaks:
        output = tmp_path / f"out{blocks}"
        assert broken_off(output, chains, work, blocks)
        assert not output.exists()
        with pytest.raises(InputError, match="unfinished output; go on with it by --resume"):
            predict_to(output, lambda _: chains, work)
        assert broken_off(output, chains, work, blocks, resume=True)
        predict_to(output, lambda _: chains, work, resume=True)
        assert content(output) == content(tmp_path / "whole")
    left = {"whole", *(f"out{blocks}" for blocks in breaks)}
    assert {path.name for path in tmp_path.iterdir()} == left


def test_what_is_finished_is_not_predicted_again(model, chains, tmp_path, monkeypatch):
    work = Work(model, FORMATS["three-line"])
    assert broken_off(tmp_path / "out", chains, work, BLOCKS - 1)
    given_to = []
    written = Parts([b"last"])
    monkeypatch.setattr(Work, "__call__", lambda _, block: given_to.append(block) or written)
    predict_to(tmp_path / "out", lambda _: chains, work, resume=True)
    assert given_to == [chains[-2:]]
    assert content(tmp_path / "out").endswith(b"\nlast")


@pytest.mark.parametrize("file_a_record", [False, True])
def test_a_finished_part_that_is_lost_is_predicted_again(model, chains, tmp_path, file_a_record):
    work = Work(model, FORMATS["csv"], file_a_record=file_a_record)
    predict_to(tmp_path / "whole", lambda _: chains, work)
    assert broken_off(tmp_path / "out", chains, work, 4)
    grown = tmp_path / ".ribbonet-out" / "output"
    if file_a_record:
        (grown / "a_1.csv").unlink()
        (grown / "a_2.csv").write_text("damaged")
        with (grown.parent / "listing").open("a") as listing:
            listing.write('"output/stray.csv"\n')
        (grown / "stray.csv").write_text("of a record that is no more")
    else:
        grown.write_bytes(grown.read_bytes()[:3000])
    predict_to(tmp_path / "out", lambda _: chains, work, resume=True)
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def test_other_chains_are_refused(model, chains, tmp_path):
    work = Work(model, FORMATS["three-line"])
    assert broken_off(tmp_path / "out", chains, work, 3)
    for others in (chains[1:], chains[:3], []):
        with pytest.raises(InputError, match=r"records \d+ to \d+ are not those of the run"):
            predict_to(tmp_path / "out", lambda _, others=others: others, work, resume=True)
    other = Work(model, FORMATS["three-line"], 0.5, file_a_record=True)
    with pytest.raises(InputError, match="begun with another --min-confidence and kind of"):
        predict_to(tmp_path / "out", lambda _: chains, other, resume=True)


def test_an_error_in_the_first_block_leaves_nothing(model, tmp_path):
    def read(_):
        yield Chain("a", "MKT")
        raise InputError("broken")

    with pytest.raises(InputError, match=r"^broken$"):
        predict_to(tmp_path / "out", read, Work(model, FORMATS["three-line"]))
    assert list(tmp_path.iterdir()) == []


def test_no_chain_gives_a_file_of_no_record(model, tmp_path):
    predict_to(tmp_path / "out", lambda _: [], Work(model, FORMATS["csv"]))
    assert content(tmp_path / "out").decode() == FORMATS["csv"].header


def test_several_processes_write_the_bytes_of_one(model, chains):
    work = Work(model, FORMATS["jsonl"])
    written = []
    for threads in (1, 3):
        file = io.BytesIO()
        done = predicted(blocks_module.blocks(chains), work, threads=threads)
        work.format.assemble((part for _, parts in done for part in parts), file)
        written.append(file.getvalue())
    assert written[0] == written[1]


@given(st.text(max_size=300))
def test_a_safe_name_is_safe_and_stays_as_it_is(id):
    name = safe_name(id)
    assert 0 < len(name) <= 101
    assert name.isascii()
    assert not set(name) & set('/\\:*?"<>| \t\0')
    assert name[0] not in ".-"
    assert safe_name(name)[:100] == name[:100]


def test_blocks_are_as_many_as_these_tests_think(chains):
    sizes = [sum(map(len, block)) for block in blocks_module.blocks(chains)]
    assert len(sizes) == BLOCKS
    assert all(a + b > 100 for a, b in pairwise(sizes))


def test_another_processor_does_not_go_on_with_an_output(model, chains, tmp_path, monkeypatch):
    work = Work(model, FORMATS["csv"])
    assert broken_off(tmp_path / "out", chains, work, 2)
    monkeypatch.setattr(arithmetic, "fingerprint", lambda: "another")
    with pytest.raises(InputError, match="was begun with another processor, NumPy or Numba"):
        predict_to(tmp_path / "out", lambda _: chains, work, resume=True)
