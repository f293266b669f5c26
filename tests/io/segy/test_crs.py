"""Coordinate reference systems that there are not are refused."""

from pathlib import Path

import pytest

from napari_geofm.cli.main import main
from napari_geofm.errors import UsageError
from napari_geofm.io.segy import SegyOptions, read_segy
from napari_geofm.io.segy.crs import require_crs
from tests.io.segy.build import cube, write

WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433]]'
)


@pytest.mark.parametrize("name", [None, "EPSG:23031", "epsg:32631", WKT, "+proj=utm +zone=31 +ellps=intl"])
def test_those_that_there_are(name: str | None) -> None:
    require_crs(name)


@pytest.mark.parametrize(
    ("name", "example"), [("EPSG:999999", "EPSG:23031"), ("hello", "EPSG:23031"), ("32631", "EPSG:32631"), ("", "EPSG")]
)
def test_those_that_there_are_not(tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, example: str) -> None:
    _, traces = cube([1, 2], [5, 6, 7])
    path = write(tmp_path / "a.sgy", traces)
    with pytest.raises(UsageError, match=f"There is no coordinate system '{name}'; give its code, as in {example}"):
        read_segy(path, SegyOptions(crs=name))
    assert main(["info", str(path), "--crs", name]) == 2
    told = capfd.readouterr().err
    assert "There is no coordinate system" in told
    assert "PROJ" not in told  # the library's own log stays out of it
    assert len(told.strip().splitlines()) == 1
