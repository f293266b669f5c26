"""The samples as files in the user's own folder, made the first time they are asked for."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SAMPLES", "sample_file"]

SAMPLES = {"seismic": "synthetic.sgy", "das": "synthetic-das.h5", "relief": "synthetic-elevation.tif"}
"""File of each sample."""


def sample_file(kind: str) -> Path:
    """Return a sample's file, made now where it is not there yet: seconds.

    Parameters
    ----------
    kind
        ``"seismic"`` (a 3-D survey as SEG-Y), ``"das"`` (a recording) or ``"relief"`` (an elevation map of
        cratered ground).

    Raises
    ------
    OutputError
        When the user's folder cannot be written.
    """
    from platformdirs import user_data_path

    file = user_data_path("napari-geofm") / "samples" / SAMPLES[kind]
    if not file.exists():
        writers: dict[str, Callable[[Path], None]] = {"seismic": _seismic, "das": _das, "relief": _relief}
        writers[kind](file)
    return file


def _seismic(file: Path) -> None:
    from napari_geofm.samples.seismic import SeismicSampleSpec, make_seismic, write_segy

    write_segy(make_seismic(SeismicSampleSpec()), file, overwrite=True)


def _das(file: Path) -> None:
    from napari_geofm.samples.das import DasSampleSpec, make_das, write_das

    write_das(make_das(DasSampleSpec()), file, overwrite=True)


def _relief(file: Path) -> None:
    from napari_geofm.samples.relief import ReliefSampleSpec, make_relief, write_relief

    write_relief(make_relief(ReliefSampleSpec()), file, layer="elevation_m", overwrite=True)
