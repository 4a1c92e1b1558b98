"""Whole models as ONNX: codes of residues in, probabilities of states out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from ribbonet.chains.alphabet import RESIDUES, SPACER, STATES, STATES8, Alphabet
from ribbonet.models.embedding import Embedding
from ribbonet.models.model import Model
from ribbonet.nn.layers.stack import Stack
from ribbonet.nn.views.onnx import add
from ribbonet.nn.views.onnx_graph import Graph
from ribbonet.tasks.base import Labelling, Task
from ribbonet.tasks.structure import THREE_OF_EIGHT, Structure


def export_model(model: Model, path: Path, states: Alphabet = STATES) -> None:
    """Write a model with all its stages as an ONNX model.

    Its inputs are `codes`, int64 `(batch, length)`, and `mask`, bool of the same shape, true
    where a chain has a residue (chains are padded at their ends); its output `y`, float32
    `(batch, length, 3)`, are the probabilities of helix, strand and coil, or `(batch, length, 8)`
    of the eight states of DSSP, or what else the model predicts. The model's properties say what
    codes, states and labels stand for. A model that reads profiles or arrays has, instead of codes,
    `features`, float32 `(batch, length, F)`, as `ribbonet.models.inputs.ModelInputs` has them.

    Parameters
    ----------
    model : Model
    path : Path
    states : {STATES, STATES8}
        Helix, strand and coil, or the eight of DSSP where the model knows them.

    Raises
    ------
    InputError
        When the model does not know eight states, the packages of the extra `onnx` are missing, or
        the file cannot be written.
    """
    asked: Task = Structure(STATES8) if states == STATES8 else model.task.default
    model.check_asked(asked)
    graph = Graph()
    fill: int | float = SPACER
    if model.inputs == "sequence":
        x = graph.input("codes", np.int64, ("batch", "length"))
    else:
        x = graph.input("features", np.float32, ("batch", "length", model.stages[0].features))
        fill = 0.0
    mask = graph.input("mask", np.bool_, ("batch", "length"))
    for number, stage in enumerate(model.stages, 1):
        wanted = asked if number == len(model.stages) else stage.task.default
        shown = graph.windows(x, stage.window, fill, mask)
        fill = 0.0
        if isinstance(stage, Embedding):
            x = _embedding(graph, stage, shown, mask)
            continue
        outputs = [add(network, graph, shown, mask) for network in stage.networks]
        if isinstance(stage.task, Labelling):
            outputs = [graph.node("Softmax", z, axis=-1) for z in outputs]
        x = graph.node("Mean", *outputs)
        if stage.task.scaling is not None:
            factor, summand = stage.task.scaling
            scaled = graph.node("Mul", x, graph.constant(np.float32(factor)))
            x = graph.node("Add", scaled, graph.constant(np.float32(summand)))
        if stage.task != wanted:
            x = graph.node("MatMul", x, graph.constant(THREE_OF_EIGHT))
    properties = {
        "residues": RESIDUES.symbols,
        "spacer and unknown residues": str(SPACER),
        "task": asked.kind,
        **(
            {"states" if isinstance(asked, Structure) else "labels": asked.alphabet.symbols}
            if isinstance(asked, Labelling)
            else {}
        ),
        "card": json.dumps(
            {key: getattr(model.card, key) or None for key in ("name", "licence", "data")}
        ),
    }
    graph.save(path, {x: ("batch", "length", asked.outputs)}, properties)


def _embedding(graph: Graph, stage: Embedding, shown: str, mask: str) -> str:
    """Add the hidden layers of a model's networks, and its probabilities beside them."""
    hidden = [add(Stack(network.layers[:-1]), graph, shown, mask) for network in stage.networks]
    lasts = [
        graph.node("Softmax", add(network.layers[-1], graph, own, mask), axis=-1)
        for network, own in zip(stage.networks, hidden, strict=True)
    ]
    return graph.node("Concat", *hidden, graph.node("Mean", *lasts), axis=-1)
