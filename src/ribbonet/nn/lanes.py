"""Vectors of eight floats for Numba: what a processor adds or multiplies in one instruction.

A compiler that meets a loop over a layer's units must guess whether it is worth vectorising,
and how; in code written with these vectors nothing is left to guess. On processors with shorter
registers LLVM splits them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core.typing.templates import ConcreteTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

from ribbonet.nn.plan import LANES


def _intrinsic(function: Callable[..., Any]) -> Any:
    """Make a function that emits LLVM, given the arguments' types, one that Numba can call."""
    return intrinsic(function)


def inner(function: Callable[..., Any]) -> Any:
    """Let Numba compile a function as a part of those compiled ones that call it."""
    return njit(function, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)


class _Vector(types.Type):  # type: ignore[misc]
    """Numba's type of a vector, and LLVM's."""

    def __init__(self, name: str, element: ir.Type) -> None:
        super().__init__(name)
        self.llvm = ir.VectorType(element, LANES)

    def splat(self, builder: Any, scalar: Any) -> Any:
        """Emit a vector of eight copies of a scalar."""
        undefined = ir.Constant(self.llvm, ir.Undefined)
        first = builder.insert_element(undefined, scalar, ir.Constant(ir.IntType(32), 0))
        return builder.shuffle_vector(first, undefined, ir.Constant(ints.llvm, [0] * LANES))


@register_model(_Vector)
class _VectorModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, vector: _Vector) -> None:
        super().__init__(manager, vector, vector.llvm)


floats = _Vector("eight floats", ir.FloatType())
ints = _Vector("eight integers", ir.IntType(32))


def _address(context: Any, builder: Any, array_type: Any, array: Any, start: Any) -> Any:
    """Emit the address of eight neighbours of a float32 array `(N,)`."""
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [start]), floats.llvm.as_pointer())


@_intrinsic
def load(typing: Any, array: Any, start: Any) -> Any:
    """Return eight neighbours of a float32 array `(N,)`, the first at `start`."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address = _address(context, builder, array, *arguments)
        return builder.load(address, align=4)

    return floats(array, types.intp), code


@_intrinsic
def store(typing: Any, array: Any, start: Any, vector: Any) -> Any:
    """Set eight neighbours of a float32 array `(N,)`, the first at `start`."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address = _address(context, builder, array, *arguments[:2])
        builder.store(arguments[2], address, align=4)
        return context.get_dummy_value()

    return types.void(array, types.intp, floats), code


@_intrinsic
def splat(typing: Any, scalar: Any) -> Any:
    """Return eight copies of a float."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return floats.splat(builder, arguments[0])

    return floats(types.float32), code


@_intrinsic
def spread(typing: Any, array: Any, place: Any) -> Any:
    """Return eight copies of an element of a float32 array `(N,)`."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(array)(context, builder, arguments[0]).data
        return floats.splat(builder, builder.load(builder.gep(data, [arguments[1]])))

    return floats(array, types.intp), code


@_intrinsic
def total(typing: Any, vector: Any) -> Any:
    """Return the sum of eight floats."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        places = [ir.Constant(ir.IntType(32), i) for i in range(LANES)]
        terms = [builder.extract_element(arguments[0], place) for place in places]
        while len(terms) > 1:
            terms = [builder.fadd(a, b) for a, b in zip(terms[::2], terms[1::2], strict=True)]
        return terms[0]

    return types.float32(floats), code


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


@_intrinsic
def splat_integer(typing: Any, scalar: Any) -> Any:
    """Return eight copies of an integer."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return ints.splat(builder, arguments[0])

    return ints(types.int32), code


@_intrinsic
def count_from(typing: Any, start: Any) -> Any:
    """Return the integers from `start` on."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        steps = ir.Constant(ints.llvm, list(range(LANES)))
        return builder.add(ints.splat(builder, arguments[0]), steps)

    return ints(types.int32), code


def _instruction(name: str, result: _Vector, *parameters: _Vector) -> Any:
    """Return a function of vectors that is one instruction, or one intrinsic, of LLVM."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        if name.startswith("llvm."):
            function = ir.FunctionType(result.llvm, [p.llvm for p in parameters])
            callee = builder.module.globals.get(name) or ir.Function(builder.module, function, name)
            return builder.call(callee, arguments)
        if name in ("bitcast", "sitofp"):  # the conversions name their result
            return getattr(builder, name)(arguments[0], result.llvm)
        return getattr(builder, name)(*arguments)

    called = result(*parameters)
    match len(parameters):
        case 1:
            return _intrinsic(lambda typing, a: (called, code))
        case 2:
            return _intrinsic(lambda typing, a, b: (called, code))
    return _intrinsic(lambda typing, a, b, c: (called, code))


def _comparison(sign: str, numbers: bool) -> Any:
    """Return a function of two vectors: b where `a sign b`, else a; or 1 there, else 0."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        a, b = arguments
        true = builder.fcmp_ordered(sign, a, b)
        return builder.uitofp(true, floats.llvm) if numbers else builder.select(true, b, a)

    return _intrinsic(lambda typing, a, b: (floats(floats, floats), code))


minimum = _comparison(">", numbers=False)
"""Return the smaller of a and b; a where it is not a number."""
maximum = _comparison("<", numbers=False)
"""Return the larger of a and b; a where it is not a number."""
above = _comparison(">", numbers=True)
"""Return 1 where a > b, otherwise 0."""
equal = _comparison("==", numbers=True)
"""Return 1 where a = b, otherwise 0."""
fma = _instruction("llvm.fma.v8f32", floats, floats, floats, floats)
"""Return a b + c."""
_to_floats = _instruction("sitofp", floats, ints)
_bits = _instruction("bitcast", ints, floats)
_shift_right = _instruction("ashr", ints, ints, ints)
_as_floats = _instruction("bitcast", floats, ints)


def _operator(symbol: Any, name: str, vector: _Vector) -> None:
    """Make a Python operator of two vectors one instruction."""
    case = signature(vector, vector, vector)
    infer_global(symbol)(type(f"{name}_of_vectors", (ConcreteTemplate,), {"cases": [case]}))

    @lower_builtin(symbol, vector, vector)  # type: ignore[untyped-decorator]
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return getattr(builder, name)(*arguments)


for _symbol, _of_floats, _of_ints in (
    (operator.add, "fadd", "add"),
    (operator.sub, "fsub", "sub"),
    (operator.mul, "fmul", "mul"),
    (operator.truediv, "fdiv", None),
    (operator.xor, None, "xor"),
    (operator.and_, None, "and_"),
    (operator.lshift, None, "shl"),
    (operator.rshift, None, "lshr"),
):
    for _name, _type in ((_of_floats, floats), (_of_ints, ints)):
        if _name:
            _operator(_symbol, _name, _type)


@inner
def constant(value: float) -> Any:
    """Return eight copies of a number."""
    return splat(types.float32(value))


@inner
def _ints(value: int) -> Any:
    """Return eight copies of a whole number."""
    return splat_integer(types.int32(value))


@inner
def exp(x: Any) -> Any:
    """Return e^x, its relative error below 2e-7; x is taken as -87 below and 88 above that.

    With n the whole number nearest x / ln 2, e^x = 2^n e^r; e^r comes from a polynomial (that
    of Cephes, Moshier 1989), and 2^n is added to the exponent.
    """
    x = maximum(minimum(x, constant(88.0)), constant(-87.0))
    shifted = fma(x, constant(1.44269504), constant(12582912.0))  # n in the lowest bits
    n = shifted - constant(12582912.0)
    r = fma(n, constant(-0.693359375), x)
    r = fma(n, constant(2.12194440e-4), r)
    square = r * r  # pairs of terms, which need not wait for one another
    y = fma(r, constant(1.9875691500e-4), constant(1.3981999507e-3))
    y = fma(y, square, fma(r, constant(8.3334519073e-3), constant(4.1665795894e-2)))
    y = fma(y, square, fma(r, constant(1.6666665459e-1), constant(5.0000001201e-1)))
    y = fma(y, square, r + constant(1.0))
    return _as_floats(_bits(y) + (_bits(shifted) << _ints(23)))


@inner
def log(x: Any) -> Any:
    """Return ln x of positive normal numbers, its error below 2e-7 of the larger of it and 1.

    With x = 2^n (1 + r), r from -0.3 to 0.42, ln x = n ln 2 + ln (1 + r), the latter from a
    polynomial (that of Cephes).
    """
    shifted = _bits(x) - _ints(0x3F3504F3)  # the square root of a half
    n = _to_floats(_shift_right(shifted, _ints(23)))
    r = _as_floats((shifted & _ints(0x7FFFFF)) + _ints(0x3F3504F3)) - constant(1.0)
    y = constant(7.0376836292e-2)
    y = fma(y, r, constant(-1.1514610310e-1))
    y = fma(y, r, constant(1.1676998740e-1))
    y = fma(y, r, constant(-1.2420140846e-1))
    y = fma(y, r, constant(1.4249322787e-1))
    y = fma(y, r, constant(-1.6668057665e-1))
    y = fma(y, r, constant(2.0000714765e-1))
    y = fma(y, r, constant(-2.4999993993e-1))
    y = fma(y, r, constant(3.3333331174e-1))
    y = fma(y, r * r * r, fma(r * r, constant(-0.5), r))
    return fma(n, constant(0.69314718), y)


@inner
def uniform(key: int, start: int) -> Any:
    """Return numbers in [0, 1) that depend on a key and on their places `start`, `start + 1`...

    Multiplications and shifts that mix the bits of a place (the finisher of MurmurHash3,
    Appleby 2011), so that any place can be asked for at any time, by any thread.
    """
    bits = count_from(types.int32(start)) * _ints(-1640531535) ^ _ints(key)
    bits = (bits ^ bits >> _ints(16)) * _ints(-2048144789)
    bits = (bits ^ bits >> _ints(13)) * _ints(-1028477387)
    bits = bits ^ bits >> _ints(16)
    return _to_floats(bits >> _ints(8)) * constant(1 / 16777216)
