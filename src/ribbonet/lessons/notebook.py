"""A lesson as a Jupyter notebook (nbformat 4.5), with what its cells show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ribbonet.lessons import exercise
from ribbonet.lessons.running import START, Shown
from ribbonet.lessons.source import Lesson


def notebook(lesson: Lesson, shown: Mapping[int, Shown], name: str = "") -> str:
    """Return the text of a notebook file.

    Parameters
    ----------
    lesson : Lesson
    shown : mapping
        What `running.run` returned.
    name : str
        Who it is for: whose numbers the exercises have.
    """
    head = f"# {lesson.number}. {lesson.title}\n\n*{lesson.minutes} minutes. {lesson.sources}.*"
    start = START.replace('sign("")', f"sign({json.dumps(name, ensure_ascii=False)})")
    cells = [_prose(head), _code(start)]
    for place, cell in enumerate(lesson.cells):
        if cell.kind == "prose":
            cells.append(_prose(cell.text))
        elif cell.kind == "code":
            cells.append(_code(cell.text, shown[place]))
        elif cell.kind == "live":
            state, words, opens = cell.live
            link = state if opens else f"learn?lesson={lesson.name}"
            address = f"http://127.0.0.1:8765/#{link}"
            cells.append(_prose(f"[{words}]({address}) (while `ribbonet serve` runs)"))
        else:
            question = exercise(cell.text, name=name).text
            asked = _code(f'exercise("{cell.text}")', Shown(text=question))
            asked["outputs"][0]["data"]["text/markdown"] = _lines(question)
            cells += [asked, _code(f'check("{cell.text}", ...)  # your answer in place of ...')]
    number = 0
    for place, own in enumerate(cells):
        own["id"] = f"{lesson.name}-{place}"
        if own["cell_type"] == "code":
            number += 1
            own["execution_count"] = number
            for output in own["outputs"]:
                if output["output_type"] == "execute_result":
                    output["execution_count"] = number
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _prose(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": _lines(text)}


def _code(text: str, shown: Shown = Shown()) -> dict[str, Any]:  # noqa: B008 (it is frozen)
    outputs: list[dict[str, Any]] = []
    if shown.printed:
        outputs.append({"output_type": "stream", "name": "stdout", "text": _lines(shown.printed)})
    kinds = {"text/plain": shown.text, "image/svg+xml": shown.svg, "text/html": shown.html}
    if data := {kind: _lines(own) for kind, own in kinds.items() if own}:
        outputs.append({"output_type": "execute_result", "data": data, "metadata": {}})
    return {"cell_type": "code", "metadata": {}, "source": _lines(text), "outputs": outputs}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
