"""The table of what the documents describe: every test and every name that it gives exists."""

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "coverage.md").read_text("utf-8")


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"(?:tests|recipes|examples)/[\w/.-]+\.\w+", TEXT)))
)
def test_files_exist(path):
    assert (ROOT / path).is_file()


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r"`((?:nn|estimators|chains|datasets)\.[\w.]+)", TEXT)))
)
def test_names_exist(name):
    module, rest = import_module("ribbonet"), f"ribbonet.{name}".split(".")[1:]
    for i, part in enumerate(rest):
        if not hasattr(module, part):
            module = import_module(".".join(["ribbonet", *rest[: i + 1]]))
        else:
            module = getattr(module, part)
