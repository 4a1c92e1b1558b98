"""Every script in examples/ runs, is short, and shows what it is there to show."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

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
    assert seen[-1] == max(seen) > 0.98  # more parameters learn all by heart
    assert unseen[-1] < 0.8
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
    pytest.importorskip("keras", reason="needs keras")
    script = load("plug_and_play")
    logits = script.by_hand()
    assert abs(script.in_keras() - logits).max() < 1e-5
    assert (logits.argmax(axis=1) == script.y).mean() > 0.95


def test_nettalk(shared_data):
    scores = load("nettalk").main(shared_data / "nettalk.data", shared_data / "nettalk.list")
    assert scores["learnt"] >= 95
    assert scores["all"] >= 77
