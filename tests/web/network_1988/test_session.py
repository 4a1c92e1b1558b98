"""The room 1988 without a browser: two networks side by side, the cascade, contributions."""

import json
import math

import numpy as np
import pytest

from ribbonet.errors import InputError
from ribbonet.nn import Softmax
from ribbonet.web.network_1988.pictures import replaced
from ribbonet.web.network_1988.proteins import MOST_RESIDUES
from ribbonet.web.network_1988.session import Session

CHAIN = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVG"
STATES = "CHHHHHHHHHHHHHHHHHHHCCCEEEEEECCCEEEEECCCC"
OWN = "".join(
    f">c{i}\n{CHAIN[i:] + CHAIN[:i]}\n{STATES[i:] + STATES[:i]}\n" for i in range(0, 40, 4)
)
TYPES = {"float32": np.float32, "int8": np.int8, "uint8": np.uint8}


def unpacked(message: bytes) -> dict:
    """The header of a picture, its arrays under their names."""
    length = int.from_bytes(message[:4], "little")
    header = json.loads(message[4 : 4 + length])
    start = 4 + length
    for name, kind, shape in header["arrays"]:
        count = math.prod(shape)
        header[name] = np.frombuffer(message, TYPES[kind], count, start).reshape(shape)
        start += -(-header[name].nbytes // 4) * 4
    return header


def opened(**settings) -> tuple[Session, dict]:
    session = Session()
    own = {"data": "own", "relatives": True, "cycles": 3, "units": 4, **settings}
    upload = {"upload": OWN} if own["data"] == "own" else {}
    return session, session.answer({"type": "settings", "settings": own, **upload})


def trained(session: Session) -> dict:
    """Train to the end; the last picture, with all rows."""
    rows: dict = {}
    while True:
        if (made := session.turn(0.05)) is None:
            continue
        picture = unpacked(made)
        for name, more in picture["rows"].items():
            rows[name] = rows.get(name, [])[: picture["from"][name]] + more
        if not session.training:
            return {**picture, "rows": rows}


def test_the_shipped_chains_with_and_without_relatives():
    _, out = opened(data="shipped", units=40, relatives=False)
    _, within = opened(data="shipped", units=40, relatives=True)
    assert out["chains"] == within["chains"] == [90, 24]
    assert (out["related"], out["left_out"]) == (0, 24)
    assert (within["related"], within["left_out"]) == (24, 0)
    assert out["coil"] == within["coil"] == pytest.approx(43.5, abs=0.1)


def test_both_networks_learn_side_by_side_and_then_the_cascade():
    session, ready = opened(learning_rate=0.3)
    assert ready["anew"]
    assert ready["chains"] == [8, 2]
    session.answer({"type": "play"})
    picture = trained(session)
    assert picture["ended"]
    assert {name: len(rows) for name, rows in picture["rows"].items()} == {"units": 4, "none": 4}
    assert picture["rows"]["none"][-1]["train"] > picture["rows"]["none"][0]["train"]
    assert picture["maps"].shape == (4, 13, 21)
    assert picture["direct"].shape == (3, 13, 21)
    length = len(ready["followed"]["sequence"])
    assert picture["hidden"].shape == (length, 4)
    assert "cascade" not in picture
    session.answer({"type": "cascade"})
    picture = trained(session)
    assert picture["cascade"].shape == picture["units"].shape == (length, 3)
    assert len(picture["rows"]["cascade"]) == 4


def test_the_same_seed_gives_the_same_curves():
    rows = []
    for _ in range(2):
        session, _ = opened()
        session.answer({"type": "play"})
        rows.append(trained(session)["rows"])
    assert rows[0] == rows[1]


def test_what_residues_and_units_contribute():
    session, ready = opened()
    session.answer({"type": "play"})
    trained(session)
    session.answer({"type": "look", "residue": 0})
    picture = unpacked(session.turn(0.05))
    network = session.trainings.learners["units"].network
    # the units' shares and the bias are the output before the softmax
    outputs = picture["near_hidden"] @ picture["outputs"][:-1] + picture["outputs"][-1]
    np.testing.assert_allclose(Softmax.value(outputs[None])[0], picture["near"], rtol=1e-5)
    # the residue that stands there is one of the twenty
    own = ready["symbols"].index(ready["followed"]["sequence"][0])
    assert picture["replaced"].shape == (13, 20, 3)
    np.testing.assert_allclose(picture["replaced"][6, own], picture["near"], rtol=1e-5)
    np.testing.assert_allclose(picture["replaced"].sum(axis=2), 1, rtol=1e-5)
    # one changed by hand
    window = np.array([20] * 6 + list(range(7)), np.uint8)
    changed = window.copy()
    changed[9] = 11
    np.testing.assert_allclose(
        replaced(network, window)[9, 11], Softmax.value(network(changed[None]))[0], rtol=1e-5
    )


def test_relatives_of_ones_own_chains_are_found_and_left_out():
    apart = "".join(f">x{i}\n{letter * 41}\n{STATES}\n" for i, letter in enumerate("ACDE"))
    text = apart + f">t\n{CHAIN}\n{STATES}\n>kin\n{CHAIN}\n{STATES}\n"
    session = Session()
    settings = {"data": "own", "cycles": 1}
    ready = session.answer({"type": "settings", "settings": settings, "upload": text})
    assert (ready["chains"], ready["related"], ready["left_out"]) == ([4, 1], 0, 1)
    ready = session.answer({"type": "settings", "settings": {**settings, "relatives": True}})
    assert (ready["chains"], ready["related"], ready["left_out"]) == ([5, 1], 1, 0)


def test_a_session_that_is_left_goes_on_where_it_was():
    session, ready = opened()
    session.answer({"type": "cycle"})
    while session.training:
        session.turn(0.05)
    session.close()
    again = session.answer({"type": "settings", "settings": ready["settings"]})
    assert not again["anew"]
    picture = unpacked(session.turn(0.05))
    assert [len(rows) for rows in picture["rows"].values()] == [2, 2]
    assert picture["cycle"] == 1


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"units": 0}, "Hidden units has to be at least 1"),
        ({"window": 4}, "Window: choose an odd number"),
        ({"data": "1999"}, "Proteins has to be one of"),
        ({"more": 1}, "more is unknown here"),
    ],
)
def test_settings_that_cannot_be(settings, fault):
    with pytest.raises(InputError, match=fault):
        Session().answer({"type": "settings", "settings": settings})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "choose a file"),
        (f">a\n{CHAIN}\n{STATES}\n", "give 5 chains or more"),
        (OWN.replace("CHH", "CQH", 1), "the file"),
        (OWN * (MOST_RESIDUES // 400), "the most is 25,000"),
    ],
)
def test_files_that_cannot_be_learned_from(text, fault):
    with pytest.raises(InputError, match=fault):
        Session().answer({"type": "settings", "settings": {"data": "own"}, "upload": text})


def test_the_proteins_of_1988_have_to_be_fetched(monkeypatch, tmp_path):
    monkeypatch.setenv("RIBBONET_DATA", str(tmp_path))
    with pytest.raises(InputError, match="ribbonet data fetch qian-sejnowski-1988-train"):
        Session().answer({"type": "settings", "settings": {"data": "1988"}})


@pytest.mark.parametrize(
    "message",
    [
        {"type": "follow", "chain": 2},
        {"type": "follow", "chain": -1},
        {"type": "look", "residue": 41},
        {"type": "look"},
        {"type": "other"},
    ],
)
def test_messages_that_cannot_be_done(message):
    session, _ = opened()
    with pytest.raises(InputError):
        session.answer(message)
    assert session.turn(0.05) is not None


def test_a_training_that_diverges_says_so_and_is_shown():
    session, _ = opened(learning_rate=10, cycles=60)
    session.answer({"type": "play"})
    picture = trained(session)
    assert "learning rate" in picture["message"] or picture["ended"]
