"""PyTorch beside NumPy: the same outputs, gradients, steps, and trainings."""

import subprocess
import sys
from functools import partial

import numpy as np
import pytest
import safetensors.numpy
import safetensors.torch
import torch
from torch import nn

from ribbonet.nn import (
    GELU,
    L1,
    L2,
    SGD,
    AdamW,
    ArrayExamples,
    Batch,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Dense,
    Exponential,
    GroupedCrossEntropy,
    HardThreshold,
    Identity,
    Muon,
    NestedCrossEntropy,
    Network,
    ProbabilityCrossEntropy,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    SquaredError,
    Tanh,
    WindowDense,
    fit,
    optimizers,
)
from ribbonet.nn.layers import LAYERS as EVERY_LAYER
from ribbonet.nn.layers import Layer
from ribbonet.nn.layers.context import ChainMean, SelfAttention
from ribbonet.nn.layers.conv import Conv1d
from ribbonet.nn.layers.dense import Flatten
from ribbonet.nn.layers.noise import Dropout, Noise, NoisyWeights
from ribbonet.nn.layers.norm import BatchNorm, LayerNorm
from ribbonet.nn.layers.recurrent import Recurrent
from ribbonet.nn.schedules import cosine
from ribbonet.nn.torch.engine import TorchEngine, data_loader, from_torch, to_torch
from ribbonet.nn.training.engine import NumpyEngine

LOSS = CategoricalCrossEntropy()
OnCpu = partial(TorchEngine, device="cpu")

VECTORS = np.random.default_rng(0).normal(size=(12, 6))
CHAINS = np.random.default_rng(0).normal(size=(4, 7, 6))
CODES = np.random.default_rng(0).integers(0, 5, (12, 3)).astype(np.uint8)
MASK = np.arange(7) < np.array([7, 3, 5, 1])[:, None]

LAYERS = [
    ([Dense(6, 3)], VECTORS),
    ([WindowDense(3, 5, 4), Identity(), Dense(4, 3)], CODES),
    *[
        ([Dense(6, 4), activation(), Dense(4, 3)], VECTORS)
        for activation in (Identity, HardThreshold, Sigmoid, Tanh, ReLU, Exponential, GELU, Softmax)
    ],
    ([Flatten("C"), Dense(42, 3)], CHAINS),
    ([Flatten("F"), Dense(42, 3)], CHAINS),
    ([Dense(6, 4), BatchNorm(4), Dense(4, 3)], VECTORS),
    ([Dense(6, 4), LayerNorm(4), Dense(4, 3)], VECTORS),
    ([Dense(6, 4), Residual([Dense(4, 4), Tanh()]), Dense(4, 3)], VECTORS),
    ([Dropout(0), Noise(0), NoisyWeights([Dense(6, 3)], 0)], VECTORS),
    ([Conv1d(6, 3, 3)], CHAINS),
    ([Conv1d(6, 4, 5, dilation=2, groups=2), ReLU(), Dense(4, 3)], CHAINS),
    ([Recurrent(6, 3)], CHAINS),
    ([Recurrent(6, 3, activation="sigmoid")], CHAINS),
    ([ChainMean(6, "glorot"), Dense(6, 3)], CHAINS),
    ([SelfAttention(6, 3), Dense(6, 3)], CHAINS),
    ([BatchNorm(6), Conv1d(6, 4, 3), Residual([Conv1d(4, 4, 3), Tanh()]), Dense(4, 3)], CHAINS),
]


def network_of(layers: list[Layer], seed: int = 0) -> Network:
    return Network(layers, rng=seed, dtype=np.float64)


def masks_of(x):
    return [None, MASK] if x.ndim == 3 else [None]


@pytest.mark.parametrize(
    ("layers", "x", "mask"),
    [
        pytest.param(layers, x, mask, id=f"{layers}{'' if mask is None else ' masked'}")
        for layers, x in LAYERS
        for mask in masks_of(x)
    ],
)
def test_outputs_and_gradients_equal(layers, x, mask):
    network = network_of(layers)
    module = to_torch(network)
    shape = network(x).shape
    weights = np.random.default_rng(1).normal(size=shape)
    if mask is not None and len(shape) == 3:
        weights *= mask[..., None]  # what stands at the padding has no meaning
    theirs = None if mask is None else torch.tensor(mask)

    def compare(ours, outputs):
        ours, outputs = (np.where(weights, z, 0) for z in (ours, outputs.detach().numpy()))
        np.testing.assert_allclose(ours, outputs, rtol=1e-10, atol=1e-12)

    compare(network(x, mask), module.eval()(torch.tensor(x), theirs))
    ours, cache = network.forward(x, training=True, rng=np.random.default_rng(0), mask=mask)
    outputs = module.train()(torch.tensor(x), theirs)
    compare(ours, outputs)
    _, gradients = network.backward(weights, cache)
    (outputs * torch.tensor(weights)).sum().backward()
    assert gradients.keys() == dict(module.named_parameters()).keys()
    for name, parameter in module.named_parameters():
        np.testing.assert_allclose(gradients[name], parameter.grad, rtol=1e-9, atol=1e-11)
    compare(network(x, mask), module.eval()(torch.tensor(x), theirs))  # running statistics


def test_every_layer_has_its_counterpart():
    tested = {type(layer).__name__ for layers, _ in LAYERS for layer in layers}
    assert EVERY_LAYER.keys() - tested == {"Stack", "Network"}


def test_state_dict_is_the_state_and_back():
    network = network_of([Dense(6, 4), Residual([Dense(4, 4), BatchNorm(4)]), Dense(4, 3)])
    module = to_torch(network)
    assert module.state_dict().keys() == network.state.keys()
    with torch.no_grad():
        module.get_parameter("0.weight")[0, 0] = 7
    back = from_torch(module)
    assert back.config() == network.config()
    assert back.parameters["0.weight"][0, 0] == 7
    assert network.parameters["0.weight"][0, 0] != 7
    np.testing.assert_array_equal(back.state["1.0.weight"], network.state["1.0.weight"])


def test_weights_files_serve_both_engines(tmp_path):
    layers = [Dense(6, 4), BatchNorm(4), Dense(4, 3)]
    network = network_of(layers)
    safetensors.numpy.save_file(network.state, tmp_path / "numpy")
    module = to_torch(network_of(layers, seed=1))
    module.load_state_dict(safetensors.torch.load_file(tmp_path / "numpy"))
    safetensors.torch.save_file(module.state_dict(), tmp_path / "torch")
    again = network_of(layers, seed=2).load(safetensors.numpy.load_file(tmp_path / "torch"))
    np.testing.assert_array_equal(again(VECTORS), network(VECTORS))


def test_a_layer_without_counterpart_is_named():
    class Stranger(Layer):
        def forward(self, x, *, training=False, rng=None, mask=None):
            return x, None

        def backward(self, gradient, cache):
            return gradient, {}

    try:
        with pytest.raises(TypeError, match="Stranger has no counterpart"):
            to_torch(Network([Stranger()]))(torch.zeros(1, 2))
    finally:
        del Layer.registry["Stranger"]


LABELS = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])
LOSSES = [
    (LOSS, LABELS),
    (CategoricalCrossEntropy(label_smoothing=0.1, class_weights=(0.1, 0.7, 3)), LABELS),
    (CategoricalCrossEntropy(reduction="sum"), np.eye(3)[LABELS]),
    (ProbabilityCrossEntropy(label_smoothing=0.1), LABELS),
    (BinaryCrossEntropy(label_smoothing=0.1), np.eye(3, dtype=int)[LABELS]),
    (BinaryCrossEntropy(), np.full((12, 3), 0.3)),
    (GroupedCrossEntropy((0, 0, 1)), LABELS // 2),
    (GroupedCrossEntropy((0, 0, 1)), np.full((12, 2), 0.5)),
    (NestedCrossEntropy((0, 0, 1), 0.4), LABELS),
    (NestedCrossEntropy((0, 0, 1), 0.4), np.full((12, 3), [0.5, 0.2, 0.3])),
    (SquaredError(), VECTORS[:, :3]),
]


@pytest.mark.parametrize(("loss", "targets"), LOSSES, ids=lambda value: repr(value)[:40])
@pytest.mark.parametrize("weighted", [False, True])
def test_one_step_by_each_loss(loss, targets, weighted):
    layers = [Dense(6, 3), *([Softmax()] if isinstance(loss, ProbabilityCrossEntropy) else [])]
    weights = np.arange(12.0) % 4 if weighted else None
    rng, results = np.random.default_rng(0), []
    for engine in (NumpyEngine, OnCpu):
        running = engine(network_of(layers), loss, SGD(0.1), penalties=[], clip=None, average=None)
        cost, _ = running.train_step(Batch(VECTORS, targets, weights), 1.0, rng)
        results.append((cost, running.weights()))
    assert results[0][0] == pytest.approx(results[1][0], rel=1e-12)
    for name, array in results[0][1].items():
        np.testing.assert_allclose(array, results[1][1][name], rtol=1e-11, atol=1e-13)


OPTIMIZERS = {
    **{name: partial(kind, 0.02) for name, kind in optimizers.OPTIMIZERS.items()},
    "adamw": partial(AdamW, 0.02, weight_decay=0.1),
    "muon": partial(Muon, 0.02, weight_decay=0.1),
}
"""All that configurations can name: one without its counterpart in PyTorch fails."""
SETTINGS = {
    "plain": {},
    "all": {
        "schedule": cosine,
        "clip": 0.5,
        "average": 0.5,
        "penalties": [L1(0.01), L2(0.1, per_parameter=True, biases=True)],
    },
}


def train(engine, optimizer, layers=None, network=None, epochs=2, dtype=np.float64, **options):
    """Ten steps: two epochs of five batches."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=(40, 6))
    examples = ArrayExamples(x.astype(dtype), (x[:, 0] > 0).astype(int), rng.random(40))
    layers = layers or [BatchNorm(6), Dense(6, 5), Tanh(), Dense(5, 4), Tanh(), Dense(4, 2)]
    network = network or Network(layers, rng=0, dtype=dtype)
    rng = np.random.default_rng(7)
    options = {"epochs": epochs, "batch_size": 8, "valid": examples, **options}
    history = fit(network, LOSS, optimizer, examples, rng=rng, engine=engine, **options)
    return network, history


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_ten_steps_of_fit_give_the_same_weights(optimizer, settings):
    ours, rows = train(NumpyEngine, optimizer(), **settings)
    theirs, history = train(OnCpu, optimizer(), **settings)
    for name, array in ours.state.items():
        np.testing.assert_allclose(array, theirs.state[name], rtol=0, atol=1e-10)
    for row, other in zip(rows, history, strict=True):
        assert row["train_loss"] == pytest.approx(other["train_loss"])
        assert row["valid_loss"] == pytest.approx(other["valid_loss"])


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_ten_steps_on_masked_chains_give_the_same_weights(optimizer):
    layers = [Dense(6, 4), Residual([SelfAttention(4, 2)]), ChainMean(4), Tanh(), Dense(4, 3)]
    labels = np.random.default_rng(0).integers(0, 3, MASK.shape)
    rng, results = np.random.default_rng(0), []
    for engine in (NumpyEngine, OnCpu):
        running = engine(
            network_of(layers), LOSS, optimizer(), penalties=[], clip=None, average=None
        )
        for _ in range(10):
            running.train_step(Batch(CHAINS, labels, None, MASK), 1.0, rng)
        results.append(running.weights())
    for name, array in results[0].items():
        np.testing.assert_allclose(array, results[1][name], rtol=0, atol=1e-10)


RANDOM = [NoisyWeights([Dense(6, 5)], 0.1), Noise(0.1), Dropout(0.3), Dense(5, 2)]


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_resumes_bit_for_bit(tmp_path, optimizer):
    whole, _ = train(OnCpu, optimizer(), RANDOM, epochs=4, average=0.9)

    class StopError(Exception):
        pass

    def interrupt(row):
        if row["epoch"] == 2:
            raise StopError

    options = {"epochs": 4, "average": 0.9, "checkpoint": tmp_path}
    with pytest.raises(StopError):
        train(OnCpu, optimizer(), RANDOM, on_epoch=interrupt, **options)
    resumed, _ = train(OnCpu, optimizer(), network=network_of(RANDOM, seed=9), **options)
    for name, array in whole.state.items():
        np.testing.assert_array_equal(array, resumed.state[name])


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_one_engine_goes_on_where_the_other_stopped(tmp_path, optimizer):
    whole, _ = train(NumpyEngine, optimizer(), epochs=4)
    stop = lambda row: row["epoch"] == 2  # noqa: E731
    train(NumpyEngine, optimizer(), epochs=4, checkpoint=tmp_path, on_epoch=stop)
    resumed, _ = train(OnCpu, optimizer(), epochs=4, checkpoint=tmp_path)
    for name, array in whole.state.items():
        np.testing.assert_allclose(array, resumed.state[name], rtol=0, atol=1e-10)


def test_dropout_noise_and_noisy_weights_are_random_in_training_alone():
    x = torch.ones(500, 6, dtype=torch.float64)
    for layer in (Dropout(0.3), Noise(0.2), NoisyWeights([Dense(6, 6)], 0.2)):
        module = to_torch(network_of([layer]))
        assert not torch.equal(module.train()(x), module(x))
        assert torch.equal(module.eval()(x), module(x))
    kept = to_torch(network_of([Dropout(0.3)])).train()(x)
    assert set(kept.unique().tolist()) == {0.0, 1 / 0.7}
    assert kept.mean().item() == pytest.approx(1, abs=0.05)


def test_training_leaves_torch_s_own_generator_alone():
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    train(OnCpu, SGD(0.1), RANDOM)
    assert torch.equal(torch.rand(3), expected)


def test_data_loader_gives_seven_batches_of_38_and_one_of_34():
    """Seed 001's example, and its loop."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 20)).astype(np.float32)
    examples = ArrayExamples(x, x[:, :3].argmax(axis=1).astype(np.uint8))
    loader = data_loader(examples, 38)
    assert [len(inputs) for inputs, _ in loader] == [38] * 7 + [34]
    assert [len(inputs) for inputs, _ in data_loader(examples, 38, drop_last=True)] == [38] * 7

    model = to_torch(Network([Dense(20, 16), ReLU(), Dense(16, 3)], rng=0))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(20):
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss = criterion(model(inputs), targets)
            loss.backward()
            optimizer.step()
    trained = from_torch(model)
    assert (trained(x).argmax(axis=1) == examples.targets).mean() > 0.95


def test_data_loader_draws_without_replacement_and_passes_weights_on():
    examples = ArrayExamples(np.arange(10.0)[:, None], np.zeros(10, int), np.arange(10.0))
    batches = list(data_loader(examples, 4, seed=3))
    x = torch.cat([x for x, _, _ in batches])[:, 0]
    assert x.tolist() != list(range(10))
    assert sorted(x.tolist()) == list(range(10))
    assert torch.equal(torch.cat([weights for _, _, weights in batches]), x)
    ordered = data_loader(examples, 4, shuffle=False)
    assert torch.cat([x for x, *_ in ordered])[:, 0].tolist() == list(range(10))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_cuda_gives_the_same_weights(optimizer):
    ours, _ = train(NumpyEngine, optimizer(), **SETTINGS["all"])
    theirs, _ = train(partial(TorchEngine, device="cuda"), optimizer(), **SETTINGS["all"])
    for name, array in ours.state.items():
        np.testing.assert_allclose(array, theirs.state[name], rtol=0, atol=1e-8)


def test_importing_the_networks_imports_no_torch():
    code = "import sys, ribbonet.nn; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
