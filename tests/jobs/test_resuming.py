"""A run that was interrupted, killed or cancelled is taken up, and equals one that was not."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_geofm.core.progress import Control
from napari_geofm.core.region import Region
from napari_geofm.errors import CancelledError, JobError, OutputError
from napari_geofm.io.volumes import VolumeWriter
from napari_geofm.jobs import segment
from napari_geofm.jobs.specs import SegmentSpec
from tests.tiny import TinySurvey, left_beside, segmented


class Killed(Exception):  # noqa: N818  (a kill is no error of ours)
    pass


@pytest.fixture
def killed_after(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a function after which the run ends abruptly when so many blocks are safe."""
    close_block = VolumeWriter.close_block

    def arm(blocks: int) -> None:
        left = [blocks]

        def close(self: VolumeWriter, block: Any) -> None:
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            close_block(self, block)

        monkeypatch.setattr(VolumeWriter, "close_block", close)

    yield arm
    monkeypatch.setattr(VolumeWriter, "close_block", close_block)


def results(folder: Path, ending: str) -> dict[str, Path]:
    names = {"output": "a", "confidence": "c", "probabilities": "p"}
    return {option: folder / f"{name}{ending}" for option, name in names.items()}


def numbers(path: Path) -> NDArray[Any]:
    from napari_geofm.io.arrays import read_array

    return np.asarray(read_array(path)[:])


@pytest.mark.parametrize(("after", "ending"), [(1, ".npy"), (4, ".npy"), (8, ".zarr"), (17, ".npy")])
def test_a_run_that_was_interrupted_is_taken_up_and_equals_one_that_was_not(
    survey: TinySurvey,
    probe: Path,
    whole: Path,
    tmp_path: Path,
    killed_after: Any,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
    ending: str,
) -> None:
    paths = results(tmp_path, ending)
    with monkeypatch.context() as patch:
        killed_after(after)
        with pytest.raises(JobError):
            segmented(survey, probe, **paths)
        patch.undo()
    monkeypatch.undo()
    assert not any(path.exists() for path in paths.values())
    found = segmented(survey, probe, **paths, resume=True)
    # A block counts as kept where all three results hold it.
    assert (found.blocks_total, found.blocks_kept, found.blocks_redone) == (6, after // 3, 6 - after // 3)
    for path, name in zip(paths.values(), ("classes", "conf", "prob"), strict=True):
        np.testing.assert_array_equal(numbers(path), np.load(whole / f"{name}.npy"))
        if ending == ".npy":
            assert path.read_bytes() == (whole / f"{name}.npy").read_bytes()
    assert left_beside(paths["output"]) == []


def test_a_run_starts_afresh_only_when_told_to(
    survey: TinySurvey, probe: Path, whole: Path, tmp_path: Path, killed_after: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after(2)
    with pytest.raises(JobError):
        segmented(survey, probe, tmp_path / "a.npy")
    monkeypatch.undo()
    with pytest.raises(OutputError, match="finished 2 of 6 blocks; add --resume"):
        segmented(survey, probe, tmp_path / "a.npy")
    found = segmented(survey, probe, tmp_path / "a.npy", overwrite=True)
    assert (found.blocks_kept, found.blocks_redone) == (0, 6)
    assert found.output.read_bytes() == (whole / "classes.npy").read_bytes()


def test_resume_with_nothing_to_resume_is_a_run(survey: TinySurvey, probe: Path, whole: Path, tmp_path: Path) -> None:
    found = segmented(survey, probe, tmp_path / "a.npy", resume=True)
    assert (found.blocks_kept, found.blocks_redone) == (0, 6)
    assert found.output.read_bytes() == (whole / "classes.npy").read_bytes()


@pytest.mark.parametrize("change", ["model", "range", "along"])
def test_a_run_of_something_else_is_not_taken_up(
    survey: TinySurvey,
    probe: Path,
    lora: Path,
    tmp_path: Path,
    killed_after: Any,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
) -> None:
    killed_after(2)
    with pytest.raises(JobError):
        segmented(survey, probe, tmp_path / "a.npy")
    monkeypatch.undo()
    changes: dict[str, dict[str, Any]] = {
        "model": {"model": lora},
        "range": {"region": Region.parse(["twt=0:100"])},
        "along": {"along": "crossline"},
    }
    other = changes[change]
    model = other.pop("model", probe)
    with pytest.raises(OutputError, match=r"the interrupted run for .* used another survey, model or range"):
        segmented(survey, model, tmp_path / "a.npy", resume=True, **other)
    # What was done is not lost by the mistake.
    assert segmented(survey, probe, tmp_path / "a.npy", resume=True).blocks_kept == 2


KILLED = """
import os, signal, sys
from pathlib import Path
from napari_geofm.compute.local import LocalCompute
from napari_geofm.io.coverage import Coverage, coverages
from napari_geofm.io.volumes import VolumeWriter
from napari_geofm.jobs.specs import SegmentSpec
from tests.tiny import tiny_dino

close_block, left = VolumeWriter.close_block, [3]

def close(self, block):
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    close_block(self, block)

VolumeWriter.close_block = close
folder, file, model, output = map(Path, sys.argv[1:])
with tiny_dino(folder):
    LocalCompute().run(SegmentSpec(file, model, output))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_run_that_was_killed_is_taken_up_and_equals_one_that_was_not(
    tiny: Path, survey: TinySurvey, probe: Path, whole: Path, tmp_path: Path
) -> None:
    output = tmp_path / "a.npy"
    words = [sys.executable, "-c", KILLED, str(tiny.parent), str(survey.file), str(probe), str(output)]
    ended = subprocess.run(words, check=False, timeout=240, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert left_beside(output) == [".a.npy.partial"]
    assert not output.exists()
    found = segmented(survey, probe, output, resume=True)
    assert (found.blocks_total, found.blocks_kept, found.blocks_redone) == (6, 3, 3)
    assert output.read_bytes() == (whole / "classes.npy").read_bytes()
    assert left_beside(output) == []


def cancelled_at(survey: TinySurvey, probe: Path, output: Path, text: str) -> list[str]:
    """Run until ``text`` is reported, cancel, and return what was reported."""
    control, heard = Control(), list[str]()
    job = segment.run(SegmentSpec(survey.file, probe, output), control)
    while not heard or heard[-1] != text:
        heard.append(next(job).text)
    control.cancel()
    with pytest.raises(CancelledError):
        next(job)
    return heard


def test_cancelled_before_the_first_block_nothing_is_left(survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    cancelled_at(survey, probe, tmp_path / "a.npy", "segmenting inline=1000")
    assert list(tmp_path.iterdir()) == []


def test_a_cancelled_run_can_be_taken_up(survey: TinySurvey, probe: Path, whole: Path, tmp_path: Path) -> None:
    cancelled_at(survey, probe, tmp_path / "a.npy", "segmenting inline=1030")
    assert not (tmp_path / "a.npy").exists()
    found = segmented(survey, probe, tmp_path / "a.npy", resume=True)
    assert (found.blocks_kept, found.blocks_redone) == (3, 3)
    assert found.output.read_bytes() == (whole / "classes.npy").read_bytes()
