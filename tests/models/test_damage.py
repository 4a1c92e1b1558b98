"""Models that are damaged, forged or absurd are refused by a message, in little time and memory."""

import json
import os
import random
import shutil
import struct
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from ribbonet import predict
from ribbonet.errors import InputError
from ribbonet.models import SHIPPED
from ribbonet.models.card import NETWORKS, Card, Training, write_card
from ribbonet.models.folder import digests_of, read_model, save_model
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.nn import Dense, Network, Sigmoid, WindowDense


@pytest.fixture
def folder(tmp_path):
    network = Network([WindowDense(3, 21, 2), Sigmoid(), Dense(2, 3)], rng=0)
    training = Training({"chains": 7, "residues": 70, "seed": 1})
    card = Card("made", "A summary.", "CC0", "Made up.", training=training, scores=[{"q3": 71.5}])
    save_model(Model((Stage(3, (network,)),), card), tmp_path / "model")
    return tmp_path / "model"


def forged(folder, weights=None, **changes):
    """Change a model and give it the right checksums, as one would who means harm."""
    card = json.loads((folder / "model.json").read_text())
    del card["sha256"]
    for key, value in changes.items():
        if key in card:
            card[key] = value
        elif key in card["stages"][0]:
            card["stages"][0][key] = value
        else:
            card["stages"][0]["networks"][0][int(key[1:])] = value
    stored = load((folder / "weights.safetensors").read_bytes())
    stored = stored if weights is None else {k: weights(k, v) for k, v in stored.items()}
    (folder / "weights.safetensors").write_bytes(save(stored))
    write_card(folder / "model.json", card, digests_of(stored))


def refused(folder):
    with pytest.raises(InputError) as error:
        read_model(folder)
    assert str(folder) in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("name", ["weights.safetensors", "model.json"])
def test_every_flipped_bit_is_noticed(folder, name):
    good = (folder / name).read_bytes()
    card = json.loads((folder / "model.json").read_text())
    r = random.Random(0)
    for _ in range(300):
        damaged = bytearray(good)
        damaged[r.randrange(len(good))] ^= 1 << r.randrange(8)
        (folder / name).write_bytes(damaged)
        try:
            read_model(folder)
        except (InputError, UserWarning):
            continue
        # JSON has white space, and a few other bytes that may be others without meaning anything
        assert name == "model.json"
        assert json.loads(damaged) == card


def test_a_card_of_an_earlier_version_is_read(folder):
    card = json.loads((folder / "model.json").read_text())
    networks = json.dumps({key: card[key] for key in NETWORKS}, sort_keys=True)
    card["sha256"]["networks"] = sha256(networks.encode()).hexdigest()
    del card["sha256"]["card"]
    (folder / "model.json").write_text(json.dumps({**card, "licence": "CC-BY"}))
    assert read_model(folder).card.licence == "CC-BY"
    (folder / "model.json").write_text(json.dumps({**card, "inputs": "profile"}))
    assert "what it says is not what was written" in refused(folder)


def test_two_hundred_flipped_bits_of_a_shipped_model_are_noticed(tmp_path):
    folder = tmp_path / "fast"
    shutil.copytree(SHIPPED / "fast", folder)
    good = (folder / "weights.safetensors").read_bytes()
    r = random.Random(1)
    for _ in range(200):
        damaged = bytearray(good)
        damaged[r.randrange(len(good))] ^= 1 << r.randrange(8)
        (folder / "weights.safetensors").write_bytes(damaged)
        refused(folder)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_neither_read_nor_written(folder, value):
    model = read_model(folder)
    forged(folder, lambda name, array: np.full_like(array, value))
    assert "has numbers that are not finite" in refused(folder)
    model.stages[0].networks[0].parameters["0.weight"][0, 0] = value
    with pytest.raises(InputError, match=r"is not written: 0\.0\.0\.weight: has numbers"):
        save_model(model, folder.with_name("other"))
    assert not folder.with_name("other").exists()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_numbers_that_overflow_on_the_way_are_no_prediction(folder):
    forged(folder, lambda name, array: np.full_like(array, 3e38))
    assert "gives numbers that are not finite" in str(refused_or_predicted(folder))


def refused_or_predicted(folder):
    try:
        return predict("MKTAYIAKQR", model=read_model(folder))
    except InputError as error:
        return error


@pytest.mark.parametrize("kind", [np.float64, np.int64, bool, np.int8])
def test_weights_of_another_type_are_refused(folder, kind):
    forged(folder, lambda name, array: array.astype(kind))
    refused(folder)


@pytest.mark.parametrize("shape", [(7,), (5000, 1, 1), (), (63, 1)])
def test_scales_of_another_shape_are_refused(folder, shape):
    card = json.loads((folder / "model.json").read_text())
    stored = load((folder / "weights.safetensors").read_bytes())
    stored = {name: array.astype(np.int8) for name, array in stored.items()}
    stored |= {f"{name}.scale": np.ones(shape, np.float32) for name in stored}
    (folder / "weights.safetensors").write_bytes(save(stored))
    write_card(folder / "model.json", card, digests_of(stored))
    assert "its scales are missing or are not one an output" in refused(folder)


NESTED = {"layer": "Residual", "layers": []}
for _ in range(400):
    NESTED = {"layer": "Residual", "layers": [NESTED]}
FIRST = {"layer": "WindowDense", "symbols": 21, "init": "glorot"}


@pytest.mark.parametrize(
    "changes",
    [
        *({"window": window} for window in (0, -3, 4, 10**9, 10**18, "3", 3.0, True, None)),
        *({"states": states} for states in ("XYZ", "HHH", ["H"], "HE", "", "GHIEBTSC", 3)),
        {"stages": []},
        {"stages": {"a": 1}},
        {"stages": None},
        {"networks": []},
        {"networks": [[]]},
        {"networks": [[{"layer": "os.system"}]]},
        {"networks": [[NESTED]]},
        {"networks": [[{"layer": "Sigmoid"}] * 1000]},
        {"l0": {**FIRST, "window": 10**12, "outputs": 2}},
        {"l0": {**FIRST, "window": 3, "outputs": 10**12}},
        {"l0": {**FIRST, "window": float("nan"), "outputs": 2}},
        {"l0": {"layer": "Conv1d", "inputs": 1, "outputs": 1, "kernel": 3, "dilation": 10**12}},
        {"l1": {"layer": "BatchNorm", "units": 10**14}},
        {"format": True},
        {"format": 10**18},
        {"inputs": ["sequence"]},
        {"inputs": "all"},
    ],
    ids=lambda changes: str(changes)[:40],
)
def test_absurd_networks_are_refused(folder, changes):
    forged(folder, **changes)
    refused(folder)


def test_a_card_of_nesting_without_end_or_of_any_size_is_refused(folder):
    path = folder / "model.json"
    path.write_bytes(b'{"stages":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    refused(folder)
    path.write_bytes(b"\xff")
    refused(folder)
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert "more than the 4,194,304 of any model" in refused(folder)


def test_arrays_of_no_layer_are_refused(folder):
    stored = load((folder / "weights.safetensors").read_bytes()) | {"9.9.x": np.zeros(3, "f4")}
    (folder / "weights.safetensors").write_bytes(save(stored))
    card = json.loads((folder / "model.json").read_text())
    write_card(folder / "model.json", card, digests_of(stored))
    assert "has an array 9.9.x of no layer" in refused(folder)


@pytest.mark.parametrize("content", [b"", b"PK\3\4" + bytes(100), struct.pack("<Q", 2**62) + b"{}"])
def test_weights_that_are_none_are_refused(folder, content):
    (folder / "weights.safetensors").write_bytes(content)
    refused(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
@pytest.mark.parametrize("name", ["weights.safetensors", "model.json"])
def test_a_pipe_is_not_waited_for(folder, name):
    (folder / name).unlink()
    os.mkfifo(folder / name)
    assert "is not a regular file" in refused(folder)
    (folder / name).unlink()
    (folder / name).symlink_to("/dev/zero")
    assert "is not a regular file" in refused(folder)


def test_a_model_without_checksums_is_read_with_a_warning(folder):
    path = Path(folder / "model.json")
    card = json.loads(path.read_text())
    del card["sha256"]
    path.write_text(json.dumps(card))
    with pytest.warns(UserWarning, match="has no checksums, so damage is not noticed"):
        read_model(folder)
