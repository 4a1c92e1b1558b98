"""A session: messages in, answers and pictures out."""

import json
import time

import numpy as np
import pytest

from ribbonet.errors import InputError
from ribbonet.web.playground.session import Session

SETTINGS = {"points": 60, "layers": [3, 2]}


def unpacked(picture: bytes):
    """Return the header and the arrays of a picture, as the page reads them."""
    end = 4 + int.from_bytes(picture[:4], "little")
    header, arrays = json.loads(picture[4:end]), {}
    for name, kind, shape in header["arrays"]:
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        arrays[name] = np.frombuffer(picture[end : end + size], kind).reshape(shape)
        end += -(-size // 4) * 4
    assert end == len(picture)
    return header, arrays


@pytest.fixture
def session():
    session = Session(1e9)
    session.ready = session.answer({"type": "settings", "settings": SETTINGS})
    yield session
    session.close()


def header(session):
    return unpacked(session.turn(0.01))[0]


def settled(session):
    """Return the header of the picture after what was asked for is trained."""
    head = header(session)
    while session.training:
        head = header(session)
    return head


def test_the_first_answer_tells_all_and_the_first_picture_shows_it(session):
    ready = session.ready
    assert ready["anew"]
    assert ready["sizes"] == (3, 2, 1)
    assert ready["parameters"][0] == ("1.weight", (2, 3))
    assert len(ready["scene"]["points"]) == 60
    head, arrays = unpacked(session.turn(0.01))
    assert (head["epoch"], head["step"], len(head["rows"])) == (0, 0, 1)
    assert arrays["weights"].size == 2 * 3 + 3 + 3 * 2 + 2 + 2 + 1
    assert arrays["units"].shape == (5, 32, 32)
    assert np.sum(head["confusion"]["train"]) == 30
    assert session.turn(0.01) is None  # nothing is new


def test_it_plays_as_fast_as_told_and_sends_each_row_once(session):
    header(session)
    session.answer({"type": "speed", "value": 100, "unit": "step"})
    session.answer({"type": "play"})
    time.sleep(0.1)
    head, _ = unpacked(session.turn(1))
    assert head["playing"]
    assert 10 <= head["step"] <= 25
    epochs = [row["epoch"] for row in head["rows"]]
    assert epochs == list(range(1, head["epoch"] + 1))
    session.answer({"type": "pause"})
    assert header(session)["rows"] == []
    assert session.turn(0.01) is None


def test_steps_and_epochs_one_by_one(session):
    session.answer({"type": "step", "unit": "step"})
    assert (header(session)["step"], session.playground.epoch) == (1, 0)
    session.answer({"type": "step", "unit": "epoch"})  # the rest of it
    head = settled(session)
    assert (head["step"], head["epoch"]) == (3, 1)


@pytest.mark.parametrize(
    "message", [{"type": "step", "unit": "epoch"}, {"type": "play"}], ids=["epoch", "play"]
)
def test_another_way_is_sent_though_its_first_step_comes_late(session, message):
    for _ in range(6):
        session.answer({"type": "step", "unit": "epoch"})
    settled(session)
    session.answer({"type": "go", "epoch": 2})
    session.answer({"type": "speed", "value": None, "unit": "step"})
    session.most = 1
    session.answer(message)
    assert header(session)["last"] == 6  # no step is due yet
    session.most = 1e9
    epochs = []
    while 3 not in epochs:
        assert session.training
        epochs += [row["epoch"] for row in header(session)["rows"]]
    assert epochs[0] == 3


LONG = {"points": 2000, "share": 0.9, "batch": 1}


def test_an_epoch_is_worked_off_in_turns(session):
    session.answer({"type": "settings", "settings": LONG})
    session.answer({"type": "step", "unit": "epoch"})
    assert session.playground.optimizer.steps == 0
    head = header(session)
    assert 0 < head["step"] < 1800
    assert (head["epoch"], head["playing"]) == (0, False)
    head = settled(session)
    assert (head["step"], head["epoch"]) == (1800, 1)
    assert session.turn(0.01) is None


@pytest.mark.parametrize(
    "message",
    [
        {"type": "pause"},
        {"type": "restart"},
        {"type": "go", "epoch": 0},
        {"type": "settings", "settings": {**LONG, "seed": 1}},
    ],
)
def test_an_epoch_under_way_is_given_up(session, message):
    session.answer({"type": "settings", "settings": LONG})
    session.answer({"type": "step", "unit": "epoch"})
    header(session)
    session.answer(message)
    assert not session.training
    assert header(session)["epoch"] == 0


def test_back_in_time_and_on_from_there(session):
    for _ in range(6):
        session.answer({"type": "step", "unit": "epoch"})
    assert settled(session)["epoch"] == 6
    session.answer({"type": "go", "epoch": 2})
    head = header(session)
    assert (head["epoch"], head["last"], head["rows"]) == (2, 6, [])
    session.answer({"type": "step", "unit": "epoch"})
    head = settled(session)
    assert (head["epoch"], head["last"], [row["epoch"] for row in head["rows"]]) == (3, 3, [3])


def test_a_look_at_a_unit_and_an_edit(session):
    session.answer({"type": "look", "unit": 4})
    session.answer({"type": "edit", "name": "1.bias", "index": 2, "value": 7})
    _, arrays = unpacked(session.turn(0.01))
    assert arrays["large"].shape == (96, 96)
    assert arrays["weights"][6 + 2] == 7
    session.answer({"type": "look", "unit": None})
    assert "large" not in unpacked(session.turn(0.01))[1]


def test_an_export(session):
    answer = session.answer({"type": "export", "form": "numpy"})
    assert answer["name"] == "playground_numpy.py"
    assert "def predict" in answer["content"]


def test_an_upload_stays_with_its_data_set(session):
    table = "x,y,c\n1,2,a\n2,3,b\n3,1,a\n4,4,b\n"
    ready = session.answer({"type": "settings", "settings": {"data": "csv"}, "upload": table})
    assert ready["classes"] == ("a", "b")
    session.answer({"type": "settings", "settings": SETTINGS})
    ready = session.answer({"type": "settings", "settings": {"data": "csv", "columns": [1, 0, 2]}})
    assert ready["scene"]["columns"] == {"names": ("x", "y", "c"), "chosen": (1, 0, 2)}


def test_a_divergence_stops_it_and_can_be_drawn(session):
    given = {**SETTINGS, "data": "hills", "activation": "identity", "learning_rate": 100}
    session.answer({"type": "settings", "settings": given})
    session.answer({"type": "speed", "value": None, "unit": "epoch"})
    session.answer({"type": "play"})
    until = time.monotonic() + 10
    while session.playing and time.monotonic() < until:
        picture = session.turn(0.05)
    head, _ = unpacked(picture)
    assert (head["end"], head["playing"]) == ("diverged", False)
    assert "too high" in head["message"]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "dance"},
        {"type": "step"},
        {"type": "go", "epoch": "x"},
        {"type": "speed", "value": -1, "unit": "step"},
        {"type": "edit", "name": "1.bias", "index": "0", "value": 1},
        {"type": "edit", "name": ["1.bias"], "index": 0, "value": 1},
        {"type": "look", "unit": 99},
        {"type": "look", "unit": "a"},
        {"type": "export", "form": "cobol"},
        {"type": "export", "form": ["numpy"]},
        {"type": "settings", "settings": None},
        {"type": "settings", "settings": {"data": "csv"}, "upload": 5},
        {"type": "settings", "settings": SETTINGS, "upload": "x"},
        {"type": "settings", "settings": {"data": "chains"}, "upload": {}},
        {"type": ["play"]},
    ],
)
def test_a_message_that_makes_no_sense_is_refused_and_harms_nothing(session, message):
    with pytest.raises(InputError):
        session.answer(message)
    session.answer({"type": "step", "unit": "epoch"})
    assert settled(session)["epoch"] == 1


def test_settings_come_first():
    with pytest.raises(InputError, match="settings first"):
        Session(1e9).answer({"type": "play"})


@pytest.mark.parametrize("batch_norm", [False, True])
def test_a_page_that_lost_its_connection_brings_its_weights(session, batch_norm):
    settings = {**SETTINGS, "batch_norm": batch_norm}
    session.answer({"type": "settings", "settings": settings})
    for _ in range(3):
        session.answer({"type": "step", "unit": "epoch"})
    head, arrays = settled(session), None
    session.changed = True
    head, arrays = unpacked(session.turn(0.01))
    resume = {
        "epoch": head["epoch"],
        "weights": arrays["weights"].tolist(),
        "buffers": arrays["buffers"].tolist() if batch_norm else [],
    }
    later = Session(1e9)
    ready = later.answer({"type": "settings", "settings": settings, "resume": resume})
    assert ready["resumed"]
    again, same = unpacked(later.turn(0.01))
    assert again["epoch"] == 3
    assert np.array_equal(same["weights"], arrays["weights"])
    assert again["rows"][-1] == pytest.approx(session.playground.rows[-1])
    later.answer({"type": "step", "unit": "epoch"})
    assert settled(later)["epoch"] == 4
    later.close()


def test_weights_of_another_network_are_refused(session):
    resume = {"epoch": 3, "weights": [1.0, 2.0], "buffers": []}
    with pytest.raises(InputError, match="not those of this network"):
        session.answer({"type": "settings", "settings": SETTINGS, "resume": resume})


def test_settings_at_fault_are_named(session):
    bad = {"points": 9999, "layers": [4, 0], "batch": "many", "drawn": [[0, 0, 9]]}
    with pytest.raises(InputError) as caught:
        session.answer({"type": "settings", "settings": bad})
    assert str(caught.value).split("; ") == [
        "Points has to be at most 2,000",
        "Batch size has to be a whole number",
        "Points of your own, 1st has to be at most 5",
        "Layers, 2nd has to be at least 1",
    ]
    assert set(caught.value.names) == set(bad)


def test_thousands_of_unknown_settings_give_ten_faults(session):
    with pytest.raises(InputError) as caught:
        session.answer({"type": "settings", "settings": {f"k{i}": 1 for i in range(50_000)}})
    assert len(str(caught.value)) < 1000
    assert str(caught.value).count("is unknown here") == 10
