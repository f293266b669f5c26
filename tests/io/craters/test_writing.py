"""Catalogues written: what is read again is what was, and other programs read it by the standards."""

import ctypes
import json
import math
import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_geofm.core.body import body_named, distance_m
from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.survey import Survey
from napari_geofm.errors import OutputError
from napari_geofm.io.craters.crater_table import read_crater_table
from napari_geofm.io.craters.crs import geographic_name
from napari_geofm.io.craters.placing import lay_catalogue
from napari_geofm.io.craters.rings import circle_rings, ellipse_rings
from napari_geofm.io.craters.writing import write_catalogue
from napari_geofm.io.raster.ground import Ground

MOON = body_named("Moon")


def craters_of(*places: tuple[float, float, float]) -> Catalogue:
    rest: dict[str, Any] = {
        "semi_major": 22.0,
        "semi_minor": 18.0,
        "angle_degrees": 30.0,
        "residual": 0.02,
        "confidence": 0.8,
    }
    return Catalogue(tuple(Crater(1, 2, 3, *each, **rest) for each in places), MOON)


def ground_of(survey: Survey) -> Ground:
    found = Ground.of(survey.template)
    assert found is not None
    return found


@pytest.mark.parametrize("ending", [".csv", ".geojson"])
def test_what_is_written_is_read_again(tmp_path: Path, moon_map: Survey, ending: str) -> None:
    before = craters_of((30.123456, -60.5, 40.25), (-12, 33, 20))
    path = tmp_path / f"c{ending}"
    write_catalogue(before, ground_of(moon_map), path)
    table = read_crater_table(path)
    assert table.body == "Moon"
    after = lay_catalogue(table, moon_map)
    assert [(each.lat, each.lon, each.diameter_km, each.confidence) for each in after] == [
        (30.123456, -60.5, 40.25, 0.8),
        (-12, 33, 20, 0.8),
    ]
    with pytest.raises(OutputError, match="exists"):
        write_catalogue(before, ground_of(moon_map), path)
    with pytest.raises(OutputError, match=r"written as .csv, .geojson, .gpkg"):
        write_catalogue(before, ground_of(moon_map), tmp_path / "c.shp")


def test_circles_of_geojson_are_circles_on_the_ground(tmp_path: Path, moon_map: Survey) -> None:
    path = tmp_path / "c.geojson"
    write_catalogue(craters_of((60, -60, 40)), ground_of(moon_map), path, name="west")
    whole = json.loads(path.read_text(encoding="utf-8"))
    assert whole["crs"]["properties"]["name"] == "urn:ogc:def:crs:IAU:2015:30100"
    (ring,) = whole["features"][0]["geometry"]["coordinates"]
    lon, lat = np.array(ring).T
    assert ring[0] == ring[-1]
    assert np.asarray(distance_m(MOON, -60, 60, lon, lat)) / 1000 == pytest.approx(20, abs=0.001)
    # Twice as wide in degrees as it is high.
    assert np.ptp(lon) / np.ptp(lat) == pytest.approx(2, rel=0.01)


@pytest.mark.parametrize(("lat", "lon", "size", "count"), [(10, 179.9, 60, 2), (10, -179.9, 60, 2), (5, 170, 60, 1)])
def test_circles_are_cut_at_the_180th_meridian(
    moon_map: Survey, lat: float, lon: float, size: float, count: int
) -> None:
    (crater,) = craters_of((lat, lon, size))
    rings = circle_rings(crater, ground_of(moon_map))
    assert len(rings) == count
    assert all(np.abs(ring[:, 0]).max() <= 180 for ring in rings)
    areas = [0.5 * np.sum(ring[:-1, 0] * ring[1:, 1] - ring[1:, 0] * ring[:-1, 1]) for ring in rings]
    degree = math.radians(1) * 1737.4
    assert min(areas) > 0
    assert sum(areas) * degree**2 * math.cos(math.radians(lat)) == pytest.approx(math.pi * size**2 / 4, rel=0.01)


@pytest.mark.parametrize("lat", [89.5, -89.5, 90])
def test_a_circle_around_a_pole_is_a_cap(moon_map: Survey, lat: float) -> None:
    (crater,) = craters_of((lat, 40, 60))
    (ring,) = circle_rings(crater, ground_of(moon_map))
    assert set(np.abs(ring[np.abs(ring[:, 1]) == 90][:, 0])) == {180}
    assert np.ptp(ring[:, 0]) == 360
    assert (np.abs(ring[:, 1]) > 88).all()


def test_an_ellipse_has_its_axes_and_direction(moon_map: Survey) -> None:
    (crater,) = craters_of((10, 20, 40))
    (ring,) = ellipse_rings(crater, ground_of(moon_map))
    away = np.asarray(distance_m(MOON, 20, 10, *ring.T)) / 1000
    assert (away.max(), away.min()) == (pytest.approx(22, rel=1e-3), pytest.approx(18, rel=1e-3))
    lon, lat = ring[int(away.argmax())]
    east, north = (lon - 20) * math.cos(math.radians(10)), lat - 10
    assert math.degrees(math.atan2(east, north)) % 180 == pytest.approx(30, abs=1)


def test_a_geopackage_is_one_by_the_standard(tmp_path: Path, moon_map: Survey) -> None:
    path = tmp_path / "c.gpkg"
    write_catalogue(craters_of((30, -60.5, 40.25), (10, 180, 30)), ground_of(moon_map), path)
    assert path.read_bytes()[:16] == b"SQLite format 3\0"
    assert path.read_bytes()[68:72] == b"GPKG"
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (10300,)
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        ids = {row[0] for row in file.execute("SELECT srs_id FROM gpkg_spatial_ref_sys")}
        assert {-1, 0, 4326, 30100} == ids
        (wkt,) = file.execute("SELECT definition FROM gpkg_spatial_ref_sys WHERE srs_id = 30100").fetchone()
        assert 'SPHEROID["Moon",1737400,0]' in wkt
        layers = file.execute("SELECT table_name, geometry_type_name, srs_id FROM gpkg_geometry_columns").fetchall()
        assert layers == [
            ("craters", "MULTIPOLYGON", 30100),
            ("crater_ellipses", "MULTIPOLYGON", 30100),
            ("crater_centres", "POINT", 30100),
        ]
        blob, size, body = file.execute("SELECT geom, diameter_km, body FROM crater_centres").fetchone()
        assert (size, body) == (40.25, "Moon")
        assert struct.unpack("<2sBBi", blob[:8]) == (b"GP", 0, 1, 30100)
        assert struct.unpack("<BIdd", blob[8:]) == (1, 1, -60.5, 30.0)
        blobs = [row[0] for row in file.execute("SELECT geom FROM craters")]
        # The second lies across the 180th meridian: two polygons.
        assert [struct.unpack("<I", each[45:49])[0] for each in blobs] == [1, 2]


def test_gdal_reads_the_geopackage(tmp_path: Path, moon_map: Survey) -> None:
    """What rasterio brings along of GDAL reads vectors as well, by its C interface."""
    import rasterio

    folder = Path(rasterio.__file__).parent.with_name("rasterio.libs")
    library = next(folder.glob("libgdal*"), None) if folder.is_dir() else None
    if library is None:
        pytest.skip("this rasterio brings no GDAL of its own")
    path = tmp_path / "c.gpkg"
    write_catalogue(craters_of((30, -60.5, 40.25), (10, 180, 30)), ground_of(moon_map), path)
    gdal = ctypes.CDLL(str(library))
    for name in ("GDALOpenEx", "GDALDatasetGetLayerByName", "OGR_L_GetNextFeature", "OGR_F_GetGeometryRef"):
        getattr(gdal, name).restype = ctypes.c_void_p
    gdal.OGR_G_Area.restype = gdal.OGR_F_GetFieldAsDouble.restype = ctypes.c_double
    gdal.GDALAllRegister()
    data = ctypes.c_void_p(gdal.GDALOpenEx(str(path).encode(), 4, None, None, None))
    assert data.value is not None
    try:
        layer = ctypes.c_void_p(gdal.GDALDatasetGetLayerByName(data, b"craters"))
        assert gdal.OGR_L_GetFeatureCount(layer, 1) == 2
        feature = ctypes.c_void_p(gdal.OGR_L_GetNextFeature(layer))
        place = gdal.OGR_F_GetFieldIndex(feature, b"diameter_km")
        assert gdal.OGR_F_GetFieldAsDouble(feature, place) == 40.25
        shape = ctypes.c_void_p(gdal.OGR_F_GetGeometryRef(feature))
        assert gdal.OGR_G_IsValid(shape)
        degree = math.radians(1) * 1737.4
        area = gdal.OGR_G_Area(shape) * degree**2 * math.cos(math.radians(30))
        assert area == pytest.approx(math.pi * 40.25**2 / 4, rel=0.01)
        gdal.OGR_F_Destroy(feature)
    finally:
        gdal.GDALClose(data)


def test_without_a_ground_everything_is_in_pixels(tmp_path: Path, image: Survey) -> None:
    before = Catalogue((Crater(150, 200.5, 24, residual=0.01),))
    for ending in (".csv", ".geojson", ".gpkg"):
        write_catalogue(before, None, tmp_path / f"c{ending}")
    for ending in (".csv", ".geojson"):
        (after,) = lay_catalogue(read_crater_table(tmp_path / f"c{ending}"), image)
        assert (after.row, after.column, after.diameter_px) == (150, 200.5, 24)
    header = (tmp_path / "c.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == ("row,column,diameter_px,semi_major_px,semi_minor_px,angle_deg,residual,arc,confidence,on_edge")
    whole = json.loads((tmp_path / "c.geojson").read_text(encoding="utf-8"))
    assert "crs" not in whole
    ring = np.array(whole["features"][0]["geometry"]["coordinates"][0])
    assert ring.mean(axis=0)[0] == pytest.approx(201, abs=0.5)
    with closing(sqlite3.connect(tmp_path / "c.gpkg")) as file:
        row = file.execute("SELECT min_x, max_x, min_y, max_y, srs_id FROM gpkg_contents").fetchone()
        assert row == pytest.approx((189, 213, -162.5, -138.5, -1), abs=0.05)


def test_an_empty_catalogue_has_its_header(tmp_path: Path) -> None:
    write_catalogue(Catalogue((), MOON), None, tmp_path / "c.csv")
    assert (tmp_path / "c.csv").read_text(encoding="utf-8").startswith("lat,lon,diameter_km,row,")
    write_catalogue(Catalogue((), MOON), None, tmp_path / "c.gpkg")
    assert (tmp_path / "c.gpkg").stat().st_size > 0


def test_a_sphere_that_is_not_the_iaus_is_not_called_by_its_number() -> None:
    assert geographic_name(body_named("Mars").on_sphere(3396190.0)) == "urn:ogc:def:crs:IAU:2015:49900"
    assert geographic_name(body_named("Mars").on_sphere(3390000.0)).startswith('GEOGCS["GCS_Mars"')
