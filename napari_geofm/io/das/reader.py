"""One DAS file, of any vendor that dascore reads, as a survey ``(distance, time)``."""

from pathlib import Path

from napari_geofm.core.survey import Survey
from napari_geofm.errors import SourceError
from napari_geofm.io.das.checks import grid_notes, trait_notes
from napari_geofm.io.das.joining import join
from napari_geofm.io.das.recording import Recording
from napari_geofm.io.das.scanning import scan_header
from napari_geofm.io.das.survey import survey_of
from napari_geofm.io.fingerprint import fingerprint

__all__ = ["read_das"]


def read_das(path: Path | str) -> Survey:
    """Open a DAS recording; its samples are read when they are first asked for.

    Parameters
    ----------
    path
        File in a format that dascore knows (Terra15, Silixa, OptoDAS, Febus, AP Sensing, TDMS, ProdML, ...), or of the
        package xdas.

    Returns
    -------
    Survey
        Kind ``"das"``, dims ``(distance, time)``, distance in m along the fibre (channel numbers from the file where it
        has no distances), time in s from the start as float64, on an even grid that runs on through gaps. Samples are
        float32 once read, NaN in gaps. ``data.attrs``:

        - ``start_utc``: the absolute start as ISO 8601 with nanoseconds ("" where the file has none);
        - ``quantity``, ``units``: what was measured, and in which unit ("" where the file does not say; see
          :func:`~napari_geofm.io.das.units.quantity_and_units`);
        - ``gauge_length_m``: where the file has it;
        - ``gaps``: begin and end of each gap, in s from the start;
        - ``files``: their number.

    Raises
    ------
    SourceError
        When there is no such file.
    FormatError
        When its format is not known, or the file is damaged.
    GeometryError
        When the file holds no recording of channels over time, or several.
    """
    file = Path(path)
    if not file.is_file():
        msg = f"No file {file}; check the path"
        raise SourceError(msg)
    version = fingerprint(file)
    header = scan_header(file)
    grid = join([header], [file.name])
    odd = [*trait_notes([header.traits]), *grid_notes(grid, [header])]
    if header.lack:
        odd.append(f"the file is {header.lack}")
    if header.uneven is not None:
        odd.append("time is not evenly spaced")
    return survey_of(file, version, Recording([file], [header], grid, file.name), [header], tuple(odd))
