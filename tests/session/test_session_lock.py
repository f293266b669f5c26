import errno
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from napari_geofm.session.session_lock import SessionLock


def written(file: Path, pid: int, started: float = 0.0, host: str | None = None) -> None:
    file.write_text(json.dumps({"host": host or socket.gethostname(), "pid": pid, "started": started}))


def gone() -> int:
    """Return the number of a process that has ended."""
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    return int(dead.stdout)


def test_one_at_a_time(tmp_path: Path) -> None:
    first = SessionLock(tmp_path / "lock")
    second = SessionLock(tmp_path / "lock")
    assert first.held
    assert not second.held
    assert second.owner == f"process {os.getpid()} on {socket.gethostname()}"
    second.release()
    assert (tmp_path / "lock").exists()
    first.release()
    assert SessionLock(tmp_path / "lock").held


def test_the_number_of_a_gone_process_may_be_in_use_again(tmp_path: Path) -> None:
    written(tmp_path / "lock", os.getpid(), started=1e9)
    assert SessionLock(tmp_path / "lock").held


def test_another_computers_lock_is_respected(tmp_path: Path) -> None:
    written(tmp_path / "lock", 1, host="seismic-7")
    lock = SessionLock(tmp_path / "lock")
    assert not lock.held
    assert lock.owner == "process 1 on seismic-7"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no zombies")
def test_a_zombie_holds_nothing(tmp_path: Path) -> None:
    import psutil

    child = subprocess.Popen([sys.executable, "-c", ""])
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    written(tmp_path / "lock", child.pid)
    assert SessionLock(tmp_path / "lock").held
    child.wait()


def test_a_lock_without_sense_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("")
    assert SessionLock(tmp_path / "lock").held


def test_of_many_that_find_a_stale_lock_one_gets_it(tmp_path: Path) -> None:
    pid = gone()
    for _ in range(20):
        written(tmp_path / "lock", pid)
        locks: list[SessionLock] = []
        begin = threading.Barrier(6)

        def take(locks: list[SessionLock] = locks, begin: threading.Barrier = begin) -> None:
            begin.wait()
            locks.append(SessionLock(tmp_path / "lock"))

        threads = [threading.Thread(target=take) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [lock.held for lock in locks].count(True) == 1
        for lock in locks:
            lock.release()
    assert not (tmp_path / "lock").exists()


def test_a_drive_without_locks_of_the_system_has_locks_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("filelock.FileLock.acquire", refused)
    first = SessionLock(tmp_path / "lock")
    assert first.held
    assert not SessionLock(tmp_path / "lock").held
    first.release()
    assert SessionLock(tmp_path / "lock").held


def test_of_many_that_start_together_one_gets_it(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from napari_geofm.session.session_lock import SessionLock\n"
    code += "print(int(SessionLock(Path(sys.argv[1])).held), flush=True); sys.stdin.read()"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "lock")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    try:
        said = [int(child.stdout.readline()) for child in started if child.stdout is not None]
    finally:
        for child in started:
            child.communicate("")
    assert sorted(said) == [0, 0, 0, 1]
