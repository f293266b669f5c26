"""IBM System/360 single precision, as SEG-Y format 1 stores it, to IEEE 754 and back, exactly where both can.

A word is a sign bit, seven bits of exponent (base 16, offset 64) and a 24-bit fraction below one, not necessarily
normalised: ``(-1)**sign * fraction / 2**24 * 16**(exponent - 64)``. Source: IBM System/360 Principles of
Operation, GA22-6821, and SEG-Y revision 2.0, appendix F.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["float_to_ibm", "ibm_to_float"]

_BLOCK = 1 << 18
"""Words per block: what a block needs, 2 MB, stays in the processor's cache, and calls are few beside the work."""

_LOWEST, _HIGHEST = 39, 101
"""Exponents for which the power of 16 is a normal IEEE single and the product is rounded by the hardware alone."""


def ibm_to_float(words: NDArray[np.uint32], scratch: NDArray[np.uint32] | None = None) -> NDArray[np.float32]:
    """Turn IBM words into IEEE singles.

    Every value that a single can hold comes out exactly; smaller ones are rounded once, to denormal numbers or
    zero, and those beyond 3.4e38 become infinite.

    Parameters
    ----------
    words
        C-contiguous ndarray of uint32 in the machine's byte order; its memory is reused for the result.
    scratch
        Memory to work in, a flat ndarray of uint32 of any size but 0, used by nobody else meanwhile: who decodes much,
        part by part, saves getting it anew; as large as ``words``, it is quickest. None: it is made.

    Returns
    -------
    ndarray of float32
        Same shape.
    """
    flat = words.reshape(-1)
    result = flat.view(np.float32)
    if scratch is None:
        scratch = np.empty(min(_BLOCK, max(1, flat.size)), np.uint32)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for start in range(0, flat.size, scratch.size):
            block = slice(start, start + scratch.size)
            _decode_block(flat[block], result[block], scratch)
    return result.reshape(words.shape)


def _decode_block(word: NDArray[np.uint32], out: NDArray[np.float32], scratch: NDArray[np.uint32]) -> None:
    """Decode a block in the memory of its words, of which ``out`` is another view."""
    scale = scratch[: word.size]
    np.bitwise_and(word, 0x7F000000, out=scale)
    small = int(scale.min()) < _LOWEST << 24
    if int(scale.max()) >= (_HIGHEST + 1) << 24 or (small and not _only_zeros_are_small(word, scale)):
        out[...] = _decode_wide(word)
        return
    # The bits of +-2 ** (4 * exponent - 280), an IEEE single with an empty mantissa: its exponent field is
    # 4 * exponent - 280 + 127, and the IBM exponent stands at bit 24 already; added once more, with the sign, it is
    # doubled. The fraction comes along and is taken off again: work in place is quicker than in a third array.
    np.add(scale, word, out=scale)
    np.subtract(scale, 153 << 23, out=scale)
    np.bitwise_and(word, 0x00FFFFFF, out=word)
    np.subtract(scale, word, out=scale)
    np.copyto(out, word.view(np.int32), casting="unsafe")  # 24 bits fit a single's mantissa exactly
    np.multiply(out, scale.view(np.float32), out=out)
    if small:
        np.add(out, np.float32(0.0), out=out)  # a true zero has a scale of either sign, and comes out as -0


def _only_zeros_are_small(word: NDArray[np.uint32], work: NDArray[np.uint32]) -> bool:
    """Return whether no number but a true zero has an exponent below the lowest; ``work``, the exponents, stays so."""
    np.bitwise_and(word, 0x7FFFFFFF, out=work)
    np.subtract(work, 1, out=work)  # zero wraps to the largest number
    alone = int(work.min()) >= (_LOWEST << 24) - 1
    np.bitwise_and(word, 0x7F000000, out=work)
    return alone


def _decode_wide(word: NDArray[np.uint32]) -> NDArray[np.float32]:
    """Decode any exponent by way of doubles, which hold every IBM single exactly."""
    exponent = ((word >> 24) & 0x7F).astype(np.int32)
    value = np.ldexp((word & 0x00FFFFFF).astype(np.float64), 4 * exponent - 280)
    return np.where(word >> 31, -value, value).astype(np.float32)


def float_to_ibm(values: NDArray[Any]) -> NDArray[np.uint32]:
    """Turn numbers into normalised IBM words, rounded to nearest.

    Parameters
    ----------
    values
        ndarray of finite numbers; infinite ones become the largest IBM number.

    Returns
    -------
    ndarray of uint32
        Words in the machine's byte order, same shape.
    """
    number = np.asarray(values, np.float64)
    sign = np.where(np.signbit(number), np.uint32(0x80000000), np.uint32(0))
    fraction, exponent = np.frexp(np.minimum(np.abs(number), 7.2370051e75))
    power = -(-exponent // 4)  # the power of 16 that brings the fraction into [1/16, 1)
    digits = np.rint(np.ldexp(fraction, 24 + exponent - 4 * power)).astype(np.int64)
    carried = digits == 1 << 24  # rounded up to one: the next power of 16
    digits = np.where(carried, 1 << 20, digits)
    power = power + carried + 64
    kept = (digits > 0) & (power >= 0)  # what is smaller than 16**-65 is zero
    word = np.where(kept, (np.clip(power, 0, 127).astype(np.int64) << 24) | digits, 0)
    return np.asarray(sign | word, np.uint32)
