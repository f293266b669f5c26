import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.labels import UNLABELLED, Origin
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.io.labels import read_labels
from napari_geofm.session import Session, forget, recent_sessions
from tests.session.conftest import SHAPE

Opening = Callable[[], Session]


def paint(session: Session, line: int = 0, value: int = 1) -> None:
    at = At("inline", line)
    painted = session.labels_at(at)
    painted[2:5, 1:3] = value
    session.record(at, painted, what="stroke")


def test_everything_is_there_again(opened: Opening, file: Path) -> None:
    session = opened()
    session.rename_class(0, "salt")
    paint(session, 3)
    session.go_to(At("crossline", 4))
    session.change(percent=98.0, flipped=True)
    session.close()
    again = opened()
    assert again.folder == file.with_name("survey.geofm")
    assert again.classes.names == ("salt", "class 2")
    assert again.place == At("crossline", 4)
    assert (again.settings.percent, again.settings.flipped) == (98.0, True)
    assert again.labels_at(At("inline", 3))[2:5, 1:3].all()
    assert again.statistics()[0].samples == 6
    assert [line["what"] for line in again.history] == ["renamed class 1 to salt", "stroke on inline 3"]
    (recent,) = recent_sessions()
    assert (recent.survey, recent.missing, recent.labelled) == (file, "", 1)
    assert recent.saved is not None
    file.rename(file.with_name("moved.npy"))
    assert "moved, renamed or deleted" in recent_sessions()[0].missing
    forget(file)
    assert not recent_sessions()


def test_places_snap_step_turn_and_go_back(session: Session) -> None:
    seen: list[At] = []
    session.place_changed.connect(seen.append)
    assert session.place == At("inline", 2)
    session.step(1)
    session.step(100)
    assert session.place == At("inline", 4)
    session.go_to(At("inline", 0.4))
    assert session.place == At("inline", 0)
    session.point_out("crossline", 5)
    session.turn("crossline")
    assert session.place == At("crossline", 5)
    session.turn("inline")
    assert session.place == At("inline", 0)
    session.back()
    session.back()
    session.back()
    assert session.place == At("inline", 4)
    assert not session.can_go_back
    session.forward()
    assert session.place == At("inline", 0)
    count = len(seen)
    session.go_to(session.place)
    assert len(seen) == count


def test_steps_go_on_from_a_section_that_cannot_be_shown(session: Session) -> None:
    session.go_to(At("inline", 1))
    session.step(1)
    session.stay_at(At("inline", 1))
    assert session.place == At("inline", 1)
    session.step(1)
    assert session.place == At("inline", 3)
    session.step(-1)
    session.stay_at(At("inline", 3))
    # Back to where one is counts as a step too.
    session.step(1)
    assert session.place == At("inline", 3)
    session.step(1)
    assert session.place == At("inline", 4)
    session.step(-2)
    session.stay_at(At("inline", 4))
    session.go_to(At("inline", 0))
    session.step(1)
    assert session.place == At("inline", 1)


@pytest.mark.parametrize(
    ("before", "at", "beyond"),
    [
        (At("inline", 1), At("inline", 2), At("inline", 3)),
        (At("inline", 4), At("inline", 2), At("inline", 0)),
        (At("inline", 3), At("inline", 4), None),
        (At("inline", 2), At("inline", 2), None),
        (At("crossline", 1), At("inline", 2), None),
    ],
)
def test_the_section_beyond_is_as_far_again(session: Session, before: At, at: At, beyond: At | None) -> None:
    assert session.beyond(before, at) == beyond


def test_a_second_viewer_only_looks(opened: Opening) -> None:
    first, second = opened(), opened()
    assert not first.read_only
    assert second.read_only
    assert any("another viewer" in line for line in second.notices)
    paint(first)
    assert second.labels_at(At("inline", 0)).any()
    paint(second, 1)
    assert not first.labels_at(At("inline", 1)).any()
    free = [second.can_take_over]
    first.close()
    # By opening it anew; until then it is only looked at.
    assert [*free, second.can_take_over, second.read_only] == [False, True, True]
    second.close()
    third = opened()
    assert not third.read_only
    assert not third.can_take_over
    assert third.resumption is not None
    assert not third.resumption.crashed


def test_a_lock_of_a_process_that_is_gone_is_taken_over(opened: Opening, file: Path) -> None:
    opened().close()
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    import socket

    lock = {"host": socket.gethostname(), "pid": int(dead.stdout)}
    (file.with_name("survey.geofm") / "lock").write_text(json.dumps(lock))
    assert not opened().read_only


KILLED = """
import os, sys, time
from napari_geofm.core.region import At
from napari_geofm.session import Session
from pathlib import Path
session = Session.open(Path(sys.argv[1]))
for line in range(4):
    painted = session.labels_at(At("inline", line))
    painted[:, line] = 2
    session.record(At("inline", line), painted, what="stroke")
print("painted", flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_strokes_outlive_a_killed_viewer(opened: Opening, file: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(file)], stdout=subprocess.PIPE, env={**os.environ}, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "painted\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    session = opened()
    assert not session.read_only
    assert session.resumption is not None
    assert (session.resumption.sections, session.resumption.crashed) == (4, True)
    assert abs(session.resumption.saved - time.time()) < 60
    for line in range(4):
        assert (session.labels_at(At("inline", line))[:, line] == 2).all()
    # Counts were not written: they are counted anew.
    assert session.statistics()[1].samples == 4 * SHAPE[2]


def test_the_disk_holds_strokes_within_two_seconds(session: Session) -> None:
    paint(session)
    marker = session.labels_folder / "unsaved"
    assert marker.exists()
    limit = time.monotonic() + 3
    while marker.exists() and time.monotonic() < limit:
        time.sleep(0.05)
    assert not marker.exists()
    with np.load(session.labels_folder / "counts.npz") as counts:
        assert counts["dimension0"][0, 1] == 6


def waited_for_backup(session: Session) -> Path:
    limit = time.monotonic() + 5
    while time.monotonic() < limit:
        found = sorted((session.folder / "backups").glob("[0-9]*"))
        if found:
            return found[-1]
        time.sleep(0.02)
    raise AssertionError("no backup")


@pytest.mark.parametrize("damage", ["labels", "session", "cut"])
def test_what_is_damaged_is_set_aside_and_the_backup_used(opened: Opening, damage: str) -> None:
    session = opened()
    session.rename_class(0, "salt")
    paint(session)
    session.close()
    session = opened()
    waited_for_backup(session)
    session.close()
    harm = {
        "labels": (session.labels_folder / "labels.npy", b"nonsense"),
        "session": (session.folder / "session.json", b'{"classes": ['),
        "cut": (session.labels_folder / "labels.npy", (session.labels_folder / "labels.npy").read_bytes()[:150]),
    }
    file, content = harm[damage]
    file.write_bytes(content)
    again = opened()
    assert again.labels_at(At("inline", 0))[2:5, 1:3].all()
    assert again.classes.names[0] == "salt"
    assert any("backup" in line for line in again.notices)
    aside = [path.name for path in again.folder.iterdir() if ".damaged-" in path.name]
    assert len(aside) == 1


def test_labels_of_another_shape_are_kept_aside(opened: Opening, file: Path) -> None:
    session = opened()
    paint(session)
    session.close()
    np.save(file, np.zeros((3, 4, 5), np.float32))
    again = opened()
    assert not any(each.samples for each in again.statistics())
    assert any("another survey's shape" in line for line in again.notices)
    assert any("labels.damaged-" in path.name for path in again.folder.iterdir())


def test_the_labels_are_read_like_any_label_file(session: Session, survey: Survey) -> None:
    paint(session, 1, value=2)
    at = At("inline", 1)
    classes = np.full((SHAPE[2], SHAPE[1]), 0, np.uint8)
    session.accept(at, classes)
    for folder in (session.labels_folder, session.folder):
        labels = read_labels(folder, survey)
        assert labels.classes.names == ("class 1", "class 2")
        section, human = (get(survey.places(at), survey.layout(at)) for get in (labels.section, labels.human))
        assert (section[2:5, 1:3] == 1).all()
        assert (section == 0).sum() == section.size - 6
        assert (human != UNLABELLED).sum() == 6
        assert [place for place, _ in labels.labelled_slices(0)] == [1]
    assert (session.origins_at(at) != Origin.NONE).all()


def test_models_are_listed_and_the_one_in_use_is_kept(opened: Opening) -> None:
    from napari_geofm.core.recipe import Recipe
    from napari_geofm.io.models import write_model

    session = opened()
    folder = session.new_model_folder("probe")
    assert folder.name == "probe-1"
    recipe = Recipe(classes=session.classes)
    head = {"probe.weight": np.zeros((2, 4), np.float32), "probe.bias": np.zeros(2, np.float32)}
    write_model(folder, recipe, "card", {}, head)
    session.use_model(folder)
    assert session.new_model_folder("probe").name == "probe-2"
    session.close()
    again = opened()
    assert again.model == folder
    assert [entry.name for entry in again.models] == ["probe-1"]
    again.use_model(None)
    assert again.model is None


def test_a_line_is_one_section(tmp_path: Path) -> None:
    np.save(tmp_path / "line.npy", np.zeros((6, 9), np.float32))
    session = Session.open(tmp_path / "line.npy")
    try:
        assert session.place == At()
        painted = session.labels_at(At())
        painted[1, 2] = 1
        session.record(At(), painted, what="stroke")
        assert session.labelled_sections() == [At()]
        session.step(1)
        session.turn("inline")
        assert session.place == At()
        assert session.undo() == "stroke on the section"
        assert session.labelled_sections() == []
    finally:
        session.close()
