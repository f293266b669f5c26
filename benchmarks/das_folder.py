"""A folder of a thousand DAS files: its first and second opening, windows across borders, memory.

The files hold 4 s each, in the format of DASCore; of ten one is left out. Figures: the second opening
takes less than 5 s, and windows are the concatenation of what DASCore reads, bit for bit. Run:
``python -m benchmarks.das_folder [--files 1000] [--folder F]``.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

CHANNELS, SAMPLES, STEP_NS = 50, 1000, 4_000_000
START = np.datetime64("2024-03-01T00:00:00", "ns")
WINDOWS = 200

OPENING = """
import sys, time
begun = time.perf_counter()
from pathlib import Path
from benchmarks.open_large_segy import private_mb
from napari_geofm.io.opening import open_survey
survey = open_survey(Path(sys.argv[1]))
print(time.perf_counter() - begun, time.process_time(), private_mb())
"""


def build(folder: Path, count: int) -> None:
    """Write the files; each tenth is missing."""
    import dascore

    rng = np.random.default_rng(0)
    for number in range(count + count // 9):
        if number % 10 == 4:
            continue
        stamps = START + (np.arange(SAMPLES) + number * SAMPLES).astype("int64") * np.timedelta64(STEP_NS, "ns")
        coords = {"distance": np.arange(CHANNELS) * 4.0, "time": stamps}
        attrs = {"data_type": "strain_rate", "data_units": "strain/s", "gauge_length": 10.0}
        data = rng.normal(size=(CHANNELS, SAMPLES)).astype(np.float32)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            patch = dascore.Patch(data=data, coords=coords, dims=("distance", "time"), attrs=attrs)
            # Names that say nothing of the order.
            patch.io.write(folder / f"{number * 7919 % 100_003:06d}.h5", "dasdae")


def opening(folder: Path) -> tuple[float, float, float]:
    """Return the seconds that a process of its own takes to import and to open, those of its own, and its MB."""
    found = subprocess.run([sys.executable, "-c", OPENING, str(folder)], check=True, capture_output=True, text=True)
    seconds, own, memory = map(float, found.stdout.split())
    return seconds, own, memory


def windows(folder: Path) -> tuple[int, float, float]:
    """Return how many random windows differ from the concatenation, and the ms of one, median and 95 %."""
    import dascore

    from napari_geofm.io.opening import open_survey

    survey = open_survey(folder)
    whole = np.full(survey.shape, np.nan, np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for file in folder.glob("*.h5"):
            patch = dascore.read(file)[0].transpose("distance", "time")
            at = int((patch.get_coord("time").values[0] - START) / np.timedelta64(STEP_NS, "ns"))
            whole[:, at : at + SAMPLES] = patch.data
    rng = np.random.default_rng(1)
    wrong, times = 0, []
    for _ in range(WINDOWS):
        length = int(rng.integers(1, 4 * SAMPLES))
        begin = int(rng.integers(0, survey.shape[1] - length))
        begun = time.perf_counter()
        found = survey.read((slice(0, CHANNELS), slice(begin, begin + length)))
        times.append(time.perf_counter() - begun)
        wrong += not np.array_equal(found, whole[:, begin : begin + length], equal_nan=True)
    return wrong, float(np.median(times)) * 1e3, float(np.quantile(times, 0.95)) * 1e3


def scanned_by_dascore(folder: Path) -> float:
    """Return the seconds that DASCore's own scan of the folder takes."""
    import dascore

    begun = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dascore.scan(folder, progress=None)
    return time.perf_counter() - begun


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--folder", type=Path, default=None, help="where the files are made; gone afterwards")
    arguments = parser.parse_args()
    base = Path(tempfile.mkdtemp(dir=arguments.folder))
    os.environ["GEOFM_CACHE"] = str(base / "cache")
    try:
        folder = base / "recording"
        folder.mkdir()
        build(folder, arguments.files)
        print(f"{len(list(folder.iterdir()))} files of {CHANNELS} channels x {SAMPLES} samples")
        first, second = opening(folder), opening(folder)
        for name, (seconds, own, memory) in (("first opening ", first), ("second opening", second)):
            print(f"{name}  {seconds:7.2f} s, {own:5.2f} s of the processor, {memory:4.0f} MB  (imports included)")
        print("                figure of the second: below 5 s")
        print(f"dascore's scan  {scanned_by_dascore(folder):7.2f} s")
        wrong, usual, slow = windows(folder)
        print(f"windows         {wrong} of {WINDOWS} differ from the concatenation (figure: 0)")
        print(f"a window        {usual:7.1f} ms median, {slow:.1f} ms at 95 %")
    finally:
        shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__":
    main()
