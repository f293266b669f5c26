import errno
from pathlib import Path

import pytest

from napari_geofm.errors import OutputError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.work_folder import work_folder


def test_it_lies_beside_and_is_gone_at_the_end(tmp_path: Path) -> None:
    with work_folder(tmp_path / "new" / "out.npy") as folder:
        (folder / "data").write_bytes(b"1")
        assert folder.parent == tmp_path / "new"
    assert list((tmp_path / "new").iterdir()) == []


def test_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OutputError, match="no space left on the disk"), work_folder(tmp_path / "out.npy") as folder:
        raise OSError(errno.ENOSPC, "full", str(folder))
    assert list(tmp_path.iterdir()) == []

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(OutputError, match="read-only"), work_folder(tmp_path / "out.npy"):
        pytest.fail("the body must not run")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no folder of the system's own numbers")
def test_a_folder_that_takes_no_files() -> None:
    line = "Cannot write /proc/x.npy: /proc takes no new files; write elsewhere"
    with pytest.raises(OutputError, match=line), work_folder(Path("/proc/x.npy")):
        pytest.fail("the body must not run")
    with pytest.raises(OutputError, match="/proc takes no new files"), replacing(Path("/proc/x.npy")):
        pytest.fail("the body must not run")
