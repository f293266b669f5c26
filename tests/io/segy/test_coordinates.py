"""From line numbers to X and Y: which bytes count, and what is no coordinate."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.gui.canvas.geometry import spacing_m
from napari_geofm.io.sample_sizes import sample_volume
from napari_geofm.io.segy import SegyTemplate, read_segy
from napari_geofm.io.segy.coordinates import LineAffine
from tests.io.segy.build import Trace, cube, write


def placed(traces: list[Trace], bytes_xy: tuple[int, int], lines: tuple[int, int] = (189, 193)) -> list[Trace]:
    """Put 25 m between inlines, along X, and 12 m between crosslines, along Y."""
    found = []
    for each in traces:
        x, y = 5000 + 25 * each.numbers[lines[0]], 9000 + 12 * each.numbers[lines[1]]
        found.append(replace(each, numbers=each.numbers | {bytes_xy[0]: x, bytes_xy[1]: y}))
    return found


def affine_of(path: Path) -> LineAffine | None:
    template = read_segy(path).template
    assert isinstance(template, SegyTemplate)
    return template.affine


def test_line_numbers_are_no_coordinates(tmp_path: Path) -> None:
    """A file without coordinates whose lines are where the source's coordinates are in other files."""
    _, traces = cube([1, 2, 3], [10, 11, 12, 13], bytes_at=(73, 77))
    assert affine_of(write(tmp_path / "a.sgy", traces)) is None


def test_coordinates_that_the_text_header_names(tmp_path: Path) -> None:
    _, traces = cube([1, 2, 3], [10, 11, 12, 13])
    words = ("CDP X BYTE 205    CDP Y BYTE 209",)
    affine = affine_of(write(tmp_path / "a.sgy", placed(traces, (205, 209)), words=words))
    assert affine is not None
    assert np.allclose(affine.matrix, [[5000, 25, 0], [9000, 0, 12]])
    assert affine_of(write(tmp_path / "b.sgy", placed(traces, (205, 209)))) is None


def test_padding_at_zero_moves_no_survey(tmp_path: Path) -> None:
    """Padding traces carry line numbers but no coordinates."""
    _, traces = cube([1, 2, 3], [10, 11, 12, 13])
    traces = [traces[0], *placed(traces, (181, 185))[1:]]
    affine = affine_of(write(tmp_path / "a.sgy", traces))
    assert affine is not None
    assert np.allclose(affine.matrix, [[5000, 25, 0], [9000, 0, 12]])
    assert affine.rms < 1e-6


@pytest.mark.parametrize(("code", "unit"), [(2, "seconds of arc"), (3, "degrees")])
def test_angles_are_told_and_are_no_distances(tmp_path: Path, code: int, unit: str) -> None:
    _, traces = cube([1, 2, 3], [10, 11, 12, 13])
    traces = placed(traces, (181, 185))
    plain = read_segy(write(tmp_path / "a.sgy", traces), domain="depth")
    assert sample_volume(plain) == (pytest.approx(25 * 12 * 4.0), "m3")
    assert spacing_m(plain, "inline") == pytest.approx(25.0)
    # Bytes 89-92 as one number: the unit, and nothing after it.
    angles = [replace(each, numbers=each.numbers | {89: code << 16}) for each in traces]
    survey = read_segy(write(tmp_path / "b.sgy", angles), domain="depth")
    assert f"coordinates are in {unit}, no length; distances between lines are not known" in survey.odd
    assert (sample_volume(survey), spacing_m(survey, "inline")) == (None, None)
    affine = affine_of(tmp_path / "b.sgy")
    assert affine is not None
    assert np.allclose(affine.matrix, [[5000, 25, 0], [9000, 0, 12]])
