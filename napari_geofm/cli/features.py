"""``geofm features``: the feature map of one section."""

from argparse import Namespace
from pathlib import Path

from napari_geofm.cli.output import Result
from napari_geofm.cli.places import output_path, place_of, region_of
from napari_geofm.cli.running import run_job, where_of
from napari_geofm.cli.segy import chosen_options
from napari_geofm.errors import OutputError

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Write PCA colours at the section's size (.png), or the taps and the image as fed (.npz, float32)."""
    from napari_geofm.io.atomic import require_absent
    from napari_geofm.io.featurefile import write_features
    from napari_geofm.io.models import find_model
    from napari_geofm.io.pictures import upscaled, write_rgb
    from napari_geofm.jobs.specs import FeaturesSpec

    out = output_path(arguments.output, arguments.file)
    if out.suffix not in {".png", ".npz"}:
        msg = f"Output {out.name}: features are written as .png (colours) or .npz (numbers)"
        raise OutputError(msg)
    require_absent(out, overwrite=arguments.overwrite)
    exact = out.suffix == ".npz"
    spec = FeaturesSpec(
        Path(arguments.file),
        place_of(arguments.at),
        region_of(arguments.range),
        find_model(arguments.model) if arguments.model else None,
        exact=exact,
        coloured=not exact,
        options=chosen_options(arguments, Path(arguments.file)),
        where=where_of(arguments),
    )
    found = run_job(spec, arguments)
    if found.feature_map is not None and exact:
        write_features(found.feature_map, out, overwrite=arguments.overwrite)
    elif found.colours is not None:
        write_rgb(upscaled(found.colours, found.token_px, found.shape), out, overwrite=arguments.overwrite)
    data = {"output": out, "at": str(spec.at), "shape": list(found.shape), "token_px": found.token_px}
    return Result(data, [f"{out}: features of {spec.at}, {found.shape[0]} x {found.shape[1]} samples"])
