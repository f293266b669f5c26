"""Power spectra of recordings, as tables and pictures."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_geofm.core.das.amplitudes import sample_windows
from napari_geofm.core.das.frequency_steps import BandPass, HighPass, LowPass
from napari_geofm.core.das.signal import Signal
from napari_geofm.core.das.spectrum import QUANTILES, Spectrum, spectrum_of
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import OutputError
from napari_geofm.io.atomic import replacing

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["corners_of", "survey_spectrum", "write_spectrum"]


def survey_spectrum(survey: Survey, at: At | None = None) -> Spectrum:
    """Return the spectrum of a window of a recording, or of all of it: of a large one of windows spread evenly.

    Raises
    ------
    UsageError
        When the survey is no recording, or a window is too short.
    AxisError
        When there is no such window.
    """
    signal = Signal.of(survey)
    parts: list[NDArray[np.float32]]
    if at is not None and at.axis:
        parts = [survey.read(survey.places(at))]
    else:
        every = slice(0, signal.channels)
        parts = [survey.read((every, times)) for times in sample_windows(signal.channels, signal.samples)]
    return spectrum_of(parts, signal)


def corners_of(survey: Survey) -> tuple[float, ...]:
    """Return the corners in Hz of the filters that a recording went through, ascending."""
    found: set[float] = set()
    for step in survey.processed.chain.steps if survey.processed is not None else ():
        if isinstance(step, BandPass | HighPass):
            found.add(step.low_hz)
        if isinstance(step, BandPass | LowPass):
            found.add(step.high_hz)
    return tuple(sorted(found))


def write_spectrum(
    spectrum: Spectrum, path: Path, title: str = "", corners: tuple[float, ...] = (), *, overwrite: bool = False
) -> None:
    """Write a spectrum as a table (.csv) or draw it (.png, .pdf, .svg).

    Raises
    ------
    OutputError
        When the ending is another, or the file exists or cannot be written.
    """
    ending = path.suffix.lower()
    if ending == ".csv":
        with replacing(path, overwrite=overwrite) as beside, beside.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            heads = [f"{100 * quantile:.0f}% [{spectrum.units}]" for quantile in QUANTILES]
            writer.writerow(["frequency [Hz]", f"mean [{spectrum.units}]", *heads])
            for row in np.column_stack([spectrum.hertz, spectrum.mean, *spectrum.quantiles]):
                writer.writerow([f"{number:.9g}" for number in row])
    elif ending in {".png", ".pdf", ".svg"}:
        _draw(spectrum, path, title, corners, overwrite=overwrite)
    else:
        msg = f"Spectrum {path.name}: it is written as .csv, .png, .pdf or .svg"
        raise OutputError(msg)


def _draw(spectrum: Spectrum, path: Path, title: str, corners: tuple[float, ...], *, overwrite: bool) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    axis = figure.subplots()
    low, middle, high = spectrum.quantiles
    axis.fill_between(spectrum.hertz, low, high, alpha=0.25, label="10 to 90 % of the channels")
    axis.plot(spectrum.hertz, middle, label="median", linewidth=1)
    axis.plot(spectrum.hertz, spectrum.mean, label="mean", linewidth=1.4)
    for corner in corners:
        axis.axvline(corner, color="0.4", linestyle=":", linewidth=1)
    axis.set(xscale="log", yscale="log", xlabel="frequency [Hz]", ylabel=f"power spectral density [{spectrum.units}]")
    axis.set_title(title, fontsize=10)
    axis.grid(which="both", alpha=0.25)
    axis.legend(fontsize=8)
    with replacing(path, overwrite=overwrite) as beside:
        figure.savefig(beside, dpi=120, format=path.suffix.lower().removeprefix("."))
