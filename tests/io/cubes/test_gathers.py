"""Volumes with an axis of offsets, as segysak writes them: one offset, or the mean over all."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.cli.main import main
from napari_geofm.errors import FormatError, UsageError
from napari_geofm.io.cubes.reading import Reading
from napari_geofm.io.opening import array_survey, open_survey
from napari_geofm.io.segy import SegyOptions
from tests.io.cubes.build import CROSSLINES, INLINES, TIMES, WHOLE, seisnc, zarr_group

OFFSETS = np.array([150, 300, 450])
GATHERS = np.stack([WHOLE, WHOLE * 2, WHOLE * 6], axis=2)
"""(inline, crossline, offset, sample), as segysak orders them."""

NUMBERS = {"iline": INLINES, "xline": CROSSLINES, "offset": OFFSETS, "samples": TIMES}


def store(folder: Path, kind: str) -> Path:
    if kind == "zarr":
        return zarr_group(folder / "a.zarr", GATHERS, tuple(NUMBERS), NUMBERS)
    x = np.broadcast_to(1000.0 + 25.0 * np.arange(5)[:, None, None], (5, 6, 3)).copy()
    y = np.broadcast_to(2000.0 + 12.5 * np.arange(6)[None, :, None], (5, 6, 3)).copy()
    lines: tuple[str, ...] = ("iline", "xline", "offset")
    more = {"cdp_x": (lines, x), "cdp_y": (lines, y)}
    return seisnc(folder / "a.nc", GATHERS, tuple(NUMBERS), NUMBERS, more=more)


@pytest.mark.parametrize("kind", ["netcdf", "zarr"])
def test_without_a_choice_the_choices_are_named(tmp_path: Path, kind: str) -> None:
    with pytest.raises(FormatError, match=r"3 offsets from 150 to 450.*--offset 300\).*--stack") as caught:
        open_survey(store(tmp_path, kind))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["netcdf", "zarr"])
@pytest.mark.parametrize(("reading", "times"), [({"offset": 440.0}, 6), ({"offset": 0.0}, 1), ({"stack": True}, 3)])
def test_one_offset_or_the_mean(tmp_path: Path, kind: str, reading: dict[str, float], times: int) -> None:
    path = store(tmp_path, kind)
    survey = array_survey(path, reading=Reading(**reading))  # type: ignore[arg-type]
    assert (survey.kind, survey.dims) == ("seismic-3d", ("inline", "crossline", "twt"))
    np.testing.assert_allclose(survey.data.values, WHOLE * times)
    np.testing.assert_allclose(survey.section("crossline", 301).values, WHOLE[:, 1].T * times)
    assert survey.axis("inline").values.tolist() == INLINES.tolist()
    assert any("pre-stack" in note for note in survey.odd)
    assert (getattr(survey.template, "affine", None) is not None) == (kind == "netcdf")
    assert survey.fingerprint != array_survey(path, reading=Reading(offset=300.0)).fingerprint


def test_the_mean_is_of_what_there_is(tmp_path: Path) -> None:
    values = GATHERS.copy()
    values[0, 0, 1] = np.nan
    values[1, 1] = np.nan
    values[2, 2, 0] = -999.0
    path = seisnc(tmp_path / "a.nc", values, tuple(NUMBERS), NUMBERS, attrs={"_FillValue": np.float32(-999.0)})
    survey = array_survey(path, reading=Reading(stack=True))
    truth = WHOLE * 3
    truth[0, 0], truth[1, 1], truth[2, 2] = WHOLE[0, 0] * 3.5, np.nan, WHOLE[2, 2] * 4
    np.testing.assert_allclose(survey.data.values, truth)


def test_a_line_and_an_array_whose_axes_are_named(tmp_path: Path) -> None:
    line = GATHERS[0].transpose(0, 2, 1).copy()
    numbers = {"cdp": CROSSLINES, "twt": TIMES, "offset": OFFSETS}
    survey = array_survey(seisnc(tmp_path / "a.nc", line, tuple(numbers), numbers), reading=Reading(offset=300.0))
    assert (survey.kind, survey.dims) == ("seismic-2d", ("cdp", "twt"))
    np.testing.assert_allclose(survey.data.values, WHOLE[0] * 2)
    np.save(tmp_path / "b.npy", GATHERS)
    named = Reading(dims=("inline", "crossline", "offset", "twt"), offset=2.0)
    np.testing.assert_allclose(array_survey(tmp_path / "b.npy", reading=named).data.values, WHOLE * 6)


def test_what_cannot_be_and_what_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="one offset"):
        Reading(offset=3.0, stack=True)
    assert Reading(offset=3.0).over(Reading(stack=True)) == Reading(offset=3.0)
    assert Reading.of(Reading(offset=0.0).plain(), "") == Reading(offset=0.0)
    plain = seisnc(
        tmp_path / "a.nc", WHOLE, ("iline", "xline", "twt"), {"iline": INLINES, "xline": CROSSLINES, "twt": TIMES}
    )
    survey = array_survey(plain, reading=Reading(stack=True))
    assert any("not pre-stack" in note for note in survey.odd)
    np.testing.assert_array_equal(survey.data.values, WHOLE)


def test_by_the_command_line_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = store(tmp_path, "netcdf")
    assert main(["info", str(path)]) != 0
    assert "--stack" in capsys.readouterr().err
    assert main(["section", str(path), "--at", "inline=1004", "--offset", "300", "-o", str(tmp_path / "s.npy")]) == 0
    np.testing.assert_allclose(np.load(tmp_path / "s.npy"), WHOLE[2].T * 2)
    assert main(["info", str(path)]) == 0
    assert "only the traces of offset 300 are read" in capsys.readouterr().out
    np.testing.assert_allclose(open_survey(path, options=SegyOptions(stack=True)).data.values, WHOLE * 2)
