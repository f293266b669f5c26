"""The job that makes a fast copy: told what it takes, cancelled, taken up, remembered."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.progress import Control, Progress, run_to_end
from napari_geofm.errors import CancelledError, OutputError, UsageError
from napari_geofm.io.copies.choosing import known_copy
from napari_geofm.io.opening import open_survey
from napari_geofm.jobs.ingest import run
from napari_geofm.jobs.ingest_spec import IngestCostSpec, IngestSpec
from tests.io.copies.build import volume
from tests.io.copies.test_copies import digest


@pytest.fixture
def cube(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    volume(tmp_path / "cube.sgy")
    return tmp_path / "cube.sgy"


def test_the_copy_is_made_and_remembered(cube: Path) -> None:
    told: list[Progress] = []
    found = LocalCompute().run(IngestSpec(cube, cube.with_suffix(".zarr")), told.append)
    assert (found.parts, found.parts_kept, found.used) == (3, 0, False)
    states = [f.stat() for f in cube.with_suffix(".zarr").rglob("*") if f.is_file()]
    # What holds no trace is left out of the files, as a hole.
    assert 0 < found.n_bytes <= sum(state.st_size for state in states)
    assert any(each.text.startswith("copying 2 MB, a few seconds") for each in told)
    shares = [each.fraction for each in told if each.fraction is not None]
    assert shares == sorted(shares)
    known = known_copy(cube)
    assert known is not None
    assert known.path == cube.with_suffix(".zarr")
    whole = (slice(None),) * 3
    np.testing.assert_array_equal(open_survey(known.path).read(whole), open_survey(cube).read(whole))


def test_cancelled_it_keeps_what_is_finished(cube: Path) -> None:
    control = Control()
    job = run(IngestSpec(cube, cube.with_suffix(".zarr")), control)

    def cancel_late(news: Progress) -> None:
        if news.fraction is not None and news.done > 2:
            control.cancel()

    with pytest.raises(CancelledError, match=r"Cancelled; \d+ of \d+ parts are kept beside .*: --resume goes on"):
        run_to_end(job, cancel_late)
    assert not cube.with_suffix(".zarr").exists()
    assert known_copy(cube) is None
    found = LocalCompute().run(IngestSpec(cube, cube.with_suffix(".zarr"), resume=True))
    assert (found.parts, found.parts_kept) == (3, 2)


KILLED = """
import os, signal, sys
from pathlib import Path
from napari_geofm.compute.local import LocalCompute
from napari_geofm.jobs.ingest_spec import IngestSpec
def end(news):
    if news.fraction is not None and news.done > 2:
        os.kill(os.getpid(), signal.SIGKILL)
LocalCompute().run(IngestSpec(Path(sys.argv[1]), Path(sys.argv[2])), end)
"""


def test_killed_it_goes_on_to_the_same_bytes(cube: Path) -> None:
    output = cube.with_suffix(".zarr")
    ended = subprocess.run([sys.executable, "-c", KILLED, cube, output], check=False, timeout=120)
    assert ended.returncode == -signal.SIGKILL
    assert not output.exists()
    found = LocalCompute().run(IngestSpec(cube, output, resume=True))
    assert found.parts_kept == 2
    LocalCompute().run(IngestSpec(cube, cube.with_name("whole.zarr")))
    assert digest(output) == digest(cube.with_name("whole.zarr"))


def test_what_it_takes(cube: Path) -> None:
    cost = LocalCompute().run(IngestCostSpec(cube, cube.with_suffix(".zarr")))
    assert cost.n_bytes >= 70 * 45 * 50 * 4
    assert cost.seconds > 0
    assert sorted(each.name for each in cube.parent.iterdir()) == ["cube.sgy"]


def test_what_cannot_be_copied(cube: Path) -> None:
    with pytest.raises(OutputError, match=r"a\.npy: a fast copy is a folder whose name ends in \.zarr"):
        LocalCompute().run(IngestSpec(cube, cube.with_name("a.npy")))
    LocalCompute().run(IngestSpec(cube, cube.with_suffix(".zarr")))
    with pytest.raises(UsageError, match="is a fast copy already"):
        LocalCompute().run(IngestSpec(cube.with_suffix(".zarr"), cube.with_name("b.zarr")))
    with pytest.raises(OutputError, match="exists and is kept"):
        LocalCompute().run(IngestSpec(cube, cube.with_suffix(".zarr")))
