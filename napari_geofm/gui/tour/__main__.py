"""The demo in a window: what ``geofm demo --headless`` runs in a virtual screen of its own."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from napari_geofm import __version__
from napari_geofm.core.classes import ClassTable
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.scores import score
from napari_geofm.gui.tour import Tour, TourSpec
from napari_geofm.io.atomic import replacing
from napari_geofm.io.class_table import write_class_table
from napari_geofm.jobs.demo_pictures import Panel, draw_panels
from napari_geofm.samples import FACIES, SeismicSample, SeismicSampleSpec, make_seismic, write_segy

STROKED, SHOWN = (8, 20, 32), 26
"""Positions of the inlines that are painted, and of one that is not and is looked at."""


def main() -> int:
    """Run the tour on the sample survey; files and summary.json go to the folder."""
    parser = argparse.ArgumentParser(prog="python -m napari_geofm.gui.tour", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--size", default="1366x768", help="of the window")
    parser.add_argument("--theme", default="dark", choices=("dark", "light"))
    parser.add_argument("--only-pictures", action="store_true", help="no prediction of the survey, no export")
    parser.add_argument("--quiet", action="store_true")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    sample = make_seismic(SeismicSampleSpec(seed=asked.seed))
    write_segy(sample, asked.folder / "sample.sgy", overwrite=True)
    table = ClassTable.named([facies.name for facies in FACIES])
    write_class_table(table, asked.folder / "classes.csv", overwrite=True)
    lines = sample.inlines
    spec = TourSpec(
        asked.folder / "sample.sgy",
        asked.folder / "classes.csv",
        asked.folder,
        tuple(int(lines[place]) for place in STROKED),
        int(lines[SHOWN]),
        asked.minutes,
        not asked.only_pictures,
    )
    tour, predictions, model = _toured(spec, sample, asked)
    summary = _summary(tour, sample, predictions, model)
    with replacing(asked.folder / "summary.json", overwrite=True) as beside:
        beside.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    if not asked.only_pictures:
        _draw(asked.folder, sample, predictions)
    json.dump(summary, sys.stdout)
    return 0


def _toured(
    spec: TourSpec, sample: SeismicSample, asked: argparse.Namespace
) -> tuple[Tour, dict[str, Path], Path | None]:
    """Open the window, go through the steps, close it; return what came of it and the model in use at the end."""
    import napari

    viewer = napari.Viewer(title="GeoFM")
    viewer.theme = asked.theme
    window = viewer.window._qt_window
    window.resize(*(int(side) for side in asked.size.split("x")))
    window.activateWindow()
    tour = Tour(viewer, spec, sample.facies, np.asarray(sample.inlines, np.int64), _silent if asked.quiet else _tell)
    try:
        predictions = tour.run()
        model = tour.workspace.session.model
    finally:
        viewer.close()
    return tour, predictions, model


def _tell(step: str) -> None:
    sys.stderr.write(f"{step}\n")
    sys.stderr.flush()


def _silent(_step: str) -> None:
    """Say nothing."""


def _summary(tour: Tour, sample: SeismicSample, predictions: dict[str, Path], model: Path | None) -> dict[str, Any]:
    """Return what is found in summary.json."""
    import zarr

    unstroked = [place for place in range(len(sample.inlines)) if place not in STROKED]
    scores = {}
    for method, path in predictions.items():
        volume: Any = zarr.open_group(str(path), mode="r")["prediction"]
        pairs = ((sample.facies[place], np.asarray(volume[place])) for place in unstroked)
        scores[method] = score(pairs, len(FACIES)).miou
    recipe = Recipe.read(model / "recipe.toml") if model is not None else Recipe()
    steps = tour.steps
    return {
        "version": __version__,
        "survey": "synthetic sample",
        "shape": list(sample.amplitude.shape),
        "stroked_inlines": list(tour.spec.stroked),
        "scored_inlines": len(unstroked),
        "miou_unstroked": scores,
        "weights_sha256": recipe.encoder.weights_sha256,
        "encoder": recipe.encoder.name,
        "lora_steps": steps,
        "seconds_per_lora_step": round(60 * tour.spec.minutes / steps, 3) if steps else None,
        "by_hand": {"clicks": tour.hands.clicks, "strokes": tour.hands.strokes, "keys": tour.hands.keys},
        "seconds": tour.seconds,
        "pictures": tour.pictures,
        "torch_in_the_viewer": "torch" in sys.modules,
    }


def _draw(folder: Path, sample: SeismicSample, predictions: dict[str, Path]) -> None:
    """Write a line without strokes, its truth and its predictions beside each other."""
    import zarr

    limit = float(np.percentile(np.abs(sample.amplitude), 99))
    shade = (np.clip(sample.amplitude[SHOWN].T / (2 * limit) + 0.5, 0, 1) * 255).astype(np.uint8)
    gray = np.repeat(shade[..., None], 3, -1)
    panels = [Panel(f"inline {int(sample.inlines[SHOWN])}, no strokes here", gray)]
    panels += [Panel("truth", gray, sample.facies[SHOWN].T)]
    for method, path in predictions.items():
        volume: Any = zarr.open_group(str(path), mode="r")["prediction"]
        panels.append(Panel(f"predicted by {method}", gray, np.asarray(volume[SHOWN]).T))
    across, down = sample.crosslines, sample.twt_ms
    extent = (float(across[0]), float(across[-1]), float(down[-1]), float(down[0]))
    draw_panels(folder / "prediction.png", panels, extent, ClassTable.named([facies.name for facies in FACIES]))


if __name__ == "__main__":
    raise SystemExit(main())
