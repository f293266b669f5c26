"""What can be said about an export, and what fits which format."""

from dataclasses import dataclass
from pathlib import Path

from napari_geofm.core.region import At
from napari_geofm.errors import UsageError

__all__ = ["EXPORT_ENDINGS", "HORIZON_ENDINGS", "ExportOptions", "require_options"]

HORIZON_ENDINGS = {".dat": "opendtect", ".xyz": "xyz", ".irap": "irap", ".cps3": "cps3"}
"""Formats of the boundary between two classes, by ending."""

EXPORT_ENDINGS = (
    ".sgy", ".segy", ".tif", ".tiff", ".csv", ".geojson", ".ply", *HORIZON_ENDINGS, ".npy", ".zarr", ".png"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How labels are written.

    Attributes
    ----------
    sample_format
        Format word of a SEG-Y (``"int8"``, ``"ieee"``, ...); None: the survey's own. Other outputs have none.
    null
        Number for unlabelled; None: -1 in SEG-Y, 255 in GeoTIFF. The other outputs leave unlabelled pixels out.
    describe
        Whether blank lines of a SEG-Y's text header name the classes.
    overwrite
        Whether an existing output (and its sidecar) is replaced.
    minimum
        Volume of the smallest body in a ``.ply``: in m3 or ft3 where that is known, else in samples.
    velocity
        Average velocity in m/s that makes volumes in a ``.ply`` of a survey in time; None: none are stated.
    between
        Upper and lower class whose boundary a horizon's file (:data:`HORIZON_ENDINGS`) holds.
    at
        The section that a ``.png`` shows; None for a line or image, which is one.
    """

    sample_format: str | None = None
    null: float | None = None
    describe: bool = False
    overwrite: bool = False
    minimum: float = 0.0
    velocity: float | None = None
    between: tuple[int, int] | None = None
    at: At | None = None


def require_options(target: Path, options: ExportOptions) -> None:
    """Refuse an option that the output's format does not know.

    Raises
    ------
    UsageError
        When there is one.
    """
    segy = target.suffix.lower() in {".sgy", ".segy"}
    if not segy and (options.sample_format is not None or options.describe):
        word = "--format" if options.sample_format is not None else "--describe"
        msg = f"{word} belongs to SEG-Y output; leave it out for {target.name}"
        raise UsageError(msg)
    if options.between is not None and target.suffix.lower() not in HORIZON_ENDINGS:
        msg = f"--between belongs to horizons; write {', '.join(HORIZON_ENDINGS)} instead of {target.name}"
        raise UsageError(msg)
    if options.at is not None and target.suffix.lower() != ".png":
        msg = f"--at belongs to pictures; write .png instead of {target.name}, which holds the survey"
        raise UsageError(msg)
    if (options.minimum or options.velocity is not None) and target.suffix.lower() != ".ply":
        word = "--minimum" if options.minimum else "--velocity"
        msg = f"{word} belongs to bodies; write .ply instead of {target.name}"
        raise UsageError(msg)
    if options.null is not None and not segy and target.suffix.lower() not in {".tif", ".tiff"}:
        msg = f"--null belongs to SEG-Y and GeoTIFF output: {target.name} leaves unlabelled samples out"
        raise UsageError(msg)
