"""The numbers of one example, against the hand, against autograd, and against the loop."""

from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as tf

from ribbonet.errors import InputError
from ribbonet.nn.views.worked_example import Example, explain, markdown, step, table


def values(example: Example) -> dict[str, np.ndarray]:
    forward, backward = explain(example)
    return {row.name: row.value for row in forward + backward}


def test_the_example_of_seed_003():
    found = values(Example())
    s = 1 / (1 + np.exp(-1.0))
    p = 1 / (1 + np.exp(-2 * s))
    np.testing.assert_allclose(found["u1"], [s, s])
    np.testing.assert_allclose(found["ŷ"], [p])
    np.testing.assert_allclose(found["L"], -np.log(p))
    np.testing.assert_allclose(found["dL/dz2"], [p - 1])
    np.testing.assert_allclose(found["du1/dz1"], [s * (1 - s)] * 2)
    np.testing.assert_allclose(found["dL/dW1"], [[0, 0], [(p - 1) * s * (1 - s)] * 2])


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity"])
def test_every_gradient_is_that_of_autograd(activation, output):
    rng = np.random.default_rng(0)
    sizes = (3, 4, 2, 1 if output == "sigmoid" else 3)
    weights = [rng.standard_normal(shape) for shape in pairwise(sizes)]
    biases = [rng.standard_normal(size) for size in sizes[1:]]
    y = {"sigmoid": 1, "softmax": 2, "identity": [0.5, -1, 2]}[output]
    found = values(Example((0.5, -1, 2), y, weights, biases, activation, output))

    kept = {"x": torch.tensor([0.5, -1, 2], dtype=torch.float64, requires_grad=True)}
    u = kept["x"]
    for i in range(3):
        kept[f"W{i + 1}"] = torch.tensor(weights[i], requires_grad=True)
        kept[f"b{i + 1}"] = torch.tensor(biases[i], requires_grad=True)
        kept[f"z{i + 1}"] = z = u @ kept[f"W{i + 1}"] + kept[f"b{i + 1}"]
        kept[f"u{i + 1}"] = u = getattr(torch, activation)(z)
    loss = {
        "sigmoid": lambda: tf.binary_cross_entropy_with_logits(z[0], torch.tensor(1.0).double()),
        "softmax": lambda: tf.cross_entropy(z, torch.tensor(2)),
        "identity": lambda: ((z - torch.tensor(y, dtype=torch.float64)) ** 2).sum(),
    }[output]()
    kept.pop("u3")
    for variable, gradient in zip(kept, torch.autograd.grad(loss, kept.values()), strict=True):
        np.testing.assert_allclose(found[f"dL/d{variable}"], gradient, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found["L"], loss.item())


def test_one_step_lowers_the_loss():
    rows = {row.name: row.value for row in step(Example(), 0.1)}
    start = values(Example())
    np.testing.assert_allclose(rows["W2"], 1 - 0.1 * start["dL/dW2"])
    assert rows["L"] < start["L"]


def test_a_single_layer_has_no_hidden_variables():
    found = values(Example((1, 2), 0, [[[1], [1]]]))
    assert list(found) == ["x", "z1", "ŷ", "L", "dL/dz1", "dL/dW1", "dL/db1", "dL/dx"]


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        ("toml", "x = [1, 2]\ny = 0\nweights = [[[1, 0], [0, 1]]]\nbiases = [[0, 1]]\n"),
        ("json", '{"x": [1, 2], "y": 0, "weights": [[[1, 0], [0, 1]]], "biases": [[0, 1]]}'),
    ],
)
def test_an_example_from_a_file(tmp_path, suffix, text):
    path = tmp_path / f"example.{suffix}"
    path.write_text(text)
    np.testing.assert_allclose(values(Example.read(path))["z1"], [1, 3])


def test_tables_line_up_as_text_and_as_markdown():
    forward, _ = explain(Example())
    assert table(forward, 2).splitlines()[:2] == [
        "x                            0 1",
        "z1  x W1 + b1                1 1",
    ]
    assert markdown(forward).splitlines()[2:4] == [
        "| x | `x` | 0 1 |",
        "| z1 | `x W1 + b1` | 1 1 |",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": (1, 2, 3)}, r"W1 is \(2, 2\) and b1 \(2,\) after 3"),
        ({"weights": [[1, 2]]}, "do not fit"),
        ({"biases": [[0, 0]]}, "do not fit"),
        ({"weights": [1, 2]}, "do not fit"),
        ({"activation": ["relu"]}, r"unknown activation \['relu'\]"),
        ({"output": ["sine"]}, r"unknown output \['sine'\]"),
        ({"weights": ()}, "at least one layer"),
        ({"activation": "sine"}, "unknown activation 'sine'"),
        ({"output": "sine"}, "unknown output 'sine'"),
        ({"y": [1, 2]}, "y must be a number from 0 to 1 for sigmoid outputs"),
        ({"y": 2, "output": "softmax"}, "y must be a class from 0 to 0"),
    ],
)
def test_what_is_wrong_is_said(arguments, message):
    with pytest.raises(InputError, match=message):
        explain(Example(**arguments))


def test_files_that_cannot_be_read_are_errors(tmp_path):
    for name, text, message in (
        ("a.toml", "x = [", "cannot read"),
        ("a.toml", "z = 1", "unknown keys z"),
        ("a.toml", 'y = "a"', "cannot read .*a.toml: could not convert string to float: 'a'"),
        ("a.toml", 'x = ["a", "b"]', "cannot read .*a.toml: could not convert string"),
        ("a.toml", "x = [[0], [1]]", "cannot read .*a.toml: x should be numbers, not lists of"),
        ("a.json", '{"y": {}}', "cannot read .*a.json: float"),
        ("a.json", "5", "cannot read .*a.json: it should hold keys and values"),
    ):
        path = tmp_path / name
        path.write_text(text)
        with pytest.raises(InputError, match=message):
            Example.read(path)
    with pytest.raises(InputError, match="cannot read"):
        Example.read(tmp_path / "none.toml")
