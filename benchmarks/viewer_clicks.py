"""Clicks and strokes from the start of the viewer to the first prediction on a real survey.

Does them with real mouse events, prints each, and what it came to: ``geofm view FILE``, two strokes of two classes,
the probe. The survey is an argument, a SEG-Y of ``GEOFM_TEST_DATA`` (or ``../shared/data``), else the synthetic sample.
Figure: at most 12.
"""

import argparse
import os
import shutil
import time
from pathlib import Path

import numpy as np

from benchmarks.viewer_hand import press
from benchmarks.viewer_stage import Stage, on_a_screen, own_folders, settle, until, verdict

MOST = 12
HERE = Path(__file__).resolve().parents[1]


def main() -> int:
    """Do it, print; return 1 where it takes more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", help="a SEG-Y")
    parser.add_argument("--picture", type=Path, help="where to save the window at the end")
    options = parser.parse_args()
    on_a_screen()
    with own_folders() as folder:
        file = survey(folder, options.file)
        print(f"survey: {file.name}")
        stage, clicks = Stage(file), Clicks()
        begin = time.perf_counter()
        first_prediction(stage, clicks)
        seconds = time.perf_counter() - begin
        found = stage.workspace.view.prediction
        assert found is not None
        parts = np.bincount(found[1].ravel(), minlength=2)[:2] / found[1].size
        names = stage.workspace.session.classes.names
        print(", ".join(f"{name} {part:.0%}" for name, part in zip(names, parts, strict=False)))
        print(f"{seconds:.0f} s from the open survey, the load of the networks included")
        settle(0.3)
        if options.picture:
            stage.viewer.window._qt_window.grab().save(str(options.picture))
        stage.close()
    return int(not verdict("clicks and strokes to the first prediction", clicks.count, MOST))


class Clicks:
    """Counts, and prints each."""

    def __init__(self) -> None:
        self.count = 0

    def note(self, what: str) -> None:
        """Count one."""
        self.count += 1
        print(f"{self.count:>3}  {what}", flush=True)


def first_prediction(stage: Stage, clicks: Clicks) -> None:
    """Paint two classes, fit the probe, wait until its prediction is shown."""
    dock, view = stage.dock, stage.workspace.view
    tools, classes = dock.labels.tools, dock.labels.classes
    if str(view.layers.labels.mode) != "paint":
        press(tools.buttons["paint"])
        clicks.note("Paint")
    for number, height in enumerate((0.3, 0.7)):
        if stage.workspace.session.current_class != number:
            press(classes.viewport(), classes.visualRect(classes.table.index(number, 1)).center())
            clicks.note(f"choose {stage.workspace.session.classes.names[number]}")
        assert view.section is not None
        rows, columns = view.section.shape
        way = [(rows * height, columns * part) for part in np.linspace(0.2, 0.8, 20)]
        stage.drag([stage.on_screen(*place) for place in way])
        clicks.note(f"a stroke of {stage.workspace.session.classes.names[number]}")
    settle(0.2)
    assert dock.quick.probe.isEnabled(), dock.quick.note.text()
    press(dock.quick.probe)
    clicks.note("Probe")
    until(lambda: view.prediction is not None, 300, "the prediction")


def survey(folder: Path, given: Path | None) -> Path:
    """Return a copy of a survey, so that the session lies in a folder that is gone afterwards."""
    named = os.environ.get("GEOFM_TEST_DATA")
    data = Path(named) if named else HERE.parent / "shared" / "data"
    # The largest: small ones are made for readers of odd formats.
    found = given or max(data.glob("**/*.sgy"), key=lambda path: path.stat().st_size, default=None)
    if found is None:
        from napari_geofm.samples import SeismicSampleSpec, make_seismic, write_segy

        write_segy(make_seismic(SeismicSampleSpec()), folder / "synthetic.sgy")
        return folder / "synthetic.sgy"
    return Path(shutil.copy(found, folder))


if __name__ == "__main__":
    raise SystemExit(main())
