"""Images that are not what they should be: one clear line each."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_geofm.core.amplitude import survey_stretch
from napari_geofm.errors import FormatError, SourceError, UsageError
from napari_geofm.io.opening import open_survey
from napari_geofm.io.raster import Ground, RasterSaid, read_raster
from tests.io.raster.build import MOON, changed, marked, placed, write_tif

PDS3 = """PDS_VERSION_ID = PDS3
RECORD_TYPE = FIXED_LENGTH
RECORD_BYTES = 6
FILE_RECORDS = 4
^IMAGE = "{image}"
OBJECT = IMAGE
  LINES = 4
  LINE_SAMPLES = 6
  SAMPLE_TYPE = {kind}
  SAMPLE_BITS = {bits}
{more}
END_OBJECT = IMAGE
END
"""


def test_a_truncated_geotiff_is_told_when_it_is_read(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    whole = write_tif(tmp_path / "a.tif", rng.integers(0, 255, (300, 300), np.uint8)).read_bytes()
    cut = tmp_path / "cut.tif"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FormatError, match=r"cut\.tif cannot be read as an image; it may be damaged, cut short"):
        read_raster(cut).data.load()


def test_a_picture_of_no_size_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pgm").write_bytes(b"P5 0 0 255\n")
    with pytest.raises(FormatError, match=r"a\.pgm cannot be read as an image"):
        open_survey(tmp_path / "a.pgm")
    (tmp_path / "empty.tif").write_bytes(b"")
    with pytest.raises(FormatError, match=r"empty\.tif is empty"):
        open_survey(tmp_path / "empty.tif")


@pytest.mark.parametrize("kind", ["complex64", "complex_int16"])
def test_complex_numbers_are_refused(tmp_path: Path, kind: str) -> None:
    array = np.ones((4, 6), np.complex64)
    path = write_tif(tmp_path / "a.tif", array, dtype=kind)
    with pytest.raises(FormatError, match=r"a\.tif holds complex numbers .*; give their magnitude or phase"):
        read_raster(path)


def test_a_label_without_its_image_says_so(tmp_path: Path) -> None:
    label = tmp_path / "a.lbl"
    label.write_text(PDS3.format(image="A.IMG", kind="MSB_INTEGER", bits=8, more=""))
    with pytest.raises(SourceError, match=r"a\.lbl is the label of A\.IMG, which is not beside it"):
        open_survey(label)
    (tmp_path / "b.xml").write_text(
        '<?xml version="1.0"?><Product_Observational xmlns="http://pds.nasa.gov/pds4/pds/v1">'
        "<File_Area_Observational><File><file_name>b.img</file_name></File></File_Area_Observational>"
        "</Product_Observational>"
    )
    with pytest.raises(SourceError, match=r"b\.xml is the label of b\.img"):
        open_survey(tmp_path / "b.xml")


def test_numbers_that_a_pds_label_calls_invalid_are_missing(tmp_path: Path) -> None:
    more = "  INVALID_VALUE = (-20000, -21000)\n  OUT_OF_IMAGE_BOUNDS_VALUE = -30000\n  CORE_NULL = 16#FF7FFFFB#"
    (tmp_path / "a.lbl").write_text(PDS3.format(image="a.img", kind="LSB_INTEGER", bits=16, more=more))
    array = np.arange(24, dtype="<i2").reshape(4, 6)
    array[0, :3] = (-20000, -21000, -30000)
    (tmp_path / "a.img").write_bytes(array.tobytes())
    values = read_raster(tmp_path / "a.lbl").data.values
    assert np.isnan(values[0, :3]).all()
    assert np.isnan(values).sum() == 3


def test_windows_without_data_are_all_missing_and_harmless(tmp_path: Path) -> None:
    array = np.zeros((40, 60), np.int16)
    array[:, 30:] = 7
    survey = read_raster(write_tif(tmp_path / "a.tif", array, nodata=0))
    assert np.isnan(survey.read((slice(0, 10), slice(0, 10)))).all()
    assert np.isnan(survey.read((slice(0, 10), slice(25, 35)))).sum() == 50
    nowhere = read_raster(write_tif(tmp_path / "b.tif", np.zeros((4, 6), np.int16), nodata=0))
    assert np.isnan(nowhere.data.values).all()
    assert survey_stretch(nowhere, 99.0).apply(nowhere.data.values).min() == 0.5


def test_doubles_too_large_for_pixels_are_missing_without_a_word(tmp_path: Path) -> None:
    array = np.array([[1.5, -1.7976931348623157e308]])
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        values = read_raster(write_tif(tmp_path / "a.tif", array, nodata=array[0, 1])).data.values
    np.testing.assert_array_equal(values, [[1.5, np.nan]])


def test_a_rotated_map_keeps_rows_and_columns_and_knows_its_ground(tmp_path: Path) -> None:
    from affine import Affine

    cosine, sine = 0.1 * np.cos(np.pi / 6), 0.1 * np.sin(np.pi / 6)
    turned = Affine(cosine, sine, 10, sine, -cosine, 20)
    survey = read_raster(write_tif(tmp_path / "a.tif", marked(), crs=MOON, transform=turned))
    assert survey.dims == ("row", "column")
    assert any("rotated" in note for note in survey.odd)
    ground = Ground.of(survey.template)
    assert ground is not None
    lon, lat = ground.lonlat(-0.5, 9.5)
    assert (float(lon), float(lat)) == (pytest.approx(10 + np.cos(np.pi / 6)), pytest.approx(20.5))


def test_a_system_of_no_body_leaves_pixels_and_says_so(tmp_path: Path) -> None:
    local = 'LOCAL_CS["arbitrary",UNIT["metre",1],AXIS["Easting",EAST],AXIS["Northing",NORTH]]'
    survey = read_raster(write_tif(tmp_path / "a.tif", marked(), crs=local, transform=placed(1.0, -1.0)))
    assert survey.dims == ("row", "column")
    assert Ground.of(survey.template) is None
    assert any("of no body" in note for note in survey.odd)


def test_a_band_that_is_not_there_is_refused_and_others_can_be_had(tmp_path: Path) -> None:
    path = write_tif(tmp_path / "a.tif", np.stack([marked(), marked() + 1]).astype(np.int16), photometric="minisblack")
    assert any("2 bands: the first is taken; --band names another" in note for note in read_raster(path).odd)
    np.testing.assert_array_equal(read_raster(path, RasterSaid(band=2)).data.values, marked() + 1.0)
    with pytest.raises(UsageError, match=r"--band 3: a\.tif has 2 bands"):
        read_raster(path, RasterSaid(band=3))


def test_masked_pixels_are_missing(tmp_path: Path) -> None:
    path = write_tif(tmp_path / "a.tif", marked())
    with changed(path) as out:
        out.write_mask(marked() > 0)
    np.testing.assert_array_equal(np.isnan(read_raster(path).data.values), marked() == 0)


@pytest.mark.parametrize(("bits", "top"), [(12, 4095), (16, 65535)])
def test_twelve_and_sixteen_bits_keep_their_numbers(tmp_path: Path, bits: int, top: int) -> None:
    array = np.array([[0, 1], [top - 1, top]], np.uint16)
    path = write_tif(tmp_path / "a.tif", array, nbits=bits)
    assert read_raster(path).data.values.tolist() == array.astype(float).tolist()
    Image.fromarray(array).save(tmp_path / "a.png")
    assert read_raster(tmp_path / "a.png").data.values.tolist() == array.astype(float).tolist()


def test_scaled_numbers_are_told_as_they_are_meant(tmp_path: Path) -> None:
    path = write_tif(tmp_path / "a.tif", np.array([[100, 200]], np.int16), nodata=200)
    with changed(path) as out:
        out.scales, out.offsets = (0.5,), (3.0,)
    survey = read_raster(path)
    assert survey.data.values[0, 0] == 53.0
    assert np.isnan(survey.data.values[0, 1])
    assert any("0.5 * stored + 3" in note for note in survey.odd)
