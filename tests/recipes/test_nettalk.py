import sys

import pytest

from ribbonet.datasets.nettalk import Word, format_nettalk

WORDS = [
    Word("aback", "xb@k-", "0>1<<"),
    Word("abase", "xbes-", "0>1<<"),
    Word("the", "D-x", ">>0"),
    Word("of", "xv", "1<"),
    Word("zoo", "zu-", ">1<"),
]


@pytest.fixture
def nettalk(script):
    return script("nettalk")


def test_a_window_shows_three_letters_on_either_side(nettalk):
    shown = nettalk.windows([Word("of", "xv", "1<"), Word("the", "D-x", ">>0")])
    assert [nettalk.LETTERS.decode(row) for row in shown] == [
        "___of__",
        "__of___",
        "___the_",
        "__the__",
        "_the___",
    ]


def test_the_listed_words_are_taken_once_and_their_homographs_left_out(nettalk):
    again = Word("the", "Di-", ">1<")
    common, others = nettalk.commonest([*WORDS, again], ["of", "the"])
    assert [word.letters for word in common] == ["the", "of"]
    assert common[0].phonemes == "D-x"
    assert {word.letters for word in others} == {"aback", "abase", "zoo"}


@pytest.mark.parametrize("way", ["by_features", "by_classes"])
def test_a_network_learns_a_few_words(nettalk, way):
    reader = getattr(nettalk, way)(WORDS, 15, 300, 0)
    assert nettalk.score(reader, WORDS) == [100, 100]
    given = reader(nettalk.windows(WORDS[:1]))
    assert nettalk.QUESTIONS["phonemes"].decode(given["phonemes"]) == "xb@k-"
    assert nettalk.QUESTIONS["stresses"].decode(given["stresses"]) == "0>1<<"


def test_the_script_prints_tables(nettalk, tmp_path, monkeypatch, capsys):
    (tmp_path / "nettalk.data").write_text("".join(map(format_nettalk, WORDS * 10)))
    (tmp_path / "nettalk.list").write_text("note ***\n(THE\n OF)\n")
    few = ["--seeds", "1", "--epochs", "2", "--dictionary-epochs", "1"]
    monkeypatch.setattr(sys, "argv", ["reproduce.py", "--data", str(tmp_path), *few])
    nettalk.main()
    printed = capsys.readouterr().out
    assert "trained on 2 words" in printed
    assert printed.count("| 120 |") == 4
    assert "2 learned words" in printed
    assert "30 other words" in printed
    assert "50 dictionary words" in printed


@pytest.mark.parametrize("way", ["by_features", "by_classes"])
def test_the_thousand_words_are_learned_and_read_on(nettalk, shared_data, way):
    words = list(nettalk.read_nettalk(shared_data / "nettalk.data"))
    common, _ = nettalk.commonest(words, nettalk.read_word_list(shared_data / "nettalk.list"))
    reader = getattr(nettalk, way)(common, 120, 25, 0)
    assert min(nettalk.score(reader, common)) >= 95
    assert nettalk.score(reader, words)[0] >= 77
