"""``geofm info --spectrum``: which frequencies a DAS recording holds."""

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from napari_geofm.cli.places import output_path, place_of
from napari_geofm.errors import UsageError

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["require_spectrum", "spectrum_lines"]


def require_spectrum(arguments: Namespace) -> None:
    """Refuse a place without a spectrum, and one spectrum of several files.

    Raises
    ------
    UsageError
        When they are asked for.
    """
    if arguments.spectrum is None and arguments.at is not None:
        msg = f"--at {arguments.at}: goes with --spectrum OUT here; geofm section writes a window"
        raise UsageError(msg)
    if arguments.spectrum is not None and len(arguments.files) > 1:
        msg = f"--spectrum {arguments.spectrum}: name one FILE, as it is the spectrum of one recording"
        raise UsageError(msg)


def spectrum_lines(survey: "Survey", arguments: Namespace) -> tuple[dict[str, Any], list[str]]:
    """Write a recording's spectrum, and return what it says as data and as lines."""
    import numpy as np

    from napari_geofm.io.spectra import corners_of, survey_spectrum, write_spectrum

    out = output_path(arguments.spectrum, *arguments.files)
    at = place_of(arguments.at) if arguments.at else None
    found = survey_spectrum(survey, at)
    title = f"{survey.path.name}, {at or 'whole recording'}, {found.channels} channels"
    write_spectrum(found, out, title, corners_of(survey), overwrite=arguments.overwrite)
    loudest = float(found.hertz[int(np.argmax(found.quantiles[1]))])
    data = {
        "output": str(out),
        "units": found.units,
        "hertz": found.hertz,
        "mean": found.mean,
        "median": found.quantiles[1],
        "channels": found.channels,
    }
    words = f"{found.hertz[0]:.4g} to {found.hertz[-1]:.4g} Hz in {found.units}, median highest at {loudest:.4g} Hz"
    return data, [f"  spectrum   {out}: {words}"]
