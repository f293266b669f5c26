"""``geofm features``: the feature map of one section, or the principal features of the survey."""

import dataclasses
from argparse import Namespace
from pathlib import Path

from napari_geofm.cli.output import Result
from napari_geofm.cli.places import output_path, place_of, region_of
from napari_geofm.cli.processing import reading_of, require_models_chain
from napari_geofm.cli.running import run_job, where_of
from napari_geofm.errors import OutputError, UsageError

__all__ = ["run"]

_VOLUMES = (".npy", ".zarr", ".sgy", ".segy", ".tif", ".tiff")
"""Endings of what has the survey's shape."""


def run(arguments: Namespace) -> Result:
    """Write PCA colours at the section's size (.png), taps and image as fed (.npz), or principal features (others)."""
    from napari_geofm.io.atomic import require_absent
    from napari_geofm.io.featurefile import write_features
    from napari_geofm.io.models import find_model, read_recipe
    from napari_geofm.io.pictures import upscaled, write_rgb
    from napari_geofm.jobs.specs import FeaturesSpec

    out = output_path(arguments.output, arguments.file)
    if arguments.model and arguments.tuning:
        msg = f"--tuning {arguments.tuning}: a model has the tuning that it was trained on; leave out this or --model"
        raise UsageError(msg)
    if arguments.model and arguments.process:
        require_models_chain(arguments, read_recipe(find_model(arguments.model)), arguments.model)
    if out.suffix in _VOLUMES:
        return _volume(arguments, out)
    if out.suffix not in {".png", ".npz"}:
        msg = (
            f"Output {out.name}: features are written as .png (colours) or .npz (every number) of a section, principal "
            f"ones of every sample as {', '.join(_VOLUMES)}"
        )
        raise OutputError(msg)
    if any((arguments.along, arguments.resume, arguments.components)):
        msg = f"--along, --resume and --components belong to {', '.join(_VOLUMES)}; leave them out for {out.name}"
        raise UsageError(msg)
    require_absent(out, overwrite=arguments.overwrite)
    exact = out.suffix == ".npz"
    spec = FeaturesSpec(
        Path(arguments.file),
        place_of(arguments.at),
        region_of(arguments.range),
        find_model(arguments.model) if arguments.model else None,
        exact=exact,
        coloured=not exact,
        tuning=arguments.tuning,
        options=reading_of(arguments, Path(arguments.file)),
        where=where_of(arguments),
    )
    found = run_job(spec, arguments)
    if found.feature_map is not None and exact:
        write_features(found.feature_map, out, overwrite=arguments.overwrite)
    elif found.colours is not None:
        write_rgb(upscaled(found.colours, found.token_px, found.shape), out, overwrite=arguments.overwrite)
    data = {"output": out, "at": str(spec.at), "shape": list(found.shape), "token_px": found.token_px}
    return Result(data, [f"{out}: features of {spec.at}, {found.shape[0]} x {found.shape[1]} samples"])


def _volume(arguments: Namespace, out: Path) -> Result:
    """Write the principal features of each sample, in the survey's shape."""
    from napari_geofm.io.models import find_model
    from napari_geofm.jobs.feature_volume_spec import MOST_COMPONENTS, FeatureVolumeSpec

    spec = FeatureVolumeSpec(
        Path(arguments.file),
        out,
        at=place_of(arguments.at) if arguments.at else None,
        along=arguments.along or "",
        region=region_of(arguments.range),
        model_folder=find_model(arguments.model) if arguments.model else None,
        tuning=arguments.tuning,
        components=MOST_COMPONENTS if arguments.components is None else arguments.components,
        resume=arguments.resume,
        overwrite=arguments.overwrite,
        options=reading_of(arguments, Path(arguments.file)),
        where=where_of(arguments),
    )
    found = run_job(spec, arguments)
    kept = f", {found.kept} of them from the interrupted run" if found.kept else ""
    lines = [f"{file}: {found.sections} section(s){kept}, {found.seconds:.1f} s" for file in found.files]
    return Result({"output": out, **dataclasses.asdict(found)}, lines)
