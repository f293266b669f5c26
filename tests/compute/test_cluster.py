"""Jobs on a Dask cluster; of one process here, which is quick to start."""

import _thread
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from napari_geofm.compute.cluster import ClusterCompute, absolute
from napari_geofm.core.progress import Progress
from napari_geofm.errors import CancelledError, LabelError, UsageError
from napari_geofm.jobs.specs import SegmentSpec, Where
from tests.compute.lookout import stands_at
from tests.compute.toys import UNDER, Fail, Train


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp"
    ) as cluster:
        yield cluster.scheduler_address


def test_a_job_is_done_there_and_tells_where_it_stands(address: str) -> None:
    heard: list[Progress] = []
    came = threading.Event()

    def report(news: Progress) -> None:
        heard.append(news)
        came.set()

    with ClusterCompute(address, bodies_under=UNDER) as compute:
        assert compute.run(Train(3), report) == 2
        assert came.wait(10)
    assert heard[0] == Progress(0, 3, "training, step 0", {"loss": 1.0})


def test_what_is_refused_there_is_refused_here(address: str) -> None:
    with ClusterCompute(address, bodies_under=UNDER) as compute, pytest.raises(LabelError, match="class 9"):
        compute.run(Fail("label"))


def test_ctrl_c_cancels_the_job(address: str, tmp_path: Path) -> None:
    closed, gate = tmp_path / "closed", tmp_path / "never"

    def interrupt() -> None:
        stands_at(gate)
        _thread.interrupt_main()

    threading.Thread(target=interrupt).start()
    with ClusterCompute(address, bodies_under=UNDER) as compute, pytest.raises(CancelledError):
        compute.run(Train(1, {0: gate}, closed=closed))
    assert closed.exists()


def test_where_nobody_answers_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("napari_geofm.compute.cluster.ANSWER_S", 1)
    with pytest.raises(UsageError, match=r"tcp://127\.0\.0\.1:9: no Dask scheduler answers"):
        ClusterCompute("tcp://127.0.0.1:9")


def test_without_dask_it_is_said_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'napari-geofm\[dask\]'"):
        ClusterCompute("tcp://127.0.0.1:8786")


@dataclass(frozen=True, slots=True)
class Held:
    files: tuple[Path, ...]
    where: Where


def test_paths_lead_to_the_same_files_from_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spec = SegmentSpec(Path("a.sgy"), Path("model"), Path("out.npy"), where=Where(weights=Path("w.safetensors")))
    moved = absolute(spec)
    assert (moved.file, moved.output, moved.where.weights) == (
        tmp_path / "a.sgy",
        tmp_path / "out.npy",
        tmp_path / "w.safetensors",
    )
    assert moved.confidence is None
    assert absolute(moved) is moved
    assert absolute(Held((Path("a"),), Where())).files == (tmp_path / "a",)
