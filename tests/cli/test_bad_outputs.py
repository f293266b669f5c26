"""Outputs that exist, cannot be written or do not fit on the disk: one line, status 2, nothing half written."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.conftest import Geofm, Ran, Untouched
from tests.tiny import TinySurvey

pytestmark = pytest.mark.usefixtures("tiny")


@pytest.mark.parametrize("verb", ["section", "features", "finetune", "segment", "export"])
def test_an_output_that_exists_is_kept(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path, untouched: Untouched, verb: str
) -> None:
    out = tmp_path / {"section": "a.png", "features": "a.png", "export": "a.csv", "finetune": "a"}.get(verb, "a.npy")
    out.write_bytes(b"mine")
    words: dict[str, tuple[object, ...]] = {
        "section": (survey.file, "--at", "inline=1000"),
        "features": (survey.file, "--at", "inline=1000"),
        "finetune": (survey.file, "--labels", survey.strokes),
        "segment": (survey.file, "--model", probe),
        "export": (survey.strokes, "--like", survey.file),
    }
    ran = geofm(verb, *words[verb], "-o", out, "--json")
    assert ran.status == 2, ran
    assert out.name in ran.line
    assert out.read_bytes() == b"mine"
    assert untouched() == [out.name]
    if verb != "finetune":
        assert "--overwrite" in ran.line
        assert geofm(verb, *words[verb], "-o", out, "--overwrite", "--json").status == 0
        assert out.read_bytes() != b"mine"


def test_what_is_read_is_not_written_over(geofm: Geofm, tmp_path: Path) -> None:
    np.save(tmp_path / "survey.npy", np.random.default_rng(0).random((20, 30)).astype(np.float32))
    before = (tmp_path / "survey.npy").read_bytes()
    ran = geofm("section", tmp_path / "survey.npy", "-o", tmp_path / "survey.npy", "--overwrite")
    assert ran.status == 2
    assert "never written to" in ran.line
    assert (tmp_path / "survey.npy").read_bytes() == before


def every_writer(geofm: Geofm, survey: TinySurvey, probe: Path, folder: Path) -> list[Ran]:
    """Run every verb that writes, into ``folder``."""
    place = ("--at", "inline=1000", "--json")
    return [
        geofm("section", survey.file, *place, "-o", folder / "a.npy"),
        geofm("features", survey.file, *place, "-o", folder / "a.npz"),
        geofm("finetune", survey.file, "--labels", survey.strokes, "-o", folder / "model", "--json"),
        geofm("segment", survey.file, "--model", probe, "-o", folder / "b.npy", "--json"),
        geofm("segment", survey.file, "--model", probe, "-o", folder / "b.zarr", "--json"),
        geofm("segment", survey.file, "--model", probe, "-o", folder / "b.sgy", "--json"),
        geofm("export", survey.strokes, "--like", survey.file, "-o", folder / "c.sgy", "--json"),
        geofm("export", survey.strokes, "--like", survey.file, "-o", folder / "c.csv", "--json"),
    ]


def test_a_folder_that_is_a_file(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path, untouched: Untouched
) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    for ran in every_writer(geofm, survey, probe, tmp_path / "file"):
        assert ran.status == 2, ran
        assert "annot write" in ran.line
    assert untouched() == ["file"]


def test_a_disk_without_room(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path, untouched: Untouched, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    for name in ("a.npy", "a.zarr", "a.sgy"):
        ran = geofm("segment", survey.file, "--model", probe, "-o", tmp_path / name, "--json")
        assert ran.status == 2, ran
        assert "free some space, or write elsewhere" in ran.line
    assert untouched() == []


@pytest.fixture
def mounted(tmp_path: Path) -> Any:
    """Return a function that mounts a tmpfs; skips where that is not allowed."""
    places: list[Path] = []

    def mount(options: str) -> Path:
        place = tmp_path / "mounted"
        place.mkdir(exist_ok=True)
        words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if os.name != "posix" or subprocess.run(words, capture_output=True, check=False).returncode:
            pytest.skip("this user may not mount a file system")
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", str(place)], check=True, capture_output=True)


def test_a_disk_that_fills_up(geofm: Geofm, survey: TinySurvey, probe: Path, mounted: Any) -> None:
    full = mounted("size=64k")
    (full / "mine").write_bytes(bytes(50_000))
    for ran in every_writer(geofm, survey, probe, full):
        if ran.status:
            assert ran.status == 2, ran
            assert "space" in ran.line
        assert [path.name for path in full.iterdir() if path.name.startswith(".")] == []
    assert (full / "mine").read_bytes() == bytes(50_000)


def test_a_read_only_file_system(geofm: Geofm, survey: TinySurvey, probe: Path, mounted: Any) -> None:
    place = mounted("ro")
    for ran in every_writer(geofm, survey, probe, place):
        assert ran.status == 2, ran
        assert "read-only" in ran.line or "Read-only" in ran.line
    assert list(place.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes wherever it likes")
def test_a_read_only_folder(geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    place = tmp_path / "closed"
    place.mkdir(mode=0o555)
    for ran in every_writer(geofm, survey, probe, place):
        assert ran.status == 2, ran
        assert "read-only" in ran.line or "Permission denied" in ran.line
    assert list(place.iterdir()) == []
