"""The page without a server: files that predict in the browser itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib.metadata import distribution
from pathlib import Path

from ribbonet.chains.alphabet import DSSP_TO_STATE, RESIDUES, SPACER, STATES, STATES8
from ribbonet.errors import InputError
from ribbonet.models import model_folder
from ribbonet.models.card import CARD, NETWORKS, WEIGHTS
from ribbonet.models.model import Model
from ribbonet.prediction.smoothing import SHORTEST
from ribbonet.system.working import refuse_a_full_folder, write_folder
from ribbonet.tasks.structure import Structure
from ribbonet.web.about import ABOUT
from ribbonet.web.predict.models import described, load_named
from ribbonet.web.server.limits import Limits

STATIC = Path(__file__).parent / "static"
FOLDERS = ("shared", "predict", "networks", "standalone")
"""Of the page's files, those that are needed."""
MOVED = {"standalone/index.html": "index.html", "standalone/requests.js": "predict/requests.js"}
"""Files that stand elsewhere in the page that needs no server."""
WORKERS = ("networks/", "standalone/worker/")
"""Modules of the thread that predicts, which loads its own."""

LAYERS = {
    *("WindowDense", "Dense", "Conv1d", "ChainMean", "SelfAttention", "LayerNorm"),
    *("Residual", "Dropout", "Identity", "ReLU", "Sigmoid", "Tanh"),
}
"""Layers that the JavaScript knows."""

ALPHABET = {
    "residues": RESIDUES.symbols,
    "spacer": SPACER,
    "states": STATES.symbols,
    "eight": STATES8.symbols,
    "shortest": SHORTEST,
    "three_of_eight": {state: DSSP_TO_STATE[state] for state in STATES8},
}
"""What the page's networks know of letters and states, of which its JavaScript says nothing."""


def write_page(folder: Path, models: Sequence[str]) -> int:
    """Write a page that predicts in the browser, for any web server.

    Parameters
    ----------
    folder : Path
        New or empty; it gets its name once all is written.
    models : sequence of str
        Shipped models, or folders of others that read sequences and predict secondary structure;
        the page starts with the first.

    Returns
    -------
    size : int
        Bytes of all files.

    Raises
    ------
    InputError
        When there is no such model, the page cannot run it, two have one name, or the folder holds
        something.
    """
    refuse_a_full_folder(folder)
    files = dict(_files(models))
    write_folder(folder, files)
    return sum(map(len, files.values()))


def _files(models: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file of the page."""
    known = []
    for (name, model), given in zip(load_named(models).items(), models, strict=True):
        _check(model, given)
        known.append({**described(name, model), "sha256": model.digest})
        folder = model_folder(given)
        card = json.loads((folder / CARD).read_bytes())
        networks = {
            key: card[key] for key in NETWORKS if key in card
        }  # and nothing of its training
        yield f"models/{name}/{CARD}", json.dumps(networks).encode()
        yield f"models/{name}/{WEIGHTS}", (folder / WEIGHTS).read_bytes()
    limits = Limits()
    page = {
        "about": ABOUT,
        "models": known,
        "limits": {
            "bytes": limits.body,
            "chains": limits.chains,
            "residues": limits.residues,
        },
        "alphabet": ALPHABET,
    }
    yield "page.json", json.dumps(page, indent=1).encode()
    licence = distribution("ribbonet").read_text("licenses/LICENSE")
    if licence is not None:
        yield "LICENSE", licence.encode()
    yield from _static()


def _static() -> Iterator[tuple[str, bytes]]:
    """Yield the page's own files; its start loads all of its modules at once."""
    names = [
        path.relative_to(STATIC).as_posix()
        for folder in FOLDERS
        for path in sorted((STATIC / folder).rglob("*"))
        if path.is_file()
    ]
    # "standalone" comes last: its files replace others
    places = {MOVED.get(name, name): name for name in names}
    modules = "".join(
        f'<link rel="modulepreload" href="{place}">\n'
        for place in places
        if place.endswith(".js") and not place.startswith(WORKERS)
    )
    for place, name in places.items():
        content = (STATIC / name).read_bytes()
        if place == "index.html":
            content = content.replace(b"</head>", modules.encode() + b"</head>")
        yield place, content


def _check(model: Model, given: str) -> None:
    """Refuse a model that the JavaScript cannot run."""
    if not isinstance(model.task, Structure):
        raise InputError(
            f"{given}: predicts {model.task.summary}, and a page without a server shows secondary "
            "structure; give another --model, or use `ribbonet serve`"
        )
    layers = [
        layer for stage in model.stages for network in stage.networks for _, layer in network.walk()
    ]
    for layer in layers:
        if type(layer).__name__ not in LAYERS or getattr(layer, "groups", 1) != 1:
            raise InputError(
                f"{given}: has a layer {layer!r}, which the page cannot run; give another --model"
            )
