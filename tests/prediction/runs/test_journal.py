import pytest

from ribbonet.errors import InputError
from ribbonet.prediction.runs.journal import Entry, Journal

SETTINGS = {"--model": "abc", "--format": ".csv"}
ENTRIES = [Entry(3, 1, 2, 10), Entry(1, 5, 6, 7), Entry(2, 8, 9, 11)]


@pytest.fixture
def path(tmp_path):
    journal = Journal(tmp_path / "journal", SETTINGS, Entry)
    for entry in ENTRIES:
        journal.add(entry)
    journal.close()
    return tmp_path / "journal"


def entries(path):
    journal = Journal(path, SETTINGS, Entry)
    journal.close()
    return journal.entries


def test_entries_are_read_back_and_added_to(path):
    journal = Journal(path, SETTINGS, Entry)
    assert journal.entries == ENTRIES
    journal.keep(1)
    journal.add(ENTRIES[2])
    assert journal.entries == [ENTRIES[0], ENTRIES[2]]
    journal.close()
    assert entries(path) == [ENTRIES[0], ENTRIES[2]]


def test_wherever_it_is_cut_the_whole_lines_before_are_believed(path):
    whole = path.read_bytes()
    ends = [n + 1 for n, byte in enumerate(whole) if byte == ord("\n")]
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        expected = ENTRIES[: max(sum(end <= length for end in ends) - 1, 0)]
        assert entries(path) == expected
        journal = Journal(path, SETTINGS, Entry)
        journal.add(ENTRIES[1])
        journal.close()
        assert entries(path) == [*expected, ENTRIES[1]]


def test_a_garbled_line_ends_what_is_believed(path):
    whole = path.read_bytes()
    for place in range(len(whole)):
        garbled = bytearray(whole)
        garbled[place] ^= 2
        path.write_bytes(garbled)
        known = entries(path)
        assert known == ENTRIES[: len(known)]
        assert len(known) < len(ENTRIES)


def test_other_settings_are_named(path):
    with pytest.raises(InputError, match="was begun with another --format; go on with the same"):
        Journal(path, SETTINGS | {"--format": ".tsv"}, Entry)
    path.write_bytes(b"")
    Journal(path, SETTINGS | {"--format": ".tsv"}, Entry).close()
    Journal(path, SETTINGS, Entry).close()


def test_it_is_open_once(path):
    journal = Journal(path, SETTINGS, Entry)
    with pytest.raises(InputError, match="another process is writing there"):
        Journal(path, SETTINGS, Entry)
    journal.close()
