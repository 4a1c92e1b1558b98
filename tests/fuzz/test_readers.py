"""Readers by changed files: those that fuzzing found something with, and new ones each time."""

import importlib.util
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HERE = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("fuzz_readers", HERE / "readers.py")
fuzz = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(fuzz)
READERS, SEEDS = fuzz.readers(), fuzz.seeds()
FINDINGS = sorted(path.name for path in (HERE / "findings").iterdir())


def test_every_reader_has_a_file_to_change():
    assert set(READERS) == set(SEEDS)


@pytest.mark.parametrize("name", SEEDS)
def test_the_files_to_change_are_read(tmp_path, name):
    path = tmp_path / "file"
    for content in SEEDS[name]:
        path.write_bytes(content)
        READERS[name](path)


@pytest.mark.parametrize("name", FINDINGS)
def test_what_fuzzing_found_is_an_error_of_the_user(tmp_path, name):
    content = (HERE / "findings" / name).read_bytes()
    fuzz.check(READERS, fuzz.named(name.partition(".")[0], content), tmp_path)


changes = st.lists(
    st.tuples(
        st.integers(0, 4000),
        st.integers(0, 12),
        st.one_of(
            st.binary(max_size=8), st.sampled_from([b"\n", b">", b"\t", b" ", b"\xff", b"9"])
        ),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("name", SEEDS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0, 9), changed=changes)
def test_a_changed_file_is_read_or_told_of(tmp_path, name, which, changed):
    content = SEEDS[name][which % len(SEEDS[name])]
    for place, length, inserted in changed:
        place %= len(content) + 1
        content = content[:place] + inserted + content[place + length :]
    fuzz.check(READERS, fuzz.named(name, content), tmp_path)
