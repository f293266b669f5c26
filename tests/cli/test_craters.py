"""Craters on the command line: a catalogue becomes labels, labels become a catalogue, and both a plot."""

import csv
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.samples import ReliefSampleSpec, make_relief, write_relief
from tests.cli.conftest import Geofm

SPEC = ReliefSampleSpec(seed=2, rows=400, columns=400, density=2, smallest_px=9)


@pytest.fixture
def relief(tmp_path: Path) -> Path:
    write_relief(make_relief(SPEC), tmp_path / "relief.tif")
    return tmp_path / "relief.tif"


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    rows = [f"{each.column},{each.row},{each.diameter_px}" for each in make_relief(SPEC).craters]
    (tmp_path / "truth.csv").write_text("\n".join(["x,y,diameter_px", *rows]), encoding="utf-8")
    return tmp_path / "truth.csv"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_a_catalogue_becomes_labels_and_they_become_a_catalogue(
    geofm: Geofm, relief: Path, truth: Path, tmp_path: Path
) -> None:
    said = geofm("label", relief, "--craters", truth, "--rims", "-o", tmp_path / "labels.tif", "--json").data
    assert said["craters"] >= 20
    found = geofm(
        "export", tmp_path / "labels.tif", "--like", relief, "--quantity", "craters", "-o", tmp_path / "c.csv"
    )
    assert found.status == 0, found.err
    assert "craters on Moon" in found.out
    rows = rows_of(tmp_path / "c.csv")
    assert len(rows) == pytest.approx(said["craters"], abs=0.15 * said["craters"])
    large = max(rows, key=lambda row: float(row["diameter_km"]))
    true = max(make_relief(SPEC).craters, key=lambda each: each.diameter_px)
    # Pixels are 10 m wide at the equator of the projection; at 20 degrees north they are narrower.
    assert float(large["diameter_px"]) == pytest.approx(true.diameter_px, rel=0.03)
    assert float(large["diameter_km"]) == pytest.approx(
        true.diameter_px * 0.01 * np.cos(np.radians(20)) ** 0.5, rel=0.03
    )
    again = geofm(
        "export", tmp_path / "c.csv", "--like", relief, "-o", tmp_path / "c.gpkg", "--smallest-km", 0.2, "--json"
    )
    assert again.data["craters"] == sum(float(row["diameter_km"]) >= 0.2 for row in rows)


def test_polygons_of_labels_are_still_what_geojson_means(
    geofm: Geofm, relief: Path, truth: Path, tmp_path: Path
) -> None:
    geofm("label", relief, "--craters", truth, "-o", tmp_path / "labels.npy")
    geofm("export", tmp_path / "labels.npy", "--like", relief, "-o", tmp_path / "polygons.geojson")
    assert '"colour"' in (tmp_path / "polygons.geojson").read_text(encoding="utf-8")
    words = ("--quantity", "craters", "-o", tmp_path / "circles.geojson")
    assert geofm("export", tmp_path / "labels.npy", "--like", relief, *words).status == 0
    assert '"diameter_km"' in (tmp_path / "circles.geojson").read_text(encoding="utf-8")


def test_how_many_there_are_of_each_size(geofm: Geofm, relief: Path, truth: Path, tmp_path: Path) -> None:
    words = ("export", truth, "--like", relief, "--quantity", "size-frequency")
    plot = geofm(*words, "-o", tmp_path / "sizes.png")
    assert plot.status == 0, plot.err
    assert "complete from" in plot.out
    assert (tmp_path / "sizes.png").read_bytes()[:4] == b"\x89PNG"
    bins = geofm(*words, "-o", tmp_path / "sizes.csv", "--limit", 0.2, "--json").data
    # 400 pixels of 10 m, at 20 degrees north.
    assert bins["area"] == pytest.approx(4 * 4 * np.cos(np.radians(20)), rel=0.01)
    assert bins["limit"] == 0.2
    rows = rows_of(tmp_path / "sizes.csv")
    assert sum(int(row["count"]) for row in rows) == bins["craters"]
    assert {row["complete"] for row in rows} == {"0", "1"}


def test_what_cannot_be_is_one_line(geofm: Geofm, relief: Path, truth: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "none.npy", np.zeros((400, 400), np.uint8))
    line = geofm(
        "export", tmp_path / "none.npy", "--like", relief, "--quantity", "craters", "-o", tmp_path / "c.csv"
    ).line
    assert "none.npy has no craters that are large and sure enough; nothing is written" in line
    line = geofm("export", truth, "--like", relief, "-o", tmp_path / "c.shp").line
    assert "craters are written as .csv, .geojson, .gpkg" in line
    line = geofm("export", truth, "--like", relief, "--quantity", "size-frequency", "-o", tmp_path / "c.gpkg").line
    assert "are .png (plots) or .csv (bins)" in line
    (tmp_path / "mars.csv").write_text("lat,lon,diameter_km,body\n20,30,1,Mars\n", encoding="utf-8")
    line = geofm("label", relief, "--craters", tmp_path / "mars.csv", "-o", tmp_path / "l.npy").line
    assert "mars.csv lists craters of Mars, the map shows Moon" in line
    (tmp_path / "far.csv").write_text("lat,lon,diameter_km\n-20,30,1\n", encoding="utf-8")
    line = geofm("label", relief, "--craters", tmp_path / "far.csv", "-o", tmp_path / "l.npy").line
    assert "No crater of far.csv falls on relief.tif" in line
    line = geofm("label", relief, "--craters", truth, "--above", "a", "b", "-o", tmp_path / "l.npy").line
    assert "--craters goes alone" in line
    assert not (tmp_path / "l.npy").exists()


def test_classes_without_craters_are_told(geofm: Geofm, relief: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "rocks.npy", np.ones((400, 400), np.uint8))
    (tmp_path / "names.csv").write_text("name\nsand\nrock\nmare\n", encoding="utf-8")
    words = ("--classes", tmp_path / "names.csv", "--quantity", "craters", "-o", tmp_path / "c.csv")
    line = geofm("export", tmp_path / "rocks.npy", "--like", relief, *words).line
    assert "No class is called 'crater', only sand, rock, mare" in line
