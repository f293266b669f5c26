"""Draw the pictures of the tutorials: a DAS recording and a map of the Moon, from File > Open Sample to what goes home.

``.venv/bin/python -m tools.draw_tutorials`` writes docs/images/das/STEP.png and docs/images/moon/STEP.png, with the
clicks and strokes that the pages tell of; it needs Xvfb and the weights. ``--only das`` or ``--only moon`` draws one.
"""

import argparse
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_geofm.cli.screens import in_virtual_screen
from tools.pictures import IMAGES, keep, own_environment

if TYPE_CHECKING:
    from qtpy.QtWidgets import QComboBox, QWidget

    from napari_geofm.gui.tour import Visit
    from napari_geofm.samples import DasSample

BRUSHES = {"das": 21, "moon": 9}
"""Brushes in samples: of a recording ten samples are a pixel or two."""

VEHICLE = 4
"""Its class in the sample's truth."""


def main() -> int:
    """Draw what is asked for, each in a virtual screen of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=tuple(TUTORIALS), help="one of them")
    parser.add_argument("--here", type=Path, help="work the viewer on this screen, pictures go to this folder")
    asked = parser.parse_args()
    for name in [asked.only] if asked.only else TUTORIALS:
        if asked.here is not None:
            work(name, asked.here)
            continue
        print(name, flush=True)
        with tempfile.TemporaryDirectory(prefix="geofm-pictures-") as own:
            folder = Path(own)
            words = ["-m", "tools.draw_tutorials", "--only", name, "--here", str(folder / "out")]
            in_virtual_screen(words, own_environment(folder))
            shutil.rmtree(IMAGES / name, ignore_errors=True)
            for picture in (folder / "out").glob("*.png"):
                keep(picture, IMAGES / name / f"{picture.stem.partition('-')[2]}.png")
    return 0


def work(name: str, folder: Path) -> None:
    """Open the sample, and do what the tutorial says."""
    import napari
    from napari._qt.dialogs.qt_notification import NapariQtNotification

    from napari_geofm.gui.opening.opening import opening_of
    from napari_geofm.gui.tour import Visit, until

    folder.mkdir(parents=True, exist_ok=True)
    viewer = napari.Viewer(title="GeoFM")
    viewer.window._qt_window.setGeometry(0, 0, 1366, 768)
    visit, (sample, steps) = Visit(viewer, folder), TUTORIALS[name]
    viewer.open_sample("napari-geofm", sample)
    until(lambda: opening_of(viewer).workspace is not None, "the sample")
    until(lambda: visit.workspace.view.section is not None, "its section")
    for told in viewer.window._qt_window.findChildren(NapariQtNotification):
        # On a busy machine: that the sample takes long to open.
        told.close()
    viewer.window._qt_window.activateWindow()
    steps(visit)
    viewer.close()


def das(visit: "Visit") -> None:
    """Look at a recording through its steps, paint, learn, list the events."""
    from napari_geofm.gui.tour import settle
    from napari_geofm.samples import DasSampleSpec, make_das

    visit.tab("Survey")
    settle(1)
    visit.picture("opened")
    _process(visit)
    visit.tab("Labels")
    labels = visit.dock.labels
    next(each for each in labels.menu.more_menu.actions() if each.text() == "Classes for DAS events").trigger()
    labels.tools.brush.setValue(BRUSHES["das"])
    for number, path in _das_strokes(make_das(DasSampleSpec())):
        visit.choose_class(number)
        visit.hands.stroke(path)
    settle(0.5)
    visit.picture("strokes")
    _probe(visit)
    visit.picture("predicted")
    _list_events(visit)


def moon(visit: "Visit") -> None:
    """See a map's relief, have the model that comes with the program find craters, list them, plot their sizes."""
    from napari_geofm.gui.tour import settle, until

    dock = visit.dock
    visit.tab("Survey")
    settle(1)
    visit.picture("opened")
    relief = visit.workspace.relief
    assert relief is not None
    _choose(dock.survey.relief.mode, "Hillshade over elevation")
    until(lambda: relief.exaggeration is not None, "the hillshade")
    settle(1)
    visit.picture("relief")
    visit.tab("Learn")
    models = dock.learn.models
    models.table.selectRow([row.folder.name for row in models.rows].index("craters-1"))
    visit.hands.click(dock.learn.use)
    until(lambda: visit.workspace.view.prediction is not None, "the prediction", 900)
    settle(1)
    visit.picture("predicted")
    _list_craters(visit)
    visit.tab("Labels")
    visit.hands.press("h")
    dock.labels.tools.brush.setValue(BRUSHES["moon"])
    visit.choose_class(1)
    visit.hands.stroke(_within_the_largest())
    settle(0.5)
    visit.picture("strokes")


TUTORIALS: dict[str, tuple[str, Callable[["Visit"], None]]] = {"das": ("das", das), "moon": ("relief", moon)}
"""Which sample is opened, and what is done with it, by the folder of the pictures."""


def _choose(choice: "QComboBox", words: str) -> None:
    """Choose from a list, as a click in it does."""
    from napari_geofm.gui.tour import settle

    choice.setCurrentIndex(choice.findText(words))
    choice.activated.emit(choice.currentIndex())
    settle(0.3)


def _show(visit: "Visit", part: "QWidget") -> None:
    """Scroll the step until a part of it is seen."""
    from napari_geofm.gui.parts.page import Page
    from napari_geofm.gui.tour import settle

    page = visit.dock.tabs.currentWidget()
    assert isinstance(page, Page)
    settle(0.5)
    page.ensureWidgetVisible(part)
    settle(0.5)


def _process(visit: "Visit") -> None:
    """Mask bad channels, see the recording through a preset, and its spectrum."""
    from napari_geofm.gui.tour import until

    survey, shown = visit.dock.survey, list[object]()
    box, spectrum = survey.processing, survey.spectrum
    visit.hands.click(box.channels.looking)
    until(box.channels.looking.isEnabled, "bad channels")
    _choose(box.adding, "preset earthquake")
    visit.workspace.view.shown.connect(shown.append)
    visit.hands.click(box.apply)
    until(lambda: shown, "the recording processed")
    visit.hands.click(spectrum.toggle)
    _choose(spectrum.of, "what is seen")
    until(lambda: spectrum.plot.spectrum is not None, "the spectrum")
    _show(visit, spectrum)
    visit.picture("processed")
    visit.hands.click(spectrum.toggle)


def _probe(visit: "Visit") -> None:
    from napari_geofm.gui.tour import settle, until

    training = visit.dock.learn.training
    visit.hands.click(visit.dock.quick.probe)
    until(lambda: not training.running, "the probe", 900)
    until(lambda: visit.workspace.view.prediction is not None, "the prediction", 900)
    settle(1)


def _list_events(visit: "Visit") -> None:
    """Find events in the prediction, and go to the P wave."""
    from napari_geofm.gui.tour import settle, until

    visit.tab("Predict")
    events = visit.dock.predict.events
    assert events is not None
    visit.hands.click(events.start)
    until(lambda: not events.job.running, "the events")
    _show(visit, events)
    table = events.table
    names = [table.sorted.index(row, 0).data() for row in range(table.sorted.rowCount())]
    visit.hands.click(table.viewport(), table.visualRect(table.sorted.index(names.index("P wave"), 1)).center())
    settle(1)
    visit.picture("events")


def _list_craters(visit: "Visit") -> None:
    """Find craters in the prediction, and plot their sizes."""
    from napari_geofm.gui.tour import settle, until

    visit.tab("Predict")
    craters = visit.dock.predict.craters
    assert craters is not None
    visit.hands.click(craters.finding)
    until(lambda: len(craters.shelf.catalogue), "the craters")
    visit.hands.press("h")
    _show(visit, craters)
    visit.picture("craters")
    visit.hands.click(craters.sizes)
    until(lambda: craters.dialog is not None, "the plots")
    settle(0.5)
    craters.dialog.grab().save(str(visit.file_of("sizes")))
    craters.dialog.close()


def _das_strokes(sample: "DasSample") -> list[tuple[int, list[tuple[float, float]]]]:
    """Return where a hand would draw: within noise and waves, and along the vehicles for half of their ways."""
    from napari_geofm.gui.tour import stroke_paths

    truth = np.ascontiguousarray(sample.classes.T)
    found: list[tuple[int, list[tuple[float, float]]]] = []
    for second in (2, 13, 22, 27):
        row = round(second * sample.spec.rate_hz)
        # Beside the vehicles, too: on the left and on the right of them.
        (free,) = np.nonzero((truth[row - 40 : row + 40] == 0).all(axis=0))
        sides = np.split(free, np.flatnonzero(np.diff(free) > 1) + 1)
        found.extend((0, [(float(row), float(x)) for x in side[8:-8:6]]) for side in sides if side.size > 30)
    found.extend(
        (number, [(float(row), float(column)) for row, column in path])
        for number, path in stroke_paths(truth, BRUSHES["das"] / 2 + 1, 4)
        if number not in {0, VEHICLE}
    )
    for event in sample.events:
        if event.kind == VEHICLE:
            path = []
            for channel in np.flatnonzero(np.isfinite(event.onset_s))[::8]:
                first = round(event.onset_s[channel] * sample.spec.rate_hz)
                (ends,) = np.nonzero(truth[first:, channel] != VEHICLE)
                if ends.size and ends[0] > 4:
                    path.append((first + ends[0] / 2, float(channel)))
            found.append((VEHICLE, path[1 : len(path) // 3]))
    return found


def _within_the_largest() -> list[tuple[float, float]]:
    """Return a ring within the largest crater of the map."""
    from napari_geofm.samples import ReliefSampleSpec, make_relief

    largest = max(make_relief(ReliefSampleSpec()).craters, key=lambda each: each.diameter_px)
    reach = 0.3 * largest.diameter_px
    angles = np.linspace(0, 2 * np.pi, 25)
    return [(largest.row + reach * np.sin(angle), largest.column + reach * np.cos(angle)) for angle in angles]


if __name__ == "__main__":
    raise SystemExit(main())
