"""The packages of `packaging/` know the commands as they are; man pages and help hold together."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

REPOSITORY = Path(__file__).parents[1]
PACKAGING = REPOSITORY / "packaging"
MODULE = PACKAGING / "nf-core" / "modules" / "nf-core" / "ribbonet" / "predict"
GALAXY = PACKAGING / "galaxy"
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def bash(script: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run a script that finds this Python's `ribbonet`."""
    defined = f'ribbonet() {{ {shlex.quote(sys.executable)} -m ribbonet "$@"; }}\nset -e\n{script}'
    return subprocess.run(["bash", "-c", defined], cwd=cwd, capture_output=True, text=True)


@pytest.fixture(scope="module")
def manual():
    sys.path.insert(0, str(PACKAGING))
    try:
        import manual

        yield manual
    finally:
        sys.path.remove(str(PACKAGING))


@pytest.fixture(scope="module")
def predict(manual):
    """The page of `ribbonet predict`."""
    return next(page for page in manual.pages() if page.command == "ribbonet predict")


def options(page) -> set[str]:
    return set(
        re.findall(r"--[a-z][a-z-]*", " ".join(typed for typed, _ in page.sections["Options"]))
    )


def test_every_command_has_a_man_page_that_groff_takes(manual, tmp_path):
    written = manual.write_man_pages(tmp_path)
    names = {path.name for path in written}
    assert {"ribbonet.1", "ribbonet-predict.1", "ribbonet-data-split.1"} <= names
    assert all(path.read_text().startswith(".TH RIBBONET") for path in written)
    if groff := shutil.which("groff"):
        done = subprocess.run(
            [groff, "-man", "-ww", "-Kutf8", "-Tutf8", *written], capture_output=True, text=True
        )
        assert done.stderr == ""
        assert "--min-confidence" in re.sub(".\b|\x1b\\[[0-9;]*m", "", done.stdout)


def test_text_is_no_request_of_roff(manual):
    page = manual.Page("ribbonet x", "", ".SH injected\n\n'quoted \\fB", "", {})
    lines = manual.roff(page).splitlines()
    assert ".SH injected" not in lines
    assert r"\&.SH injected" in lines
    assert r"\&'quoted \efB" in lines


def test_guides_that_help_texts_name_are_shipped(manual):
    named = manual.guides_named()
    assert "scale.md" in named
    assert named <= {path.name for path in (REPOSITORY / "docs").glob("*.md")}


def test_the_site_lists_every_option(manual, predict):
    text = manual.markdown(predict)
    assert options(predict) <= set(re.findall(r"--[a-z][a-z-]*", text))
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(len(re.split(r"(?<!\\)\|", row)) == 4 for row in rows)


def test_the_image_is_slim_and_has_a_user_of_its_own():
    lines = (PACKAGING / "Dockerfile").read_text(encoding="utf-8").splitlines()
    froms = [line.split()[1] for line in lines if line.startswith("FROM")]
    assert all(name.endswith("-slim") for name in froms)
    user = [line.split()[1] for line in lines if line.startswith("USER")][-1]
    assert int(user) > 0
    if hadolint := shutil.which("hadolint"):
        subprocess.run([hadolint, PACKAGING / "Dockerfile"], check=True)


def test_the_recipe_of_bioconda_needs_what_the_project_needs():
    jinja2 = pytest.importorskip("jinja2")
    text = (PACKAGING / "bioconda" / "meta.yaml").read_text(encoding="utf-8")
    given = {"PYTHON": "python", "pin_subpackage": lambda name, max_pin: f"{name} {max_pin}"}
    recipe = yaml.safe_load(jinja2.Template(text).render(given))
    assert recipe["package"]["version"] == _version()
    assert recipe["build"]["noarch"] == "python"
    run = {line.split()[0] for line in recipe["requirements"]["run"]}
    wanted = {re.match(r"[\w.-]+", line)[0] for line in PROJECT["dependencies"]}
    assert run == wanted | {"python", "backports.zstd"}
    bounds = [line for line in recipe["requirements"]["run"] if ">=" in line]
    for line in PROJECT["dependencies"]:
        name, bound = re.match(r"([\w.-]+)(?:\[\w+\])?(>=[\d.]+)", line).groups()
        assert f"{name} {bound}" in bounds
    for command in recipe["test"]["commands"]:
        assert bash(command, REPOSITORY).returncode == 0


def _version() -> str:
    from ribbonet import __version__

    return __version__


@pytest.fixture
def proteins(tmp_path):
    shutil.copy(GALAXY / "test-data" / "proteins.fasta", tmp_path)
    return tmp_path / "proteins.fasta"


def test_the_nextflow_module_runs_and_gives_what_its_description_says(proteins):
    text = (MODULE / "main.nf").read_text(encoding="utf-8")
    script = re.search(r'script:.*?"""\n(.*?)"""', text, re.DOTALL)[1].replace("\\\\\n", "\\\n")
    values = {"args": "--model fast", "task.cpus": "1", "prefix": "a", "suffix": "jsonl"}
    for name, value in (values | {"fasta": proteins.name}).items():
        script = script.replace(f"${{{name}}}", value)
    assert "${" not in script
    done = bash(script, proteins.parent)
    assert done.returncode == 0, done.stderr
    assert {"a.jsonl", "a.summary.json", "a_mqc.tsv"} <= {p.name for p in proteins.parent.iterdir()}
    meta = yaml.safe_load((MODULE / "meta.yml").read_text(encoding="utf-8"))
    assert set(re.findall(r"emit: (\w+)", text)) == set(meta["output"])
    assert [next(iter(own)) for own in meta["input"][0]] == ["meta", "fasta"]
    for own in meta["output"].values():
        for described in own[0][1:]:
            assert next(iter(described)).split(" |")[0] in text
    environment = yaml.safe_load((MODULE / "environment.yml").read_text(encoding="utf-8"))
    assert environment["dependencies"] == [f"bioconda::ribbonet={_version()}"]
    assert text.count(f"ribbonet:{_version()}--") == 2


def test_the_galaxy_wrapper_gives_what_its_tests_expect(predict, proteins, manual):
    tool = ElementTree.parse(GALAXY / "ribbonet_predict.xml").getroot()
    assert tool.find("macros/token[@name='@TOOL_VERSION@']").text == _version()
    command = tool.find("command").text
    assert set(re.findall(r"--[a-z][a-z-]*", command)) <= options(predict)
    typed = {line.split()[0]: line for line, _ in predict.sections["Options"]}
    for select in tool.findall("inputs/param[@type='select']"):
        choices = re.search(r"<(.*)>", typed[select.get("argument")])
        if select.get("argument") != "--model":
            assert {own.get("value") for own in select.findall("option")} <= {
                *choices[1].split("|")
            }
    for number, test in enumerate(tool.findall("tests/test")):
        folder = proteins.parent / str(number)
        folder.mkdir()
        script = command.strip().replace("\n", " \\\n").replace("\\${", "${")
        for name, value in {**_defaults(tool, test), **_paths(test, folder)}.items():
            script = script.replace(f"${name}", value)
        done = bash(script, folder)
        assert done.returncode == int(test.get("expect_exit_code", 0)), done.stderr
        if (text := test.find("assert_stderr/has_text")) is not None:
            assert text.get("text") in done.stderr
        for output in test.findall("output"):
            _check(output, folder)


def _defaults(tool, test) -> dict[str, str]:
    """Return what the form gives, changed as a test says."""
    values = {}
    for param in tool.findall("inputs/param"):
        name = param.get("name") or param.get("argument").removeprefix("--").replace("-", "_")
        own = test.find(f"param[@name='{name}']")
        if param.get("type") == "select":
            chosen = param.find("option[@selected='true']").get("value")
            values[name] = chosen if own is None else own.get("value")
        elif param.get("type") == "boolean":
            checked = param.get("checked") if own is None else own.get("value")
            values[name] = param.get("truevalue" if checked == "true" else "falsevalue")
    return values


def _paths(test, folder: Path) -> dict[str, str]:
    given = GALAXY / "test-data" / test.find("param[@name='input']").get("value")
    return {
        "input": str(given),
        "output": str(folder / "output"),
        "summary": str(folder / "summary"),
    }


def _check(output, folder: Path) -> None:
    written = (folder / output.get("name")).read_text(encoding="utf-8")
    if name := output.get("file"):
        assert written == (GALAXY / "test-data" / name).read_text(encoding="utf-8")
    if (text := output.find("assert_contents/has_text")) is not None:
        assert text.get("text") in written
    if (line := output.find("assert_contents/has_line_matching")) is not None:
        assert any(re.fullmatch(line.get("expression"), own) for own in written.splitlines())
