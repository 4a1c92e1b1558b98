"""`ribbonet figure`, run as a process."""

import xml.etree.ElementTree as ET

from ribbonet.lessons.figures import FIGURES


def test_the_command(ribbonet, tmp_path):
    listed = ribbonet("figure", "--list").stdout.decode().splitlines()
    assert [line.split()[0] for line in listed] == list(FIGURES)
    file = tmp_path / "a.svg"
    assert ribbonet("figure", "coin", "-o", file).returncode == 0
    assert ET.fromstring(file.read_text()).tag.endswith("svg")
    assert ribbonet("figure", "coin").stdout.decode() == file.read_text()
    for wrong, said in (
        (["nothing"], "no figure is called 'nothing'; they are "),
        ([], "give the name of a figure"),
        (["coin", "-o", tmp_path / "a.png"], "end the name with .svg"),
    ):
        done = ribbonet("figure", *wrong)
        assert done.returncode == 2
        assert said in done.stderr.decode()
