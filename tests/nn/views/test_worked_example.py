"""The numbers of one example, against the hand, against autograd, and against the loop."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as tf

from ribbonet.errors import InputError
from ribbonet.nn.views.worked_example import RULES, Example, explain, markdown, step, table


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


def a_network(output: str, rng) -> Example:
    """Return a batch of three through a network 3-4-2-K."""
    sizes = (3, 4, 2, 1 if output in ("sigmoid", "threshold") else 3)
    weights = [rng.standard_normal(shape) for shape in pairwise(sizes)]
    biases = [rng.standard_normal(size) for size in sizes[1:]]
    y = {
        "softmax": [2, 0, 1],
        "identity": rng.standard_normal((3, 3)),
    }.get(output, [1, 0, 0.3])
    return Example(rng.standard_normal((3, 3)), y, weights, biases, "tanh", output)


@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity", "threshold"])
def test_a_batch_adds_its_examples_up(output):
    example = a_network(output, np.random.default_rng(1))
    found = values(example)
    assert (found["z1"].shape, found["dL/dx"].shape) == ((3, 4), (3, 3))
    singly = [values(replace(example, x=x, y=y)) for x, y in zip(example.x, example.y, strict=True)]
    for name in ("L", "dL/dW1", "dL/db1", "dL/dW3", "dL/db3"):
        np.testing.assert_allclose(found[name], sum(own[name] for own in singly), rtol=1e-12)
    for name in ("u2", "ŷ", "dL/dz3", "dL/dx"):
        np.testing.assert_allclose(found[name], [own[name] for own in singly], rtol=1e-12)


@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity"])
def test_the_jacobian_leads_to_the_gradients_of_the_fused_path(output):
    example = a_network(output, np.random.default_rng(2))
    fused, apart = values(example), values(replace(example, fused=False))
    np.testing.assert_allclose(
        apart["dŷ/dz3"].shape, (3, 3, 3) if output == "softmax" else fused["ŷ"].shape
    )
    for name, value in fused.items():
        np.testing.assert_allclose(apart[name], value, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity", "threshold"])
def test_central_differences_agree_with_each_gradient(output, fused):
    if output == "threshold" and not fused:
        pytest.skip("has no slope")
    example = replace(a_network(output, np.random.default_rng(3)), fused=fused)
    _, backward = explain(example, checked=True)
    checked = [row for row in backward if row.name.startswith("dL/d")]
    assert len(checked) == 12 + (not fused)
    for row in checked:
        np.testing.assert_allclose(row.check, row.value, rtol=1e-5, atol=1e-8, err_msg=row.name)
    assert all(row.check is None for row in explain(example)[1])


def test_columns_are_the_transposes_of_rows():
    batch = a_network("softmax", np.random.default_rng(4))
    for rows in (batch, replace(batch, x=batch.x[0], y=2)):
        columns = replace(rows, columns=True, weights=[w.T for w in rows.weights])
        found = values(columns)
        for name, value in values(rows).items():
            if "/dW" in name:
                laid = value.T
            else:
                laid = value if rows.batch or name == "L" else value[:, None]
            np.testing.assert_allclose(found[name], laid, err_msg=name)
    formulas = {row.name: row.formula for part in explain(columns) for row in part}
    assert formulas["z2"] == "W2 u1 + b2"
    assert formulas["dL/dW2"] == "dL/dz2 u1^T"
    assert formulas["dL/du1"] == "W2^T dL/dz2"


def test_the_thresholds_of_problem_1_of_rangans_notes():
    example = Example(
        x=[[0], [1], [2], [3]],
        y=[1, 0, 0, 1],
        weights=[[[1], [1]], [[-1, 2]]],
        biases=[[-1, -3], [0.5]],
        activation="threshold",
        output="threshold",
        columns=True,
    )
    found = values(example)
    assert found["u1"].tolist() == [[0, 0], [1, 0], [1, 0], [1, 1]]
    assert found["ŷ"].ravel().tolist() == [1, 0, 0, 1]
    assert not found["dL/dW1"].any()  # nothing comes through a threshold


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("number", [1, 3])
def test_a_step_is_that_of_pytorch(rule, number):
    example = a_network("sigmoid", np.random.default_rng(5))
    rows = {row.name: row.value for row in step(example, 0.05, rule, number)}
    names = [f"{letter}{i}" for i in (1, 2, 3) for letter in "Wb"]
    given = [a for pair in zip(example.weights, example.biases, strict=True) for a in pair]
    own = dict(zip(names, (torch.tensor(a, requires_grad=True) for a in given), strict=True))
    optimizer = {
        "sgd": lambda p: torch.optim.SGD(p, 0.05),
        "momentum": lambda p: torch.optim.SGD(p, 0.05, momentum=0.9),
        "adam": lambda p: torch.optim.Adam(p, 0.05),
    }[rule](list(own.values()))
    x, y = torch.tensor(example.x), torch.tensor(example.y, dtype=torch.float64)
    for _ in range(number):
        optimizer.zero_grad()
        u = torch.tanh(x @ own["W1"] + own["b1"])
        u = torch.tanh(u @ own["W2"] + own["b2"])
        z = (u @ own["W3"] + own["b3"])[:, 0]
        tf.binary_cross_entropy_with_logits(z, y, reduction="sum").backward()
        optimizer.step()
    for name, value in own.items():
        np.testing.assert_allclose(rows[name], value.detach(), rtol=1e-9, atol=1e-12)
        memory = optimizer.state[value]
        if rule == "adam":
            np.testing.assert_allclose(rows[f"m({name})"], memory["exp_avg"])
            np.testing.assert_allclose(rows[f"m̂({name})"] * (1 - 0.9**number), memory["exp_avg"])
            np.testing.assert_allclose(rows[f"v({name})"], memory["exp_avg_sq"])
        if rule == "momentum":
            np.testing.assert_allclose(rows[f"v({name})"], memory["momentum_buffer"])
        assert (f"dL/d{name}" in rows) == (number > 1)


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
        ({"output": "threshold", "fused": False}, "no slope to go back through"),
        ({"x": [[0, 1], [1, 1]]}, "from 0 to 1 for sigmoid outputs and each of 2 inputs"),
        ({"x": []}, "x should be an input"),
        ({"x": [0, float("nan")]}, r"x is \[0, nan\]; give finite numbers"),
        ({"x": [[0, 1], [1]]}, "give numbers, in rows of one length"),
        ({"weights": [[[1], [float("inf")]]]}, r"W1 is .*; give finite numbers"),
        ({"weights": [[["a"], [1]]]}, "give numbers"),
        ({"weights": [[]]}, "do not fit"),
        ({"weights": [[[1], [1]]], "biases": [[0], [0]]}, "1 layers have weights, 2 biases"),
    ],
)
def test_what_is_wrong_is_said(arguments, message):
    with pytest.raises(InputError, match=message):
        explain(Example(**arguments))


def test_files_that_cannot_be_read_are_errors(tmp_path):
    for name, text, message in (
        ("a.toml", "x = [", "cannot read"),
        ("a.toml", "z = 1", "unknown keys z"),
        ("a.toml", "weights = 5", "weights should be a list"),
        ("a.toml", 'y = "a"', "cannot read .*a.toml: could not convert string to float: 'a'"),
        ("a.toml", 'x = ["a", "b"]', "cannot read .*a.toml: could not convert string"),
        ("a.toml", "x = [[0], [1, 2]]", "cannot read .*a.toml: setting an array element"),
        ("a.toml", "fused = 1", "cannot read .*a.toml: fused should be true or false"),
        ("a.json", '{"y": {}}', "cannot read .*a.json: float"),
        ("a.toml", f"x = [{'9' * 400}]", "cannot read .*a.toml: int too large"),
        ("a.json", "5", "cannot read .*a.json: it should hold keys and values"),
    ):
        path = tmp_path / name
        path.write_text(text)
        with pytest.raises(InputError, match=message):
            Example.read(path)
    with pytest.raises(InputError, match="cannot read"):
        Example.read(tmp_path / "none.toml")
