"""What a language model gives is what transformers gives, residue by residue."""

import shutil

import numpy as np
import pytest

from ribbonet.errors import InputError

SEQUENCES = ["MKTAYIAKQRQISFVKSHFSRQ", "GLV", "M", "ACDEFGHIKLMNPQRSTVWYBJOUXZ"]


@pytest.fixture
def load(torch):
    from ribbonet.embedding.language_model import LanguageModel

    return LanguageModel


def test_esm_2_as_its_authors_compute_it(torch, load, esm):
    from transformers import EsmModel, EsmTokenizer

    model = EsmModel.from_pretrained(esm, add_pooling_layer=False).eval()
    tokenizer = EsmTokenizer.from_pretrained(esm)
    with torch.no_grad():
        states = model(**tokenizer(SEQUENCES[0], return_tensors="pt")).last_hidden_state[0]
    (found,) = load(esm)(SEQUENCES[:1])
    assert found.shape == (len(SEQUENCES[0]), 16)
    np.testing.assert_allclose(found, states[1:-1].numpy(), atol=1e-5)
    assert np.ptp(found, axis=0).min() > 0.01


def test_prot_t5_as_its_authors_compute_it(torch, load, prot_t5):
    from transformers import T5EncoderModel, T5Tokenizer

    model = T5EncoderModel.from_pretrained(prot_t5).eval()
    tokenizer = T5Tokenizer.from_pretrained(prot_t5)
    spaced = "A C D E F G H I K L M N P Q R S T V W Y X X X X X X"
    with torch.no_grad():
        states = model(**tokenizer(spaced, return_tensors="pt")).last_hidden_state[0]
    (found,) = load(prot_t5)(SEQUENCES[3:])  # rare residues are X
    assert found.shape == (26, 12)
    np.testing.assert_allclose(found, states[:-1].numpy(), atol=1e-5)


def test_a_batch_changes_the_last_digits_alone(load, folder):
    together = load(folder)(SEQUENCES)
    alone = [own for text in SEQUENCES for own in load(folder, batch=1)([text])]
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_a_long_chain_is_read_by_windows(load, folder):
    text = "".join(np.random.default_rng(1).choice(list("ACDEFGHIKLMNPQRSTVWY"), 70))
    model = load(folder, window=32)
    (found,) = model([text])
    whole = load(folder)
    first, last = whole([text[:32]])[0], whole([text[-32:]])[0]
    np.testing.assert_allclose(found[:24], first[:24], atol=1e-4)
    np.testing.assert_allclose(found[-24:], last[-24:], atol=1e-4)
    assert np.isfinite(found).all()


def test_absolute_positions_have_an_end(load, esm, tmp_path):
    text = (esm / "config.json").read_text().replace('"rotary"', '"absolute"')
    for path in esm.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(InputError, match="reads 1,022 residues at most; give --window 1022"):
        load(tmp_path, window=1023)


def test_other_models_are_refused(load, tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(InputError, match=r"of the type 'bert'; give one of ESM-2"):
        load(tmp_path)
    with pytest.raises(InputError, match="is not a folder, and cannot be fetched by that name"):
        load(str(tmp_path / "none"))


def test_a_tokenizer_of_another_kind_is_refused(load, esm, tmp_path):
    for path in esm.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    words = (esm / "vocab.txt").read_text().replace("\nW\n", "\nWW\n")
    (tmp_path / "vocab.txt").write_text(words)
    with pytest.raises(InputError, match="does not make one known token of each residue"):
        load(tmp_path)(["MKW"])


def test_weights_make_the_digest(torch, load, esm, folder, tmp_path):
    assert load(folder).digest == load(folder, window=50).digest
    from transformers import EsmModel

    model = EsmModel.from_pretrained(esm, add_pooling_layer=False)
    with torch.no_grad():
        next(model.parameters())[0, 0] += 1
    model.save_pretrained(tmp_path)
    for name in ("vocab.txt", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((esm / name).read_bytes())
    assert load(tmp_path).digest != load(esm).digest


def test_the_precision_of_the_weights_makes_no_other_digest(torch, load, esm, tmp_path):
    from transformers import EsmModel

    shutil.copytree(esm, tmp_path / "half")
    model = EsmModel.from_pretrained(esm, add_pooling_layer=False, dtype=torch.float16)
    model.save_pretrained(tmp_path / "half")
    assert load(tmp_path / "half").digest == load(esm).digest
