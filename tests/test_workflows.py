"""The workflows of GitHub: what they run is there, and a release is one tag away."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from ribbonet import __version__

REPOSITORY = Path(__file__).parents[1]
FOLDER = REPOSITORY / ".github" / "workflows"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="is no clone of the repository")


def workflow(name):
    return yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))


def targets(job) -> list[str]:
    """What a job has make do, whatever its matrix."""
    found = [
        word
        for step in job["steps"]
        for word in re.findall(r"^make (\S+|\$\{\{.*?\}\})", step.get("run", ""), re.MULTILINE)
    ]
    every = job.get("strategy", {}).get("matrix", {}).get("target", [])
    return [own for name in found for own in (every if name.startswith("$") else [name])]


def test_every_target_is_one_of_the_makefile():
    known = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    run = [
        target
        for path in FOLDER.glob("*.yml")
        for job in workflow(path.stem)["jobs"].values()
        for target in targets(job)
    ]
    assert {"test", "test-base", "test-lowest", "docs", "dist"} <= set(run) <= known


def test_every_system_and_python_is_tested():
    matrix = workflow("test")["jobs"]["test"]["strategy"]["matrix"]
    assert {name.partition("-")[0] for name in matrix["os"]} == {"ubuntu", "macos", "windows"}
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]


def test_nothing_is_published_that_was_not_built_and_installed():
    found = workflow("release")
    assert found[True] == {"push": {"tags": ["v*"]}}  # YAML reads `on` as true
    jobs = found["jobs"]
    assert (jobs["install"]["needs"], jobs["publish"]["needs"]) == ("build", "install")
    powers = {name: job.get("permissions", found["permissions"]) for name, job in jobs.items()}
    assert [name for name, own in powers.items() if "write" in own.values()] == ["publish"]
    assert "secrets" not in (FOLDER / "release.yml").read_text(encoding="utf-8")


def test_actions_are_pinned_to_commits_and_say_their_version():
    used = [
        line.strip()
        for path in FOLDER.glob("*.yml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "uses:" in line
    ]
    assert used
    for line in used:
        assert re.fullmatch(r"- uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


@pytest.fixture
def check():
    steps = workflow("release")["jobs"]["build"]["steps"]
    return next(step["run"] for step in steps if "tag" in step.get("name", ""))


@pytest.mark.skipif(os.name == "nt", reason="runs in bash on Linux")
@pytest.mark.parametrize(
    ("tag", "version", "heading", "code"),
    [
        (f"v{__version__}", __version__, f"[{__version__}] - 2026-01-02", 0),
        ("v9.9.9", __version__, "[9.9.9] - 2026-01-02", 1),
        (f"v{__version__}", "9.9.9", f"[{__version__}] - 2026-01-02", 1),
        (f"v{__version__}", __version__, "[Unreleased]", 1),
        (f"v{__version__}", __version__, f"[{__version__}]", 1),
    ],
)
def test_a_tag_that_is_not_the_version_ends_the_release(
    check, tmp_path, tag, version, heading, code
):
    module = tmp_path / "src" / "ribbonet" / "__init__.py"
    module.parent.mkdir(parents=True)
    module.write_text((REPOSITORY / "src" / "ribbonet" / "__init__.py").read_text())
    (tmp_path / "CITATION.cff").write_text(f"cff-version: 1.2.0\nversion: {version}\n")
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n## {heading}\n")
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", check], cwd=tmp_path, env={"GITHUB_REF_NAME": tag}
    )
    assert done.returncode == code
