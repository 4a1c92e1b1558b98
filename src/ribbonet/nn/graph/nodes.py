r"""The computation graph over arrays: evaluated, and differentiated in reverse.

Source: Rangan, Neural Network Notes.

An expression of parameters, data and numbers is a graph of nodes. Nothing is computed while it
is written: `evaluate` goes through it from the leaves to the output, and `gradients` back, each
node handing :math:`\partial L / \partial x = \partial L / \partial y \cdot \partial y /
\partial x` to its operands. The value of a leaf may be changed and the graph evaluated again,
which is how a model is fitted. `ribbonet.nn.graph.svg.draw_graph` draws it.

Examples
--------
>>> z = parameter([1.0, 2.0, 3.0], "z")
>>> J = log(exp(z).sum()) - z[0]
>>> evaluate(J).round(4)
np.float64(2.4076)
>>> gradients(J, z)[0].round(3)
array([-0.91 ,  0.245,  0.665])
"""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from ribbonet.nn.graph import operations as ops
from ribbonet.nn.layers import Array
from ribbonet.nn.layers.activations import Exponential, ReLU, Sigmoid, Tanh

Kind = Literal["parameter", "data", "constant"]


class Node:
    """A variable: what an operation makes of others, to be used in expressions like an array.

    Parameters
    ----------
    operation : Operation, optional
        None in a leaf.
    *inputs : Node or array
        The operands.
    name : str
        What drawings call it; the symbol of its operation by default.
    """

    __array_ufunc__ = None  # an array on the left of an operator leaves it to the node

    def __init__(self, operation: ops.Operation | None, *inputs: Operand, name: str = "") -> None:
        self.operation, self.name = operation, name
        self.inputs = tuple(x if isinstance(x, Node) else Leaf(x, "constant") for x in inputs)

    def named(self, name: str) -> Self:
        """Give the node a name and return it."""
        self.name = name
        return self

    def __repr__(self) -> str:
        return self.name or (self.operation.symbol if self.operation else "")

    def _repr_svg_(self) -> str:
        """Return the graph as a picture, for notebooks."""
        from ribbonet.nn.graph.svg import draw_graph

        return draw_graph(self)

    def __add__(self, other: Operand) -> Node:
        return Node(ops.Add(), self, other)

    def __radd__(self, other: Operand) -> Node:
        return Node(ops.Add(), other, self)

    def __sub__(self, other: Operand) -> Node:
        return Node(ops.Subtract(), self, other)

    def __rsub__(self, other: Operand) -> Node:
        return Node(ops.Subtract(), other, self)

    def __mul__(self, other: Operand) -> Node:
        return Node(ops.Multiply(), self, other)

    def __rmul__(self, other: Operand) -> Node:
        return Node(ops.Multiply(), other, self)

    def __truediv__(self, other: Operand) -> Node:
        return Node(ops.Divide(), self, other)

    def __rtruediv__(self, other: Operand) -> Node:
        return Node(ops.Divide(), other, self)

    def __matmul__(self, other: Operand) -> Node:
        return Node(ops.MatMul(), self, other)

    def __rmatmul__(self, other: Operand) -> Node:
        return Node(ops.MatMul(), other, self)

    def __neg__(self) -> Node:
        return 0 - self

    def __getitem__(self, indices: Operand) -> Node:
        return gather(self, indices)

    __iter__ = None  # Python would take z[0], z[1] and so on without end

    @property
    def T(self) -> Node:  # noqa: N802
        """The transpose."""
        return Node(ops.Transpose(), self)

    def sum(self, axis: ops.Axis = None, keepdims: bool = False) -> Node:
        """Sum over some axes, or over all."""
        return Node(ops.Sum(axis, keepdims), self)

    def max(self, axis: ops.Axis = None, keepdims: bool = False) -> Node:
        """Maximum over some axes, or over all."""
        return Node(ops.Max(axis, keepdims), self)

    def reshape(self, *shape: int) -> Node:
        """Lay the same numbers out in another shape."""
        return Node(ops.Reshape(shape), self)


class Leaf(Node):
    """A variable that is given: a parameter, data, or a number written in the expression.

    Parameters
    ----------
    value : array
        May be changed between evaluations.
    kind : {"parameter", "data", "constant"}
    name : str
    """

    def __init__(self, value: Any, kind: Kind, name: str = "") -> None:
        super().__init__(None, name=name)
        self.value, self.kind = np.asarray(value), kind

    def __repr__(self) -> str:
        return self.name or (f"{self.value:g}" if self.value.ndim == 0 else self.kind)


Operand = Node | ArrayLike


def parameter(value: ArrayLike, name: str = "") -> Leaf:
    """Return a leaf that is to be learnt, a copy of `value` in floating point."""
    array = np.array(value)
    return Leaf(array if array.dtype.kind == "f" else array.astype(float), "parameter", name)


def data(value: ArrayLike, name: str = "") -> Leaf:
    """Return a leaf that is known: inputs, targets, labels, indices."""
    return Leaf(value, "data", name)


def exp(x: Operand) -> Node:
    """Exponential of each number."""
    return Node(ops.Elementwise(Exponential, "exp"), x)


def log(x: Operand) -> Node:
    """Natural logarithm of each number."""
    return Node(ops.Log(), x)


def tanh(x: Operand) -> Node:
    """Hyperbolic tangent of each number."""
    return Node(ops.Elementwise(Tanh, "tanh"), x)


def sigmoid(x: Operand) -> Node:
    """Logistic function of each number."""
    return Node(ops.Elementwise(Sigmoid, "sigmoid"), x)


def relu(x: Operand) -> Node:
    """Return max(0, x) for each number."""
    return Node(ops.Elementwise(ReLU, "relu"), x)


def softmax(z: Operand) -> Node:
    """Probabilities from logits, over the last axis."""
    return Node(ops.SoftmaxOf(), z)


def cross_entropy(z: Operand, targets: Operand) -> Node:
    """Cross-entropy of each example, from logits and labels or probabilities."""
    return Node(ops.CrossEntropy(), z, targets)


def gather(x: Operand, indices: Operand) -> Node:
    """Rows of x by their numbers."""
    return Node(ops.Gather(), x, indices)


def order(output: Node) -> list[Node]:
    """Return the nodes that `output` is made of, each after its operands, `output` last."""
    ordered: dict[Node, None] = {}
    waiting = [output]
    while waiting:
        node = waiting[-1]
        missing = [x for x in node.inputs if x not in ordered]
        waiting.extend(missing)
        if not missing:
            ordered[waiting.pop()] = None
    return list(ordered)


def values(output: Node) -> dict[Node, Array]:
    """Return the value of every node that `output` is made of, in that order."""
    computed: dict[Node, Array] = {}
    for node in order(output):
        if isinstance(node, Leaf):
            computed[node] = node.value
        elif node.operation is not None:
            computed[node] = node.operation.value(*(computed[x] for x in node.inputs))
    return computed


def evaluate(output: Node) -> Array:
    """Return the value of `output`."""
    return values(output)[output][()]


def backward(
    output: Node, computed: dict[Node, Array], upstream: Array | None = None
) -> dict[Node, Array]:
    """Return the derivative of `output` with respect to every node, by back-propagation.

    Parameters
    ----------
    output : Node
    computed : dict
        What `values` returned.
    upstream : array, optional
        Derivative of a number with respect to `output`, of its shape; without it `output`
        must itself be one number.
    """
    if upstream is None:
        if computed[output].size != 1:
            raise ValueError(f"the output is {computed[output].shape}: take its sum, or `jacobian`")
        upstream = np.ones(computed[output].shape)
    derivatives = {output: upstream}
    for node in reversed(computed):
        if node.operation is None or node not in derivatives:
            continue
        operands = (computed[x] for x in node.inputs)
        parts = node.operation.gradient(derivatives[node], computed[node], *operands)
        for x, part in zip(node.inputs, parts, strict=True):
            if part is not None:
                derivatives[x] = derivatives[x] + part if x in derivatives else part
    return derivatives


def gradients(output: Node, *inputs: Node) -> list[Array]:
    """Return d output / d input for each input, of the input's shape; `output` is one number."""
    computed = values(output)
    derivatives = backward(output, computed)
    return [np.array(derivatives.get(x, np.zeros(computed[x].shape))) for x in inputs]


def jacobian(output: Node, x: Node) -> Array:
    r"""Return the gradient tensor dY/dX, whose shape is that of the output, then the input's.

    :math:`[\partial Y / \partial X]_{i_1 \dots i_s, j_1 \dots j_r} = \partial Y_{i_1 \dots i_s} /
    \partial X_{j_1 \dots j_r}` (Rangan, Neural Network Notes), one pass back for each number of the
    output. Of two vectors it is the Jacobian; `np.tensordot` over the order of Y is the tensor
    chain rule.

    Examples
    --------
    >>> x = parameter([1.0, 2.0, 3.0], "x")
    >>> jacobian(x * x, x)
    array([[2., 0., 0.],
           [0., 4., 0.],
           [0., 0., 6.]])
    """
    computed = values(output)
    shape = computed[output].shape
    rows = []
    for i in range(computed[output].size):
        one = np.zeros(shape)
        one.flat[i] = 1
        rows.append(backward(output, computed, one).get(x, np.zeros(computed[x].shape)))
    return np.reshape(rows, shape + computed[x].shape)
