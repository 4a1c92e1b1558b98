"""Plausible segments in the browser: the same states as Python's."""

import shutil
from importlib import resources
from pathlib import Path

import numpy as np

from ribbonet.chains.alphabet import STATES
from ribbonet.prediction.smoothing import SHORTEST, plausible_states

STATIC = Path(str(resources.files("ribbonet.web"))) / "static"

RUN = """async ([tables, states, shortest]) => {
  const { plausible } = await import("./standalone/worker/smoothing.js");
  const { Table } = await import("./networks/table.js");
  return tables.map((rows) => {
    const table = new Table(rows.length, 3, Float32Array.from(rows.flat()));
    return [...plausible(table, states, shortest)];
  });
}"""


def test_segments_are_pythons(browser, tmp_path, files_served):
    for name in ("standalone", "networks"):
        shutil.copytree(STATIC / name, tmp_path / name)
    (tmp_path / "index.html").write_text("<!doctype html>")
    rng = np.random.default_rng(0)
    tables = [
        rng.dirichlet((0.4, 0.4, 0.6), length).astype(np.float32) for length in (1, 2, 3, 7, 300)
    ]
    with files_served(tmp_path) as url:
        page = browser.new_page()
        page.goto(url)
        given = [table.tolist() for table in tables]
        found = page.evaluate(RUN, [given, STATES.symbols, SHORTEST])
        page.close()
    assert found == [plausible_states(table).tolist() for table in tables]
    assert any(
        codes != table.argmax(axis=1).tolist() for codes, table in zip(found, tables, strict=True)
    )
