import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError, LabelError, OutputError, UsageError
from napari_geofm.io.arrays import read_array
from napari_geofm.io.exports import ExportOptions, export_labels
from napari_geofm.io.label_surfaces import _FACE, _VERTEX
from napari_geofm.io.opening import open_survey
from tests.io.craters.conftest import write_map

CLASSES = ClassTable.named(["salt", "shale", "sand"], ["#ff0000", "#00ff00", "#0000ff"])


@pytest.fixture
def f3(shared_data: Path) -> Survey:
    return open_survey(shared_data / "seismic/f3_small/F3_very_small.sgy")


@pytest.fixture
def moon(shared_data: Path) -> Survey:
    return open_survey(shared_data / "lunar/geotiff/moon.tif")


def blank(survey: Survey) -> NDArray[np.uint8]:
    return np.full(survey.shape, 255, np.uint8)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_seg_y_keeps_everything_but_the_samples(f3: Survey, tmp_path: Path) -> None:
    labels = blank(f3)
    labels[0, 0, :3] = (0, 1, 2)
    export_labels(labels, f3, CLASSES, tmp_path / "a.sgy", notes={"by": "hand"})
    assert (tmp_path / "a.sgy").read_bytes()[:3840] == f3.path.read_bytes()[:3840]
    np.testing.assert_array_equal(np.asarray(read_array(tmp_path / "a.sgy")[...]), labels)
    facts = json.loads((tmp_path / "a.sgy.json").read_text())
    assert (facts["by"], facts["null"], facts["classes"][2]["name"]) == ("hand", -1.0, "sand")


def test_seg_y_as_bytes_with_a_description(f3: Survey, tmp_path: Path) -> None:
    from napari_geofm.io.segy import text_header

    labels = blank(f3)
    labels[1, 2, 3] = 2
    export_labels(labels, f3, CLASSES, tmp_path / "a.sgy", ExportOptions(sample_format="int8", null=-5))
    again = open_survey(tmp_path / "a.sgy")
    values = again.data.values
    assert values[1, 2, 3] == 2
    assert (values == -5).sum() == values.size - 1
    np.save(tmp_path / "a.npy", labels)
    if sum(not line[3:].strip() for line in text_header(f3.path).splitlines()) >= 2:
        export_labels(labels, f3, CLASSES, tmp_path / "b.sgy", ExportOptions(describe=True))
        assert "0=salt 1=shale 2=sand -1=UNLABELLED" in text_header(tmp_path / "b.sgy")


def test_a_null_that_is_a_class_or_does_not_fit_is_refused(f3: Survey, tmp_path: Path) -> None:
    labels = blank(f3)
    labels[0, 0, 0] = 1
    with pytest.raises(UsageError, match="--null 1 is the number of class 'shale'"):
        export_labels(labels, f3, CLASSES, tmp_path / "a.sgy", ExportOptions(null=1))
    with pytest.raises(UsageError, match="--null -1"):
        export_labels(labels, f3, CLASSES, tmp_path / "a.sgy", ExportOptions(sample_format="uint8"))
    assert list(tmp_path.iterdir()) == []


def test_geotiff_keeps_place_and_system(moon: Survey, tmp_path: Path) -> None:
    import rasterio

    labels = blank(moon)
    labels[3, 5] = 2
    export_labels(labels, moon, CLASSES, tmp_path / "a.tif")
    export_labels(labels, moon, CLASSES, tmp_path / "b.tif", ExportOptions(null=-9999))
    with rasterio.open(moon.path) as source, rasterio.open(tmp_path / "a.tif") as written:
        assert written.transform == source.transform
        assert written.crs == source.crs
        assert (written.nodata, written.dtypes) == (255.0, ("uint8",))
        assert written.read(1)[3, 5] == 2
    with rasterio.open(tmp_path / "b.tif") as written:
        assert (written.nodata, written.dtypes) == (-9999.0, ("int16",))
    np.testing.assert_array_equal(np.asarray(read_array(tmp_path / "b.tif")[...]), labels)


def test_geotiff_of_a_large_image_is_written_some_rows_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napari_geofm.io import geotiff

    class Rows:
        shape, dtype = (400, 60), np.dtype(np.uint8)
        most = 0

        def __getitem__(self, key: tuple[slice, ...]) -> NDArray[np.uint8]:
            part = np.tile((np.arange(400) % 3).astype(np.uint8)[:, None], (1, 60))[key]
            self.most = max(self.most, part.size)
            return part

    survey = open_survey(write_map(tmp_path / "map.tif", (400, 60)))
    monkeypatch.setattr(geotiff, "_AT_ONCE", 60)
    labels = Rows()
    export_labels(labels, survey, CLASSES, tmp_path / "a.tif")
    np.testing.assert_array_equal(np.asarray(read_array(tmp_path / "a.tif")[...])[:, 7], np.arange(400) % 3)
    assert labels.most < 400 * 60


def test_csv_of_seismic_has_header_numbers_and_coordinates(f3: Survey, tmp_path: Path) -> None:
    labels = blank(f3)
    labels[2, 4, 10] = 2
    export_labels(labels, f3, CLASSES, tmp_path / "a.csv")
    (row,) = rows_of(tmp_path / "a.csv")
    assert int(row["inline"]) == f3.axis("inline").values[2]
    assert int(row["crossline"]) == f3.axis("crossline").values[4]
    assert float(row["twt"]) == f3.axis("twt").values[10]
    assert (row["class"], row["name"]) == ("2", "sand")
    template: Any = f3.template
    assert ("x" in row) == (template.affine is not None)
    facts = json.loads((tmp_path / "a.csv.json").read_text())
    assert facts["axes"][2] == {"name": "twt", "units": "ms", "size": f3.shape[2]}


def test_csv_of_an_image_has_degrees(moon: Survey, tmp_path: Path) -> None:
    labels = blank(moon)
    labels[0, 0] = 0
    export_labels(labels, moon, CLASSES, tmp_path / "a.csv")
    (row,) = rows_of(tmp_path / "a.csv")
    assert float(row["lat"]) == pytest.approx(90 - 0.17578125)
    assert float(row["lon"]) == pytest.approx(-180 + 0.17578125)


def test_geojson_draws_a_polygon_per_patch(moon: Survey, tmp_path: Path) -> None:
    labels = blank(moon)
    labels[10:12, 20:23] = 1
    labels[100, 200] = 0
    export_labels(labels, moon, CLASSES, tmp_path / "a.geojson")
    collection = json.loads((tmp_path / "a.geojson").read_text())
    found = {feature["properties"]["name"]: feature for feature in collection["features"]}
    assert set(found) == {"salt", "shale"}
    ring = np.array(found["shale"]["geometry"]["coordinates"][0])
    step = 0.3515625
    assert ring.min(axis=0) == pytest.approx([-180 + 20 * step, 90 - 12 * step])
    assert ring.max(axis=0) == pytest.approx([-180 + 23 * step, 90 - 10 * step])
    assert "Moon" in collection["crs"]["properties"]["name"]


def test_ply_closes_a_body_at_the_surveys_numbers(tmp_path: Path) -> None:
    np.save(tmp_path / "s.npy", np.zeros((6, 7, 8), np.float32))
    survey = open_survey(tmp_path / "s.npy")
    labels = blank(survey)
    labels[2:4, 3:5, 0:3] = 2  # touches the top of the volume
    export_labels(labels, survey, CLASSES, tmp_path / "a.ply")
    head, _, body = (tmp_path / "a.ply").read_bytes().partition(b"end_header\n")
    counts = {line.split()[1]: int(line.split()[2]) for line in head.decode().splitlines() if "element" in line}
    assert "comment class 2 is sand" in head.decode()
    vertices = np.frombuffer(body, _VERTEX, counts["vertex"])
    faces = np.frombuffer(body, _FACE, counts["face"], counts["vertex"] * _VERTEX.itemsize)
    assert len(body) == vertices.nbytes + faces.nbytes
    assert (vertices["x"].min(), vertices["x"].max()) == (1.5, 3.5)
    assert (vertices["y"].min(), vertices["y"].max()) == (2.5, 4.5)
    assert (vertices["z"].min(), vertices["z"].max()) == (-0.5, 2.5)
    assert set(vertices["blue"]) == {255}
    # Euler's formula for one closed body: V - F / 2 = 2.
    assert counts["vertex"] - counts["face"] // 2 == 2
    edges = np.sort(faces["corners"][:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    assert set(np.unique(edges, axis=0, return_counts=True)[1].tolist()) == {2}


@pytest.mark.parametrize(
    ("name", "options", "line"),
    [
        ("a.tif", ExportOptions(), "a GeoTIFF holds one image"),
        ("a.geojson", ExportOptions(), "polygons are drawn on images"),
        ("a.docx", ExportOptions(), "labels are exported as"),
        ("a.csv", ExportOptions(sample_format="int8"), "--format belongs to SEG-Y"),
        ("a.ply", ExportOptions(describe=True), "--describe belongs to SEG-Y"),
        ("a.csv", ExportOptions(null=0), "--null belongs to SEG-Y and GeoTIFF"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(
    f3: Survey, tmp_path: Path, name: str, options: ExportOptions, line: str
) -> None:
    labels = blank(f3)
    labels[0, 0, 0] = 1
    with pytest.raises(GeoFMError, match=line):
        export_labels(labels, f3, CLASSES, tmp_path / name, options)
    assert list(tmp_path.iterdir()) == []


def test_an_image_becomes_neither_seg_y_nor_surfaces(moon: Survey, tmp_path: Path) -> None:
    labels = blank(moon)
    labels[0, 0] = 1
    with pytest.raises(OutputError, match="is no SEG-Y"):
        export_labels(labels, moon, CLASSES, tmp_path / "a.sgy")
    with pytest.raises(OutputError, match="surfaces are drawn in volumes"):
        export_labels(labels, moon, CLASSES, tmp_path / "a.ply")


def test_labels_of_another_shape_or_none_at_all(f3: Survey, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="Labels have shape"):
        export_labels(np.zeros((2, 2), np.uint8), f3, CLASSES, tmp_path / "a.sgy")
    for ending in ("csv", "ply"):
        with pytest.raises(LabelError, match="Nothing is labelled"):
            export_labels(blank(f3), f3, CLASSES, tmp_path / f"a.{ending}")
    assert list(tmp_path.iterdir()) == []


def test_an_output_or_sidecar_that_exists_is_kept(f3: Survey, tmp_path: Path) -> None:
    labels = blank(f3)
    labels[0, 0, 0] = 1
    (tmp_path / "a.csv.json").write_text("mine")
    with pytest.raises(OutputError, match="exists and is kept"):
        export_labels(labels, f3, CLASSES, tmp_path / "a.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv.json"]
    export_labels(labels, f3, CLASSES, tmp_path / "a.csv", ExportOptions(overwrite=True))
    assert len(rows_of(tmp_path / "a.csv")) == 1
