"""A file becomes a survey in the viewer."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.gui.opening import Opening
from napari_geofm.gui.recent_list import RecentList
from napari_geofm.plugin import reader
from tests.gui.conftest import told
from tests.gui.mouse import press
from tests.tiny import TinySurvey


@pytest.fixture
def file(survey_files: TinySurvey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    shutil.copy(survey_files.file, tmp_path / "one.sgy")
    shutil.copy(survey_files.file, tmp_path / "two.sgy")
    return tmp_path / "one.sgy"


def test_a_second_survey_replaces_the_first(make_napari_viewer: Callable[..., Any], file: Path, qtbot: QtBot) -> None:
    viewer = make_napari_viewer()
    opening = Opening(viewer)
    with qtbot.waitSignal(opening.opened, timeout=20_000):
        opening.open(file)
    first = opening.workspace
    assert first is not None
    qtbot.waitUntil(lambda: first.view.section is not None, timeout=10_000)
    assert next(layer.name for layer in viewer.layers) == "amplitude"
    with qtbot.waitSignal(opening.opened, timeout=20_000):
        opening.open(file.with_name("two.sgy"))
    assert opening.workspace is not None
    assert opening.workspace.session.survey.name == "two"
    assert len([layer for layer in viewer.layers if layer.name.startswith("labels")]) == 1
    assert not (first.session.folder / "lock").exists()
    opening.close()
    assert not viewer.layers


def test_what_is_no_survey_is_told_and_the_open_one_stays(
    make_napari_viewer: Callable[..., Any], file: Path, qtbot: QtBot
) -> None:
    viewer = make_napari_viewer()
    opening = Opening(viewer)
    with qtbot.waitSignal(opening.opened, timeout=20_000):
        opening.open(file)
    bad = file.with_name("bad.sgy")
    bad.write_text("no seismic in here\n" * 500)
    opening.open(bad)
    qtbot.waitUntil(lambda: any("bad.sgy" in line for line in told()), timeout=10_000)
    assert opening.workspace is not None
    assert opening.workspace.session.survey.name == "one"
    opening.close()


def test_the_last_surveys_open_by_one_click(make_napari_viewer: Callable[..., Any], file: Path, qtbot: QtBot) -> None:
    from napari_geofm.session import Session

    Session.open(file).close()
    chosen: list[Path] = []
    panel = RecentList(make_napari_viewer(), chosen.append, lambda: chosen.append(Path("asked")))
    qtbot.addWidget(panel)
    panel.show()
    press(panel.recent[0])
    press(panel.choose)
    assert chosen == [file, Path("asked")]


def test_the_reader_takes_what_is_there(file: Path) -> None:
    assert reader(str(file)) is not None
    assert reader(str(file.with_name("none.sgy"))) is None
