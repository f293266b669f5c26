"""``geofm demo``: the whole job on the embedded sample survey."""

from argparse import Namespace

from napari_geofm.cli.output import Result
from napari_geofm.cli.places import output_path
from napari_geofm.cli.running import run_job, where_of
from napari_geofm.errors import UsageError

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Run the main job without a window; results lie in the output folder."""
    from napari_geofm.jobs.demo import DemoSpec

    if not arguments.minutes > 0:
        msg = f"--minutes {arguments.minutes:g}: must be above 0"
        raise UsageError(msg)
    if arguments.seed < 0:
        msg = f"--seed {arguments.seed}: must be at least 0"
        raise UsageError(msg)
    folder = output_path(arguments.output)
    found = run_job(DemoSpec(folder, arguments.minutes, arguments.seed, where=where_of(arguments)), arguments)
    scores = found["miou_unstroked"]
    lines = [
        f"{folder}: section.png, features.png, strokes.png, prediction.png, prediction.sgy, summary.json",
        f"mIoU on {found['scored_inlines']} inlines without strokes: probe {scores['probe']:.3f}, "
        f"lora {scores['lora']:.3f} ({found['lora_steps']} steps)",
        "seconds: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in found["seconds"].items()),
    ]
    return Result(found, lines)
