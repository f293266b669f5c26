import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.survey import Survey
from napari_geofm.errors import CancelledError, OutputError, UsageError
from napari_geofm.io.arrays import read_array
from napari_geofm.io.blocks import Block, ResumeCounts, blocks_along
from napari_geofm.io.opening import open_survey
from napari_geofm.io.results import ResultSpec
from napari_geofm.io.volumes import VolumeWriter, missing_blocks

CLASSES = ClassTable.named(["salt", "shale", "sand"])
SHAPE = (6, 5, 4)


@pytest.fixture
def survey(tmp_path: Path) -> Survey:
    path = tmp_path / "survey.npy"
    np.save(path, np.zeros(SHAPE, np.float32))
    return open_survey(path)


def truth(quantity: str) -> NDArray[Any]:
    random = np.random.default_rng(3)
    if quantity == "prediction":
        return random.integers(0, 3, SHAPE, np.uint8)
    shape = (3, *SHAPE) if quantity == "probabilities" else SHAPE
    return random.random(shape, np.float32)


def put(writer: VolumeWriter, block: Block, whole: NDArray[Any]) -> None:
    places = (slice(block.start, block.stop), slice(None), slice(None))
    part = whole[(slice(None), *places)] if whole.ndim == 4 else whole[places]
    writer.write(places, part)
    writer.close_block(block)


@pytest.mark.parametrize("quantity", ["prediction", "confidence", "probabilities"])
@pytest.mark.parametrize("ending", ["npy", "npz", "zarr"])
def test_a_volume_comes_back_as_it_was_written(survey: Survey, tmp_path: Path, quantity: str, ending: str) -> None:
    out = tmp_path / f"out.{ending}"
    spec = ResultSpec.of(survey, quantity, CLASSES)
    whole = truth(quantity)
    with VolumeWriter(out, spec, blocks_along(0, 6, 4), run_key="k") as writer:
        for block in writer.missing():
            put(writer, block, whole)
        writer.finish()
        assert writer.counts == ResumeCounts(0, 2, 2)
    read = read_array(out)
    assert read.dtype == whole.dtype
    np.testing.assert_array_equal(np.asarray(read[...]), whole)
    notes = [] if ending == "zarr" else [f"{out.name}.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["survey.npy", out.name, *notes])


def test_a_zarr_result_opens_in_xarray_with_the_surveys_numbers(survey: Survey, tmp_path: Path) -> None:
    import xarray as xr

    out = tmp_path / "out.zarr"
    with VolumeWriter(out, ResultSpec.of(survey, "prediction", CLASSES), (Block(0, 0, 6),), run_key="k") as writer:
        put(writer, Block(0, 0, 6), truth("prediction"))
        writer.finish()
    with xr.open_zarr(out, consolidated=False) as stored:
        assert stored["prediction"].dims == ("inline", "crossline", "twt")
        assert stored.coords["inline"].values.tolist() == [0, 1, 2, 3, 4, 5]
        assert [row["name"] for row in stored.attrs["classes"]] == ["salt", "shale", "sand"]


def test_what_no_block_covers_is_unlabelled(survey: Survey, tmp_path: Path) -> None:
    for quantity, out in (("prediction", tmp_path / "p.npy"), ("confidence", tmp_path / "c.npy")):
        spec = ResultSpec.of(survey, quantity, CLASSES)
        with VolumeWriter(out, spec, blocks_along(2, 4, 1), run_key="k") as writer:
            for block in writer.missing():
                writer.write((slice(block.start, block.stop), slice(1, 3), slice(None)), np.uint8(1))  # type: ignore[arg-type]
                writer.close_block(block)
            writer.finish()
    prediction, confidence = np.load(tmp_path / "p.npy"), np.load(tmp_path / "c.npy")
    assert (prediction == 1).sum() == 2 * 2 * 4
    assert (prediction == 255).sum() == prediction.size - 16
    assert np.isnan(confidence).sum() == prediction.size - 16


def test_an_interrupted_run_is_taken_up_and_gives_the_same_bytes(survey: Survey, tmp_path: Path) -> None:
    spec, blocks, whole = ResultSpec.of(survey, "prediction", CLASSES), blocks_along(0, 6, 2), truth("prediction")
    with VolumeWriter(tmp_path / "whole.npy", spec, blocks, run_key="k") as writer:
        for block in writer.missing():
            put(writer, block, whole)
        writer.finish()
    out = tmp_path / "out.npy"
    with VolumeWriter(out, spec, blocks, run_key="k") as writer:
        put(writer, blocks[0], whole)
        writer.write((slice(2, 4), slice(None), slice(None)), whole[2:4] * 0)
    assert not out.exists()
    with VolumeWriter(out, spec, blocks, run_key="k", resume=True) as writer:
        assert [block.index for block in writer.missing()] == [1, 2]
        for block in tuple(writer.missing()):
            put(writer, block, whole)
        writer.finish()
        assert writer.counts == ResumeCounts(1, 3, 2)
    assert out.read_bytes() == (tmp_path / "whole.npy").read_bytes()


@pytest.mark.parametrize("end", [CancelledError("Cancelled; everything is as it was before."), KeyboardInterrupt()])
def test_a_cancelled_run_says_what_is_kept(survey: Survey, tmp_path: Path, end: BaseException) -> None:
    spec, blocks, out = ResultSpec.of(survey, "prediction", CLASSES), blocks_along(0, 6, 2), tmp_path / "out.npy"

    def run(finished: int) -> None:
        with VolumeWriter(out, spec, blocks, run_key="k", overwrite=True) as writer:
            for block in blocks[:finished]:
                put(writer, block, truth("prediction"))
            raise end

    with pytest.raises(CancelledError, match=r"2 of 3 blocks are kept beside .*out.npy: --resume goes on from there"):
        run(2)
    # Where nothing is, nothing else is said.
    with pytest.raises(type(end)) as caught:
        run(0)
    assert caught.value is end
    assert [path.name for path in tmp_path.iterdir()] == ["survey.npy"]


def test_a_run_that_was_killed_is_taken_up(survey: Survey, tmp_path: Path) -> None:
    script = f"""
        import os, signal
        import numpy as np
        from napari_geofm.core.classes import ClassTable
        from napari_geofm.io.opening import open_survey
        from napari_geofm.io.results import ResultSpec
        from napari_geofm.io.blocks import blocks_along
        from napari_geofm.io.volumes import VolumeWriter

        classes = ClassTable.named(["salt", "shale", "sand"])
        spec = ResultSpec.of(open_survey({str(survey.path)!r}), "prediction", classes)
        whole = np.random.default_rng(3).integers(0, 3, {SHAPE}, np.uint8)
        writer = VolumeWriter({str(tmp_path / "out.zarr")!r}, spec, blocks_along(0, 6, 1), run_key="k")
        for block in writer.missing():
            writer.write((slice(block.start, block.stop), slice(None), slice(None)), whole[block.start:block.stop])
            if block.index == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            writer.close_block(block)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    manifest = json.loads((tmp_path / ".out.zarr.partial/manifest.json").read_text())
    assert manifest["done"] == [0, 1, 2]
    spec, whole = ResultSpec.of(survey, "prediction", CLASSES), truth("prediction")
    with VolumeWriter(tmp_path / "out.zarr", spec, blocks_along(0, 6, 1), run_key="k", resume=True) as writer:
        for block in tuple(writer.missing()):
            put(writer, block, whole)
        writer.finish()
        assert writer.counts == ResumeCounts(3, 6, 3)
    np.testing.assert_array_equal(np.asarray(read_array(tmp_path / "out.zarr")[...]), whole)


def test_another_runs_blocks_are_refused_and_replaced_only_when_told_to(survey: Survey, tmp_path: Path) -> None:
    spec, blocks, whole = ResultSpec.of(survey, "prediction", CLASSES), blocks_along(0, 6, 2), truth("prediction")
    out = tmp_path / "out.npy"
    with VolumeWriter(out, spec, blocks, run_key="one") as writer:
        put(writer, blocks[0], whole)
    with pytest.raises(OutputError, match="used another survey, model or range"):
        VolumeWriter(out, spec, blocks, run_key="two", resume=True)
    with pytest.raises(OutputError, match="finished 1 of 3 blocks; add --resume"):
        VolumeWriter(out, spec, blocks, run_key="two")
    with VolumeWriter(out, spec, blocks, run_key="two", overwrite=True) as writer:
        assert len(tuple(writer.missing())) == 3


def test_a_damaged_manifest_means_a_fresh_start(survey: Survey, tmp_path: Path) -> None:
    spec, blocks = ResultSpec.of(survey, "prediction", CLASSES), blocks_along(0, 6, 2)
    out = tmp_path / "out.npy"
    with VolumeWriter(out, spec, blocks, run_key="k") as writer:
        put(writer, blocks[0], truth("prediction"))
    (tmp_path / ".out.npy.partial/manifest.json").write_text('{"run_key": "k", "do')
    with VolumeWriter(out, spec, blocks, run_key="k", resume=True) as writer:
        assert writer.counts == ResumeCounts(0, 3, 0)


def test_several_results_of_one_run_share_their_missing_blocks(survey: Survey, tmp_path: Path) -> None:
    blocks = blocks_along(0, 6, 3)
    with (
        VolumeWriter(tmp_path / "p.npy", ResultSpec.of(survey, "prediction", CLASSES), blocks, run_key="k") as first,
        VolumeWriter(tmp_path / "c.npy", ResultSpec.of(survey, "confidence", CLASSES), blocks, run_key="k") as second,
    ):
        put(first, blocks[0], truth("prediction"))
        put(second, blocks[0], truth("confidence"))
        put(first, blocks[1], truth("prediction"))
        assert missing_blocks(first, second) == (blocks[1],)
        with pytest.raises(OutputError, match="1 of 2 blocks are missing; run again with --resume"):
            second.finish()


def test_an_output_that_exists_is_kept(survey: Survey, tmp_path: Path) -> None:
    out = tmp_path / "out.npy"
    out.write_bytes(b"mine")
    spec = ResultSpec.of(survey, "prediction", CLASSES)
    with pytest.raises(OutputError, match="exists and is kept; add --overwrite"):
        VolumeWriter(out, spec, (Block(0, 0, 6),), run_key="k")
    with VolumeWriter(out, spec, (Block(0, 0, 6),), run_key="k", overwrite=True):
        pass
    assert out.read_bytes() == b"mine"
    assert not (tmp_path / ".out.npy.partial").exists()


def test_no_space_is_said_before_any_work(survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(OutputError, match="MB are free; free some space"):
        VolumeWriter(tmp_path / "out.npy", ResultSpec.of(survey, "prediction", CLASSES), (), run_key="k")
    assert [path.name for path in tmp_path.iterdir()] == ["survey.npy"]


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="the superuser and Windows write into read-only folders"
)
def test_a_read_only_folder_is_refused(survey: Survey, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(OutputError, match="Cannot write"):
        VolumeWriter(folder / "out.npy", ResultSpec.of(survey, "prediction", CLASSES), (), run_key="k")


@pytest.mark.parametrize(
    ("name", "quantity", "line"),
    [
        ("out.png", "prediction", "a PNG holds one section"),
        ("out.tif", "prediction", "a GeoTIFF holds one image"),
        ("out.sgy", "prediction", "is no SEG-Y, whose headers it would need"),
        ("out.docx", "prediction", "results are written as .npy"),
        ("survey.npy", "prediction", "is the survey itself"),
    ],
)
def test_formats_that_cannot_hold_it_are_refused_first(
    survey: Survey, tmp_path: Path, name: str, quantity: str, line: str
) -> None:
    with pytest.raises(OutputError, match=line):
        VolumeWriter(tmp_path / name, ResultSpec.of(survey, quantity, CLASSES), (), run_key="k", overwrite=True)
    with pytest.raises(UsageError, match="results are prediction"):
        ResultSpec.of(survey, "guess", CLASSES)


def test_a_section_becomes_a_png_in_display_order(survey: Survey, tmp_path: Path) -> None:
    from PIL import Image

    places = (2, slice(None), slice(None))
    spec = ResultSpec.of(survey, "prediction", CLASSES, places=places)
    assert (spec.dims, spec.shape) == (("crossline", "twt"), (5, 4))
    values = np.full((5, 4), 255, np.uint8)
    values[1, 3] = 2  # second crossline, last sample: bottom row, second column on the screen
    with VolumeWriter(tmp_path / "out.png", spec, (Block(0, 0, 5),), run_key="k") as writer:
        writer.write((slice(None), slice(None)), values)
        writer.close_block(Block(0, 0, 5))
        writer.finish()
    with Image.open(tmp_path / "out.png") as picture:
        assert (picture.mode, picture.size) == ("P", (5, 4))
        shown = np.asarray(picture)
        colours = np.asarray(picture.convert("RGBA"))
    assert shown[3, 1] == 2
    assert (shown == 255).sum() == 19
    assert tuple(colours[3, 1]) == (*CLASSES.rgb[2], 255)
    assert colours[0, 0, 3] == 0


def test_confidence_becomes_sixteen_bit_gray(survey: Survey, tmp_path: Path) -> None:
    spec = ResultSpec.of(survey, "confidence", CLASSES, places=(0, slice(None), slice(None)))
    values = np.linspace(0, 1, 20, dtype=np.float32).reshape(5, 4)
    with VolumeWriter(tmp_path / "out.png", spec, (Block(0, 0, 5),), run_key="k") as writer:
        writer.write((slice(None), slice(None)), values)
        writer.close_block(Block(0, 0, 5))
        writer.finish()
    stored = np.asarray(read_array(tmp_path / "out.png")[...])
    np.testing.assert_allclose(stored / 65535, values.T, atol=1e-5)


def test_a_seg_y_result_differs_from_the_survey_in_samples_only(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "seismic/f3_small/F3_very_small.sgy"
    survey = open_survey(source)
    spec = ResultSpec.of(survey, "prediction", CLASSES, notes={"model": "m"})
    whole = np.random.default_rng(0).integers(0, 3, survey.shape, np.uint8)
    whole[0, 0, :5] = 255
    out = tmp_path / "out.sgy"
    with VolumeWriter(out, spec, (Block(0, 0, survey.shape[0]),), run_key="k") as writer:
        writer.write((slice(None), slice(None), slice(None)), whole)
        writer.close_block(Block(0, 0, survey.shape[0]))
        writer.finish()
    assert out.stat().st_size == source.stat().st_size
    assert out.read_bytes()[:3840] == source.read_bytes()[:3840]
    np.testing.assert_array_equal(np.asarray(read_array(out)[...]), whole)
    assert json.loads((tmp_path / "out.sgy.json").read_text())["model"] == "m"
