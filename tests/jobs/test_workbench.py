"""What a worker keeps open is opened anew once it is another on the disk."""

from pathlib import Path

import pytest

from napari_geofm.jobs.workbench import Workbench
from tests.io.das.recorder import STEP_NS, noise, write


@pytest.mark.usefixtures("own_cache")
def test_a_recording_in_dated_folders_is_opened_anew_when_a_file_comes(tmp_path: Path) -> None:
    write(tmp_path / "run/2024/03/a.h5", noise(3, 100))
    bench = Workbench()
    before = bench.survey(tmp_path / "run")
    assert bench.survey(tmp_path / "run") is before
    write(tmp_path / "run/2024/03/b.h5", noise(3, 50), 100 * STEP_NS)
    assert bench.survey(tmp_path / "run").shape == (3, 150)
    # A recorder went on writing the last file.
    (tmp_path / "run/2024/03/b.h5").unlink()
    write(tmp_path / "run/2024/03/b.h5", noise(3, 80), 100 * STEP_NS)
    assert bench.survey(tmp_path / "run").shape == (3, 180)
