import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_geofm.core.body import body_named, distance_m
from napari_geofm.core.craters import windows
from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.drawn_craters import draw_craters
from napari_geofm.core.craters.finding import CraterSearch, find_craters
from napari_geofm.core.craters.ground import Ground, PlaneOnBody
from napari_geofm.core.craters.label_mask import LabelMask
from napari_geofm.core.craters.mask_part import MaskPart
from napari_geofm.core.craters.matching import score_craters
from napari_geofm.core.progress import Control, run_to_end
from napari_geofm.errors import CancelledError
from napari_geofm.io.raster import RasterTemplate
from napari_geofm.io.raster.crs import wkt_of
from napari_geofm.io.raster.ground import Ground as RasterGround
from napari_geofm.samples import ReliefSampleSpec, make_relief


def placed(craters: Sequence[Crater], ground: Ground) -> list[Crater]:
    """Give craters with lat, lon and km their pixels."""
    found = []
    for each in craters:
        assert each.lat is not None
        assert each.lon is not None
        row, column = (float(number) for number in ground.pixel(each.lon, each.lat))
        unit = PlaneOnBody(ground, each.lat, each.lon).unit_px
        found.append(dataclasses.replace(each, row=row, column=column, diameter_px=each.size * unit))
    return found


def ground_of(words: str, transform: tuple[float, ...], shape: tuple[int, int]) -> RasterGround:
    found = RasterGround.of(RasterTemplate(shape, wkt_of(words), transform))  # type: ignore[arg-type]
    assert found is not None
    return found


def found_in(mask: NDArray[np.uint8], ground: Ground | None = None, *, rim: int | None = None) -> Catalogue:
    return run_to_end(find_craters(LabelMask(mask, 1, rim), ground, CraterSearch(smallest_px=5)))


def in_pixels(*circles: tuple[float, float, float]) -> list[Crater]:
    return [Crater(row, column, diameter) for row, column, diameter in circles]


def assert_same(found: Catalogue, truth: Sequence[Crater], *, within: float = 0.06, unsure: float = 1.0) -> None:
    body = found.body
    scores = score_craters(found, Catalogue(tuple(truth), body), 0.0, least_iou=0.7)
    assert (scores.found, scores.precision, scores.recall) == (len(truth), 1.0, 1.0), found
    assert scores.diameter_error < within


TOUCHING = (
    [(60, 60, 60), (60, 115, 52)],
    [(60, 60, 60), (60, 100, 52)],
    [(60, 60, 60), (60, 95, 24)],
    [(60, 60, 60), (60, 91, 22)],
    [(60, 60, 10), (60, 70, 10), (60, 80, 10), (70, 75, 9)],
    [(100, 100, 150), (100, 181, 24), (22, 100, 26)],
)


@pytest.mark.parametrize("circles", TOUCHING)
def test_touching_craters_are_parted(circles: list[tuple[float, float, float]]) -> None:
    truth = in_pixels(*circles)
    assert_same(found_in(draw_craters(truth, None, (200, 240), crater=1)), truth)


def test_craters_within_craters_show_where_rims_are_a_class() -> None:
    truth = in_pixels((100, 100, 120), (100, 100, 24), (125, 130, 16), (100, 155, 20), (40, 200, 9), (40, 212, 9))
    found = found_in(draw_craters(truth, None, (200, 240), crater=1, rim=2), rim=2)
    assert_same(found, truth, within=0.04)


def test_a_crater_with_a_ragged_outline_is_one() -> None:
    rng = np.random.default_rng(5)
    way = np.linspace(0, 2 * np.pi, 400)
    radius = 40 + sum(rng.normal(0, 1.0) * np.cos(k * way + rng.uniform(0, 6)) for k in range(2, 9))
    rows, columns = np.mgrid[:120, :120] - 60.0
    mask = np.hypot(rows, columns) < np.interp(np.arctan2(rows, columns) % (2 * np.pi), way, radius)
    (crater,) = found_in(mask.astype(np.uint8))
    assert (crater.row, crater.column) == (pytest.approx(60, abs=1), pytest.approx(60, abs=1))
    assert crater.diameter_px == pytest.approx(80, rel=0.04)
    assert 0.01 < crater.residual < 0.08
    assert not crater.on_edge


def test_rims_cut_by_the_border_or_by_missing_pixels_are_told_and_measured() -> None:
    truth = in_pixels((10, 60, 50), (100, 60, 50))
    mask = draw_craters(truth, None, (160, 160), crater=1)
    valid = np.ones(mask.shape, bool)
    valid[105:, :] = False

    class Source:
        shape = (160, 160)

        def part(self, rows: slice, columns: Sequence[slice]) -> MaskPart:
            return MaskPart((mask == 1) & valid, None, valid)

    found = run_to_end(find_craters(Source()))
    assert [each.on_edge for each in found] == [True, True]
    assert_same(found, truth)
    assert max(each.arc for each in found) < 0.8


@pytest.mark.parametrize(
    ("words", "transform", "shape", "places"),
    [
        (
            "+proj=longlat +R=1737400",
            (1 / 16, 0, -60, 0, -1 / 16, 75),
            (2400, 960),
            [(0, -30, 60), (30, -40, 60), (60, -20, 60), (70, -40, 60), (-60, -30, 20), (74, -10, 40)],
        ),
        (
            "+proj=stere +lat_0=90 +R=1737400 +units=m",
            (500, 0, -250000, 0, -500, 250000),
            (1000, 1000),
            [(90, 0, 60), (87, 120, 40), (83, -60, 25)],
        ),
        (
            "+proj=eqc +lat_ts=0 +R=1737400 +units=m",
            (1000, 0, 0, 0, -1000, 2200000),
            (1000, 800),
            [(60, 5, 60), (65, 15, 40), (50, 10, 25)],
        ),
    ],
)
def test_diameters_are_km_on_any_projection(
    words: str, transform: tuple[float, ...], shape: tuple[int, int], places: list[tuple[float, float, float]]
) -> None:
    ground = ground_of(words, transform, shape)
    truth = placed([Crater(0, 0, 1, lat, lon, size) for lat, lon, size in places], ground)
    found = found_in(draw_craters(truth, ground, shape, crater=1), ground)
    assert found.body is not None
    assert found.body.name == "Moon"
    assert_same(found, truth, within=0.02)
    for each in found:
        # A circle on the ground, though in degrees it is an ellipse of up to 4 to 1.
        assert each.axis_ratio > 0.93
        assert each.residual < 0.05
        nearest = min(truth, key=lambda one: abs(one.row - each.row) + abs(one.column - each.column))
        assert each.diameter_px == pytest.approx(nearest.diameter_px, rel=0.03)


def test_a_crater_across_the_seam_of_a_global_map_is_one() -> None:
    ground = ground_of("+proj=longlat +R=1737400", (0.25, 0, 0, 0, -0.25, 90), (720, 1440))
    truth = placed(
        [
            Crater(0, 0, 1, lat, lon, size)
            for lat, lon, size in ((10, 0.3, 300), (-40, -0.2, 200), (20, 180, 200), (60, -4, 200), (-10, -3, 250))
        ],
        ground,
    )
    found = found_in(draw_craters(truth, ground, (720, 1440), crater=1), ground)
    assert_same(found, truth)
    assert not any(each.on_edge for each in found)


@pytest.mark.parametrize(("lat", "sign"), [(89.0, 1.0), (-89.0, -1.0)])
def test_a_crater_that_holds_a_pole_is_drawn_up_to_it(lat: float, sign: float) -> None:
    ground = ground_of("+proj=longlat +R=1737400", (0.5, 0, -180, 0, -0.5, 90), (360, 720))
    (crater,) = placed([Crater(0, 0, 1, lat, 130.0, 200.0)], ground)
    mask = draw_craters([crater], ground, (360, 720), crater=1)
    lon, place = ground.lonlat(*np.mgrid[:360, :720])
    away = distance_m(ground.body, lon, place, 130.0, lat) / 1000
    sure = np.abs(away - 100) > 6
    assert np.array_equal(mask[sure] == 1, away[sure] < 100)
    assert (mask[0 if sign > 0 else -1] == 1).all()


def test_windows_find_what_the_whole_does(monkeypatch: pytest.MonkeyPatch) -> None:
    sample = make_relief(ReliefSampleSpec(seed=4, rows=520, columns=640, density=4, largest_px=80))
    truth = [Crater(each.row, each.column, each.diameter_px) for each in sample.craters]
    truth.append(Crater(260, 320, 330))
    mask = draw_craters(truth, None, (520, 640), crater=1, rim=2)
    whole = found_in(mask, rim=2)
    monkeypatch.setattr(windows, "WINDOW_PX", 200)
    monkeypatch.setattr(windows, "AROUND_PX", 70)
    monkeypatch.setattr(windows, "LARGE_PX", 100)
    monkeypatch.setattr(windows, "BAND_PX", 20_000)
    parts = found_in(mask, rim=2)
    scores = score_craters(parts, whole, 0, least_iou=0.7)
    assert scores.recall > 0.97
    assert scores.precision > 0.97
    assert any(abs(each.diameter_px - 330) < 10 and abs(each.row - 260) < 5 for each in parts)


def test_craters_of_a_relief_are_measured_well() -> None:
    sample = make_relief(ReliefSampleSpec(seed=2, rows=512, columns=512, density=2, smallest_px=9))
    truth = Catalogue(tuple(Crater(each.row, each.column, each.diameter_px) for each in sample.craters))
    scores = score_craters(found_in(sample.mask), truth, 9.0)
    assert scores.precision > 0.9
    assert scores.recall > 0.75
    assert scores.diameter_error < 0.04


def test_an_empty_mask_has_no_craters_and_a_cancelled_search_ends() -> None:
    assert len(found_in(np.zeros((50, 60), np.uint8))) == 0
    control = Control()
    control.cancel()
    with pytest.raises(CancelledError):
        run_to_end(find_craters(LabelMask(np.zeros((50, 60), np.uint8), 1), control=control))


def test_the_body_is_kept() -> None:
    assert Catalogue((), body_named("Moon")).unit == "km"
    assert Catalogue(()).unit == "px"
