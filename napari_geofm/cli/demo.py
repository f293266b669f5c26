"""``geofm demo``: the whole job on the embedded sample survey, in the viewer."""

import json
import shutil
import sys
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

from napari_geofm.cli.output import Result
from napari_geofm.cli.places import output_path
from napari_geofm.cli.running import run_job, where_of
from napari_geofm.cli.screens import has_screen, in_virtual_screen, virtual_screen
from napari_geofm.errors import UsageError

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Open the viewer on the sample; without a screen, go through the job by script, with pictures and figures.

    Raises
    ------
    UsageError
        When minutes or seed make no sense.
    """
    if not arguments.minutes > 0:
        msg = f"--minutes {arguments.minutes:g}: must be above 0"
        raise UsageError(msg)
    if arguments.seed < 0:
        msg = f"--seed {arguments.seed}: must be at least 0"
        raise UsageError(msg)
    folder = output_path(arguments.output)
    if not arguments.headless and has_screen():
        return _shown(folder, arguments)
    if virtual_screen() is not None and not arguments.no_window:
        return _toured(folder, arguments)
    return _computed(folder, arguments)


def _shown(folder: Path, arguments: Namespace) -> Result:
    """Open the viewer on the sample survey, and wait until it is closed."""
    from napari_geofm.gui.opening.starting import run_viewer
    from napari_geofm.samples import SeismicSampleSpec, make_seismic, write_segy

    file = folder / "sample.sgy"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_segy(make_seismic(SeismicSampleSpec(seed=arguments.seed)), file)
    run_viewer([file])
    return Result(None, [f"{file}; what was painted lies beside it, and is there when it is opened again"])


def _toured(folder: Path, arguments: Namespace) -> Result:
    """Go through the steps in a window on a virtual screen, with real clicks and strokes."""
    # Labels of an earlier demo are not those of this one.
    shutil.rmtree(folder / "sample.geofm", ignore_errors=True)
    words = [str(folder), "--minutes", str(arguments.minutes), "--seed", str(arguments.seed)]
    if arguments.quiet or arguments.json:
        words.append("--quiet")
    else:
        sys.stderr.write("No screen is used: the viewer runs in a virtual one, worked by a script\n")
    with tempfile.TemporaryDirectory(prefix="geofm-demo-") as own:
        # The user's list of surveys and napari's settings are not the demo's.
        environment = {"XDG_DATA_HOME": own, "NAPARI_CONFIG": str(Path(own) / "napari.yaml")}
        if not arguments.debug:
            # Libraries' warnings are for their developers.
            environment["PYTHONWARNINGS"] = "ignore"
        found: dict[str, Any] = json.loads(in_virtual_screen(["-m", "napari_geofm.gui.tour", *words], environment))
    hand = found["by_hand"]
    lines = [
        f"{folder}: {', '.join(found['pictures'])}, prediction.png, prediction.sgy, summary.json",
        f"by hand: {hand['strokes']} strokes, {hand['clicks']} clicks, {hand['keys']} keys",
        *_scored(found),
    ]
    return Result(found, lines)


def _computed(folder: Path, arguments: Namespace) -> Result:
    """Run the same job without any window."""
    from napari_geofm.jobs.demo import DemoSpec

    if not arguments.no_window:
        sys.stderr.write("There is neither a screen nor a virtual one (Xvfb): the job runs without the viewer\n")
    found = run_job(DemoSpec(folder, arguments.minutes, arguments.seed, where=where_of(arguments)), arguments)
    lines = [
        f"{folder}: section.png, features.png, strokes.png, prediction.png, prediction.sgy, summary.json",
        *_scored(found),
    ]
    return Result(found, lines)


def _scored(found: dict[str, Any]) -> list[str]:
    scores = ", ".join(f"{method} {value:.3f}" for method, value in found["miou_unstroked"].items())
    return [
        f"mIoU on {found['scored_inlines']} inlines without strokes: {scores} ({found['lora_steps']} steps of LoRA)",
        "seconds: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in found["seconds"].items()),
    ]
