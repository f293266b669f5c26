"""SEG-Y files with lies in their headers, by a seed; shared by the suite and ``benchmarks/hostile_segy.py``."""

import struct
from pathlib import Path

import numpy as np

from napari_geofm.errors import GeoFMError
from napari_geofm.io.segy import SegyOptions, is_segy, look_at, read_segy, text_header
from tests.io.segy.build import Trace, cube, write

BINARY = (
    3201, 3213, 3217, 3221, 3223, 3225, 3227, 3229, 3255, 3261, 3269, 3273, 3281, 3289, 3297, 3501, 3503, 3505, 3507,
    3511, 3513, 3521, 3529,
)  # fmt: skip
"""First bytes of words of the binary header that a reader may trust."""

TRACE = (1, 5, 9, 13, 17, 21, 29, 37, 71, 73, 77, 109, 115, 117, 181, 185, 189, 193, 215)
"""First bytes of words of trace headers."""

NUMBERS = (0, 1, 2, 3, 5, 6, 8, 16, 77, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1)


def originals(folder: Path) -> list[bytes]:
    """Return whole files of several kinds: a volume in both orders and revisions, a line, gathers, odd ends."""
    path = folder / "whole.sgy"
    _, volume = cube([10, 12, 14, 17], [5, 6, 7, 8, 9])
    line = [Trace(each.samples, {21: 100 + k}) for k, each in enumerate(volume)]
    gathers = [
        Trace(each.samples, {189: 1 + k // 6, 193: 1 + k // 2 % 3, 37: 100 * (k % 2)}) for k, each in enumerate(volume)
    ]
    two = {3501: ("B", 2), 3269: ("I", 12), 3297: ("I", 16909060), 3521: ("Q", 10_000), 3529: ("i", 1)}
    kinds = [
        write(path, volume).read_bytes(),
        write(path, volume, order="<", code=3).read_bytes(),
        write(path, volume, code=1, encoding="ascii", words=("INLINE BYTE 189 XLINE BYTE 193",)).read_bytes(),
        write(path, volume, code=8, binary=two, extended=["a", "((SEG: EndText))"], tail=b"\7" * 3200).read_bytes(),
        write(path, line, code=7).read_bytes(),
        write(path, gathers, code=6).read_bytes(),
    ]
    path.unlink()
    return kinds


def mutant(whole: list[bytes], seed: int, case: int) -> bytes:
    """Return one of the files with one to four lies in it."""
    random = np.random.default_rng((seed, case))
    raw = bytearray(whole[int(random.integers(len(whole)))])
    n_samples = int(struct.unpack_from(">H", raw, 3220)[0]) or 12
    for _ in range(int(random.integers(1, 5))):
        kind = int(random.integers(8))
        if kind <= 2:
            place = int(random.choice(BINARY)) - 1
            _put(raw, place, random)
        elif kind <= 4:
            trace = int(random.integers(0, 20))
            _put(raw, 3600 + trace * (240 + 4 * min(n_samples, 64)) + int(random.choice(TRACE)) - 1, random)
        elif kind == 5 and len(raw) > 1:
            raw[int(random.integers(len(raw)))] = int(random.integers(256))
        elif kind == 6:
            del raw[int(random.integers(len(raw) + 1)) :]
        else:
            place, count = int(random.integers(len(raw) + 1)), int(random.choice([1, 2, 240, 3200]))
            if random.integers(2):
                del raw[place : place + count]
            else:
                raw[place:place] = bytes(random.integers(0, 256, count, dtype=np.uint8))
    return bytes(raw)


def _put(raw: bytearray, place: int, random: np.random.Generator) -> None:
    kind = str(random.choice([">I", "<I", ">H", "<H", ">q", "<q", ">d", "B"]))
    number = int(random.choice(NUMBERS)) if random.integers(3) else int(random.integers(0, 2**32))
    if place + struct.calcsize(kind) > len(raw):
        return
    if kind.endswith("d"):
        struct.pack_into(kind, raw, place, float(random.choice([0.0, -1.0, 1e300, float("nan"), float("inf"), 1e-9])))
    elif kind.endswith("q"):
        struct.pack_into(kind, raw, place, number - 2**31)
    else:
        struct.pack_into(kind, raw, place, number % (1 << 8 * struct.calcsize(kind)))


def attempt(path: Path) -> str:
    """Ask about a file, look at it, open it in the ways there are, and read some; return why it does not open."""
    is_segy(path)
    try:
        text_header(path)
        look = look_at(path)
        look.table()
        look.outline()
    except GeoFMError as error:
        _one_line(error)
    refusals = []
    for options in (SegyOptions(), SegyOptions(stack=True), SegyOptions(offset=90, iline_byte=189, xline_byte=193)):
        refusals.append("")
        try:
            survey = read_segy(path, options, remembered=False)
            survey.data[-1].values  # noqa: B018 - reading is the test
            survey.data[..., 0].values  # noqa: B018
            survey.read((slice(0, 1),) * len(survey.shape))
        except GeoFMError as error:
            refusals[-1] = _one_line(error)
    return refusals[0]


def _one_line(error: GeoFMError) -> str:
    assert "\n" not in str(error.args[0])
    assert len(str(error)) < 500
    return str(error)
