"""Every script in examples/ runs, is short, and shows what it is there to show."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from ribbonet.nn import CategoricalCrossEntropy, Dense, Network, Sigmoid, Softmax

EXAMPLES = Path(__file__).parents[1] / "examples"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_a_script_is_short_and_tested(path):
    assert len(path.read_text().splitlines()) <= 60
    assert f'load("{path.stem}")' in Path(__file__).read_text()


def test_exclusive_or_from_ten_starts():
    assert load("xor").main() == [1.0] * 10


def test_the_donut_from_ten_starts():
    scores = load("donut").main()
    assert len(scores) == 10
    assert min(scores) >= 0.97


def test_small_tables_of_categories():
    tables = load("categories")
    assert (tables.fruit(), tables.neuron(), tables.rain()) == ("apple", "refractory", "rain")
    assert tables.disease() > 0.9


def test_digits_beside_scikit_learn():
    scores = load("digits").main(folds=3, epochs=15)
    assert scores["ribbonet"].mean() > scores["scikit-learn"].mean() - 0.01 > 0.95


@pytest.mark.slow
def test_digits_are_read_as_well_as_by_scikit_learn():
    scores = load("digits").main()
    assert scores["ribbonet"].mean() >= scores["scikit-learn"].mean()


def test_autoencoders():
    pca, deep, stacked = load("autoencoder").main(epochs=30).values()
    assert deep > pca
    assert stacked > 0.85


def test_letters_are_retrieved_by_every_rule(capsys):
    assert set(load("hopfield").main().values()) == {1.0}
    lines = capsys.readouterr().out.splitlines()[-3:]
    assert [line.split()[2] for line in lines] == ["global,", "metastable,", "single,"]


def test_regression_of_two_targets():
    assert load("regression").main() > 0.95


def test_outliers_spoil_what_robust_scaling_saves():
    found = load("preprocessing").main()
    assert found["quartiles, clipped"] > 0.93 > 0.8 > found["range 0 to 1"]


def test_sentences():
    assert min(load("text").main().values()) > 0.9


def test_voices():
    assert load("voice").main() > 0.93


def test_prices():
    error, naive = load("price").main()
    assert error < 0.9 * naive


def test_letters_in_images():
    pytest.importorskip("PIL", reason="draws with Pillow, which comes with the extra plot")
    assert load("letters").main() > 0.95


def test_learning_curves():
    curves = load("learning_curves")
    _, seen, unseen = zip(*curves.examples(), strict=True)
    assert unseen[-1] > unseen[0] + 0.05  # more examples generalise better
    assert seen[0] - unseen[0] > seen[-1] - unseen[-1]
    _, seen, unseen = zip(*curves.parameters(), strict=True)
    assert list(seen) == sorted(seen)  # more parameters learn all by heart
    assert seen[-1] > 0.97
    assert max(unseen) == unseen[0] > unseen[-1] + 0.04  # and are the worse for it
    _, sizes, margins = zip(*curves.margins(), strict=True)
    assert list(sizes) == sorted(sizes, reverse=True)  # small weights, wide margins
    assert list(margins) == sorted(margins)


def test_faces():
    found = load("faces").main()
    assert found["people"] > 0.75  # of thirty
    assert found["moods of strangers"] > 0.85  # of five


def test_by_hand_and_in_torch():
    script = load("plug_and_play")
    assert abs(script.in_torch() - script.by_hand()).max() < 1e-9


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_by_hand_and_in_keras():
    pytest.importorskip("keras", reason="needs the extra keras")
    script = load("plug_and_play")
    logits = script.by_hand()
    assert abs(script.in_keras() - logits).max() < 1e-5
    assert (logits.argmax(axis=1) == script.y).mean() > 0.95


def test_nettalk(shared_data):
    scores = load("nettalk").main(shared_data / "nettalk.data", shared_data / "nettalk.list")
    assert scores["learnt"] >= 95
    assert scores["all"] >= 77


@pytest.fixture
def by_hand(monkeypatch):
    module = load("by_hand")
    monkeypatch.setitem(sys.modules, "by_hand", module)
    return module


def written(path, number, seed):
    rng = np.random.default_rng(seed)
    states = ["".join(rng.choice(list("HEC-"), 40)) for _ in range(number)]
    residues = {"H": "AEL", "E": "VIY", "C": "GPN", "-": "KRX"}
    path.write_text(
        "".join(
            f">{n}\n{''.join(rng.choice(list(residues[s])) for s in own)}\n{own}\n"
            for n, own in enumerate(states)
        )
    )
    return path


def test_the_network_by_hand_is_that_of_the_library(by_hand, tmp_path):
    X, T = by_hand.encode(written(tmp_path / "a.3line", 3, seed=0))
    model = by_hand.MLP(13 * 21, 40, 3, np.random.default_rng(1))
    network = Network([Dense(273, 40), Sigmoid(), Dense(40, 3)]).load(
        {"0.weight": model.W1, "0.bias": model.b1, "2.weight": model.W2, "2.bias": model.b2}
    )
    _, gradients, logits = network.loss_and_gradients(
        CategoricalCrossEntropy(), X, T.argmax(axis=1)
    )
    np.testing.assert_allclose(model.forward(X)[1], Softmax.value(logits), atol=1e-12)
    for own, name in zip(model.backward(X, T), network.shapes, strict=True):
        np.testing.assert_allclose(own, gradients[name], atol=1e-12)


def test_protein_mlp_is_the_network_by_hand(by_hand, tmp_path):
    torch = pytest.importorskip("torch")
    protein_mlp = load("protein_mlp")
    path = written(tmp_path / "a.3line", 3, seed=0)
    model = by_hand.MLP(13 * 21, 40, 3, np.random.default_rng(1))
    twin = protein_mlp.ProteinMLP(13 * 21, 40, 3, torch.nn.Sigmoid).double()
    weights = (model.W1.T, model.b1, model.W2.T, model.b2)
    for parameter, array in zip(twin.parameters(), weights, strict=True):
        parameter.data = torch.tensor(array)
    X, T = by_hand.encode(path)
    loss = torch.nn.CrossEntropyLoss()(twin(torch.tensor(X)), torch.tensor(T.argmax(axis=1)))
    loss.backward()
    dW1, db1, dW2, db2 = model.backward(X, T)
    for parameter, expected in zip(twin.parameters(), (dW1.T, db1, dW2.T, db2), strict=True):
        np.testing.assert_allclose(parameter.grad.numpy(), expected, atol=1e-12)
    many = written(tmp_path / "b.3line", 30, seed=3)
    assert min(protein_mlp.main(many, path)) > 60  # a third would be chance


def test_by_hand_reaches_the_score_of_1988(by_hand, shared_data):
    files = [shared_data / f"qian_sejnowski_1988_{part}.3line" for part in ("train", "test")]
    train, test = by_hand.main(*files)
    assert train > 64
    assert test > 62  # Qian & Sejnowski: 62.7
