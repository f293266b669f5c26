import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.progress import run_to_end
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError, OutputError, UsageError
from napari_geofm.io.exports import ExportOptions, export_labels
from napari_geofm.io.interpretations import read_interpretations
from napari_geofm.io.label_horizons import boundary_job
from napari_geofm.io.labels import read_labels
from napari_geofm.io.opening import open_survey
from napari_geofm.samples.seismic import SeismicSampleSpec, make_seismic, write_segy
from tests.io.segy.build import write_line

CLASSES = ClassTable.named(["mud", "sand", "salt"])


@pytest.fixture(scope="module")
def cube(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    file = tmp_path_factory.mktemp("cube") / "cube.sgy"
    write_segy(make_seismic(SeismicSampleSpec(seed=1, inlines=9, crosslines=13, samples=40)), file)
    return open_survey(file)


@pytest.fixture
def labels(cube: Survey) -> NDArray[np.uint8]:
    values = np.full(cube.shape, 255, np.uint8)
    base = 10 + np.indices(cube.shape[:2])[0]
    k = np.arange(40)
    values[k < base[..., None]] = 0
    values[k >= base[..., None]] = 1
    values[3, 4] = 255
    values[2, 2, 30:] = 0
    values[2, 2, 35:] = 1
    return values


def test_it_lies_half_way_between_the_samples(cube: Survey, labels: NDArray[np.uint8]) -> None:
    found = run_to_end(boundary_job(labels, cube, 0, 1, "h"))
    expected = (4 * (10 + np.indices((9, 13))[0]) - 2).astype(np.float32)
    expected[3, 4] = np.nan
    np.testing.assert_array_equal(found.horizon.z, expected)
    assert found.several == 1


def test_it_goes_home_and_comes_back(cube: Survey, labels: NDArray[np.uint8], tmp_path: Path) -> None:
    for name in ("b.dat", "b.xyz"):
        export_labels(labels, cube, CLASSES, tmp_path / name, ExportOptions(between=(0, 1)))
        (again,) = read_interpretations(tmp_path / name, cube).interpretations
        assert isinstance(again, Horizon)
        assert (again.picked, float(again.z[0, 0])) == (9 * 13 - 1, 38.0)
    facts = json.loads((tmp_path / "b.dat.json").read_text())
    assert (facts["between"], facts["traces_with_several"]) == (["mud", "sand"], 1)


def test_what_cannot_be(cube: Survey, labels: NDArray[np.uint8], tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="Nowhere does class 0 lie right below class 2"):
        run_to_end(boundary_job(labels, cube, 2, 0, "h"))
    with pytest.raises(LabelError, match="both class 1"):
        run_to_end(boundary_job(labels, cube, 1, 1, "h"))
    # Who exports knows the classes by their names.
    with pytest.raises(LabelError, match="both sand"):
        export_labels(labels, cube, CLASSES, tmp_path / "b.dat", ExportOptions(between=(1, 1)))
    with pytest.raises(UsageError, match="--between UPPER LOWER"):
        export_labels(labels, cube, CLASSES, tmp_path / "b.dat")
    with pytest.raises(UsageError, match="--between belongs to horizons"):
        export_labels(labels, cube, CLASSES, tmp_path / "b.sgy", ExportOptions(between=(0, 1)))
    with pytest.raises(UsageError, match="--minimum belongs to bodies"):
        export_labels(labels, cube, CLASSES, tmp_path / "b.csv", ExportOptions(minimum=5))
    np.save(tmp_path / "image.npy", np.zeros((4, 5), np.float32))
    image = open_survey(tmp_path / "image.npy")
    with pytest.raises(OutputError, match="give labels of a volume or a line"):
        run_to_end(boundary_job(np.zeros((4, 5), np.uint8), image, 0, 1, "h"))
    assert not list(tmp_path.glob("b.*"))


def test_labels_as_arrays(cube: Survey, labels: NDArray[np.uint8], tmp_path: Path) -> None:
    for name in ("l.npy", "l.zarr"):
        export_labels(labels, cube, CLASSES, tmp_path / name)
        again = read_labels(tmp_path / name, cube)
        np.testing.assert_array_equal(np.asarray(again.values[:, :, :]), labels)
        with pytest.raises(OutputError, match="exists and is kept"):
            export_labels(labels, cube, CLASSES, tmp_path / name)
    assert read_labels(tmp_path / "l.zarr", cube).classes.names == CLASSES.names


@pytest.mark.parametrize("ending", [".dat", ".xyz"])
def test_the_boundary_on_a_line(tmp_path: Path, ending: str) -> None:
    line = open_survey(write_line(tmp_path / "L07.sgy"))
    values = np.full((40, 50), 1, np.uint8)
    values[:, :20] = 0
    export_labels(values, line, CLASSES, tmp_path / f"b{ending}", ExportOptions(between=(0, 1)))
    (again,) = read_interpretations(tmp_path / f"b{ending}", line).interpretations
    assert isinstance(again, Horizon)
    np.testing.assert_array_equal(again.z, np.full(40, 78, np.float32))


def test_the_boundary_as_a_map(cube: Survey, labels: NDArray[np.uint8], tmp_path: Path) -> None:
    export_labels(labels, cube, CLASSES, tmp_path / "b.irap", ExportOptions(between=(0, 1)))
    export_labels(labels, cube, CLASSES, tmp_path / "b.cps3", ExportOptions(between=(0, 1)))
    export_labels(labels, cube, CLASSES, tmp_path / "b.dat", ExportOptions(between=(0, 1)))
    picks = {}
    for ending in ("irap", "cps3", "dat"):
        found = read_interpretations(tmp_path / f"b.{ending}", cube)
        (again,) = found.interpretations
        assert isinstance(again, Horizon)
        picks[ending] = again.z
    np.testing.assert_allclose(picks["irap"], picks["dat"], atol=1e-3)
    there = np.isfinite(picks["cps3"])
    assert there.sum() > 0.5 * there.size
