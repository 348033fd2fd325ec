"""How eight float32 numbers are worked on at once, in an order that no compiler may change.

A `Lanes` value is a vector of eight numbers. Compilers turn loops over arrays into such vectors
only where they can prove that the arrays do not overlap, and add up floats in lanes only when told
that order does not matter; here both are written down, so that a kernel is fast and has the same
bits on every CPU. Without numba (a kernel's `py_func`) the same names work on numpy arrays.
"""

import operator

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import (
    intrinsic,
    lower_builtin,
    models,
    overload,
    register_model,
    type_callable,
)

__all__ = ["LANES", "copy_row", "lane_sum", "lanes_of", "larger", "load", "prefetch", "store"]

LANES = 8
_NEAR = 16  # float32 numbers that memory brings at once
_VECTOR = ir.VectorType(ir.FloatType(), LANES)
_INT = ir.IntType(32)


# --- what the kernels call; these bodies are the interpreted version ------------------------------


def load(row, at):
    """The eight numbers of a float32 row that begin at `at`."""
    return row[at : at + LANES].copy()


def store(row, at, value):
    """Write eight numbers into a row, beginning at `at`."""
    row[at : at + LANES] = value


def copy_row(row, target):
    """Write a float32 row of whole lanes into another; `target[:] = row` compiles for seconds."""
    target[:] = row


def lanes_of(number):
    """A float32 number in all eight lanes."""
    return np.full(LANES, number, np.float32)


def larger(a, b):
    """The larger number in each lane; that of `b` where either is nan."""
    return np.where(a > b, a, b)


def lane_sum(value):
    """The sum of the lanes: halves added to each other, three times."""
    for half in (4, 2, 1):
        value = value[:half] + value[half : 2 * half]
    return value[0]


def prefetch(row):
    """Have a float32 row brought near before it is used; changes nothing but the time."""


# --- what numba compiles them to ------------------------------------------------------------------


class _LanesType(types.Type):
    def __init__(self):
        super().__init__(name="Lanes")


_LANES = _LanesType()


@register_model(_LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager, numba_type):
        super().__init__(manager, numba_type, _VECTOR)


def _is_row(row):
    return isinstance(row, types.Array) and (row.dtype, row.ndim, row.layout) == (
        types.float32,
        1,
        "C",
    )


def _place(context, builder, row_type, row, at):
    data = context.make_array(row_type)(context, builder, row).data
    return builder.bitcast(builder.gep(data, [at]), _VECTOR.as_pointer())


@intrinsic
def _load(typing_context, row, at):
    def generate(context, builder, signature, arguments):
        place = _place(context, builder, signature.args[0], arguments[0], arguments[1])
        value = builder.load(place)
        value.align = 4
        return value

    return _LANES(row, types.intp), generate


@intrinsic
def _store(typing_context, row, at, value):
    def generate(context, builder, signature, arguments):
        place = _place(context, builder, signature.args[0], arguments[0], arguments[1])
        builder.store(arguments[2], place).align = 4
        return context.get_dummy_value()

    return types.void(row, types.intp, _LANES), generate


@intrinsic
def _lanes_of(typing_context, number):
    def generate(context, builder, signature, arguments):
        empty = ir.Constant(_VECTOR, ir.Undefined)
        first = builder.insert_element(empty, arguments[0], ir.Constant(_INT, 0))
        return builder.shuffle_vector(first, empty, _positions(0, 0, LANES))

    return _LANES(types.float32), generate


@intrinsic
def _larger(typing_context, a, b):
    def generate(context, builder, signature, arguments):
        return builder.select(builder.fcmp_ordered(">", *arguments), *arguments)

    return _LANES(_LANES, _LANES), generate


@intrinsic
def _lane_sum(typing_context, value):
    def generate(context, builder, signature, arguments):
        total = arguments[0]
        for half in (4, 2, 1):
            none = ir.Constant(total.type, ir.Undefined)
            lower = builder.shuffle_vector(total, none, _positions(0, 1, half))
            upper = builder.shuffle_vector(total, none, _positions(half, 1, half))
            total = builder.fadd(lower, upper)
        return builder.extract_element(total, ir.Constant(_INT, 0))

    return types.float32(_LANES), generate


@intrinsic
def _touch(typing_context, row, at):
    def generate(context, builder, signature, arguments):
        place = _place(context, builder, signature.args[0], arguments[0], arguments[1])
        octet = builder.bitcast(place, ir.IntType(8).as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [octet.type, _INT, _INT, _INT])
        called = builder.module.declare_intrinsic("llvm.prefetch", [octet.type], kind)
        # to be read, into the nearest cache, data
        builder.call(called, [octet, *(ir.Constant(_INT, number) for number in (0, 3, 1))])
        return context.get_dummy_value()

    return types.void(row, types.intp), generate


def _positions(first, step, length):
    numbers = [first + step * position for position in range(length)]
    return ir.Constant(ir.VectorType(_INT, length), numbers)


@overload(load)
def _compiled_load(row, at):
    return (lambda row, at: _load(row, at)) if _is_row(row) else None


@overload(store)
def _compiled_store(row, at, value):
    fits = _is_row(row) and value == _LANES
    return (lambda row, at, value: _store(row, at, value)) if fits else None


@overload(copy_row)
def _compiled_copy_row(row, target):
    def copy_lanes(row, target):
        for at in range(0, row.shape[0], LANES):
            store(target, at, load(row, at))

    return copy_lanes if _is_row(row) and _is_row(target) else None


@overload(lanes_of)
def _compiled_lanes_of(number):
    return (lambda number: _lanes_of(number)) if number == types.float32 else None


@overload(larger)
def _compiled_larger(a, b):
    return (lambda a, b: _larger(a, b)) if a == b == _LANES else None


@overload(prefetch)
def _compiled_prefetch(row):
    def touch_all(row):
        for at in range(0, row.shape[0], _NEAR):
            _touch(row, at)
        if row.shape[0]:
            _touch(row, row.shape[0] - 1)  # where the row begins in the midst of what is brought

    return touch_all if _is_row(row) else None


@overload(lane_sum)
def _compiled_lane_sum(value):
    return (lambda value: _lane_sum(value)) if value == _LANES else None


def _compile_operator(symbol, instruction):
    @type_callable(symbol)
    def _typed(context):
        return lambda a, b: _LANES if a == b == _LANES else None

    @lower_builtin(symbol, _LanesType, _LanesType)
    def _lowered(context, builder, signature, arguments):
        return getattr(builder, instruction)(*arguments)


for _symbol, _instruction in (
    (operator.add, "fadd"),
    (operator.iadd, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.imul, "fmul"),
):
    _compile_operator(_symbol, _instruction)
