"""Going through long recordings and large images with mouse and keys."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt

from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.gui.dock.dock import Dock
from napari_geofm.gui.survey.image_windows import ImageWindows
from napari_geofm.gui.survey.page_map import PageMap
from napari_geofm.gui.survey.time_windows import TimeWindows
from napari_geofm.gui.workspace import Workspace
from napari_geofm.session import Session
from tests.gui.conftest import FakeEngine
from tests.gui.mouse import drag, press, type_keys
from tests.gui.paged import large_image, long_recording

Open = Callable[[Survey], Session]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    sessions: list[Session] = []

    def make(survey: Survey) -> Session:
        sessions.append(Session(survey))
        return sessions[-1]

    yield make
    for each in sessions:
        each.close()


def row_of(made: TimeWindows | ImageWindows | PageMap, qtbot: QtBot) -> None:
    qtbot.addWidget(made)
    made.resize(300, made.sizeHint().height())
    made.show()
    qtbot.waitExposed(made)


def typed(row: TimeWindows, text: str) -> None:
    row.when.selectAll()
    type_keys(row.when, text, end=Qt.Key.Key_Return)


def window(row: float, column: float) -> At:
    return At("window", None, None, (row, column, 2500.0, 2000.0))


def test_times_are_absolute_and_can_be_typed(opened: Open, tmp_path: Path, qtbot: QtBot) -> None:
    session = opened(long_recording(tmp_path))
    row = TimeWindows(session)
    row_of(row, qtbot)
    assert row.when.text() == "2022-06-04 10:00:00.000"
    assert row.when.fontMetrics().horizontalAdvance(row.when.text()) < row.when.width()
    with qtbot.waitSignal(row.left):
        typed(row, "2022-06-04 10:00:03.25")
    assert session.place == At("time", 3.25, 2.0)
    typed(row, "6.5")
    assert (session.place, row.when.text()) == (At("time", 6.5, 2.0), "2022-06-04 10:00:06.500")
    typed(row, "10:00:09.5")
    assert session.place == At("time", 8.0, 2.0)
    press(row.way.back)
    assert session.place == At("time", 6.5, 2.0)


def test_what_is_no_time_of_the_recording_is_told(opened: Open, tmp_path: Path, qtbot: QtBot) -> None:
    from napari.utils.notifications import notification_manager

    session = opened(long_recording(tmp_path))
    row = TimeWindows(session)
    row_of(row, qtbot)
    for text, words in (
        ("soon", "write a UTC date and time"),
        ("70", "runs from 0 to 9.999 s"),
        ("11:00", "recorded from"),
    ):
        typed(row, text)
        assert words in notification_manager.records[-1].message
        assert (session.place, row.when.text()) == (At("time", 0.0, 2.0), "2022-06-04 10:00:00.000")


def test_a_recording_without_date_is_told_in_seconds(opened: Open, tmp_path: Path, qtbot: QtBot) -> None:
    session = opened(long_recording(tmp_path, start=""))
    row = TimeWindows(session)
    row_of(row, qtbot)
    typed(row, "4.5 s")
    assert (session.place, row.when.text()) == (At("time", 4.5, 2.0), "4.500 s")


def test_a_drag_along_the_slider_is_one_step_back(opened: Open, tmp_path: Path, qtbot: QtBot) -> None:
    session = opened(long_recording(tmp_path))
    row = TimeWindows(session)
    row_of(row, qtbot)
    slider = row.scrub.slider
    drag(slider, [QPoint(x, slider.height() // 2) for x in (4, slider.width() // 2, slider.width())])
    assert session.place == At("time", 8.0, 2.0)
    session.back()
    assert session.place == At("time", 0.0, 2.0)


def test_the_length_of_a_window_is_chosen(opened: Open, tmp_path: Path, qtbot: QtBot) -> None:
    session = opened(long_recording(tmp_path))
    session.go_to(At("time", 4.0, 2.0))
    row = TimeWindows(session)
    row_of(row, qtbot)
    row.length.selectAll()
    type_keys(row.length, "0.5", end=Qt.Key.Key_Return)
    assert session.place == At("time", 4.0, 0.5)
    assert (row.length.text(), row.scrub.slider.maximum()) == ("0.5 s", 19)
    row.length.stepBy(1)
    assert session.place == At("time", 4.0, 1.0)


def test_of_short_recordings_and_other_surveys_there_is_no_row(
    opened: Open, tmp_path: Path, session: Session, qtbot: QtBot
) -> None:
    for each in (session, opened(long_recording(tmp_path, samples=900))):
        for row in (TimeWindows(each), ImageWindows(each)):
            qtbot.addWidget(row)
            assert row.isHidden()


@pytest.mark.parametrize("south_up", [False, True])
def test_an_image_is_gone_through_four_ways(south_up: bool, opened: Open, tmp_path: Path, qtbot: QtBot) -> None:
    session = opened(large_image(tmp_path, south_up=south_up))
    row = ImageWindows(session)
    row_of(row, qtbot)
    left, above, below, right = row.ways
    upper, lower = (2500.0, 0.0) if south_up else (0.0, 2500.0)
    assert session.place == window(2500.0, 2000.0)
    session.go_to(window(lower, 2000.0))
    press(above)
    press(right)
    assert session.place == window(upper, 4000.0)
    assert not above.isEnabled()
    assert not right.isEnabled()
    press(below)
    press(left)
    assert session.place == window(lower, 2000.0)
    assert "lon 6.67 to 13.33°" in row.where.text()


def test_a_click_on_the_map_goes_there(
    opened: Open, tmp_path: Path, made: Callable[[Survey], Workspace], qtbot: QtBot
) -> None:
    workspace = made(large_image(tmp_path))
    session = workspace.session
    pages = Dock(workspace).survey.pages
    row_of(pages, qtbot)
    qtbot.waitUntil(lambda: pages.read, timeout=20_000)
    box = pages.box
    press(pages, QPoint(round(box.right()) - 3, round(box.top()) + 3))
    assert session.place == window(0.0, 4000.0)
    frame = pages.frame_of(session.survey.places(session.place))
    assert (frame.right(), frame.top()) == (pytest.approx(box.right()), pytest.approx(box.top()))
    image, box = pages.grab().toImage(), pages.box
    middle = round(box.center().y() + 20)
    dark, bright = (image.pixelColor(round(x), middle).lightness() for x in (box.left() + 8, box.right() - 8))
    assert bright > dark + 100
    session.back()
    assert session.place == window(2500.0, 2000.0)


@pytest.fixture
def made(
    make_napari_viewer: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> Iterator[Callable[[Survey], Workspace]]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    made: list[Workspace] = []

    def make(survey: Survey) -> Workspace:
        made.append(Workspace(make_napari_viewer(), Session(survey), FakeEngine()))  # type: ignore[arg-type]
        qtbot.waitUntil(lambda: made[-1].view.section is not None, timeout=10_000)
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_recording_is_interpreted_window_by_window(
    tmp_path: Path, made: Callable[[Survey], Workspace], qtbot: QtBot
) -> None:
    workspace = made(long_recording(tmp_path))
    session, view = workspace.session, workspace.view
    dock = Dock(workspace)
    qtbot.addWidget(dock)
    session.change(show_features=True)
    for start in (2.0, 4.0):
        painted = session.labels_at(At("time", start, 2.0))
        painted[10:20, 3:6] = 1
        session.record(At("time", start, 2.0), painted, what="stroke")
    key = {each.shown: each for each in dock_keys(dock)}
    assert "next window" in {each.what for each in key.values()}
    key["."].act()
    qtbot.waitUntil(lambda: view.at == At("time", 2.0, 2.0), timeout=10_000)
    assert view.section is not None
    assert view.section.shape == (2000, 12)
    assert (view.layers.labels.data[10:20, 3:6] == 1).all()
    assert [each.spec.at for each in workspace.engine.views][-1] == At("time", 2.0, 2.0)  # type: ignore[attr-defined]
    assert workspace.following.next_place(At("time", 2.0, 2.0)) == At("time", 4.0, 2.0)
    key["K"].act()
    qtbot.waitUntil(lambda: view.at == At("time", 4.0, 2.0), timeout=10_000)
    assert dock.time.gap.text().startswith("0.5 of 2 s are a gap from 5 s on")
    qtbot.waitUntil(lambda: dock.labels.sections.heading.text() == "Labelled windows: 2", timeout=5_000)
    session.set_page(1000)
    qtbot.waitUntil(lambda: listed(dock) == ["2 to 3 s", "4 to 5 s"], timeout=5_000)
    key[","].act()
    qtbot.waitUntil(lambda: view.at == At("time", 3.0, 1.0), timeout=10_000)


def dock_keys(dock: Dock) -> list[Any]:
    from napari_geofm.gui.dock.keys import told_keys

    return told_keys(dock)


def listed(dock: Dock) -> list[str]:
    items = (dock.labels.sections.list.item(row) for row in range(dock.labels.sections.list.count()))
    return [item.text() for item in items if item is not None]
