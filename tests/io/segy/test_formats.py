"""Sample formats: all of them decoded into memory that is used again, and fixed point with gain, format 4."""

import struct
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.errors import LabelError
from napari_geofm.io.segy import SegyOptions, SegyTemplate, read_segy, write_segy_like
from napari_geofm.io.segy.formats import FORMATS
from tests.io.segy.build import Trace, cube, write

WORDS = ((0, 1), (0, -1), (3, 100), (15, -32768), (15, 32767), (200, 1))
"""Gain and number of each sample; the last is beyond a single."""


def gained(path: Path, order: str) -> Path:
    """Write 2 x 3 traces of these samples, word by word."""
    _, traces = cube([1, 2], [5, 6, 7], n_samples=len(WORDS))
    write(path, traces, code=4, order=order)
    words = b"".join(struct.pack(order + "I", gain << 16 | number & 0xFFFF) for gain, number in WORDS)
    whole, size = bytearray(path.read_bytes()), 240 + len(words)
    for start in range(3600 + 240, len(whole), size):
        whole[start : start + len(words)] = words
    path.write_bytes(bytes(whole))
    return path


@pytest.mark.parametrize("order", [">", "<"])
def test_the_number_is_multiplied_by_two_to_the_gain(tmp_path: Path, order: str) -> None:
    survey = read_segy(gained(tmp_path / "a.sgy", order))
    expected = [1.0, -1.0, 800.0, -32768.0 * 32768, 32767.0 * 32768, np.inf]
    assert survey.sample_format == "fixed point with gain"
    np.testing.assert_array_equal(survey.data.values, np.broadcast_to(np.array(expected, np.float32), (2, 3, 6)))
    np.testing.assert_array_equal(survey.data[:, 1, 2].values, [800.0, 800.0])


@pytest.mark.parametrize("order", [">", "<"])
def test_classes_go_home_as_they_are_and_fractions_to_another_format(tmp_path: Path, order: str) -> None:
    template = read_segy(gained(tmp_path / "a.sgy", order)).template
    assert isinstance(template, SegyTemplate)
    classes = np.array([0, 1, 2, 3, 4, 255], np.uint8) + np.zeros((2, 3, 1), np.uint8)
    write_segy_like(template, classes, tmp_path / "out.sgy", null=-999)
    found = read_segy(tmp_path / "out.sgy", zeros_are_dead=False)
    assert found.sample_format == "fixed point with gain"
    np.testing.assert_array_equal(found.data.values[1, 2], [0, 1, 2, 3, 4, -999])
    with pytest.raises(LabelError, match=r"cannot be written as fixed point with gain; choose --format ibm, ieee"):
        write_segy_like(template, classes / np.float32(7), tmp_path / "no.sgy")
    write_segy_like(template, classes / np.float32(7), tmp_path / "ieee.sgy", sample_format="ieee")
    np.testing.assert_allclose(read_segy(tmp_path / "ieee.sgy", zeros_are_dead=False).data.values, classes / 7)


@pytest.mark.parametrize(("code", "word"), [(1, "ibm"), (5, "ieee")])
def test_floats_that_are_said_to_have_a_gain_are_told(tmp_path: Path, code: int, word: str) -> None:
    values = np.random.default_rng(0).normal(size=(4, 5, 400)).astype(np.float32)
    traces = [Trace(values[i, j], {189: i, 193: j}) for i in range(4) for j in range(5)]
    path = write(tmp_path / "a.sgy", traces, code=code, binary={3225: ("h", 4)})
    assert any(f"--sample-format {word} reads them so" in note for note in read_segy(path).odd)
    assert np.allclose(read_segy(path, SegyOptions(sample_format=word)).data.values, values, rtol=1e-6)
    honest = read_segy(gained(tmp_path / "b.sgy", ">"))
    assert not any("look like" in note for note in honest.odd)


@pytest.mark.parametrize("room", [0, 59, 62, 200])
@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("code", FORMATS)
def test_memory_that_is_used_again_changes_nothing(code: int, order: str, room: int) -> None:
    found = FORMATS[code]
    file = np.random.default_rng(code).integers(0, 256, 60 * found.width, dtype=np.uint8)
    raw = file.view(found.raw_dtype(order)).reshape(3, 4, 5)[:, ::-1]
    memory = np.full(room, 7, np.uint32)
    for _ in range(2):
        again = found.decode(raw, order, memory)
        assert (again.shape, again.dtype, again.flags.c_contiguous) == ((3, 4, 5), np.float32, True)
        np.testing.assert_array_equal(again.view(np.uint32), found.decode(raw, order).view(np.uint32))
