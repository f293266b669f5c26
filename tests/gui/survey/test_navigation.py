"""Stepping with real clicks, wheel and keys; what the way back is; surveys without lines or with names."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, QPointF, Qt
from qtpy.QtGui import QWheelEvent
from qtpy.QtWidgets import QApplication, QLabel, QSpinBox, QStyle, QStyleOptionSlider, QWidget

from napari_geofm.core.region import At
from napari_geofm.gui.survey.navigation import Navigation
from napari_geofm.session import Session
from tests.gui.mouse import drag, press, type_keys
from tests.tiny import TinySurvey

WIDEST = 300


@pytest.fixture
def navigation(session: Session, qtbot: QtBot) -> Navigation:
    made = Navigation(session)
    qtbot.addWidget(made)
    made.resize(WIDEST, made.sizeHint().height())
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Callable[[Path], Navigation]]:
    """Return what opens a file and steps through it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    sessions: list[Session] = []

    def make(file: Path) -> Navigation:
        sessions.append(Session.open(file))
        made = Navigation(sessions[-1])
        qtbot.addWidget(made)
        return made

    yield make
    for each in sessions:
        each.close()


def turn_wheel(widget: QWidget, notches: int) -> None:
    """Turn the wheel over a widget: above 0 away from the user."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(widget.rect().center())),
        QPoint(0, 0),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def groove_x(navigation: Navigation, value: int) -> QPoint:
    """Return where on the slider a value lies."""
    slider = navigation.scrub.slider
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    style = slider.style()
    assert style is not None
    parts = (QStyle.SubControl.SC_SliderGroove, QStyle.SubControl.SC_SliderHandle)
    groove, handle = (style.subControlRect(QStyle.ComplexControl.CC_Slider, option, part, slider) for part in parts)
    along = QStyle.sliderPositionFromValue(slider.minimum(), slider.maximum(), value, groove.width() - handle.width())
    return QPoint(groove.x() + handle.width() // 2 + along, slider.height() // 2)


def test_it_fits_and_cuts_no_text_off(navigation: Navigation) -> None:
    assert navigation.minimumSizeHint().width() <= WIDEST
    for name in ("crossline", "twt", "inline"):
        press(navigation.axes[name])
        QApplication.processEvents()
        for label in navigation.findChildren(QLabel):
            if not isinstance(label.parent(), QSpinBox) and label.text():
                assert label.width() >= label.sizeHint().width(), label.text()
                assert label.geometry().right() < navigation.width()
        line = navigation.number.lineEdit()
        assert line is not None
        assert line.fontMetrics().horizontalAdvance(line.text()) < line.width()


def test_numbers_and_units_of_each_axis_are_told(navigation: Navigation) -> None:
    press(navigation.axes["twt"])
    assert navigation.number.text().endswith(" ms")
    assert (navigation.scrub.first.text(), navigation.scrub.last.text()) == ("0", "380")
    press(navigation.axes["inline"])
    assert (navigation.scrub.first.text(), navigation.scrub.last.text()) == ("1000", "1050")
    assert navigation.number.text() == "1030"


def test_a_click_on_the_slider_goes_there_and_the_wheel_steps(navigation: Navigation, session: Session) -> None:
    press(navigation.scrub.slider, groove_x(navigation, 0))
    assert session.place == At("inline", 1000)
    turn_wheel(navigation.scrub.slider, 2)
    assert session.place == At("inline", 1020)
    turn_wheel(navigation.scrub.slider, -1)
    assert session.place == At("inline", 1010)
    turn_wheel(navigation.number, 1)
    assert session.place == At("inline", 1020)


def test_of_a_whole_drag_the_way_back_is_one_step(navigation: Navigation, session: Session) -> None:
    session.go_to(At("inline", 1010))
    drag(navigation.scrub.slider, [groove_x(navigation, value) for value in (1, 2, 3, 5)])
    assert session.place == At("inline", 1050)
    press(navigation.way.back)
    assert session.place == At("inline", 1010)
    press(navigation.way.forward)
    assert session.place == At("inline", 1050)


def test_return_gives_the_keys_back_to_the_canvas(navigation: Navigation, session: Session, qtbot: QtBot) -> None:
    navigation.number.selectAll()
    with qtbot.waitSignal(navigation.left, timeout=2000):
        type_keys(navigation.number, "1041", end=Qt.Key.Key_Return)
    assert session.place == At("inline", 1040)
    assert navigation.number.value() == 1040


def test_arrow_keys_in_the_box_step_over_uneven_lines(
    survey_files: TinySurvey, tmp_path: Path, opened: Callable[[Path], Navigation]
) -> None:
    file = tmp_path / "uneven.sgy"
    shutil.copy(survey_files.file, file)
    bend_inlines(file, {1020: 1023, 1030: 1031})
    navigation = opened(file)
    session = navigation._session
    session.go_to(At("inline", 1010))
    type_keys(navigation.number, "", end=Qt.Key.Key_Up)
    assert session.place == At("inline", 1023)
    type_keys(navigation.number, "", end=Qt.Key.Key_Up)
    assert (session.place, navigation.number.value()) == (At("inline", 1031), 1031)
    type_keys(navigation.number, "", end=Qt.Key.Key_Down)
    assert navigation.scrub.slider.value() == 2


def bend_inlines(file: Path, numbers: dict[int, int]) -> None:
    """Give inlines other numbers in the trace headers."""
    import segyio

    with segyio.open(str(file), "r+", ignore_geometry=True) as opened_file:
        for header in opened_file.header:
            line = int(header[segyio.TraceField.INLINE_3D])
            if line in numbers:
                header.update({segyio.TraceField.INLINE_3D: numbers[line]})


def test_tiles_are_chosen_by_name(tmp_path: Path, opened: Callable[[Path], Navigation]) -> None:
    folder = tmp_path / "tiles"
    folder.mkdir()
    for name in ("a", "b", "c"):
        Image.fromarray(np.full((20, 30), 7, np.uint8)).save(folder / f"{name}.png")
    navigation = opened(folder)
    assert not navigation.isHidden()
    assert navigation.number.isHidden()
    assert [navigation.names.itemText(n) for n in range(3)] == ["a.png", "b.png", "c.png"]
    type_keys(navigation.names, "", end=Qt.Key.Key_Home)
    assert navigation._session.place == At("tile", "a.png")
    navigation._session.step(1)
    assert navigation.names.currentText() == "b.png"


def test_a_single_image_has_nothing_to_step_through(tmp_path: Path, opened: Callable[[Path], Navigation]) -> None:
    file = tmp_path / "moon.png"
    Image.fromarray(np.arange(600, dtype=np.uint16).reshape(20, 30).astype(np.uint8)).save(file)
    assert opened(file).isHidden()
