from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_geofm.core.das.chain import Chain
from napari_geofm.core.das.processing import Processing
from napari_geofm.errors import FormatError, GeoFMError, SourceError, UsageError
from napari_geofm.io.opening import open_survey, options_of
from napari_geofm.io.segy import SegyOptions, remember


@pytest.mark.parametrize(
    ("path", "kind", "shape"),
    [
        ("seismic/f3_small/f3.sgy", "seismic-3d", (23, 18, 75)),
        ("seismic/npra_line_31-81/31_81_PR.sgy", "seismic-2d", (534, 1501)),
        ("das/mine_event/deformation_rate_event_1.hdf5", "das", (225, 900)),
        ("das/formats/sample_tdms_file_v4713.tdms", "das", (2432, 216)),
        ("lunar/geotiff/moon.tif", "image", (512, 1024)),
        ("lunar/geotiff/moon_eqc.vrt", "image", (512, 1024)),
        ("lunar/moon_maps/ldem_16_uint_west.jpg", "image", (2880, 2880)),
        ("lunar/mars_labelled/holdout_tile.pgm", "image", (1700, 1700)),
        ("lunar/apollo15/AS15-M-0297_crop.cub", "image", (500, 500)),
        ("lunar/pds_isis/nacl.img", "image", (10, 5064)),
        ("lunar/pds_isis/TC1S2B0_01_00811N526E0443_mini.img", "image", (3, 1744)),
        ("seismic/f3_facies/sections/1018.png", "image", (512, 512)),
        ("seismic/f3_facies/sections", "tiles", (21, 512, 512)),
        ("seismic/penobscot/penobscot_il1075-1090_labels_uint8.npz", "seismic-3d", (16, 481, 600)),
    ],
)
def test_the_content_decides(shared_data: Path, path: str, kind: str, shape: tuple[int, ...]) -> None:
    survey = open_survey(shared_data / path)
    assert (survey.kind, survey.shape) == (kind, shape)
    assert len(survey.fingerprint) == 32


def test_a_wrong_ending_does_not_mislead(shared_data: Path, tmp_path: Path) -> None:
    for source, name, kind in (
        ("seismic/f3_small/f3.sgy", "a.dat", "seismic-3d"),
        ("das/formats/gdr_1.h5", "a.bin", "das"),
        ("seismic/f3_facies/sections/1018.png", "a.sgy", "image"),
    ):
        (tmp_path / name).write_bytes((shared_data / source).read_bytes())
        assert open_survey(tmp_path / name).kind == kind


def test_das_stored_as_segy_when_asked(shared_data: Path) -> None:
    survey = open_survey(shared_data / "das/formats/small_channel_patch.sgy", kind="das")
    assert (survey.kind, survey.shape) == ("das", (10, 20))


def test_arrays_are_guessed_by_rank(tmp_path: Path) -> None:
    whole = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    np.save(tmp_path / "a.npy", whole)
    volume = open_survey(tmp_path / "a.npy")
    assert (volume.kind, volume.dims) == ("seismic-3d", ("inline", "crossline", "twt"))
    assert [axis.units for axis in volume.axes] == ["", "", "samples"]
    np.testing.assert_array_equal(volume.section("inline", 1).values, whole[1].T)
    assert any("numbered from 0" in note for note in volume.odd)
    np.save(tmp_path / "b.npy", whole[0])
    assert open_survey(tmp_path / "b.npy").dims == ("row", "column")
    assert open_survey(tmp_path / "b.npy", kind="das").dims == ("distance", "time")
    assert open_survey(tmp_path / "a.npy", kind="tiles").axis("tile").values.tolist() == ["0", "1"]
    with pytest.raises(UsageError, match="das has 2"):
        open_survey(tmp_path / "a.npy", kind="das")
    np.save(tmp_path / "c.npy", np.zeros(5))
    with pytest.raises(FormatError, match="1 dimensions; a survey has two or three"):
        open_survey(tmp_path / "c.npy")


def test_the_fingerprint_changes_with_the_file(tmp_path: Path) -> None:
    for pixel in (0, 1):
        Image.fromarray(np.full((4, 4), pixel, np.uint8)).save(tmp_path / f"{pixel}.png")
    assert open_survey(tmp_path / "0.png").fingerprint != open_survey(tmp_path / "1.png").fingerprint
    before = open_survey(tmp_path).fingerprint
    assert before == open_survey(tmp_path).fingerprint
    (tmp_path / "1.png").write_bytes((tmp_path / "0.png").read_bytes() + b"x")
    assert before != open_survey(tmp_path).fingerprint


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.sgy", b""),
        ("text.sgy", b"not a survey\n" * 500),
        ("short.sgy", b"\x00" * 3000),
        ("zeros.bin", b"\x00" * 5000),
        ("noise.xyz", np.random.default_rng(0).bytes(5000)),
        ("text.txt", b"hello"),
        ("cut.h5", b"\x89HDF\r\n\x1a\n" + b"\x00" * 600),
        ("cut.tdms", b"TDSm" + b"\x00" * 600),
        ("cut.tif", b"II*\x00\x08\x00\x00\x00"),
        ("cut.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100),
        ("cut.npy", b"\x93NUMPY\x01\x00"),
    ],
)
def test_what_is_no_survey_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GeoFMError) as caught:
        open_survey(tmp_path / name)
    line = str(caught.value)
    assert caught.value.exit_status == 2
    assert name in line
    assert "\n" not in line


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="check the path"):
        open_survey(tmp_path / "none.sgy")
    with pytest.raises(FormatError, match="holds no image"):
        open_survey(tmp_path)
    with pytest.raises(UsageError, match="Kind 'cube'"):
        open_survey(tmp_path, kind="cube")


def test_seg_y_is_a_recording_where_somebody_says_so(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    file = tmp_path / "fibre.sgy"
    file.write_bytes((shared_data / "das/formats/small_channel_patch.sgy").read_bytes())
    assert open_survey(file).kind != "das"
    said = SegyOptions(domain="das")
    survey = open_survey(file, options=said)
    assert (survey.kind, survey.shape) == ("das", (10, 20))
    # Whoever opens it once more, a worker or a saved chain, has the same recording.
    assert options_of(survey) == said
    through = open_survey(file, options=Processing(Chain.parse("median"), reading=said.to_json()))
    assert (through.kind, through.shape) == ("das", (10, 20))
    again = options_of(through)
    assert isinstance(again, Processing)
    assert open_survey(file, options=again, remembered=False).fingerprint == through.fingerprint
    remember(file, said)
    assert open_survey(file).kind == "das"
    assert open_survey(file, options=SegyOptions(domain="twt")).kind != "das"
    assert open_survey(file, remembered=False).kind != "das"
