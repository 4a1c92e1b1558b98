import json
from zlib import crc32

import pytest

from ribbonet.errors import InputError
from ribbonet.prediction.runs.journal import Entry, Journal
from ribbonet.system.working import working_folder

SETTINGS = {"--model": "abc", "--format": ".csv"}
ENTRIES = [Entry(3, 1, 2, 10), Entry(1, 5, 6, 7), Entry(2, 8, 9, 11)]


@pytest.fixture
def folder(tmp_path):
    with working_folder(tmp_path / ".ribbonet-out", "out") as folder:
        yield folder


@pytest.fixture
def path(folder):
    journal = Journal(folder, SETTINGS, Entry)
    for entry in ENTRIES:
        journal.add(entry)
    journal.close()
    return folder.path / "journal"


def entries(folder):
    journal = Journal(folder, SETTINGS, Entry)
    journal.close()
    return journal.entries


def test_entries_are_read_back_and_added_to(folder, path):
    journal = Journal(folder, SETTINGS, Entry)
    assert journal.entries == ENTRIES
    journal.keep(1)
    journal.add(ENTRIES[2])
    assert journal.entries == [ENTRIES[0], ENTRIES[2]]
    journal.close()
    assert entries(folder) == [ENTRIES[0], ENTRIES[2]]


def test_wherever_it_is_cut_the_whole_lines_before_are_believed(folder, path):
    whole = path.read_bytes()
    ends = [n + 1 for n, byte in enumerate(whole) if byte == ord("\n")]
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        expected = ENTRIES[: max(sum(end <= length for end in ends) - 1, 0)]
        assert entries(folder) == expected
        journal = Journal(folder, SETTINGS, Entry)
        journal.add(ENTRIES[1])
        journal.close()
        assert entries(folder) == [*expected, ENTRIES[1]]


def test_a_garbled_line_ends_what_is_believed(folder, path):
    whole = path.read_bytes()
    for place in range(len(whole)):
        garbled = bytearray(whole)
        garbled[place] ^= 2
        path.write_bytes(garbled)
        known = entries(folder)
        assert known == ENTRIES[: len(known)]
        assert len(known) < len(ENTRIES)


def test_other_settings_are_named(folder, path):
    with pytest.raises(InputError, match="was begun with another --format; go on with the same"):
        Journal(folder, SETTINGS | {"--format": ".tsv"}, Entry)
    path.write_bytes(b"")
    Journal(folder, SETTINGS | {"--format": ".tsv"}, Entry).close()
    Journal(folder, SETTINGS, Entry).close()


@pytest.mark.parametrize(
    "values",
    [None, 7, {}, [1, 2, 3], [1, 2, 3, "4"], [1, 2, 3, True], [1, 2, 3, 4.0], [1, 2, 3, 4, 5]],
)
def test_a_line_of_other_values_ends_what_is_believed(folder, path, values):
    first, second, *rest = path.read_bytes().splitlines(keepends=True)
    text = json.dumps(values).encode()
    forged = b"%08x %s\n" % (crc32(text), text)
    path.write_bytes(b"".join([first, second, forged, *rest]))
    assert entries(folder) == ENTRIES[:1]


def test_settings_that_are_none_are_those_of_another_run(folder, path):
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"%08x [1]\n" % crc32(b"[1]") + b"".join(lines[1:]))
    with pytest.raises(InputError, match="was begun with another --model and --format"):
        Journal(folder, SETTINGS, Entry)


def test_nesting_without_end_is_not_believed(folder, path):
    text = b"[" * 100_000 + b"]" * 100_000
    with path.open("ab") as file:
        file.write(b"%08x %s\n" % (crc32(text), text))
    assert entries(folder) == ENTRIES
