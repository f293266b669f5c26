"""What lies under the mouse, for each kind of survey, whatever napari writes meanwhile."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from napari_geofm.core.region import At
from napari_geofm.gui.workspace import Workspace
from napari_geofm.session import Session
from tests.gui.canvas_mouse import Canvas
from tests.gui.conftest import FakeEngine, plain_prediction, stroke


def shown(workspace: Workspace) -> str:
    """Return what the status bar says."""
    return str(workspace.viewer.window._qt_window.statusBar()._status.text())


def said(workspace: Workspace, canvas: Canvas, qtbot: QtBot, row: int, column: int) -> str:
    """Return what the status bar says of a sample."""

    def is_said() -> bool:
        # A window that has just been shown tells napari once that the pointer is elsewhere.
        canvas.hover(row + 1, column)
        canvas.hover(row, column)
        # What is said follows in a later turn of the event loop.
        qtbot.wait(20)
        return workspace.status.text != "" and shown(workspace) == workspace.status.text

    qtbot.waitUntil(is_said, timeout=3000)
    return workspace.status.text


def test_lines_time_place_amplitude_class_and_confidence(
    workspace: Workspace, canvas: Canvas, qtbot: QtBot, session: Session
) -> None:
    stroke(session, 2)
    workspace.view.show_prediction(session.place, *plain_prediction(workspace))
    text = said(workspace, canvas, qtbot, 15, 20)
    section = workspace.view.section
    assert section is not None
    assert f"inline {session.place.value:g}" in text
    assert f"crossline {section.columns.values[20]}" in text
    assert f"time {section.rows.values[15]:g} ms" in text
    x, y = session.survey.template.affine.xy(session.place.value, section.columns.values[20])  # type: ignore[attr-defined]
    assert f"X {x:.1f}  Y {y:.1f}" in text
    assert f"amplitude {section.values[15, 20]:.5g}" in text
    assert "labelled salt" in text
    assert "predicted shale, confidence 0.21" in text


def test_time_slices_name_all_three_numbers(
    workspace: Workspace, canvas: Canvas, qtbot: QtBot, session: Session
) -> None:
    session.go_to(At("twt", 40.0))
    qtbot.waitUntil(lambda: workspace.view.at == At("twt", 40.0), timeout=5000)
    text = said(workspace, canvas, qtbot, 2, 2)
    assert "time 40 ms" in text
    assert "inline 10" in text
    assert "crossline" in text


@pytest.mark.parametrize("selected", [1, 2])
def test_what_napari_writes_is_written_over(workspace: Workspace, canvas: Canvas, qtbot: QtBot, selected: int) -> None:
    workspace.viewer.layers.selection = set(workspace.view.layers.all[-selected:])
    text = said(workspace, canvas, qtbot, 15, 20)
    window: Any = workspace.viewer.window._qt_window
    workspace.viewer.mouse_over_canvas = True
    with qtbot.waitSignal(window.status_thread.status_and_tooltip_changed, timeout=5000) as told:
        # napari's fixture keeps the thread itself from starting; this is what it does.
        threading.Thread(target=window.status_thread.calculate_status).start()
    assert "[" in str(told.args)
    assert shown(workspace) == text
    assert "[" not in shown(workspace)


def test_beside_the_section_nothing_is_said(workspace: Workspace, canvas: Canvas, qtbot: QtBot) -> None:
    said(workspace, canvas, qtbot, 15, 20)
    canvas.hover(-3, 20)
    qtbot.waitUntil(lambda: workspace.status.text == "", timeout=2000)


def test_it_follows_while_a_button_is_down(workspace: Workspace, canvas: Canvas, qtbot: QtBot) -> None:
    before = said(workspace, canvas, qtbot, 15, 20)
    workspace.viewer.layers["labels"].mode = "erase"
    canvas.press(15, 20)
    columns = iter(range(21, 90))

    def is_said() -> bool:
        # The canvas lets moves pass that come too quickly one after the other.
        canvas.move(15, next(columns))
        return workspace.status.text != before and shown(workspace) == workspace.status.text

    qtbot.waitUntil(is_said, timeout=5000)
    canvas.release(15, 20)


def test_missing_traces_are_called_so(workspace: Workspace, canvas: Canvas, qtbot: QtBot, session: Session) -> None:
    session.go_to(At("inline", session.survey.axis("inline").values[2].item()))
    qtbot.waitUntil(lambda: workspace.view.at == session.place, timeout=5000)
    assert "no trace" in said(workspace, canvas, qtbot, 15, 40)


@pytest.fixture
def opened(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_napari_viewer: Callable[..., Any],
    qtbot: QtBot,
) -> Iterator[Callable[[Path], tuple[Workspace, Canvas]]]:
    """Return what opens any file in a window."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    found: list[Workspace] = []

    def make(file: Path) -> tuple[Workspace, Canvas]:
        viewer = make_napari_viewer()
        workspace = Workspace(viewer, Session.open(file), FakeEngine())  # type: ignore[arg-type]
        found.append(workspace)
        qtbot.waitUntil(lambda: workspace.view.section is not None, timeout=10_000)
        viewer.window.show()
        canvas = Canvas(workspace, qtbot)
        qtbot.waitUntil(lambda: canvas.widget.width() > 200 and workspace.view.framing.untouched, timeout=5000)
        return workspace, canvas

    yield make
    for each in found:
        each.close()


def test_a_line(opened: Callable[[Path], tuple[Workspace, Canvas]], tmp_path: Path, qtbot: QtBot) -> None:
    import segyio

    file = tmp_path / "line.sgy"
    spec = segyio.spec()
    spec.format, spec.samples, spec.tracecount = 5, np.arange(50) * 4.0, 40
    with segyio.create(str(file), spec) as made:
        made.bin[segyio.BinField.Interval] = 4000
        for trace in range(40):
            made.header[trace] = {
                segyio.TraceField.CDP: 101 + trace,
                segyio.TraceField.CDP_X: 1000 + 25 * trace,
                segyio.TraceField.CDP_Y: 7000 - 10 * trace**2,
                segyio.TraceField.TRACE_SAMPLE_INTERVAL: 4000,
            }
            made.trace[trace] = np.full(50, trace + 1, np.float32)
    workspace, canvas = opened(file)
    text = said(workspace, canvas, qtbot, 10, 6)
    assert "cdp 107" in text
    assert "time 40 ms" in text
    assert "X 1150.0  Y 6640.0" in text
    assert "amplitude 7" in text


def test_a_recording(opened: Callable[[Path], tuple[Workspace, Canvas]], tmp_path: Path, qtbot: QtBot) -> None:
    from napari_geofm.samples.das import DasSampleSpec, make_das, write_das

    file = tmp_path / "fibre.h5"
    write_das(make_das(DasSampleSpec(seed=2, channels=64, samples=600, spacing_m=20.0)), file)
    workspace, canvas = opened(file)
    section = workspace.view.section
    assert section is not None
    text = said(workspace, canvas, qtbot, 100, 10)
    assert f"distance {section.columns.values[10]:.10g} m" in text
    assert f"time {section.rows.values[100]:.10g} s" in text
    unit = workspace.session.survey.data.attrs.get("units", "")
    assert f"amplitude {section.values[100, 10]:.5g} {unit}".strip() in text


def test_a_picture_and_a_map(opened: Callable[[Path], tuple[Workspace, Canvas]], tmp_path: Path, qtbot: QtBot) -> None:
    Image.fromarray(np.arange(600, dtype=np.uint16).reshape(20, 30).astype(np.uint8)).save(tmp_path / "moon.png")
    workspace, canvas = opened(tmp_path / "moon.png")
    text = said(workspace, canvas, qtbot, 3, 5)
    assert "column 5   row 3   brightness 95" in text
    assert "X" not in text
    import rasterio
    from affine import Affine

    file = tmp_path / "map.tif"
    shape = {"height": 20, "width": 30, "count": 1, "dtype": "float32"}
    with rasterio.open(file, "w", crs="EPSG:32633", transform=Affine(10.0, 0.0, 5e5, 0.0, -10.0, 4e6), **shape) as made:
        made.write(np.arange(600, dtype=np.float32).reshape(1, 20, 30))
    shutil.rmtree(tmp_path / "data", ignore_errors=True)
    workspace, canvas = opened(file)
    text = said(workspace, canvas, qtbot, 3, 5)
    assert "X 500055.0  Y 3999965.0" in text
    assert "brightness 95" in text


def test_a_map_of_the_moon_is_told_as_places_on_it(
    opened: Callable[[Path], tuple[Workspace, Canvas]], tmp_path: Path, qtbot: QtBot
) -> None:
    from tests.gui.maps import elevation_file

    workspace, canvas = opened(elevation_file(tmp_path))
    text = said(workspace, canvas, qtbot, 60, 40)
    assert text.startswith("59.975° N  22.025° E   elevation 2000.6 m")
    workspace.session.change(longitudes="360")
    assert "22.025° E" in said(workspace, canvas, qtbot, 60, 40)
    assert "no data" in said(workspace, canvas, qtbot, 2, 2)
