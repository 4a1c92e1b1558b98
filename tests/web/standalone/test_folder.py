"""The folder that `ribbonet page` makes, and what it refuses."""

import json
import subprocess
import sys

import pytest

from ribbonet.errors import InputError
from ribbonet.models.card import Card
from ribbonet.models.folder import save_model
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.nn import BatchNorm, Network, WindowDense
from ribbonet.tasks import Values
from ribbonet.web.standalone import write_page


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ribbonet", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_folder_is_written_whole_and_foreign_ones_are_refused(tmp_path):
    page = tmp_path / "page"
    done = run("page", "-o", str(page))
    assert done.returncode == 0
    assert "MB; put the folder on any web server" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["page"]
    assert "BSD 3-Clause" in (page / "LICENSE").read_text()
    assert (page / "models" / "fast" / "weights.safetensors").is_file()
    refused = run("page", "-o", str(page))
    assert refused.returncode == 2
    assert "exists and is not an empty folder" in refused.stderr


def test_a_model_of_ones_own(tmp_path):
    own = Model((Stage(5, (Network([WindowDense(5, 21, 3)], rng=0),)),))
    save_model(Model(own.stages, Card(data="a secret")), tmp_path / "mine")
    write_page(tmp_path / "page", [str(tmp_path / "mine"), "fast"])
    known = json.loads((tmp_path / "page" / "page.json").read_text())["models"]
    assert [model["name"] for model in known] == ["mine", "fast"]
    assert "secret" not in (tmp_path / "page" / "models" / "mine" / "model.json").read_text()


UNFIT = {
    "values": (
        Stage(5, (Network([WindowDense(5, 21, 1)], rng=0),), Values()),
        "predicts one value",
    ),
    "layer": (Stage(5, (Network([WindowDense(5, 21, 3), BatchNorm(3)], rng=0),)), "a layer BatchN"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_what_the_page_cannot_run_is_refused(tmp_path, name):
    stage, fault = UNFIT[name]
    save_model(Model((stage,)), tmp_path / name)
    with pytest.raises(InputError, match=fault):
        write_page(tmp_path / "page", [str(tmp_path / name)])
    assert not (tmp_path / "page").exists()


def test_models_of_one_name_or_that_read_profiles_are_refused(tmp_path):
    with pytest.raises(InputError, match="there is a model fast already"):
        write_page(tmp_path / "page", ["fast", "fast"])
    with pytest.raises(InputError, match="reads more than the sequence"):
        write_page(tmp_path / "page", ["accurate-msa"])
