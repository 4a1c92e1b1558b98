"""Files of one array a chain: HDF5 and NPZ as other programs write them."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ribbonet.chains.arrays import ArrayFile
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError


def write(path, **named):
    if path.suffix == ".npz":
        np.savez(path, **named)
    else:
        h5py = pytest.importorskip("h5py", reason="needs the extra embeddings")
        with h5py.File(path, "w") as file:
            for name, array in named.items():
                file.create_dataset(name, data=array)
    return path


ENDS = pytest.mark.parametrize("end", ["npz", "h5"])


@ENDS
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8"])
def test_arrays_come_back_as_float32(tmp_path, end, dtype):
    array = np.arange(12).reshape(3, 4).astype(dtype)
    file = ArrayFile(write(tmp_path / f"a.{end}", **{"1abc-A": array, "b": array[:2] + 1}))
    found = file(Chain("1abc-A and more", "MKT"))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, array)
    np.testing.assert_array_equal(file(Chain("b", "MK")), array[:2] + 1)


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(
            st.text("abc.|-1", min_size=1, max_size=6),
            arrays(
                np.float32,
                st.tuples(st.integers(1, 5), st.just(3)),
                elements=st.floats(-9, 9, width=32),
            ),
        ),
        min_size=1,
        max_size=5,
        unique_by=lambda pair: pair[0],
    )
)
def test_whatever_the_ids(tmp_path_factory, pairs):
    path = tmp_path_factory.mktemp("ids") / "a.npz"
    file = ArrayFile(write(path, **dict(pairs)))
    for name, array in pairs:
        np.testing.assert_array_equal(file(Chain(name, "A" * len(array))), array)


def test_the_names_that_other_programs_give(tmp_path):
    h5py = pytest.importorskip("h5py", reason="needs the extra embeddings")
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["sp|P1|A_1_2"] = np.ones((2, 3))
        file["7"] = np.full((2, 3), 7.0)
        file["7"].attrs["original_id"] = "seven/chain"
    source = ArrayFile(path)
    np.testing.assert_array_equal(source(Chain("sp|P1|A.1/2", "MK")), np.ones((2, 3)))
    np.testing.assert_array_equal(source(Chain("seven/chain", "MK")), np.full((2, 3), 7))


@ENDS
def test_what_is_wrong_is_named_with_file_and_id(tmp_path, end):
    bad = np.ones((2, 3))
    bad[1, 2] = np.nan
    path = write(
        tmp_path / f"a.{end}",
        long=np.ones((4, 3)),
        nan=bad,
        huge=np.full((2, 3), 1e300),
        flat=np.ones(2),
        none=np.ones((2, 0)),
        text=np.array([[b"a"], [b"b"]]),
    )
    source = ArrayFile(path)
    for name, message in {
        "lacking": "has no array for 'lacking' .*; add it",
        "long": "the array of 'long' has 4 rows, and the chain has 2 residues",
        "nan": "the array of 'nan' has nan in row 2, column 3; give finite",
        "huge": r"the array of 'huge' has 1e\+300 in row 1, column 1",
        "flat": r"'flat' is float64 of shape \(2,\); give numbers of shape \(L, D\)",
        "none": r"'none' is float64 of shape \(2, 0\)",
        "text": "'text' is .*; give numbers",
    }.items():
        with pytest.raises(InputError, match=rf"a\.{end}: .*{message}"):
            source(Chain(name, "MK"))


def test_objects_are_not_unpickled(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, a=np.array([[object()]], dtype=object))
    with pytest.raises(InputError, match=r"a.npz: the array of 'a' cannot be read"):
        ArrayFile(path)(Chain("a", "M"))


def test_other_files_are_refused_at_once(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("1,2\n")
    with pytest.raises(InputError, match=r"a.csv: is neither HDF5 nor .npz"):
        ArrayFile(path)
    path.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(InputError, match=r"a.csv: cannot be read"):
        ArrayFile(path)
    path.write_bytes(b"\x89HDF\r\n\x1a\n and no more")
    with pytest.raises(InputError, match=r"a.csv: "):
        ArrayFile(path)
    with pytest.raises(InputError, match=r"none.npz: cannot be read \(No such file"):
        ArrayFile(tmp_path / "none.npz")


@ENDS
def test_another_process_opens_its_own(tmp_path, end):
    source = ArrayFile(write(tmp_path / f"a.{end}", a=np.ones((2, 3))))
    source(Chain("a", "MK"))
    again = pickle.loads(pickle.dumps(source))
    np.testing.assert_array_equal(again(Chain("a", "MK")), np.ones((2, 3)))
    assert again.settings == source.settings
