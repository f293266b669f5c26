"""Catalogues in GeoPackages are read back, with their coordinate system."""

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest

from napari_geofm.core.body import body_named
from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, UsageError
from napari_geofm.io.craters.crater_table import is_catalogue, read_crater_table
from napari_geofm.io.craters.geopackage import write_geopackage
from napari_geofm.io.craters.placing import Laying, lay_catalogue
from napari_geofm.io.raster import Ground
from napari_geofm.io.raster.crs import wkt_of

MOON = body_named("Moon")


def points(file: Path, crs: str, *rows: tuple[float, float, float], header: int = 0) -> Path:
    """Write a GeoPackage as other programs do: points with a name and a diameter alone."""
    write_geopackage(Catalogue((), MOON), None, file)
    with closing(sqlite3.connect(file)) as out:
        for name in ("craters", "crater_ellipses", "crater_centres"):
            out.execute(f"DROP TABLE {name}")
        out.execute("DELETE FROM gpkg_contents")
        out.execute("DELETE FROM gpkg_geometry_columns")
        out.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('other', 100007, 'X', 7, ?, NULL)", (wkt_of(crs),))
        out.execute("CREATE TABLE mine (fid INTEGER PRIMARY KEY, shape POINT, name TEXT, diameter_km REAL)")
        out.execute("INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('mine', 'features', 100007)")
        out.execute("INSERT INTO gpkg_geometry_columns VALUES ('mine', 'shape', 'POINT', 100007, 0, 0)")
        for x, y, km in rows:
            envelope = struct.pack("<4d", x, x, y, y) if header else b""
            blob = (
                struct.pack("<2sBBi", b"GP", 0, 1 | header << 1, 100007) + envelope + struct.pack("<BIdd", 1, 1, x, y)
            )
            out.execute("INSERT INTO mine (shape, name, diameter_km) VALUES (?, 'A', ?)", (blob, km))
        out.commit()
    return file


def test_what_is_written_is_read_back(tmp_path: Path, moon_map: Survey) -> None:
    crater = Crater(119.5, 239.5, 5.7, 30.0, -60.0, 40.0, confidence=0.7)
    write_geopackage(Catalogue((crater,), MOON), Ground.of(moon_map.template), tmp_path / "c.gpkg")
    assert is_catalogue(tmp_path / "c.gpkg")
    table = read_crater_table(tmp_path / "c.gpkg")
    assert (len(table), table.body, table.confidence.tolist()) == (1, "Moon", [0.7])
    (found,) = lay_catalogue(table, moon_map)
    assert (found.lat, found.lon, found.diameter_km) == (30.0, -60.0, 40.0)
    assert (found.row, found.column) == (pytest.approx(119.5), pytest.approx(239.5))


def test_pixels_are_read_back(tmp_path: Path, image: Survey) -> None:
    write_geopackage(Catalogue((Crater(50, 70.5, 12.0),)), None, tmp_path / "c.gpkg")
    (found,) = lay_catalogue(read_crater_table(tmp_path / "c.gpkg"), image)
    assert (found.row, found.column, found.diameter_px) == (50, 70.5, 12.0)


@pytest.mark.parametrize(
    ("crs", "x", "y", "header"),
    [
        ("+proj=longlat +R=1737400", -60.0, 30.0, 0),
        ("+proj=longlat +R=1737400", 300.0, 30.0, 1),
        ("+proj=eqc +R=1737400", -60 * 30323.35, 30 * 30323.35, 1),
    ],
)
def test_points_of_other_programs_have_their_place(
    tmp_path: Path, moon_map: Survey, crs: str, x: float, y: float, header: int
) -> None:
    table = read_crater_table(points(tmp_path / "c.gpkg", crs, (x, y, 40.0), header=header))
    assert table.body == "Moon"
    (found,) = lay_catalogue(table, moon_map)
    assert (found.lat, found.lon, found.size) == (pytest.approx(30, abs=1e-3), pytest.approx(-60, abs=1e-3), 40)


def test_another_body_is_refused_unless_the_user_says_so(tmp_path: Path, moon_map: Survey) -> None:
    table = read_crater_table(points(tmp_path / "c.gpkg", "+proj=longlat +R=3396190", (-60.0, 30.0, 40.0)))
    with pytest.raises(UsageError, match=r"c.gpkg lists craters of Mars, the map shows Moon"):
        lay_catalogue(table, moon_map)
    assert len(lay_catalogue(table, moon_map, Laying(body="Moon"))) == 1


def test_what_is_no_catalogue_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.gpkg").write_text("hello, this is text and no database at all", encoding="utf-8")
    with pytest.raises(FormatError, match=r"a.gpkg cannot be read as a GeoPackage"):
        read_crater_table(tmp_path / "a.gpkg")
    file = points(tmp_path / "b.gpkg", "+proj=longlat +R=1737400", (0, 0, 1))
    with closing(sqlite3.connect(file)) as out:
        out.execute("ALTER TABLE mine RENAME COLUMN diameter_km TO depth")
        out.commit()
    with pytest.raises(FormatError, match=r"b.gpkg, layer mine has no column of"):
        read_crater_table(file)
