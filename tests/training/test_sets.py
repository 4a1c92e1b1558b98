"""Which chains are trained on, and what is said of it."""

import pytest

from ribbonet.chains.alphabet import STATES
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.tasks.labels import LabelOptions
from ribbonet.training.sets import read_sets


def sets(*sources, repeat=None, taught=False):
    """Read chains to train on, and what is warned of."""
    warnings = []
    options = LabelOptions(on_warning=warnings.append)
    valid = [[Chain("v", "WWWW", values=(0.1, 0.2, 0.3, 0.4))]]
    found = read_sets(sources, valid, [], STATES, 0, options, lambda _: None, taught, repeat)
    return found, warnings


def valued(name, sequence="MKTA", values=(0.1, 0.2, 0.3, 0.4)):
    return Chain(name, sequence, values=values)


def test_chains_in_two_sets_keep_the_repeats_of_each():
    chain, bare = valued("a"), Chain("b", "MKT")
    found, _ = sets([chain], [chain], repeat=[1, 2])
    assert found.repeats == [1.0, 2.0]
    found, _ = sets([chain, bare], [chain, bare], repeat=[1, 2], taught=True)
    assert found.repeats == [1.0, 2.0, 1.0, 2.0]


def test_a_file_given_twice_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.fasta").write_text(">a\nMKTAYIAKQR\n")
    with pytest.raises(InputError, match=r"a\.fasta: is given twice; give it once"):
        sets("a.fasta", tmp_path / "a.fasta")


def test_one_value_alone_teaches_nothing():
    with pytest.raises(InputError, match="every residue has the value 1, so there is nothing to"):
        sets([valued("a", values=(1.0, 1.0, float("nan"), 1.0))])


def test_one_class_alone_teaches_nothing():
    chains = [Chain("a", "MKTA", "1111")]
    options = LabelOptions("classes")
    with pytest.raises(InputError, match="every residue has the label 1, so there is nothing to"):
        read_sets([chains], [chains], [], STATES, 0, options, lambda _: None)


def test_sets_of_which_none_is_to_train_on_are_warned_of():
    _, warnings = sets([valued("a SET=test"), valued("b SET=Test", "MKTW"), valued("c", "MKTY")])
    assert warnings == [
        "no chain is of SET=train, so all are trained on, those of SET=Test, SET=test too"
    ]
    _, warnings = sets([valued("a SET=train"), valued("b SET=test")])
    assert warnings == []
