"""Tiny language models of the classes of ESM-2 and ProtT5, of random weights, in folders."""

import numpy as np
import pytest

VOCABULARY = "<cls> <pad> <eos> <unk> L A G V S E R T I D P K Q N F Y M H W C X B U Z O . - <mask>"


@pytest.fixture(scope="session")
def torch():
    pytest.importorskip("transformers", reason="needs the extra plm")
    pytest.importorskip("sentencepiece", reason="needs the extra plm")
    import torch

    return torch


@pytest.fixture(scope="session")
def esm(torch, tmp_path_factory):
    """Two layers, 16 numbers a residue; rotary positions, as ESM-2 has."""
    from transformers import EsmConfig, EsmModel, EsmTokenizer

    folder = tmp_path_factory.mktemp("esm")
    (folder / "words.txt").write_text("\n".join(VOCABULARY.split()))
    EsmTokenizer(str(folder / "words.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    config = EsmConfig(
        vocab_size=len(VOCABULARY.split()),
        pad_token_id=1,
        mask_token_id=31,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=1026,
        position_embedding_type="rotary",
        token_dropout=True,
        initializer_range=0.5,
    )
    EsmModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def prot_t5(torch, tmp_path_factory):
    """Two layers, 12 numbers a residue, and a tokenizer of SentencePiece, as ProtT5 has."""
    import sentencepiece
    from transformers import T5Config, T5EncoderModel

    folder = tmp_path_factory.mktemp("t5")
    letters = np.array(list("ACDEFGHIKLMNPQRSTVWYXBOUZ"))
    rng = np.random.default_rng(0)
    (folder / "text").write_text("\n".join(" ".join(rng.choice(letters, 40)) for _ in range(200)))
    sentencepiece.SentencePieceTrainer.train(
        input=str(folder / "text"),
        model_prefix=str(folder / "spiece"),
        vocab_size=len(letters) + 3,
        model_type="word",  # as ProtT5: `▁A` is a token
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "T5Tokenizer"}')
    torch.manual_seed(0)
    config = T5Config(
        vocab_size=160, d_model=12, d_kv=6, d_ff=24, num_layers=2, num_heads=2, dropout_rate=0.1
    )
    T5EncoderModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(params=["esm", "prot_t5"])
def folder(request):
    return request.getfixturevalue(request.param)
