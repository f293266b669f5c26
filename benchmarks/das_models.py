"""Onsets of a real event that nothing was learned from: the zoo's model beside STA/LTA and one constant moveout.

The recording is a microseismic event in a mine (Terra15, velocity, 2 kHz, 225 channels), its P onsets picked by eye on
the difference along the fibre, to about 2.5 ms. Errors are absolute, in ms, median and 90th percentile over the
channels with a pick; a channel without an onset counts as wrong by the length of the recording.

*das-events-1*: P, S and surface waves of its mask are one event; of the events the one on most channels is taken, its
edge, and its onsets as the program refines them. *STA/LTA* (Allen 1978) on the same difference along the fibre: window
lengths and threshold are tuned on the picks themselves, which is more than anybody has. *One line*: the constant
moveout that is nearest to the picks, likewise.

Run: ``python -m benchmarks.das_models --recording FOLDER``, FOLDER holding the recording and its picks.
"""

import argparse
import itertools
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.event_options import EventOptions
from napari_geofm.core.das.finding import EventSource, find_events
from napari_geofm.core.progress import run_to_end
from napari_geofm.core.survey import Survey
from napari_geofm.io.models import find_model, read_recipe
from napari_geofm.io.opening import open_survey
from napari_geofm.jobs.specs import SegmentSpec

Floats = NDArray[np.float64]
RECORDING, PICKS = "deformation_rate_event_1.hdf5", "picks_deformation_rate_event_1.csv"


def main() -> None:
    """Print a row for each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recording", type=Path, required=True, help="folder with the recording and its picks")
    parser.add_argument("--model", default="das-events-1")
    options = parser.parse_args()
    survey = open_survey(options.recording / RECORDING)
    channel, sample = np.loadtxt(options.recording / PICKS, delimiter=",", skiprows=1).T
    # Picks lie between channels, where the difference does; onsets are taken there too.
    step = float(survey.axis("time").step or np.nan)
    truth = sample * step
    rows = dict(_model(survey, find_model(options.model), options.recording / RECORDING))
    rows = {name: np.interp(channel, np.arange(onset.size), onset) for name, onset in rows.items()}
    difference = np.diff(survey.read((slice(None), slice(None))).astype(np.float64), axis=0)
    rows["STA/LTA, tuned on the picks"] = _tuned_ratio(difference, sample) * step
    line = np.polyfit(channel, truth, 1)
    rows["one line, nearest to the picks"] = _nearest_line(channel, truth, line)
    print(f"{'':<34}{'median ms':>10}{'90 % ms':>10}{'channels':>10}")
    for name, onset in rows.items():
        error = np.abs(onset - truth)
        wrong = np.where(np.isfinite(error), error, float(survey.axis("time").last))
        median, most = 1000 * np.percentile(wrong, [50, 90])
        print(f"{name:<34}{median:>10.1f}{most:>10.1f}{np.isfinite(onset).sum():>10}")


def _model(survey: Survey, folder: Path, file: Path) -> list[tuple[str, Floats]]:
    """Return the onsets in s on all channels by the mask's edge, and refined."""
    classes = read_recipe(folder).classes
    with tempfile.TemporaryDirectory() as place:
        mask, chances = Path(place) / "mask.npy", Path(place) / "chances.npy"
        LocalCompute().run(SegmentSpec(file=file, model_folder=folder, output=mask, probabilities=chances))
        said = np.load(chances)
    waves = [number for number, name in enumerate(classes.names) if "wave" in name]
    event = said[waves].sum(axis=0)
    two = np.stack([1 - event, event]).astype(np.float32)
    source = EventSource((event > 0.5).astype(np.uint8), ClassTable.named(["noise", "event"]), None, two)
    found = []
    for name, refine in (("das-events-1, edge of the mask", False), ("das-events-1, refined", True)):
        events = run_to_end(find_events(source, survey, EventOptions(refine=refine))).events
        onset = np.full(survey.shape[0], np.nan)
        if events:
            most = max(events, key=lambda each: int(np.isfinite(each.onset_s).sum()))
            onset[most.first : most.last + 1] = most.onset_s
        found.append((name, onset))
    return found


def _tuned_ratio(values: Floats, sample: Floats) -> Floats:
    """Return the onsets in samples of the short over the long average that comes nearest to the picks."""
    best = (np.inf, np.full(len(values), np.nan))
    for short, long, threshold in itertools.product((5, 10, 20, 40), (50, 100, 200), (2.0, 3.0, 4.0, 6.0, 8.0)):
        onset = _ratio_onsets(values, short, long, threshold)
        error = np.abs(onset - sample)
        median = float(np.median(np.where(np.isfinite(error), error, values.shape[1])))
        if median < best[0]:
            best = median, onset
    return best[1]


def _ratio_onsets(values: Floats, short: int, long: int, threshold: float) -> Floats:
    """Return the first sample of each channel at which the short average exceeds the long one so many times."""
    total = np.cumsum(np.pad((values - values.mean(axis=1, keepdims=True)) ** 2, ((0, 0), (1, 0))), axis=1)
    at = np.arange(long, values.shape[1] - short)
    ratio = ((total[:, at + short] - total[:, at]) / short) / ((total[:, at] - total[:, at - long]) / long + 1e-30)
    over = ratio > threshold
    return np.where(over.any(axis=1), at[over.argmax(axis=1)].astype(np.float64), np.nan)


def _nearest_line(channel: Floats, truth: Floats, start: Floats) -> Floats:
    """Return the straight moveout with the least median absolute error."""
    from scipy.optimize import minimize

    found = minimize(
        lambda line: float(np.median(np.abs(np.polyval(line, channel) - truth))), start, method="Nelder-Mead"
    )
    return np.polyval(found.x, channel)


if __name__ == "__main__":
    main()
