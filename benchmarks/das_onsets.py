"""Onsets of a real event on a fibre: ours beside STA/LTA and one constant moveout.

The event is a microseismic one in a mine (Terra15, 225 channels at 2 kHz), its P onsets picked by eye to some 5
samples; nothing was trained on it. Printed: median and 90th percentile of the absolute error, in ms and samples.

*STA/LTA* is the better of the classic and the recursive one, with the band, windows and threshold that do best on
these very picks, once for the median and once for the 90th percentile; *moveout* the straight line that lies nearest to
the picks. Both know the answer. *Mask* rows are masks as a network would give: the picks in cells of 14 samples and
channels, shifted as said (*jittered*: each row of cells by up to 10 samples, some by 56), and from them *ours*: what
``geofm export --quantity onsets`` makes of the mask and the samples. *Few-shot*: a model fitted on strokes on a
tenth of the channels (`--few-shot`, a minute or more each), scored on the others. ``--model M`` scores a
model: by its P wave, and by the first of its waves (P, S, surface waves as one event).

Figure: ours at most half of STA/LTA's, in the median over the masks, or of the model.
Run as ``python -m benchmarks.das_onsets``; ``--few-shot probe lora``, ``--minutes 2``, ``--model M``.
"""

import argparse
import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.das_onsets_baselines import best_line, tuned_sta_lta
from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.event_options import EventOptions
from napari_geofm.core.das.finding import EventSource, find_events
from napari_geofm.core.das.phases import background_of, is_vehicle, phase_hint
from napari_geofm.core.progress import run_to_end
from napari_geofm.core.survey import Survey
from napari_geofm.io.events.pick_files import read_picks
from napari_geofm.io.opening import open_survey

CLASSES = ClassTable.named(["noise", "P wave"])
CELL = 14
PROCESS = "derivative; bandpass 20-400 Hz; scale; root"
"""What a network sees of velocities: few-shot models learn from this."""


def main() -> int:
    """Print the table; return 1 where ours misses its figure."""
    options = _options()
    data = Path(os.environ.get("GEOFM_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
    folder = data / "das" / "mine_event"
    if not folder.is_dir():
        print(f"no recording in {folder}; GEOFM_TEST_DATA names another folder")
        return 0
    survey = open_survey(folder / "deformation_rate_event_1.hdf5")
    truth = read_picks(folder / "picks_deformation_rate_event_1.csv", survey)[0].onset_s * _rate(survey)
    table = _Table(1000 / _rate(survey))
    strain = np.gradient(survey.read((slice(None), slice(None))).astype(np.float64), axis=0)
    found = tuned_sta_lta(strain, truth, _rate(survey))
    for name, onset in found.items():
        table.row(name, onset - truth)
    table.row("one constant moveout", best_line(truth) - truth)
    medians = []
    for name, mask in _masks(truth, survey.shape[1]).items():
        marked = _onsets(survey, mask, EventOptions(refine=False))
        table.row(f"mask, {name}: its edge", _edge(mask) - truth)
        table.row(f"mask, {name}: smoothed", marked - truth)
        medians.append(table.row(f"mask, {name}: ours", _onsets(survey, mask) - truth))
    ours = float(np.median(medians))
    for method in options.few_shot:
        unseen = np.arange(truth.size) % 10 != 5
        mask = _few_shot(survey, folder, truth, method, options.minutes)
        table.row(f"few-shot {method}: ours", np.where(unseen, _onsets(survey, mask) - truth, np.nan), unseen)
    if options.model is not None:
        name = f"model {options.model.name}"
        table.row(f"{name}: its P wave", _of_model(survey, options.model) - truth)
        ours = table.row(f"{name}: first wave", _of_model(survey, options.model, together=True) - truth)
    least = float(np.nanmedian(np.abs(found["STA/LTA, best median"] - truth)))
    print(f"ours / STA/LTA (median): {ours / least:.2f}, should be at most 0.5")
    return int(ours > 0.5 * least)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few-shot", nargs="*", default=[], choices=("probe", "lora"))
    parser.add_argument("--minutes", type=float, default=1.0, help="of LoRA")
    parser.add_argument("--model", type=Path, help="folder of a model with a class P, or one event class")
    return parser.parse_args()


class _Table:
    """Prints rows of errors; a channel without an onset counts as off by the recording's length."""

    def __init__(self, ms: float) -> None:
        self.ms = ms
        print(f"{'':<34}{'median ms':>10}{'90 % ms':>9}{'median smp':>12}{'90 % smp':>10}{'missing':>9}")

    def row(self, name: str, off: NDArray[np.float64], counted: NDArray[np.bool_] | None = None) -> float:
        """Print a row of errors in samples; return the median."""
        some = off if counted is None else off[counted]
        size = np.where(np.isnan(some), np.inf, np.abs(some))
        median, most = float(np.median(size)), float(np.percentile(size, 90, method="higher"))
        missing = int(np.isnan(some).sum())
        print(f"{name:<34}{median * self.ms:>10.2f}{most * self.ms:>9.2f}{median:>12.1f}{most:>10.1f}{missing:>9}")
        return median


def _rate(survey: Survey) -> float:
    step = survey.axis("time").step
    return 1 / float(step or 1)


def _masks(truth: NDArray[np.float64], length: int) -> dict[str, NDArray[np.uint8]]:
    """Return masks as a network would give them."""
    found = {f"shifted by {shift:+d}": _mask(truth + shift, length) for shift in (-10, 0, 10)}
    for seed in range(3):
        rng = np.random.default_rng(seed)
        cells = np.arange(truth.size) // CELL
        jitter = rng.uniform(-10, 10, cells.max() + 1)
        jitter[rng.random(jitter.size) < 0.1] += rng.choice([-56.0, 56.0])
        found[f"jittered {seed + 1}"] = _mask(truth + jitter[cells], length)
    return found


def _mask(onset: NDArray[np.float64], length: int) -> NDArray[np.uint8]:
    cells = np.arange(onset.size) // CELL
    # Rounded to whole cells: half a cell off at most, as a network's majority would be.
    edge = np.array([np.round(onset[cells == cell].mean() / CELL) * CELL for cell in range(cells.max() + 1)])[cells]
    return (np.arange(length) >= edge[:, None]).astype(np.uint8)


def _edge(mask: NDArray[np.uint8]) -> NDArray[np.float64]:
    return np.where(mask.any(axis=1), mask.argmax(axis=1), np.nan)


def _onsets(survey: Survey, mask: NDArray[np.uint8], options: EventOptions | None = None) -> NDArray[np.float64]:
    return _largest(run_to_end(find_events(EventSource(mask, CLASSES), survey, options)), survey)


def _largest(events: EventList, survey: Survey) -> NDArray[np.float64]:
    """Return the onsets, in samples, of the event on most channels; a P wave if there is one."""
    onset = np.full(survey.shape[0], np.nan)
    waves = [each for each in events.events if phase_hint(events.name(each)) == "P"] or list(events.events)
    if waves:
        event = max(waves, key=lambda each: each.channels.size)
        onset[event.first : event.last + 1] = event.onset_s * _rate(survey)
    return onset


def _few_shot(
    survey: Survey, folder: Path, truth: NDArray[np.float64], method: str, minutes: float
) -> NDArray[np.uint8]:
    """Return the mask of a model that has seen every tenth channel, labelled from the picks."""
    from napari_geofm.cli import main as geofm

    labels = np.full(survey.shape, 255, np.uint8)
    for channel in range(5, truth.size, 10):
        onset = round(truth[channel])
        labels[channel, :onset], labels[channel, onset:] = 0, 1
    with tempfile.TemporaryDirectory(prefix="geofm-bench-") as place:
        work = Path(place)
        np.save(work / "labels.npy", labels)
        (work / "names.csv").write_text("name\nnoise\nP wave\n")
        file = str(folder / "deformation_rate_event_1.hdf5")
        words = ["finetune", file, "--labels", f"{work / 'labels.npy'}", "--method", method, "--process", PROCESS]
        words += ["--classes", f"{work / 'names.csv'}", "-o", f"{work / 'model'}", "--quiet"]
        words += ["--minutes", f"{minutes:g}"] if method == "lora" else []
        if geofm(words) or geofm(
            ["segment", file, "--model", f"{work / 'model'}", "-o", f"{work / 'p.npy'}", "--quiet"]
        ):
            raise SystemExit("the few-shot model failed")
        return np.asarray(np.load(work / "p.npy"), np.uint8)


def _of_model(survey: Survey, model: Path, *, together: bool = False) -> NDArray[np.float64]:
    """Return the onsets from a model's mask.

    Its own class table says which class is the P wave; ``together``: all classes that are waves are one event, whose
    first arrival is the P wave, whatever the model takes it for.
    """
    from napari_geofm.cli import main as geofm
    from napari_geofm.io.labels import read_labels

    with tempfile.TemporaryDirectory(prefix="geofm-bench-") as place:
        out, chances = Path(place) / "p.npy", Path(place) / "q.npy"
        words = ["segment", str(survey.path), "--model", str(model), "-o", str(out), "--probabilities", str(chances)]
        if geofm([*words, "--quiet"]):
            raise SystemExit(f"{model} could not segment the recording")
        labels = read_labels(out, survey)
        if together:
            names = labels.classes.names
            still = background_of(names) | {number for number, name in enumerate(names) if is_vehicle(name)}
            wave = 1 - np.load(chances)[sorted(still)].sum(axis=0)
            both = np.stack([1 - wave, wave]).astype(np.float32)
            source = EventSource((wave > 0.5).astype(np.uint8), CLASSES, None, both)
            return _largest(run_to_end(find_events(source, survey)), survey)
        source = EventSource(np.asarray(labels.values), labels.classes)
        return _largest(run_to_end(find_events(source, survey)), survey)


if __name__ == "__main__":
    raise SystemExit(main())
