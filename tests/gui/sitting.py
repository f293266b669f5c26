"""A sitting at a real survey in a process of its own: look, paint, fine-tune, paint more, probe, step on, take home.

``python tests/gui/sitting.py SURVEY TRUTH FOLDER`` works the viewer with a real mouse and keys, and prints what came of
it as JSON. The truth, uint8 in the survey's order, guides the strokes and scores what is predicted elsewhere.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SEEN, STROKED, SCORED = 2, 0, -1
"""Positions of the inline that is looked at first, of the one that is painted, and of the one that is scored."""


def main() -> int:
    """Do everything, and print what came of it."""
    survey, truth_file, folder = (Path(word) for word in sys.argv[1:4])
    file = folder / "survey.sgy"
    shutil.copy(survey, file)
    with np.load(truth_file) as arrays:
        truth = np.asarray(next(iter(arrays.values())), np.uint8)
    json.dump(_sit(file, truth, folder), sys.stdout)
    return 0


def _sit(file: Path, truth: NDArray[np.uint8], folder: Path) -> dict[str, Any]:
    import napari

    from napari_geofm.core.classes import ClassTable
    from napari_geofm.gui.tour import Tour, TourSpec, until
    from napari_geofm.io.class_table import write_class_table
    from napari_geofm.io.opening import open_survey

    numbers = np.asarray(open_survey(file).axis("inline").values, np.int64)
    classes = folder / "classes.csv"
    write_class_table(ClassTable.named([f"unit {k}" for k in range(int(truth[truth < 255].max()) + 1)]), classes)
    stroked, scored = int(numbers[STROKED]), int(numbers[SCORED])
    viewer = napari.Viewer(title="GeoFM")
    viewer.window._qt_window.resize(1366, 768)
    spec = TourSpec(file, classes, folder, (stroked,), scored, minutes=0.3)
    tour = Tour(viewer, spec, truth, numbers, lambda step: None)
    tour.open()
    tour.go_to(int(numbers[SEEN]))
    tour.features()
    tour.load_classes()
    # One stroke of each class: none can be held out, so the adapted network is what comes of it.
    tour.paint(slice(0, 1))
    session = tour.workspace.session
    tour.finetune()
    found: dict[str, Any] = {"stroked": stroked, "scored": scored, "lora_model": str(session.model)}
    tour.paint(slice(1, 2))
    strokes = session.labels_at(tour.workspace.view.at)  # type: ignore[arg-type]
    tour.probe()
    found["painted"] = int(np.count_nonzero(strokes))
    probed = np.array(tour.workspace.view.prediction[1])  # type: ignore[index]
    there = np.ascontiguousarray(truth[SCORED].T)
    found["probe"], found["position"] = _miou(there, probed), _miou(there, _by_position(strokes))
    # On to the line, step by step, with the key: the newest section is what is shown in the end.
    tour.go_to(stroked)
    for _ in range(len(numbers) - 1):
        tour.hands.press(".")
    until(lambda: _place(tour) == scored, "the last line")
    until(lambda: tour.workspace.view.prediction is not None, "its prediction")
    found["stepped_to_the_same"] = bool(np.array_equal(tour.workspace.view.prediction[1], probed))  # type: ignore[index]
    found["model"] = str(session.model)
    found["volume"] = str(tour.predict_survey("probe"))
    tour.export()
    until(lambda: tour.workspace.view.prediction is not None, "the prediction")
    found["layer"] = str(folder / "layer.npy")
    np.save(found["layer"], np.asarray(viewer.layers["prediction"].data))
    found["torch"] = [name for name in ("torch", "timm", "peft") if name in sys.modules]
    found |= {"pictures": tour.pictures, "strokes": tour.hands.strokes, "seconds": tour.seconds}
    viewer.close()
    return found


def _place(tour: Any) -> float | None:
    at = tour.workspace.view.at
    return at.value if at is not None else None


def _miou(truth: NDArray[np.uint8], prediction: NDArray[np.uint8]) -> float:
    from napari_geofm.core.scores import score

    return score([(np.where(prediction == 255, 255, truth).astype(np.uint8), prediction)], int(truth.max()) + 1).miou


def _by_position(strokes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the class of the nearest stroke, which needs no network."""
    from scipy.ndimage import distance_transform_edt

    _, nearest = distance_transform_edt(strokes == 0, return_indices=True)
    return np.asarray(strokes[tuple(nearest)] - 1, np.uint8)


if __name__ == "__main__":
    raise SystemExit(main())
