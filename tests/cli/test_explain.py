"""`ribbonet explain`, run as a process."""

import re

import pytest


def test_the_default_is_the_example_of_the_notes(ribbonet):
    done = ribbonet("explain")
    assert done.returncode == 0
    text = done.stdout.decode()
    assert "u1  sigmoid(z1)              0.7311 0.7311\n" in text
    assert "ŷ   sigmoid(z2)              0.8119\n" in text
    assert "Backward pass\ndL/dz2   ŷ - y            -0.1881\n" in text


def test_an_example_on_the_command_line_as_markdown(ribbonet):
    given = ["-x", "1,2", "-w", "1,0;0.5,-1", "-w", "1;1", "-b", "0,1", "-b", "0.5", "-y", "0.25"]
    done = ribbonet("explain", *given, "--output-activation", "identity", "--format", "markdown")
    text = done.stdout.decode()
    assert "## Forward pass\n\n| variable | formula | value |\n|---|---|---|\n" in text
    assert "| z1 | `x W1 + b1` | 2 -1 |\n" in text
    assert "| dL/dz2 | `2 (ŷ - y)` |" in text


def test_a_file_and_a_step(ribbonet, tmp_path):
    file = tmp_path / "example.toml"
    file.write_text("x = [1]\ny = 1\nweights = [[[2]]]\n")
    text = ribbonet("explain", file, "--learning-rate", "1", "--digits", "2").stdout.decode()
    assert "One step of gradient descent\nW1  W1 - 1 dL/dW1   2.1\n" in text


def test_bad_input_is_said_in_a_line(ribbonet):
    done = ribbonet("explain", "-x", "1;a")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"ribbonet: error: 'a' is not a list of numbers such as 0,1\n"


def test_a_batch_has_shapes_and_gradients_are_checked(ribbonet):
    given = ["-x", "0,1;1,0", "-y", "1;0", "--check", "--unfused"]
    text = ribbonet("explain", *given, "--learning-rate", "0.1", "--optimizer", "adam").stdout
    lines = text.decode().splitlines()
    assert "x                                         2x2   0 1; 1 0" in lines
    cells = {line.split()[0]: re.split(r"\s{2,}", line) for line in lines if line}
    assert cells["dL/dW2"] == ["dL/dW2", "u1^T dL/dz2", "2x1", "0.456; 0.456", "0.456; 0.456"]
    assert cells["m̂(W2)"] == ["m̂(W2)", "m / (1 - 0.9^1)", "2x1", "0.456; 0.456"]
    assert "One step of Adam" in lines


def test_the_problem_of_thresholds_as_it_is_written(ribbonet):
    given = [
        "--columns",
        "--activation",
        "threshold",
        "--output-activation",
        "threshold",
        "-x",
        "2",
    ]
    given += ["-w", "1;1", "-w", "-1,2", "-b", "-1,-3", "-b", "0.5", "-y", "0"]
    text = ribbonet("explain", *given).stdout.decode()
    assert "z1  W1 x + b1                1; -1\n" in text
    assert "ŷ   threshold(z2)            0\n" in text


def test_the_rules_are_those_of_the_library():
    from ribbonet.cli.teaching.explain import Rule
    from ribbonet.nn.views.worked_example import RULES

    assert [str(rule) for rule in Rule] == list(RULES)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("--optimizer adam", "--optimizer: is of the step that --learning-rate takes"),
        ("--learning-rate 0", "--learning-rate 0: give a number above 0"),
        ("--learning-rate nan", "--learning-rate nan: give a number above 0"),
        ("-x nan,1", "x is [nan, 1.0]; give finite numbers"),
        ("--input=", "'' is not a list of numbers"),
    ],
)
def test_what_would_count_for_nothing_or_give_no_numbers_is_refused(ribbonet, given, message):
    done = ribbonet("explain", *given.split())
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr.decode()
