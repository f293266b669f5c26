"""Every real image opens, with numbers that make sense."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.io.opening import open_survey

ENDINGS = {".tif", ".vrt", ".png", ".jpg", ".pgm", ".cub", ".img", ".lbl"}
FILES = (
    "Tycho_LRO.png",
    "apollo15/AS15-M-0295_SML.png",
    "apollo15/AS15-M-0297_SML.png",
    "apollo15/AS15-M-0297_crop.cub",
    "apollo15/AS15-M-0299_SML.png",
    "geotiff/moon.tif",
    "geotiff/moon_dem.tif",
    "geotiff/moon_eqc.vrt",
    "mars_labelled/holdout_tile.pgm",
    "moon_maps/ldem_16_uint_west.jpg",
    "pds_isis/M143947267L.cal.echo.crop.cub",
    "pds_isis/TC1S2B0_01_00811N526E0443_mini.img",
    "pds_isis/TC1S2B0_01_00811N526E0443_mini.lbl",
    "pds_isis/TC1S2B0_01_05186N225E0040_mini.img",
    "pds_isis/TC1S2B0_01_05186N225E0040_mini.lbl",
    "pds_isis/WAC_GLD100_V1.0_GLOBAL_with_LOLA_30M_POLE.16bit.reduced.cub",
    "pds_isis/nacl.img",
    "pds_isis/nacr.img",
    "pds_isis/nir_cropped.img",
    "pds_isis/vis_cropped.img",
    "pds_isis/wac0000a1c4_cropped.img",
)


@pytest.mark.parametrize("name", FILES)
def test_it_opens(shared_data: Path, name: str) -> None:
    survey = open_survey(shared_data / "lunar" / name)
    assert survey.kind == "image"
    values = survey.section(survey.whole()).values
    known = values[np.isfinite(values)]
    assert known.size > 0.5 * values.size
    assert known.min() < known.max()
    assert np.abs(known).max() < 66_000
    middle = tuple(size // 2 for size in survey.shape)
    window = survey.read((slice(middle[0], middle[0] + 1), slice(middle[1], middle[1] + 9)))
    np.testing.assert_array_equal(window, survey.data.values[middle[0] : middle[0] + 1, middle[1] : middle[1] + 9])


def test_the_list_is_whole(shared_data: Path) -> None:
    folder = shared_data / "lunar"
    there = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.suffix.lower() in ENDINGS}
    assert there == set(FILES)
