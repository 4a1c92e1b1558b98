"""The configurations in the package, and the recipes that refer to them."""

from pathlib import Path

import pytest

from ribbonet.models.config_files import read_config
from ribbonet.models.configurations import config_path, shipped_configs

RECIPES = Path(__file__).parents[2] / "recipes"


@pytest.mark.parametrize("name", shipped_configs())
def test_each_can_be_read(name):
    assert read_config(name).stages


@pytest.mark.parametrize(("recipe", "name"), [("qian-sejnowski-1988", "1988"), ("small", "small")])
def test_the_recipes_are_those_of_the_package(recipe, name):
    assert (RECIPES / recipe / "model.toml").read_text() == config_path(name).read_text()


def test_1988_is_two_networks_of_forty_units_over_thirteen_residues():
    for name in ("1988", "1988-large"):
        shapes = [
            (stage.window, stage.hidden, stage.activation) for stage in read_config(name).stages
        ]
        assert shapes == [(13, (40,), "sigmoid")] * 2
