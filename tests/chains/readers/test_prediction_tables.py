"""Tables of predictions: each kind read, and what is wrong with a row said by its line."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ribbonet.chains.alphabet import ALPHABETS, STATES8, reduce_states
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.registry import guess_form, read_chains, read_predicted
from ribbonet.errors import InputError
from ribbonet.prediction.formats import format_for
from ribbonet.prediction.prediction import Prediction
from ribbonet.tasks.structure import Structure

NETSURFP = """\
id, seq, n, rsa, asa, q3, p[q3_H], p[q3_E], p[q3_C], q8, p[q8_G], p[q8_H], phi, psi, disorder
>1abc_A, M, 1, 0.9, 180.1, C, 0.1, 0.1, 0.8, C, 0.0, 0.1, -80.1, 120.0, 0.9
>1abc_A, K, 2, 0.5, 100.9, H, 0.6, 0.1, 0.3, H, 0.1, 0.5, -60.1, -40.0, 0.1
2xyz, A, 1, 0.5, 50.0, E, 0.1, 0.8, 0.1, E, 0.0, 0.1, -120.1, 120.0, 0.1
2xyz, A, 1, 0.5, 50.0, C, 0.1, 0.1, 0.8, C, 0.0, 0.1, -120.1, 120.0, 0.1
"""
SPOT = """\
,AA,SS3,SS8,ASA,HseU,HseD,CN,Psi,Phi,Theta,Tau,P3C,P3E,P3H,P8C
0,M,C,C,100.0,1,2,3,1,2,3,4,0.8,0.1,0.1,0.8
1,K,H,H,100.0,1,2,3,1,2,3,4,0.3,0.1,0.6,0.3
"""
PORTER = "#\tAA\tSS\tHelix\tSheet\tCoil\n1\tM\tC\t0.1\t0.1\t0.8\n2\tK\tH\t0.6\t0.1\t0.3\n"
EXPECTED = np.array([[0.1, 0.1, 0.8], [0.6, 0.1, 0.3]])


def written(folder: Path, text: str) -> Path:
    path = folder / "1abc.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("text", [NETSURFP, SPOT, PORTER], ids=["netsurfp", "spot", "porter"])
def test_tables_of_other_predictors(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    assert guess_form(path) == "table"
    first, *others = read_predicted(path)
    id = "1abc_A" if text is NETSURFP else "1abc"
    assert first.chain == Chain(id, "MK", "CH")
    assert first.probabilities is not None
    np.testing.assert_allclose(first.probabilities, EXPECTED, rtol=1e-6)
    rest = [Chain("2xyz", "A", "E"), Chain("2xyz", "A", "C")] if text is NETSURFP else []
    assert [prediction.chain for prediction in others] == rest
    assert list(read_chains(path)) == [first.chain, *rest]


def test_chains_without_ids_are_numbered(tmp_path: Path) -> None:
    path = written(tmp_path, PORTER + PORTER.split("\n", 1)[1])
    assert [prediction.chain.id for prediction in read_predicted(path)] == ["1abc", "1abc_2"]


IDS = st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1, max_size=9)
SHARES = st.integers(1, 12).flatmap(
    lambda length: arrays(np.float32, (length, 8), elements=st.floats(0.125, 1, width=32))
)
RECORDS = st.lists(st.tuples(IDS, SHARES), min_size=1, max_size=4)


@given(RECORDS, st.sampled_from(["csv", "tsv", "jsonl"]), st.sampled_from([3, 8]))
def test_what_predict_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    records: list[tuple[str, np.ndarray]],
    name: str,
    states: int,
) -> None:
    """Ids as they come, even one behind another; states, and probabilities to a thousandth."""
    path = tmp_path_factory.getbasetemp() / "predictions"
    form = format_for(Structure(ALPHABETS[states]), name)
    made = []
    for id, shares in records:
        probabilities = shares[:, :states] / shares[:, :states].sum(1, keepdims=True)
        chain = Chain(id.removeprefix(">") or "x", "ACDEFGHIKLMN"[: len(shares)])
        task = Structure(STATES8) if states == 8 else Structure()
        made.append(Prediction(chain, probabilities, task=task))
    with path.open("wb") as file:
        form.assemble([form.encode(made)], file)
    assert guess_form(path) == ("jsonl" if name == "jsonl" else "table")
    found = list(read_predicted(path))
    assert [p.chain for p in found] == [Chain(p.chain.header, p.sequence, p.states) for p in made]
    for own, prediction in zip(found, made, strict=True):
        assert own.probabilities is not None
        three = prediction.probabilities if states == 3 else prediction.in_three().probabilities
        np.testing.assert_allclose(own.probabilities, three, atol=0.005)
    assert [c.labels for c in read_chains(path)] == [reduce_states(p.states) for p in made]


HEAD = "id,position,residue,state,p_helix,p_strand,p_coil\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD, ": holds no residue"),
        (HEAD + "a,1,M,C,0.1,0.1\n", ": line 2: this row has not the 7 columns of line 1"),
        (HEAD + "a,1,M,C,0.1,0.1,x\n", ": line 2: 'x' should be a number"),
        (HEAD + "a,1,M,C,0,0,1\na,3,M,C,0,0,1\n", ": line 3: residue 2 of a chain is expected"),
        (HEAD + "a,1,MK,C,0,0,1\n", ": line 2: 'MK' and 'C' are not a residue and its state"),
        (HEAD + "a,1,1,C,0,0,1\n", ": chain 1: symbol '1' at position 1"),
        (HEAD + "a,1,M,Q,0,0,1\n", ": chain 1: symbol 'Q' at position 1"),
        (HEAD + "a,1,M,C,0,0,nan\n", ": line 2: 'nan' should be a number"),
        ('{"id":"a","sequence":"M"}\n', ": line 1: is no object of a chain: it lacks 'states or"),
        ('{"id":"a","sequence":"M","states":"C"\n', ": line 1: is not JSON (at character 39)"),
        (
            '{"id":"a","sequence":"MK","states":"CC","p_helix":[0],"p_strand":[0],"p_coil":[1]}\n',
            ": line 1: should have a probability for each residue and state",
        ),
        (
            '{"id":"a","sequence":"M","states":"C","p_helix":"x","p_strand":[0],"p_coil":[1]}\n',
            ": line 1:",
        ),
    ],
)
def test_errors_name_the_line(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as error:
        list(read_predicted(path))
    assert str(error.value).startswith(f"{path}{message}")
    assert str(error.value).endswith("predict the chain again")


def test_states_that_contradict_their_probabilities_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    for mixed in (False, True):
        shares = ["0.8,0.1,0.1", "0.1,0.1,0.8"][:: -1 if mixed else 1]
        rows = [f"a,{n},M,{'HC'[n % 2]},{shares[n % 2]}\n" for n in range(1, 31)]
        path.write_text(f"id,position,residue,state,p_helix,p_strand,p_coil\n{''.join(rows)}")
        if not mixed:
            assert len(list(read_predicted(path))) == 1
    with pytest.raises(InputError, match="most states are not those of the highest probability"):
        list(read_predicted(path))
