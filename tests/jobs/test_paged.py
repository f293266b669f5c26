"""Long recordings and large images go through every job page by page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core import paging
from napari_geofm.core.progress import Progress
from napari_geofm.core.region import At, Region
from napari_geofm.core.survey import Survey
from napari_geofm.errors import CancelledError
from napari_geofm.io.opening import open_survey
from napari_geofm.jobs import pieces
from napari_geofm.jobs.feature_volume_spec import FeatureVolumeSpec
from napari_geofm.jobs.report_spec import ReportSpec
from napari_geofm.jobs.specs import FinetuneSpec, SegmentResult, SegmentSpec, SourceSpec
from napari_geofm.jobs.view_specs import EstimateSpec
from napari_geofm.nets.predictor import ProbePredictor
from napari_geofm.samples.das import DasSampleSpec, make_das, write_das
from tests.tiny import quick

RECIPE = replace(quick(), input=replace(quick().input, window_tokens=4, overlap_tokens=1, whole_tokens=4))
"""Windows of 56 samples, several to a page."""

SAMPLES, CHANNELS = 500, 56
GAP = slice(200, 300)
"""The third page of five."""


@pytest.fixture(autouse=True, scope="module")
def small_pages() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paging, "LARGEST", 200)
        patch.setattr(paging, "PAGE", 100)
        yield


@dataclass(frozen=True, slots=True)
class Paged:
    """A recording with a gap, strokes on two pages of it, and a probe."""

    file: Path
    strokes: Path
    probe: Path
    survey: Survey


@pytest.fixture(scope="module")
def paged(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Paged:
    folder = tmp_path_factory.mktemp("das")
    sample = make_das(DasSampleSpec(seed=2, channels=CHANNELS, samples=SAMPLES))
    sample.strain_rate[:, GAP] = np.nan
    write_das(sample, folder / "long.h5")
    strokes = np.full(sample.strain_rate.shape, 255, np.uint8)
    strokes[10:20, 110:150], strokes[30:40, 130:170], strokes[25:30, 380:420] = 0, 1, 1
    np.save(folder / "strokes.npy", strokes)
    spec = FinetuneSpec((SourceSpec(folder / "long.h5", folder / "strokes.npy"),), folder / "probe", RECIPE)
    found = LocalCompute().run(spec)
    return Paged(folder / "long.h5", folder / "strokes.npy", found.output, open_survey(folder / "long.h5"))


def segmented(paged: Paged, output: Path, **options: object) -> SegmentResult:
    return LocalCompute().run(SegmentSpec(paged.file, paged.probe, output, **options))  # type: ignore[arg-type]


def test_a_recording_is_cut_into_windows(paged: Paged) -> None:
    starts = [0.0, 1.0, 2.0, 3.0, 4.0]
    assert list(paged.survey.sections()) == [At("time", start, 1.0) for start in starts]
    inside = paged.survey.sections(None, Region.parse(["time=1.5:2.5"]))
    assert [at.value for at in inside] == [1.0, 2.0]
    part = paged.survey.section(At("time", 1.0, 1.0), region=Region.parse(["time=1.5:2.5", "distance=0:50"]))
    assert part.shape == (50, 6)


def test_labelled_pages_are_learned_from(paged: Paged) -> None:
    from napari_geofm.io.models import read_recipe

    (source,) = read_recipe(paged.probe).sources
    assert source.sections == ("time=1/1", "time=3/1", "time=4/1")


def jumps(values: NDArray[np.float32]) -> NDArray[np.floating]:
    """Return how much each sample in time differs from the one before, on the average of classes and channels."""
    return np.asarray(np.abs(np.diff(values, axis=-1)).mean(axis=(0, 1)))


def test_no_seam_is_seen_between_pages(paged: Paged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = segmented(paged, tmp_path / "pages.npy", probabilities=tmp_path / "p.npy")
    assert (found.blocks_total, found.blocks_redone) == (5, 5)
    probabilities = np.load(tmp_path / "p.npy")
    assert np.isnan(probabilities[..., GAP]).all()
    steps = jumps(probabilities)
    # Between the first and second page, and the last two; those in the gap are none.
    usual = np.delete(steps, [99, 399])
    assert steps[[99, 399]].max() <= np.percentile(usual[np.isfinite(usual)], 95)
    monkeypatch.setattr(paging, "LARGEST", 4096)
    monkeypatch.setattr(pieces, "LARGEST_PX", 4096)
    segmented(paged, tmp_path / "whole.npy", confidence=tmp_path / "c.npy")
    pages, whole = np.load(tmp_path / "pages.npy"), np.load(tmp_path / "whole.npy")
    np.testing.assert_array_equal(pages == 255, whole == 255)
    live = whole != 255
    assert (pages == whole)[live].mean() > 0.9


def test_a_page_without_samples_is_passed_over(paged: Paged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    plain = ProbePredictor.probabilities
    monkeypatch.setattr(ProbePredictor, "probabilities", lambda *args: asked.append(args[1].shape) or plain(*args))
    found = segmented(paged, tmp_path / "some.npy", region=Region.parse(["time=2:2.99"]))
    assert found.blocks_total == 1
    assert asked == []
    assert (np.load(tmp_path / "some.npy") == 255).all()


def test_only_the_range_is_predicted_and_a_window_alone(paged: Paged, tmp_path: Path) -> None:
    segmented(paged, tmp_path / "some.npy", region=Region.parse(["time=0.5:1.29", "distance=100:200"]))
    written = np.load(tmp_path / "some.npy") != 255
    assert np.argwhere(written).min(0).tolist() == [10, 50]
    assert np.argwhere(written).max(0).tolist() == [20, 129]
    segmented(paged, tmp_path / "one.npy", at=At("time", 1.0, 0.5))
    written = np.load(tmp_path / "one.npy") != 255
    assert (written.all(0) == (np.arange(SAMPLES) // 50 == 2)).all()


def test_an_interrupted_run_goes_on_with_the_next_page(paged: Paged, tmp_path: Path) -> None:
    def stop(news: Progress) -> None:
        if news.done >= 2:
            raise CancelledError("enough")

    spec = SegmentSpec(paged.file, paged.probe, tmp_path / "a.npy")
    with pytest.raises(CancelledError):
        LocalCompute().run(spec, stop)
    found = segmented(paged, tmp_path / "a.npy", resume=True)
    assert (found.blocks_kept, found.blocks_redone) == (2, 3)
    segmented(paged, tmp_path / "b.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), np.load(tmp_path / "b.npy"))


def test_principal_features_and_estimates_of_pages(paged: Paged, tmp_path: Path) -> None:
    found = LocalCompute().run(FeatureVolumeSpec(paged.file, tmp_path / "f.npy", components=2))
    assert found.sections == 5
    features = np.load(tmp_path / "f.npy")
    assert features.shape == (2, CHANNELS, SAMPLES)
    gap = np.isnan(features).all(axis=(0, 1))
    assert np.flatnonzero(gap).tolist() == list(range(GAP.start, GAP.stop))
    assert LocalCompute().run(EstimateSpec(paged.file, quick())).sections == 5


def test_a_report_draws_labelled_pages(paged: Paged, tmp_path: Path) -> None:
    page = LocalCompute().run(ReportSpec(paged.file, tmp_path / "r.html", labels=paged.strokes)).read_text("utf-8")
    assert "time 1/1" in page
    assert "time 2/1" not in page


def test_tiles_of_an_image_in_degrees(paged: Paged, tmp_path: Path) -> None:
    rows, columns = np.mgrid[:230, :310]
    values = (120 + 80 * np.sin(rows / 9) * np.cos(columns / 7)).astype(np.uint8)
    values[:, 205:] = 0
    profile = {"driver": "GTiff", "count": 1, "height": 230, "width": 310, "dtype": "uint8", "nodata": 0}
    grid = {"crs": "EPSG:4326", "transform": rasterio.Affine(0.1, 0, 10, 0, -0.1, 40)}
    with rasterio.open(tmp_path / "map.tif", "w", **profile, **grid) as target:
        target.write(values, 1)
    survey = open_survey(tmp_path / "map.tif")
    assert survey.dims == ("lat", "lon")
    spans = [at.span for at in survey.sections()]
    assert spans == [
        (top, left, 115.0, width)
        for top in (0.0, 115.0)
        for left, width in ((0.0, 104.0), (104.0, 104.0), (208.0, 102.0))
    ]
    labels = np.full((230, 310), 255, np.uint8)
    labels[10:30, 20:40], labels[100:130, 90:110] = 0, 1
    np.save(tmp_path / "labels.npy", labels)
    spec = FinetuneSpec((SourceSpec(tmp_path / "map.tif", tmp_path / "labels.npy"),), tmp_path / "probe", quick())
    model = LocalCompute().run(spec).output
    LocalCompute().run(SegmentSpec(tmp_path / "map.tif", model, tmp_path / "p.tif"))
    with rasterio.open(tmp_path / "p.tif") as result:
        written = result.read(1)
        assert result.transform == grid["transform"]
    np.testing.assert_array_equal(written == 255, values == 0)
