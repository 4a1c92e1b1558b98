"""`ribbonet lessons`, run as a process."""

import json


def test_the_list(ribbonet):
    lines = ribbonet("lessons", "list").stdout.decode().splitlines()
    assert len(lines) == 14
    assert lines[0].split(maxsplit=4)[1:] == ["neuron", "10", "min", "One neuron"]
    assert "needs ribbonet[torch]" in lines[6]


def test_notebooks_for_a_name(ribbonet, tmp_path):
    done = ribbonet(
        "lessons", "notebooks", "forward", "-o", tmp_path / "a" / "b", "--name", 'Ada "A"'
    )
    assert done.returncode == 0, done.stderr
    (path,) = (tmp_path / "a" / "b").iterdir()
    assert path.name == "05-forward.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert 'sign("Ada \\"A\\"")' in "".join(cells[1]["source"])
    shown = [output for cell in cells for output in cell.get("outputs", [])]
    assert any("0.8119" in "".join(output.get("text", [])) for output in shown)


def test_solutions_for_students(ribbonet):
    text = ribbonet(
        "lessons", "solutions", "forward", "--name", "Ada", "--name", "Ben"
    ).stdout.decode()
    ada, ben = text.split("# Ada\n")[1].split("# Ben\n")
    assert ada.count("## forward.") == ben.count("## forward.") == ada.count("*Solution.*") == 3
    assert ada != ben


def test_a_lesson_that_there_is_not(ribbonet, tmp_path):
    for command in (["solutions"], ["notebooks", "-o", tmp_path / "x"]):
        done = ribbonet("lessons", *command, "nothing")
        assert done.returncode == 2
        assert b"no lesson is called 'nothing'; they are neuron, " in done.stderr
    assert not (tmp_path / "x").exists()
