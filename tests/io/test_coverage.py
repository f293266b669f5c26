"""What a prediction on disk covers, told by its notes."""

import json
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.axis import Axis
from napari_geofm.io.coverage import Coverage, coverages, region_notes

INLINES = Axis("inline", np.array([100, 101, 105, 106, 110]))


def finished(folder: Path, name: str, notes: dict[str, object]) -> None:
    (folder / f"{name}.zarr").mkdir()
    (folder / f"{name}.zarr" / "zarr.json").write_text(json.dumps({"attributes": {"quantity": "prediction", **notes}}))


def begun(folder: Path, name: str, notes: dict[str, object], done: list[int]) -> None:
    (folder / f".{name}.zarr.partial").mkdir()
    manifest = {"done": done, "notes": {"quantity": "prediction", **notes}}
    (folder / f".{name}.zarr.partial" / "manifest.json").write_text(json.dumps(manifest))


def test_finished_and_begun_runs_of_the_model_are_told(tmp_path: Path) -> None:
    notes = {"model": "probe-1", **region_notes("inline", (("twt", 400.0, 800.0),))}
    finished(tmp_path, "probe-1", notes)
    begun(tmp_path, "probe-1-abc", notes, [1, 0])
    finished(tmp_path, "probe-10", {**notes, "model": "probe-10"})
    finished(tmp_path, "probe-1-confidence", {**notes, "quantity": "confidence"})
    limits = (("twt", 400.0, 800.0),)
    assert coverages(tmp_path, "probe-1") == [Coverage("inline", limits, (1, 0)), Coverage("inline", limits)]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"attributes": 3}', '{"attributes": {"model": "probe-1", "range": 7}}']
)
def test_what_cannot_be_read_is_left_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "probe-1.zarr").mkdir()
    (tmp_path / "probe-1.zarr" / "zarr.json").write_text(text)
    (tmp_path / ".probe-1.zarr.partial").mkdir()
    assert coverages(tmp_path, "probe-1") == []
    assert coverages(tmp_path / "nowhere", "probe-1") == []


def test_runs_of_finished_sections_become_limits() -> None:
    whole = Coverage("inline", (("crossline", 1.0, 9.0), ("inline", 101.0, 110.0)), (0, 1, 3))
    others = ("crossline", 1.0, 9.0)
    assert whole.parts(INLINES) == [
        Coverage("inline", (others, ("inline", 101.0, 105.0))),
        Coverage("inline", (others, ("inline", 110.0, 110.0))),
    ]
    assert Coverage("inline", (), ()).parts(INLINES) == []
    assert Coverage("inline").parts(INLINES) == [Coverage("inline")]
