from pathlib import Path

import pytest

from ribbonet.datasets.nettalk import Word, format_nettalk, read_nettalk, read_word_list
from ribbonet.errors import InputError


def test_words_behind_an_introduction(tmp_path: Path) -> None:
    path = tmp_path / "nettalk.data"
    path.write_text(
        "This is a dictionary\n\naardvark\ta-rdvark\t1<<<>2<<\t0\nabbe\t@b-e\t0<>1\t2\n"
    )
    words = list(read_nettalk(path))
    assert words == [Word("aardvark", "a-rdvark", "1<<<>2<<"), Word("abbe", "@b-e", "0<>1", 2)]
    assert "".join(map(format_nettalk, words)) == "".join(
        path.read_text().splitlines(keepends=True)[2:]
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello\n", "holds no word"),
        ("a\tx\t0\t0\nab\tx\t0\t0\n", "line 2: 'ab' has 2 letters, 1 phonemes and 1 stresses"),
        ("a\tx\t0\t0\na\tx\t5\t0\n", "line 2: 'a' has a stress that is none of <>012"),
        ("a\tx\t0\t0\na\tx\t0\t7\n", "line 2: 'a' has a stress that is none of"),
        ("a\tx\t0\t0\nb x\n", "line 2: should be word, phonemes, stresses and a digit"),
    ],
)
def test_errors_name_the_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "d"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        list(read_nettalk(path))
    assert str(error.value).startswith(f"{path}: {message}")


def test_the_list_of_common_words(tmp_path: Path) -> None:
    path = tmp_path / "nettalk.list"
    path.write_text("A note (by somebody)\n\n*******\n\n(THE OF\n AND)\n")
    assert read_word_list(path) == ["the", "of", "and"]
    path.write_text("nothing\n")
    with pytest.raises(InputError, match="has no words in brackets"):
        read_word_list(path)


def test_the_real_dictionary_and_its_list(shared_data: Path) -> None:
    words = list(read_nettalk(shared_data / "nettalk.data"))
    common = read_word_list(shared_data / "nettalk.list")
    text = (shared_data / "nettalk.data").read_text()
    assert len(words) == 20_007
    assert "".join(map(format_nettalk, words)).split() == text.split()
    assert len(common) == 1000
    assert set(common) <= {word.letters for word in words}
