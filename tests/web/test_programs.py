"""The interface for programs: its page, and the examples of docs/page.md."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import ribbonet

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "page.md").read_text()
PEPTIDE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)


def test_the_examples_of_the_docs_run(url, tmp_path):
    (tmp_path / "proteins.fasta").write_text(f">one\n{PEPTIDE}\n")
    commands = [
        line[2:] for block in blocks("console") for line in block.splitlines() if "$ curl" in line
    ]
    assert len(commands) == 2
    for command in commands:
        own = command.replace("http://127.0.0.1:8765/", url)
        subprocess.run(own, shell=True, check=True, cwd=tmp_path, capture_output=True)
    expected = ribbonet.predict(PEPTIDE, id="one")
    rows = (tmp_path / "predictions.csv").read_text().splitlines()
    assert "".join(row.split(",")[3] for row in rows[1:]) == expected.states
    assert (tmp_path / "figure.svg").read_text() == expected.to_svg(width=85)
    (program,) = (block for block in blocks("python") if "urlopen" in block)
    program = program.replace("http://127.0.0.1:8765/", url)
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.decode() == f"one {expected.states}\n"


def test_the_page_describes_the_interface(opened, faults_of_axe):
    pytest.importorskip("playwright")
    page = opened("#predict")
    page.get_by_role("link", name="For programs").click()
    page.wait_for_selector("dl")
    headings = page.locator("h3").all_text_contents()
    paths = ("predict", "relatives", "reference", "alignment", "mutant", "scan")
    assert {f"POST /api/{path}" for path in paths} | {"GET /api/models"} == set(headings)
    assert "some of ribbon, residues" in page.locator("dl").first.text_content()
    (program,) = (block for block in blocks("python") if "urlopen" in block)
    shown = page.text_content("#python").replace(page.url.removesuffix("programs/"), "URL/")
    assert shown == program.replace("http://127.0.0.1:8765/", "URL/").strip()
    assert faults_of_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1280])
def test_who_made_it_is_said(opened):
    page = opened("#predict")
    said = page.locator(".colophon").text_content()
    citation = (ROOT / "CITATION.cff").read_text()
    title = re.search(r'title: "(.*)"', citation)[1]
    licence = re.search(r"license: (.*)", citation)[1]
    assert f"ribbonet {ribbonet.__version__}, licence {licence}" in said
    assert title in said
