"""A fast copy holds exactly what its source holds, for us and for any other program that reads zarr."""

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, SourceError, UsageError
from napari_geofm.io.copies.plan import plan_copy
from napari_geofm.io.copies.survey import read_copy
from napari_geofm.io.opening import open_survey
from napari_geofm.io.segy import SegyTemplate, write_segy_like
from tests.io.copies.build import SHAPE, copied, volume


@pytest.mark.parametrize("crossline_sorted", [False, True])
@pytest.mark.parametrize("code", [1, 3, 5, 8, 16])
def test_every_sample_and_every_axis_is_kept(tmp_path: Path, code: int, crossline_sorted: bool) -> None:
    values = volume(tmp_path / "cube.sgy", code=code, crossline_sorted=crossline_sorted)
    source = open_survey(tmp_path / "cube.sgy")
    plan = copied(source, tmp_path / "cube.zarr")
    assert plan.band == int(crossline_sorted)
    copy = open_survey(tmp_path / "cube.zarr")
    np.testing.assert_array_equal(copy.read((slice(None),) * 3), values)
    np.testing.assert_array_equal(copy.data.values, values)
    for ours, theirs in zip(copy.axes, source.axes, strict=True):
        np.testing.assert_array_equal(ours.values, theirs.values)
        assert (ours.name, ours.units, ours.values.dtype) == (theirs.name, theirs.units, theirs.values.dtype)
    assert (copy.fingerprint, copy.sample_format) == (source.fingerprint, source.sample_format)
    assert set(source.odd) <= set(copy.odd)
    for at, number in (("inline", 1136), ("crossline", 340), ("twt", 100)):
        np.testing.assert_array_equal(copy.section(at, number).values, source.section(at, number).values)


@pytest.mark.parametrize("samples", [0, 3000, 100_000])
def test_however_little_is_decoded_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, samples: int) -> None:
    monkeypatch.setattr("napari_geofm.io.segy.scratch.CACHED_SAMPLES", samples)
    monkeypatch.setattr("napari_geofm.io.segy.volume.CACHED_SAMPLES", samples)
    values = volume(tmp_path / "cube.sgy", code=1)
    copied(open_survey(tmp_path / "cube.sgy"), tmp_path / "cube.zarr")
    np.testing.assert_array_equal(read_copy(tmp_path / "cube.zarr").read((slice(None),) * 3), values)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, NDArray[np.float32]]:
    folder = tmp_path_factory.mktemp("made")
    values = volume(folder / "cube.sgy")
    copied(folder / "cube.sgy", folder / "cube.zarr")
    return folder / "cube.zarr", values


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_box_equals_numpy(made: tuple[Path, NDArray[np.float32]], data: st.DataObject) -> None:
    path, values = made
    key = tuple(data.draw(st.one_of(st.integers(-size, size - 1), st.slices(size))) for size in SHAPE)
    np.testing.assert_array_equal(read_copy(path).read(key), values[key])


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 4), (32, 32, 32), (33, 64, 31), (64, 1, 65)])
@pytest.mark.parametrize("crossline_sorted", [False, True])
def test_any_shape(tmp_path: Path, shape: tuple[int, int, int], crossline_sorted: bool) -> None:
    import zarr

    # The smallest are no grid in SEG-Y: as arrays they are.
    values = np.arange(np.prod(shape), dtype=np.float32).reshape(shape) + 1
    np.save(tmp_path / "a.npy", values)
    copied(tmp_path / "a.npy", tmp_path / "a.zarr")
    np.testing.assert_array_equal(read_copy(tmp_path / "a.zarr").read((slice(None),) * 3), values)
    group = zarr.open_group(tmp_path / "a.zarr", mode="r")
    np.testing.assert_array_equal(np.asarray(group["amplitude"]), values)


def test_any_program_that_reads_zarr_reads_it(made: tuple[Path, NDArray[np.float32]]) -> None:
    import xarray as xr
    import zarr

    path, values = made
    array = zarr.open_array(path / "amplitude", mode="r")
    np.testing.assert_array_equal(array[:], values)
    live = np.asarray(zarr.open_array(path / "live", mode="r"))
    np.testing.assert_array_equal(live.astype(bool), ~np.isnan(values).all(axis=-1))
    with xr.open_zarr(path, consolidated=False, chunks=None) as dataset:
        assert dataset["amplitude"].dims == ("inline", "crossline", "twt")
        np.testing.assert_array_equal(dataset["amplitude"].sel(inline=1136, crossline=340), values[68, 40])
        assert dataset["twt"].attrs["units"] == "ms"


@pytest.mark.skipif(not hasattr(os.stat_result, "st_blocks"), reason="the system does not tell what a file takes")
def test_where_no_trace_is_nothing_is_stored(tmp_path: Path) -> None:
    volume(tmp_path / "holes.sgy", (64, 64, 64))
    volume(tmp_path / "whole.sgy", (64, 64, 64), holes=False)
    for name in ("holes", "whole"):
        copied(tmp_path / f"{name}.sgy", tmp_path / f"{name}.zarr")
    sizes = {
        name: sum(512 * file.stat().st_blocks for file in (tmp_path / f"{name}.zarr" / "amplitude" / "c").glob("*/*/0"))
        for name in ("holes", "whole")
    }
    # A patch of 32 x 32 traces, of which one is there and dead.
    assert abs(sizes["whole"] - sizes["holes"] - 32 * 32 * 64 * 4) <= 4096


def digest(path: Path) -> str:
    found = hashlib.sha256()
    for file in sorted(each for each in path.rglob("*") if each.is_file()):
        found.update(file.relative_to(path).as_posix().encode() + file.read_bytes())
    return found.hexdigest()


def test_results_go_back_to_segy_with_the_original_headers(tmp_path: Path) -> None:
    volume(tmp_path / "cube.sgy", holes=False)
    copied(tmp_path / "cube.sgy", tmp_path / "cube.zarr")
    copy = open_survey(tmp_path / "cube.zarr")
    assert isinstance(copy.template, SegyTemplate)
    amplitudes = copy.read((slice(None),) * 3)
    write_segy_like(copy.template, amplitudes, tmp_path / "out.sgy")
    assert (tmp_path / "out.sgy").read_bytes() == (tmp_path / "cube.sgy").read_bytes()
    (tmp_path / "cube.sgy").rename(tmp_path / "moved.sgy")
    copy = open_survey(tmp_path / "cube.zarr")
    assert not isinstance(copy.template, SegyTemplate)
    assert any("cube.sgy, which is not there now: results cannot be SEG-Y" in note for note in copy.odd)
    np.testing.assert_array_equal(copy.read((slice(None),) * 3), amplitudes)


def test_a_copy_that_moved_with_its_source_finds_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    volume(tmp_path / "a" / "cube.sgy")
    copied(tmp_path / "a" / "cube.sgy", tmp_path / "a" / "cube.zarr")
    (tmp_path / "a").rename(tmp_path / "b")
    assert isinstance(open_survey(tmp_path / "b" / "cube.zarr").template, SegyTemplate)


def test_a_source_that_changed_is_noticed(tmp_path: Path) -> None:
    volume(tmp_path / "cube.sgy")
    copied(tmp_path / "cube.sgy", tmp_path / "cube.zarr")
    content = bytearray((tmp_path / "cube.sgy").read_bytes())
    content[-1] ^= 1
    (tmp_path / "cube.sgy").write_bytes(content)
    copy = open_survey(tmp_path / "cube.zarr")
    assert any("cube.sgy has changed since this fast copy was made" in note for note in copy.odd)
    assert not isinstance(copy.template, SegyTemplate)


def test_coordinates_are_kept_without_the_source(tmp_path: Path) -> None:
    from tests.io.segy.build import cube, write

    _, traces = cube(list(range(10, 50)), list(range(5, 40)))
    for trace in traces:
        trace.numbers[181] = 1000 + 7 * trace.numbers[189] + trace.numbers[193]
        trace.numbers[185] = 2000 - trace.numbers[189] + 7 * trace.numbers[193]
    write(tmp_path / "cube.sgy", traces)
    copied(tmp_path / "cube.sgy", tmp_path / "cube.zarr")
    (tmp_path / "cube.sgy").unlink()
    affine = read_copy(tmp_path / "cube.zarr").template.affine  # type: ignore[attr-defined]
    np.testing.assert_allclose(affine.xy(20, 30), (1000 + 140 + 30, 2000 - 20 + 210), atol=1e-6)


def test_the_fitted_plan_keeps_shards_small_and_counts_bytes(tmp_path: Path) -> None:
    volume(tmp_path / "cube.sgy", holes=False)
    survey = open_survey(tmp_path / "cube.sgy")
    plan = plan_copy(survey)
    assert plan.n_bytes == 96 * 64 * 64 * 4 + 70 * 45
    assert [block.inlines for block in plan.blocks] == [(0, 32), (32, 64), (64, 70)]


def test_only_volumes_are_copied(tmp_path: Path) -> None:
    np.save(tmp_path / "line.npy", np.ones((4, 4)))
    with pytest.raises(UsageError, match=r"line\.npy is image; a fast copy is made of 3-D seismic only"):
        plan_copy(open_survey(tmp_path / "line.npy"))


@pytest.mark.parametrize("what", ["cut", "gone", "other", "short while open"])
def test_a_damaged_part_is_one_line(tmp_path: Path, what: str) -> None:
    volume(tmp_path / "cube.sgy", holes=False)
    copied(tmp_path / "cube.sgy", tmp_path / "cube.zarr")
    part = tmp_path / "cube.zarr" / "amplitude" / "c" / "1" / "0" / "0"
    survey = read_copy(tmp_path / "cube.zarr")
    content = part.read_bytes()
    part.unlink()
    if what != "gone":
        part.write_bytes(content[: len(content) // 2] if what != "other" else content[::-1])
    if what != "short while open":
        survey = read_copy(tmp_path / "cube.zarr")
    with pytest.raises((FormatError, SourceError), match="fast copy") as caught:
        survey.section("inline", 1080)
    assert "\n" not in str(caught.value)
    survey.section("inline", 1000)


WRONG: list[dict[str, object]] = [
    {"format": 99}, {"axes": []}, {"dtype": "object"}, {"shape": ["a", 1, 1]}, {"chunk": [0, 0, 0]},
]  # fmt: skip


@pytest.mark.parametrize("change", WRONG)
def test_a_note_that_is_wrong_is_one_line(tmp_path: Path, change: dict[str, object]) -> None:
    volume(tmp_path / "cube.sgy", (4, 4, 4), holes=False)
    copied(tmp_path / "cube.sgy", tmp_path / "cube.zarr")
    file = tmp_path / "cube.zarr" / "zarr.json"
    document = json.loads(file.read_text())
    document["attributes"]["napari_geofm_copy"].update(change)
    file.write_text(json.dumps(document))
    with pytest.raises(FormatError, match=r"cube\.zarr.*(later release|make it anew)"):
        open_survey(tmp_path / "cube.zarr")
