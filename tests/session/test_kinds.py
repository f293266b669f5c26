"""Lines, recordings, maps and tiles are labelled as volumes are."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from PIL import Image

from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.io.labels import read_labels
from napari_geofm.session import Session


def survey_of(kind: str, dims: tuple[str, ...], shape: tuple[int, ...], folder: Path, *flips: str) -> Survey:
    coords = {name: np.arange(size) * 2.0 for name, size in zip(dims, shape, strict=True)}
    data = xr.DataArray(np.zeros(shape, np.float32), coords, dims)
    return Survey(kind, data, folder / f"{kind}.bin", "f" * 32, flips=frozenset(flips))


@pytest.mark.parametrize(
    ("kind", "dims", "flips", "expected"),
    [
        # A mark in the second row and fourth column of the screen, and where it is in the survey's order.
        ("seismic-2d", ("cdp", "twt"), (), (3, 1)),
        ("das", ("distance", "time"), (), (3, 1)),
        ("image", ("row", "column"), (), (1, 3)),
        ("image", ("lat", "lon"), ("lat",), (4, 3)),
    ],
)
def test_one_section_is_labelled_as_it_is_seen(
    kind: str, dims: tuple[str, ...], flips: tuple[str, ...], expected: tuple[int, int], tmp_path: Path
) -> None:
    (tmp_path / f"{kind}.bin").touch()
    survey = survey_of(kind, dims, (6, 6), tmp_path, *flips)
    session = Session(survey)
    try:
        assert session.place == At()
        painted = session.labels_at(At())
        painted[1, 3] = 2
        session.record(At(), painted, what="stroke")
        values = read_labels(session.folder, survey).values[:]
        assert np.argwhere(values == 1).tolist() == [list(expected)]
        assert [(each.samples, each.sections) for each in session.statistics()] == [(0, 0), (1, 1)]
        session.merge_classes(1, 0)
        assert session.labels_at(At())[1, 3] == 1
        session.undo()
        assert session.labels_at(At())[1, 3] == 2
    finally:
        session.close()


def test_a_long_recording_is_labelled_in_windows(tmp_path: Path) -> None:
    (tmp_path / "das.bin").touch()
    session = Session(survey_of("das", ("distance", "time"), (40, 3000), tmp_path))
    try:
        at = At("time", 1000.0, 100.0)
        painted = session.labels_at(at)
        assert painted.shape == (50, 40)
        painted[10:20, 5] = 1
        session.record(at, painted, what="stroke")
        assert np.argwhere(session.labels_at(At()) == 1)[0].tolist() == [510, 5]
        assert sum(counts.nbytes for counts in session._store.counts.arrays().values()) < 10**6
        assert session.undo().startswith("stroke on time 1000")
        assert not session.labels_at(At()).any()
    finally:
        session.close()


def tiles(folder: Path, names: list[str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        Image.fromarray(np.full((6, 5), 90, np.uint8)).save(folder / name)
    return folder


def test_labels_follow_their_tiles(tmp_path: Path) -> None:
    folder = tiles(tmp_path / "moon", ["crater b 2.png", "d.png"])
    session = Session.open(folder)
    at = At("tile", "crater b 2.png")
    session.go_to(at)
    painted = session.labels_at(at)
    painted[4, 1] = 1
    session.record(at, painted, what="stroke")
    assert session.undo() == "stroke on tile crater b 2.png"
    session.redo()
    assert session.labelled_sections() == [at]
    session.set_complete(at, on=True)
    session.close()
    tiles(folder, ["a.png", "c.png"])
    (folder / "d.png").unlink()
    again = Session.open(folder)
    try:
        assert again.survey.shape == (3, 6, 5)
        assert again.place == at
        assert again.labels_at(at)[4, 1] == 1
        assert again.labelled_sections() == [at]
        assert str(at) in again.complete
        assert sum(each.samples for each in again.statistics()) == 1
        assert any("Tiles came or went" in line for line in again.notices)
    finally:
        again.close()
