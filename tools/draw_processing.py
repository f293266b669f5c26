"""Draw the documentation's picture of a recording seen through its steps, with its spectrum.

``.venv/bin/python tools/draw_processing.py`` writes docs/images/das-processing.png; it needs Xvfb.
"""

import sys
import tempfile
from pathlib import Path

from napari_geofm.cli.screens import in_virtual_screen

OUTPUT = Path(__file__).resolve().parents[1] / "docs" / "images" / "das-processing.png"
COLOURS = 256


def main() -> int:
    """Draw it, in a virtual screen."""
    with tempfile.TemporaryDirectory(prefix="geofm-picture-") as name:
        own = Path(name)
        environment = {"XDG_DATA_HOME": str(own), "NAPARI_CONFIG": str(own / "napari.yaml"), "PYTHONWARNINGS": "ignore"}
        in_virtual_screen([__file__, str(own)], environment)
    return 0


def draw(folder: Path) -> None:
    """Open a synthetic recording, choose a preset, and keep what the window shows."""
    import napari
    from PIL import Image

    from napari_geofm.gui.dock.dock import Dock
    from napari_geofm.gui.opening.opening import opening_of
    from napari_geofm.gui.parts.page import Page
    from napari_geofm.gui.tour.hands import settle, until
    from napari_geofm.samples import DasSampleSpec, make_das, write_das

    write_das(make_das(DasSampleSpec(seed=1)), folder / "fibre.h5")
    viewer = napari.Viewer(title="GeoFM")
    window = viewer.window._qt_window
    window.setGeometry(0, 0, 1366, 768)
    opening = opening_of(viewer)
    opening.open(folder / "fibre.h5")
    until(lambda: window.findChild(Dock) is not None, "the recording")
    dock = window.findChild(Dock)
    assert dock is not None
    dock.open_step("Survey")
    box, spectrum = dock.survey.processing, dock.survey.spectrum
    box.adding.activated.emit(box.adding.findText("preset earthquake"))
    box.steps.setCurrentRow(2)
    until(lambda: dock.workspace.view.section is not None, "the section")
    shown: list[object] = []
    dock.workspace.view.shown.connect(shown.append)
    box.apply.click()
    until(lambda: shown, "the recording processed")
    spectrum.toggle.click()
    spectrum.of.setCurrentIndex(1)
    until(lambda: spectrum.plot.spectrum is not None, "the spectrum")
    page = dock.tabs.currentWidget()
    assert isinstance(page, Page)
    settle(1)
    page.ensureWidgetVisible(spectrum)
    settle(1)
    window.grab().save(str(folder / "window.png"))
    with Image.open(folder / "window.png") as full:
        full.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=3).save(OUTPUT, optimize=True)
    viewer.close()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        draw(Path(sys.argv[1]))
    else:
        raise SystemExit(main())
