"""Files of one array per chain: HDF5 and NPZ as other programs write them."""

import pickle
import random

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
    with pytest.raises(InputError, match=r"a.npz: the array of 'a' is object of shape \(1, 1\)"):
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


def h5(path, **named):
    h5py = pytest.importorskip("h5py", reason="needs the extra embeddings")
    return h5py.File(path, "w", **named)


def test_the_attribute_of_the_id_decides_wherever_it_is(tmp_path):
    with h5(tmp_path / "a.h5") as file:
        for n in range(9):
            data = file.create_dataset(str(n), data=np.full((3, 2), n + 1.0))
            data.attrs["original_id"] = np.bytes_(str(n + 1)) if n % 2 else str(n + 1)
    arrays_of = ArrayFile(tmp_path / "a.h5")
    for n in range(1, 10):
        assert arrays_of(Chain(str(n), "MKT"))[0, 0] == n
    with pytest.raises(InputError, match=r"has no array for '0' \(it has 9: '1', '2', '3', ...\)"):
        arrays_of(Chain("0", "MKT"))


def test_the_attribute_may_hold_the_whole_header(tmp_path):
    with h5(tmp_path / "a.h5") as file:
        for n, header in enumerate(("b second", "a first one")):
            data = file.create_dataset(str(n), data=np.full((3, 2), float(n)))
            data.attrs["original_id"] = header
    arrays_of = ArrayFile(tmp_path / "a.h5")
    assert [arrays_of(Chain(id, "MKT"))[0, 0] for id in ("a first one", "b")] == [1, 0]


def test_two_arrays_of_one_id_are_refused(tmp_path):
    with h5(tmp_path / "a.h5") as file:
        for name in ("0", "x"):
            file.create_dataset(name, data=np.zeros((3, 2))).attrs["original_id"] = "x"
    with pytest.raises(InputError, match="the arrays '0' and 'x' are both for 'x'"):
        ArrayFile(tmp_path / "a.h5")(Chain("x", "MKT"))


@ENDS
def test_accessions_of_uniprot_find_their_arrays(tmp_path, end):
    array = np.arange(6.0).reshape(3, 2)
    file = ArrayFile(
        write(tmp_path / f"a.{end}", P12345=array, **{"tr|Q9H9K5-2|X_HUMAN": array + 9})
    )
    assert file(Chain("sp|P12345|NAME_HUMAN A protein", "MKT"))[0, 0] == 0
    assert file(Chain("Q9H9K5-2", "MKT"))[0, 0] == 9


def test_one_array_is_not_two_chains(tmp_path):
    file = ArrayFile(write(tmp_path / "a.npz", a_b=np.zeros((3, 2))))
    file(Chain("a_b", "MKT"))
    file(Chain("a_b", "MKT"))
    with pytest.raises(InputError, match=r"the array 'a_b' would be that of 'a_b' and of 'a\.b'"):
        file(Chain("a.b", "MKT"))


def test_arrays_in_other_files_are_refused(tmp_path):
    (tmp_path / "secret.bin").write_bytes(np.zeros(6, np.float32).tobytes())
    h5py = pytest.importorskip("h5py", reason="needs the extra embeddings")
    with h5(tmp_path / "other.h5") as other:
        other.create_dataset("x", data=np.zeros((3, 2)))
    with h5(tmp_path / "a.h5") as file:
        outside = [(str(tmp_path / "secret.bin"), 0, 24)]
        file.create_dataset("external", shape=(3, 2), dtype="f4", external=outside)
        file["linked"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/x")
        layout = h5py.VirtualLayout(shape=(3, 2), dtype="f8")
        layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "x", shape=(3, 2))
        file.create_virtual_dataset("virtual", layout)
        file.create_group("group")
    read = ArrayFile(tmp_path / "a.h5")
    for id in ("external", "linked", "virtual"):
        with pytest.raises(InputError, match="is kept in another file, which is not read"):
            read(Chain(id, "MKT"))
    with pytest.raises(InputError, match="is a group"):
        read(Chain("group", "MKT"))


def test_an_array_of_another_shape_is_not_read(tmp_path):
    with h5(tmp_path / "a.h5") as file:
        file.create_dataset("a", shape=(10**12, 4), dtype="f4", chunks=(1000, 4))
        file.create_dataset("b", shape=(3, 10**9), dtype="f4", chunks=(1, 1000))
    read = ArrayFile(tmp_path / "a.h5")
    with pytest.raises(InputError, match="has 1,000,000,000,000 rows, and the chain"):
        read(Chain("a", "MKT"))
    with pytest.raises(InputError, match=r"is float32 of shape \(3, 1000000000\)"):
        read(Chain("b", "MKT"))


def test_a_link_to_itself_is_named(tmp_path):
    h5py = pytest.importorskip("h5py", reason="needs the extra embeddings")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["a"] = h5py.SoftLink("/a")
    with pytest.raises(InputError, match=r"a\.h5: the array 'a' cannot be read"):
        ArrayFile(tmp_path / "a.h5")(Chain("a", "MKTAY"))


def test_a_changed_hdf5_is_read_or_told_of(tmp_path):
    h5py = pytest.importorskip("h5py", reason="needs the extra embeddings")
    path, drawn, refused = tmp_path / "a.h5", random.Random(0), 0
    with h5py.File(path, "w") as file:
        file.attrs.update({"model": "esm", "digest": "0a1b2c3d"})
        file.create_dataset("a", data=np.ones((5, 4), np.float32))
    stored = path.read_bytes()
    assert ArrayFile(path).origin == {"name": "esm", "checksum": "0a1b2c3d"}
    for _ in range(300):
        changed = bytearray(stored)
        for _ in range(drawn.randrange(1, 6)):
            changed[drawn.randrange(len(changed))] = drawn.randrange(256)
        path.write_bytes(changed)
        try:
            arrays = ArrayFile(path)
            _ = arrays.origin
            arrays(Chain("a", "MKTAY"))
        except InputError:
            refused += 1
    assert 0 < refused < 300


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_flipped_bit_changes_no_array(tmp_path, save):
    path, chain, drawn = tmp_path / "x.npz", Chain("a", "MKTAYIAKQR"), random.Random(1)
    save(path, a=np.random.default_rng(0).random((10, 22), np.float32))
    expected, stored = ArrayFile(path)(chain), path.read_bytes()
    noticed = 0
    for _ in range(100):
        flipped = bytearray(stored)
        bit = drawn.randrange(8 * len(flipped))
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        try:  # fields of ZIP that nobody reads may change
            np.testing.assert_array_equal(ArrayFile(path)(chain), expected)
        except InputError:
            noticed += 1
    assert noticed > 80
