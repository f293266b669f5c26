"""Long recordings and large images are gone through, and labelled, window by window."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import AxisError, UsageError
from napari_geofm.session import Session


def recording(folder: Path, samples: int = 10_000) -> Survey:
    (folder / "das.h5").touch()
    coords = {"distance": 10.0 * np.arange(6), "time": 0.001 * np.arange(samples)}
    data = xr.DataArray(np.zeros((6, samples), np.float32), coords, ("distance", "time"))
    data.attrs["start_utc"] = "2022-06-04T10:00:00.000000000Z"
    return Survey("das", data, folder / "das.h5", "f" * 32)


def image(folder: Path, *, north_up: bool = True) -> Survey:
    (folder / "map.tif").touch()
    coords = {"lat": np.linspace(10, -10, 5000), "lon": np.linspace(0, 20, 6000)}
    # Nothing is read but windows of it.
    values = np.broadcast_to(np.float32(1), (5000, 6000))
    data = xr.DataArray(values, coords, ("lat", "lon"))
    return Survey("image", data, folder / "map.tif", "e" * 32, flips=frozenset() if north_up else frozenset({"lat"}))


def stroke(session: Session, at: At, rows: slice, columns: slice, number: int = 1) -> None:
    painted = session.labels_at(at)
    painted[rows, columns] = number
    session.record(at, painted, what="stroke")


def test_a_recording_is_gone_through_in_time(tmp_path: Path) -> None:
    session = Session(recording(tmp_path))
    try:
        assert session.place == At("time", 0.0, 2.0)
        assert session.section().shape == (2000, 6)
        session.step(2)
        assert session.place == At("time", 4.0, 2.0)
        assert session.beyond(At("time", 2.0, 2.0), session.place) == At("time", 6.0, 2.0)
        session.step(50)
        assert session.place == At("time", 8.0, 2.0)
        session.go_to(At.parse("time=2022-06-04T10:00:05.25"))
        assert session.place == At("time", 5.25, 2.0)
        session.step(1)
        assert session.place == At("time", 7.25, 2.0)
        session.step(1)
        assert session.place == At("time", 8.0, 2.0)
        session.back()
        assert session.place == At("time", 8.0, 2.0)
        with pytest.raises(
            AxisError, match=r"was recorded from 2022-06-04T10:00:00.000 to 2022-06-04T10:00:09.999 UTC"
        ):
            session.go_to(At.parse("time=2022-06-05/2"))
        with pytest.raises(AxisError, match=r"runs from 0 to 9.999 s"):
            session.go_to(At("time", 50.0, 2.0))
        with pytest.raises(UsageError, match="at least 4 samples"):
            session.go_to(At("time", 5.0, 0.002))
    finally:
        session.close()


@pytest.mark.parametrize("north_up", [True, False])
def test_an_image_is_gone_through_as_it_lies_on_the_screen(north_up: bool, tmp_path: Path) -> None:
    session = Session(image(tmp_path, north_up=north_up))
    try:
        assert session.place == At("window", None, None, (2500.0, 2000.0, 2500.0, 2000.0))
        session.shift(-1, 1)
        assert session.place.span == (0.0 if north_up else 2500.0, 4000.0, 2500.0, 2000.0)
        assert session.section().rows.name == "lat"
        session.shift(1, -9)
        assert session.place.span == (2500.0 if north_up else 0.0, 0.0, 2500.0, 2000.0)
        session.go_to(At("window", None, None, (0.0, 4000.0, 2500.0, 2000.0)))
        session.step(1)
        assert session.place.span == (2500.0, 0.0, 2500.0, 2000.0)
        session.step(-1)
        assert session.place.span == (0.0, 4000.0, 2500.0, 2000.0)
        with pytest.raises(AxisError, match="5000 rows and 6000 columns"):
            session.go_to(At("window", None, None, (4900.0, 0.0, 2500.0, 2000.0)))
    finally:
        session.close()


def test_labels_are_known_page_by_page_and_kept(tmp_path: Path) -> None:
    survey = recording(tmp_path)
    session = Session(survey)
    page, across = At("time", 2.0, 2.0), At("time", 5.5, 1.0)
    stroke(session, page, slice(0, 10), slice(0, 3))
    stroke(session, across, slice(450, 550), slice(1, 2), 2)
    assert session.labelled_sections() == [page, At("time", 4.0, 2.0), At("time", 6.0, 2.0)]
    assert [(each.samples, each.sections) for each in session.statistics()] == [(30, 1), (100, 2)]
    # What was drawn is seen whatever the window is.
    assert session.labels_at(At("time", 5.9, 0.2))[50:150, 1].tolist() == [2] * 100
    assert not session.is_labelled(At("time", 0.0, 2.0))
    assert session.undo() == "stroke on time 5.5 to 6.5 s"
    assert session.labelled_sections() == [page]
    session.redo()
    session.merge_classes(1, 0)
    assert [(each.samples, each.sections) for each in session.statistics()] == [(130, 3)]
    session.go_to(At("time", 4.0, 2.0))
    session.save()
    counted = session._store.counts.arrays()
    session.close()
    again = Session(survey)
    try:
        assert again.place == At("time", 4.0, 2.0)
        assert len(again.labelled_sections()) == 3
        for name, values in again._store.counts.arrays().items():
            np.testing.assert_array_equal(values, counted[name])
    finally:
        again.close()


def test_counts_are_found_again_after_a_crash(tmp_path: Path) -> None:
    survey = image(tmp_path)
    session = Session(survey)
    at = At("window", None, None, (0.0, 2000.0, 2500.0, 2000.0))
    stroke(session, at, slice(0, 20), slice(0, 30))
    session.close()
    (session.folder / "labels" / "counts.npz").unlink()
    again = Session(survey)
    try:
        assert again.labelled_sections() == [at]
        assert again.statistics()[0].samples == 600
    finally:
        again.close()


def test_the_length_of_windows_can_be_chosen_and_is_kept(tmp_path: Path) -> None:
    survey = recording(tmp_path)
    session = Session(survey)
    stroke(session, At("time", 2.0, 2.0), slice(0, 10), slice(0, 3))
    session.go_to(At("time", 4.0, 2.0))
    session.set_page(500)
    assert session.place == At("time", 4.0, 0.5)
    session.step(1)
    assert session.place == At("time", 4.5, 0.5)
    assert session.labelled_sections() == [At("time", 2.0, 0.5)]
    session.close()
    again = Session(survey)
    try:
        assert again.place == At("time", 4.5, 0.5)
        again.step(-1)
        assert again.place == At("time", 4.0, 0.5)
        again.set_page(0)
        assert again.place == At("time", 4.0, 2.0)
        # As one window it would be too long.
        again.set_page(10**6)
        assert again.place == At("time", 4.0, 2.0)
    finally:
        again.close()


def test_a_short_recording_is_one_section_until_a_length_is_chosen(tmp_path: Path) -> None:
    session = Session(recording(tmp_path, 3000))
    try:
        assert session.place == At()
        stroke(session, At(), slice(1200, 1300), slice(0, 2))
        assert session.labelled_sections() == [At()]
        session.set_page(1000)
        assert session.place == At("time", 0.0, 1.0)
        assert session.labelled_sections() == [At("time", 1.0, 1.0)]
        session.set_page(0)
        assert session.place == At()
    finally:
        session.close()
