"""Vectors of floats for Numba: what a processor adds or multiplies in one instruction, or in few.

Whether, and how, a compiler vectorises a loop over a layer's units is a heuristic; code written
with these vectors does not depend on it. There are vectors of eight floats, the registers that most
processors have, and wide ones of 32, for long calculations on many numbers: LLVM splits them into
as many registers as they need, whose instructions overlap where one alone would wait for the one
before.

A number in an expression with vectors is broadcast: `1.0 / (1.0 + exp(x))`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core.typing.templates import ConcreteTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

from ribbonet.nn.compiled.layout import LANES, WIDE


def _intrinsic(function: Callable[..., Any]) -> Any:
    """Make a function that emits LLVM, given the arguments' types, one that Numba can call."""
    return intrinsic(function)


def inner(function: Callable[..., Any]) -> Any:
    """Let Numba compile a function as a part of those compiled ones that call it."""
    return njit(function, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)


class _Vector(types.Type):  # type: ignore[misc]
    """Numba's type of a vector, and LLVM's."""

    def __init__(self, name: str, element: ir.Type, lanes: int) -> None:
        super().__init__(name)
        self.lanes, self.element, self.llvm = lanes, element, ir.VectorType(element, lanes)

    def splat(self, builder: Any, scalar: Any) -> Any:
        """Emit a vector of copies of a number, of the elements' type or a longer one."""
        if scalar.type != self.element:
            shorten = builder.trunc if isinstance(self.element, ir.IntType) else builder.fptrunc
            scalar = shorten(scalar, self.element)
        undefined = ir.Constant(self.llvm, ir.Undefined)
        first = builder.insert_element(undefined, scalar, ir.Constant(ir.IntType(32), 0))
        mask = ir.Constant(ir.VectorType(ir.IntType(32), self.lanes), [0] * self.lanes)
        return builder.shuffle_vector(first, undefined, mask)

    def all(self, builder: Any, kinds: tuple[Any, ...], arguments: Any) -> list[Any]:
        """Emit vectors of copies of those arguments that are numbers."""
        return [
            given if isinstance(kind, _Vector) else self.splat(builder, given)
            for kind, given in zip(kinds, arguments, strict=True)
        ]


@register_model(_Vector)
class _VectorModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, vector: _Vector) -> None:
        super().__init__(manager, vector, vector.llvm)


floats = _Vector("eight floats", ir.FloatType(), LANES)
wide_floats = _Vector("32 floats", ir.FloatType(), WIDE)
ints = _Vector("eight integers", ir.IntType(32), LANES)
wide_ints = _Vector("32 integers", ir.IntType(32), WIDE)
_INTS = {floats: ints, wide_floats: wide_ints}


def _address(context: Any, builder: Any, array_type: Any, vector: _Vector, place: Any) -> Any:
    """Emit the address of neighbours of a float32 array `(N,)`."""
    array, start = place
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [start]), vector.llvm.as_pointer())


def _load(vector: _Vector) -> Any:
    """Return a function that reads a vector from an array."""

    def function(typing: Any, array: Any, start: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.load(_address(context, builder, array, vector, arguments), align=4)

        return vector(array, types.intp), code

    return _intrinsic(function)


load = _load(floats)
"""Return eight neighbours of a float32 array `(N,)`, the first at `start`."""
load_wide = _load(wide_floats)
"""Return 32 neighbours of a float32 array `(N,)`, the first at `start`."""


@_intrinsic
def store(typing: Any, array: Any, start: Any, vector: Any) -> Any:
    """Set neighbours in a float32 or int32 array `(N,)`, the first at `start`, to a vector."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address = _address(context, builder, array, vector, arguments[:2])
        builder.store(arguments[2], address, align=4)
        return context.get_dummy_value()

    return types.void(array, types.intp, vector), code


@_intrinsic
def ask(typing: Any, array: Any, place: Any) -> Any:
    """Prefetch the cache line of an array's element."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(array)(context, builder, arguments[0]).data
        byte, integer = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, integer, integer, integer])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        address = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        builder.call(prefetch, [address, integer(0), integer(3), integer(1)])
        return context.get_dummy_value()

    return types.void(array, types.intp), code


@_intrinsic
def load_codes(typing: Any, array: Any, start: Any) -> Any:
    """Return eight neighbours of a uint8 array `(N,)` as integers, the first at `start`."""
    shorts = ir.VectorType(ir.IntType(8), LANES)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(array)(context, builder, arguments[0]).data
        address = builder.bitcast(builder.gep(data, [arguments[1]]), shorts.as_pointer())
        return builder.zext(builder.load(address, align=1), ints.llvm)

    return ints(array, types.intp), code


def _splat(vector: _Vector) -> Any:
    """Return a function that copies a number."""

    def function(typing: Any, number: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return vector.splat(builder, arguments[0])

        return vector(number), code

    return _intrinsic(function)


splat = _splat(floats)
"""Return eight copies of a number."""
splat_wide = _splat(wide_floats)
"""Return 32 copies of a number."""


@_intrinsic
def spread(typing: Any, array: Any, place: Any) -> Any:
    """Return eight copies of an element of a float32 array `(N,)`."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(array)(context, builder, arguments[0]).data
        return floats.splat(builder, builder.load(builder.gep(data, [arguments[1]])))

    return floats(array, types.intp), code


@_intrinsic
def total(typing: Any, vector: Any) -> Any:
    """Return the sum of a vector's floats: its halves are added, then their halves..."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        terms, lanes = arguments[0], vector.lanes
        while lanes > 1:
            lanes //= 2
            kind = ir.VectorType(ir.IntType(32), lanes)
            first, second = (
                builder.shuffle_vector(terms, terms, ir.Constant(kind, list(range(i, i + lanes))))
                for i in (0, lanes)
            )
            terms = builder.fadd(first, second)
        return builder.extract_element(terms, ir.Constant(ir.IntType(32), 0))

    return types.float32(vector), code


@_intrinsic
def totals(typing: Any, a: Any, b: Any, c: Any, d: Any, e: Any, f: Any, g: Any, h: Any) -> Any:
    """Return the sums of eight vectors as one vector."""
    even = ir.Constant(ints.llvm, list(range(0, 2 * LANES, 2)))
    odd = ir.Constant(ints.llvm, list(range(1, 2 * LANES, 2)))

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows = list(arguments)
        while len(rows) > 1:  # the sums of neighbours, of two vectors in one
            rows = [
                builder.fadd(builder.shuffle_vector(v, w, even), builder.shuffle_vector(v, w, odd))
                for v, w in zip(rows[::2], rows[1::2], strict=True)
            ]
        return rows[0]

    return floats(*[floats] * LANES), code


def _count(vector: _Vector) -> Any:
    """Return a function that counts from a number on."""

    def function(typing: Any, start: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            steps = ir.Constant(vector.llvm, list(range(vector.lanes)))
            return builder.add(vector.splat(builder, arguments[0]), steps)

        return vector(types.int64), code

    return _intrinsic(function)


count_from = _count(ints)
"""Return the eight integers from `start` on."""
_count_wide = _count(wide_ints)


def _call(builder: Any, name: str, vector: _Vector, arguments: list[Any]) -> Any:
    """Emit a call of one of LLVM's functions of vectors."""
    name = f"llvm.{name}.v{vector.lanes}f32"
    kind = ir.FunctionType(vector.llvm, [vector.llvm] * len(arguments))
    function = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
    return builder.call(function, arguments)


@_intrinsic
def fma(typing: Any, a: Any, b: Any, c: Any) -> Any:
    """Return a b + c."""
    vector = next(kind for kind in (a, b, c) if isinstance(kind, _Vector))

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _call(builder, "fma", vector, vector.all(builder, signature.args, arguments))

    return vector(a, b, c), code


@_intrinsic
def sqrt(typing: Any, vector: Any) -> Any:
    """Return the square root."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _call(builder, "sqrt", vector, arguments)

    return vector(vector), code


def _conversion(name: str, to_ints: bool) -> Any:
    """Return a function of a vector that makes one of the other kind, and as long, of it."""
    results = _INTS if to_ints else {own: vector for vector, own in _INTS.items()}

    def function(typing: Any, vector: Any) -> Any:
        result = results[vector]

        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return getattr(builder, name)(arguments[0], result.llvm)

        return result(vector), code

    return _intrinsic(function)


_to_floats = _conversion("sitofp", to_ints=False)
_as_floats = _conversion("bitcast", to_ints=False)
_bits = _conversion("bitcast", to_ints=True)


@_intrinsic
def _shift_right(typing: Any, vector: Any, by: Any) -> Any:
    """Return integers shifted, with their sign."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ashr(*vector.all(builder, signature.args, arguments))

    return vector(vector, by), code


def _comparison(sign: str, numbers: bool) -> Any:
    """Return a function of two vectors: b where `a sign b`, else a; or 1 there, else 0."""

    def function(typing: Any, first: Any, second: Any) -> Any:
        vector = first if isinstance(first, _Vector) else second

        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            a, b = vector.all(builder, signature.args, arguments)
            true = builder.fcmp_ordered(sign, a, b)
            return builder.uitofp(true, vector.llvm) if numbers else builder.select(true, b, a)

        return vector(first, second), code

    return _intrinsic(function)


minimum = _comparison(">", numbers=False)
"""Return the smaller of a and b; a where it is not a number."""
maximum = _comparison("<", numbers=False)
"""Return the larger of a and b; a where it is not a number."""
above = _comparison(">", numbers=True)
"""Return 1 where a > b, otherwise 0."""
equal = _comparison("==", numbers=True)
"""Return 1 where a = b, otherwise 0."""


def _operator(symbol: Any, name: str, vector: _Vector) -> None:
    """Make a Python operator of two vectors, or of one and a number, one instruction."""
    numbers = (types.int64,) if name in _OF_INTS else (types.float32, types.float64)
    pairs = [(vector, vector)]
    pairs += [pair for number in numbers for pair in ((vector, number), (number, vector))]
    cases = [signature(vector, *pair) for pair in pairs]
    infer_global(symbol)(type(f"{name}_of_vectors", (ConcreteTemplate,), {"cases": cases}))

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return getattr(builder, name)(*vector.all(builder, signature.args, arguments))

    for pair in pairs:
        lower_builtin(symbol, *pair)(code)


_OF_FLOATS = {"fadd": operator.add, "fsub": operator.sub, "fmul": operator.mul}
_OF_FLOATS |= {"fdiv": operator.truediv}
_OF_INTS = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "xor": operator.xor}
_OF_INTS |= {"and_": operator.and_, "shl": operator.lshift, "lshr": operator.rshift}
for _vector, _own in _INTS.items():
    for _name, _symbol in _OF_FLOATS.items():
        _operator(_symbol, _name, _vector)
    for _name, _symbol in _OF_INTS.items():
        _operator(_symbol, _name, _own)


@inner
def exp(x: Any) -> Any:
    """Return e^x, its relative error below 2e-7; x is taken as -87 below and 88 above that.

    With n the whole number nearest x / ln 2, e^x = 2^n e^r; e^r comes from a polynomial (that
    of Cephes, Moshier 1989), and 2^n is added to the exponent.
    """
    x = maximum(minimum(x, 88.0), -87.0)
    shifted = fma(x, 1.44269504, 12582912.0)  # n in the lowest bits
    n = shifted - 12582912.0
    r = fma(n, -0.693359375, x)
    r = fma(n, 2.12194440e-4, r)
    square = r * r  # pairs of terms, which need not wait for one another
    y = fma(r, 1.9875691500e-4, 1.3981999507e-3)
    y = fma(y, square, fma(r, 8.3334519073e-3, 4.1665795894e-2))
    y = fma(y, square, fma(r, 1.6666665459e-1, 5.0000001201e-1))
    y = fma(y, square, r + 1.0)
    return _as_floats(_bits(y) + (_bits(shifted) << 23))


@inner
def log(x: Any) -> Any:
    """Return ln x of positive normal numbers, its error below 2e-7 of the larger of it and 1.

    With x = 2^n (1 + r), r from -0.3 to 0.42, ln x = n ln 2 + ln (1 + r), the latter from a
    polynomial (that of Cephes).
    """
    shifted = _bits(x) - 0x3F3504F3  # the square root of a half
    n = _to_floats(_shift_right(shifted, 23))
    r = _as_floats((shifted & 0x7FFFFF) + 0x3F3504F3) - 1.0
    y = fma(r, 7.0376836292e-2, -1.1514610310e-1)
    y = fma(y, r, 1.1676998740e-1)
    y = fma(y, r, -1.2420140846e-1)
    y = fma(y, r, 1.4249322787e-1)
    y = fma(y, r, -1.6668057665e-1)
    y = fma(y, r, 2.0000714765e-1)
    y = fma(y, r, -2.4999993993e-1)
    y = fma(y, r, 3.3333331174e-1)
    y = fma(y, r * r * r, fma(r * r, -0.5, r))
    return fma(n, 0.69314718, y)


@inner
def uniform(key: int, start: int) -> Any:
    """Return 32 numbers in [0, 1) that depend on a key and on places `start`, `start + 1`...

    Multiplications and shifts that mix the bits of a place (the finisher of MurmurHash3,
    Appleby 2011), so that any place can be asked for at any time, by any thread.
    """
    bits = _count_wide(start) * -1640531535 ^ key
    bits = (bits ^ bits >> 16) * -2048144789
    bits = (bits ^ bits >> 13) * -1028477387
    bits = bits ^ bits >> 16
    return _to_floats(bits >> 8) * (1 / 16777216)
