"""Spaces of configurations: read from TOML, checked, drawn from."""

from pathlib import Path

import optuna
import pytest

from ribbonet.errors import InputError
from ribbonet.models.config import StageConfig
from ribbonet.training.search.space import DEFAULT, default_space, read_space


def read(tmp_path, text):
    path = tmp_path / "space.toml"
    path.write_text(text)
    return read_space(path)


def draws(space, number):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    return [space.draw(study.ask()) for _ in range(number)]


def test_what_is_no_range_stays(tmp_path):
    space = read(
        tmp_path, "seed = 4\n[[stage]]\nepochs = 7\nwindow = {low = 3, high = 9, step = 2}"
    )
    configs = draws(space, 20)
    assert {config.seed for config in configs} == {4}
    assert {config.stages[0].epochs for config in configs} == {7}
    assert {config.stages[0].window for config in configs} == {3, 5, 7, 9}
    assert configs[0].stages[0].hidden == StageConfig().hidden
    assert space.with_value("seed", 5).draw(optuna.trial.FixedTrial({"window": 3})).seed == 5


def test_ranges_are_of_the_kind_of_their_key_and_on_a_log_scale_if_asked(tmp_path):
    space = read(
        tmp_path,
        "[[stage]]\nlearning_rate = {low = 0.0001, high = 1, log = true}\n"
        "hidden = [{low = 1, high = 1000, log = true}, 5]\ndropout = {low = 0, high = 0.5}",
    )
    stages = [config.stages[0] for config in draws(space, 400)]
    below = sum(stage.learning_rate < 0.01 for stage in stages)
    assert 150 < below < 250  # two decades of four
    assert all(isinstance(stage.dropout, float) for stage in stages)
    units, fixed = zip(*(stage.hidden for stage in stages), strict=True)
    assert set(fixed) == {5}
    assert sum(n <= 31 for n in units) > 200  # of 1 to 1,000, half and half on a log scale


def test_choices_are_of_any_kind(tmp_path):
    space = read(
        tmp_path,
        '[[stage]]\nhidden = {choices = [[], [40], [40, 20]]}\nactivation = {choices = ["relu"]}\n'
        "[[stage]]\nwindow = {choices = [5, 7]}",
    )
    configs = draws(space, 30)
    assert {config.stages[0].hidden for config in configs} == {(), (40,), (40, 20)}
    assert {config.stages[1].window for config in configs} == {5, 7}


def test_the_default_space_holds_what_it_says():
    default_space().check()
    stages = [config.stages[0] for config in draws(default_space(), 100)]
    assert all(9 <= stage.window <= 21 and 10 <= stage.hidden[0] <= 200 for stage in stages)
    assert all(1e-4 <= stage.learning_rate <= 0.1 and stage.patience == 3 for stage in stages)


def test_the_default_space_is_the_documented_one():
    page = Path(__file__).parents[3] / "docs" / "tune.md"
    assert f"```toml\n{DEFAULT}```" in page.read_text()


BAD = {
    "": "give a table [[stage]], with a range in place of a value at least",
    "[[stage]]\nwindow = 5": "there is nothing to search; give a range",
    "[[stage]]\nwindow = {low = 3, high = 9}": "window = 4: give an odd number",
    "[[stage]]\nwindow = {low = 3}": "window: give {low = ..., high = ...}",
    "[[stage]]\nwindow = {low = 9, high = 3}": "window: low = 9 is not below high = 3",
    "[[stage]]\nl2 = {low = 0, high = 1, log = true}": "l2: low = 0.0: a range with log = true",
    "[[stage]]\nl2 = {low = 1, high = 2, log = true, step = 1}": "l2: step = 1.0: give one above",
    "[[stage]]\nl2 = {low = 'a', high = 2}": "l2: give {low = ..., high = ...}",
    f"[[stage]]\nl2 = {{low = 1, high = {'9' * 400}}}": "l2: holds a number that is too large",
    "[[stage]]\nunits = {low = 1, high = 2}": "unknown key 'units' in [[stage]]",
    '[[stage]]\nactivation = {choices = ["relu", "sine"]}': "activation = 'sine': give one of",
    "[[stage]]\nkernel = {choices = [5, 7]}": "kernel = 5: is for networks with dilations",
    "[[stage]]\nepochs = {low = 0.5, high = 2}": "epochs = 0.5: give a value of the kind int",
}


@pytest.mark.parametrize("text", BAD)
def test_what_does_not_fit_is_named_with_its_file(tmp_path, text):
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'space.toml'}: {BAD[text]}")
