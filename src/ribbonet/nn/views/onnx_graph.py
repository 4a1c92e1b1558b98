"""ONNX graphs in the making: inputs, constants, operators, and the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ribbonet.errors import InputError
from ribbonet.system.atomic import atomic_write

OPSET, IR_VERSION = 20, 9
"""Versions of ONNX: the first that has GELU, and what belongs to it."""


class Graph:
    """An ONNX graph in the making; values are known by their names."""

    def __init__(self) -> None:
        try:
            import onnx
        except ImportError:
            raise InputError("ONNX needs onnx; add it by: pip install 'ribbonet[onnx]'") from None
        self._onnx = onnx
        self.inputs: list[Any] = []
        self.constants: list[Any] = []
        self.nodes: list[Any] = []

    def input(self, name: str, dtype: DTypeLike, shape: Sequence[int | str]) -> str:
        """Add an input; axes of any size have names."""
        kind = self._onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        self.inputs.append(self._onnx.helper.make_tensor_value_info(name, kind, shape))
        return name

    def constant(self, value: Any) -> str:
        """Add an array, as float32 or int64."""
        array = np.asarray(value)
        array = array.astype(np.float32 if array.dtype.kind == "f" else np.int64)
        name = f"c{len(self.constants)}"
        self.constants.append(self._onnx.numpy_helper.from_array(array, name))
        return name

    def node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add an operator of one output."""
        name = f"v{len(self.nodes)}"
        self.nodes.append(self._onnx.helper.make_node(operator, inputs, [name], **attributes))
        return name

    def windows(self, x: str, width: int, fill: int | float, mask: str) -> str:
        """Add the windows around each position of chains.

        Parameters
        ----------
        x : str
            Codes `(B, L)`, or numbers `(B, L, F)`.
        width : int
            Positions in a window; odd.
        fill : int or float
            What stands beyond the ends of a chain: a code, or a number.
        mask : str
            Where the chains are, `(B, L)`.

        Returns
        -------
        windows : str
            `(B, L, width)`, or `(B, L, width * F)`.
        """
        numbers, beyond = isinstance(fill, float), self.constant(fill)
        there = self.node("Unsqueeze", mask, self.constant([-1])) if numbers else mask
        x = self.node("Where", there, x, beyond)
        ends = self.constant([width // 2, width // 2])
        padded = self.node("Pad", x, ends, beyond, self.constant([1]))
        length = self.node("Squeeze", self.node("Shape", mask, start=1))
        centres = self.node("Range", self.constant(0), length, self.constant(1))
        rows = self.node("Unsqueeze", centres, self.constant([-1]))
        rows = self.node("Add", rows, self.constant(np.arange(width)))
        shown = self.node("Gather", padded, rows, axis=1)
        return self.node("Reshape", shown, self.constant([0, 0, -1])) if numbers else shown

    def save(
        self,
        path: Path,
        outputs: Mapping[str, Sequence[int | str]],
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        """Check the model and write it; a single output is named `y`, others `y0`, `y1`."""
        helper = self._onnx.helper
        results = []
        for i, (value, shape) in enumerate(outputs.items()):
            name = "y" if len(outputs) == 1 else f"y{i}"
            self.nodes.append(helper.make_node("Identity", [value], [name]))
            kind = self._onnx.TensorProto.FLOAT
            results.append(helper.make_tensor_value_info(name, kind, shape))
        model = helper.make_model(
            helper.make_graph(self.nodes, "ribbonet", self.inputs, results, self.constants),
            producer_name="ribbonet",
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
        )
        helper.set_model_props(model, dict(metadata or {}))
        self._onnx.checker.check_model(model, full_check=True)
        with atomic_write(path, "wb") as file:
            file.write(model.SerializeToString())
