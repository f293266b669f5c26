"""Whole programs: what the worker is like, who dies with whom, and what stays out of the parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from napari_geofm.compute.options import default_threads
from napari_geofm.compute.worker_compute import WorkerCompute
from tests.compute.lookout import LONG
from tests.compute.toys import Around

ROOT = Path(__file__).parents[2]
# No guard around it, as users write their scripts: spawn must not run it again.
HEAD = """
import sys, time, pathlib
from napari_geofm.compute.local import LocalCompute
from napari_geofm.compute.worker_compute import WorkerCompute
from napari_geofm.errors import CancelledError
from tests.compute.lookout import stands_at
from tests.compute.toys import *
folder = pathlib.Path(sys.argv[1])
with (folder / "runs").open("a") as runs:
    runs.write("x")
"""


def script(folder: Path, text: str) -> "subprocess.Popen[str]":
    file = folder / "script.py"
    file.write_text(HEAD + text, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, "-W", "error", str(file), str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(file: Path, process: "subprocess.Popen[str]") -> None:
    while not file.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)


def test_the_worker_is_polite(compute: WorkerCompute) -> None:
    around = compute.run(Around())
    assert around["pid"] != os.getpid()
    assert around["pid"] == compute.status().pid
    assert around["threads"] == "1"
    assert around["nice"] == min(19, os.nice(0) + 10)
    assert around["interrupt"]
    assert around["main"] is None or "spawn" in around["main"]
    assert not around["torch"]


def test_threads_leave_a_core_to_the_viewer() -> None:
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    assert default_threads() == max(1, cores - 1)


@pytest.mark.slow
def test_torch_stays_out_of_the_parent(tmp_path: Path) -> None:
    text = """
with WorkerCompute(threads=1, bodies_under=UNDER) as compute:
    assert compute.warm(("torch",)).result(120) == ("torch",)
    around = compute.run(Around(("torch",)))
    print(around["torch"], around["torch_threads"], "torch" in sys.modules, "timm" in sys.modules)
"""
    process = script(tmp_path, text)
    out, err = process.communicate(timeout=150)
    assert (out, err, process.returncode) == ("True 1 False False\n", "", 0)
    assert (tmp_path / "runs").read_text(encoding="utf-8") == "x"


def test_a_parent_that_forgets_to_close_leaves_nothing(tmp_path: Path) -> None:
    text = """
compute = WorkerCompute(threads=1, patience=0.2, bodies_under=UNDER)
import numpy as np
compute.run(Arrays(np.ones(10, np.float32)))
compute.submit_job(Train(1, {0: folder / "never"}, deaf=True))
stands_at(folder / "never")
print(compute.status().pid)
"""
    process = script(tmp_path, text)
    out, err = process.communicate(timeout=LONG)
    assert (err, process.returncode) == ("", 0)
    assert not psutil.pid_exists(int(out))
    if sys.platform == "linux":
        assert list(Path("/dev/shm").glob(f"geofm{process.pid:x}_*")) == []


def test_the_worker_ends_with_a_killed_parent(tmp_path: Path) -> None:
    text = """
compute = WorkerCompute(threads=1, bodies_under=UNDER)
compute.submit_job(Train(1, {0: folder / "gate"}, deaf=True))
stands_at(folder / "gate")
(folder / "pid.part").write_text(str(compute.status().pid))
(folder / "pid.part").rename(folder / "pid")
time.sleep(60)
"""
    process = script(tmp_path, text)
    wait_for(tmp_path / "pid", process)
    worker = psutil.Process(int((tmp_path / "pid").read_text(encoding="utf-8")))
    process.kill()
    process.wait()
    gone, alive = psutil.wait_procs([worker], timeout=LONG)
    assert alive == [] or alive[0].status() == psutil.STATUS_ZOMBIE
    assert len(gone) + len(alive) == 1
    for stream in (process.stdout, process.stderr):
        assert stream is not None
        stream.close()


@pytest.mark.parametrize("place", ["LocalCompute(bodies_under=UNDER)", "WorkerCompute(threads=1, bodies_under=UNDER)"])
def test_interrupt_cancels_and_lets_the_body_clean_up(tmp_path: Path, place: str) -> None:
    text = f"""
with {place} as compute:
    try:
        compute.run(Train(1, {{0: folder / "never"}}, closed=folder / "closed"))
    except CancelledError as error:
        print(error)
"""
    process = script(tmp_path, text)
    wait_for(tmp_path / "never.reached", process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=LONG)
    assert (out, err, process.returncode) == ("Cancelled; everything is as it was before.\n", "", 0)
    assert (tmp_path / "closed").exists()


def test_second_interrupt_ends_a_deaf_body(tmp_path: Path) -> None:
    text = """
with LocalCompute(bodies_under=UNDER) as compute:
    try:
        compute.run(Train(1, {0: folder / "never"}, deaf=True, closed=folder / "closed"))
    except CancelledError as error:
        print(error)
"""
    process = script(tmp_path, text)
    wait_for(tmp_path / "never.reached", process)
    process.send_signal(signal.SIGINT)
    wait_for(tmp_path / "never.heard", process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=LONG)
    assert (out, err, process.returncode) == (
        "Interrupted; files that were being written are as they were before.\n",
        "",
        0,
    )
    assert (tmp_path / "closed").exists()
