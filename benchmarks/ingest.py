"""A fast copy of a 466 MB SEG-Y: how quickly it is made beside ``cp``, and how quickly its sections come from the disk.

Makes the copy and copies the file with ``cp`` in turns, in one run; then reads 20 random sections in each direction
from the copy and from the SEG-Y, cold: the survey is opened anew and the pages of all files are evicted before each, in
a fresh process for each direction. Figures: at least half the speed of ``cp`` and less than 2 GB of memory; crossline
and time slice at most 60 ms, median of 20.
Run: ``python -m benchmarks.ingest [--rounds N] [--repeats N]``.
"""

import argparse
import gc
import json
import mmap
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.open_large_segy import build

LIMITS = {"speed": 0.5, "memory": 2000.0, "crossline": 60.0, "time slice": 60.0}
"""Least share of the speed of cp, most MB, most milliseconds."""

WAYS = {"inline": 0, "crossline": 1, "time slice": 2}


def large_file(folder: Path) -> Path:
    """Return the large survey of the folder that all scripts share, or build it."""
    named = os.environ.get("GEOFM_BENCH_FOLDER")
    path = (Path(named) if named else folder) / "large.sgy"
    if not path.exists():
        build(path)
    return path


def copy_once(source: Path, target: Path) -> dict[str, float]:
    """Make the fast copy in this process, after what it imports; return seconds, processor's seconds, peak MB."""
    from napari_geofm.core.progress import Control, run_to_end
    from napari_geofm.io.copies import choosing, measuring
    from napari_geofm.jobs.ingest import run
    from napari_geofm.jobs.ingest_spec import IngestSpec

    # What is measured once the copy is there is no part of making it.
    measuring.measured_times = lambda *_: choosing.CopyTimes()
    choosing.register = lambda *_: None
    # A first copy, of a small part: imports and first calls are over then.
    small = target.with_name("small.npy")
    np.save(small, np.ones((40, 40, 40), np.float32))
    run_to_end(run(IngestSpec(small, small.with_suffix(".zarr"), overwrite=True), Control()))
    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    run_to_end(run(IngestSpec(source, target), Control()))
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"s": seconds, "cpu": busy, "mb": private_peak_mb()}


def private_peak_mb() -> float:
    """Return the most memory this process has had, mapped files included, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_fresh_process(*words: str) -> Any:
    """Run one measurement in a process of its own and return what it prints."""
    command = [sys.executable, "-m", "benchmarks.ingest", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def evict(path: Path) -> None:
    """Have the system forget the pages of a file, or of all files in a folder."""
    for file in [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]:
        descriptor = os.open(file, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def read_cold(path: Path, way: str, repeats: int) -> dict[str, float]:
    """Time random sections of one direction, each with nothing of the files in memory."""
    from napari_geofm.io.opening import open_survey

    axis = WAYS[way]
    times = []
    for place in np.random.default_rng(3).integers(0, open_survey(path, copies=False).shape[axis], repeats).tolist():
        key: list[int | slice] = [slice(None)] * 3
        key[axis] = place
        # Opened anew each time: pages that this process sees through a map cannot be evicted.
        gc.collect()
        survey = open_survey(path, copies=False)
        let_go(survey)
        evict(path)
        start = time.perf_counter()
        survey.read(tuple(key))
        times.append(1000 * (time.perf_counter() - start))
        del survey
    return {"median": float(np.median(times)), "worst": max(times)}


def let_go(survey: Any) -> None:
    """Have this process forget what it sees of a SEG-Y through its map: opening looked at every header."""
    file = getattr(getattr(survey.direct, "__self__", None), "_file", None)
    if file is not None:
        file._mmap.madvise(mmap.MADV_DONTNEED)


def compare_speed(source: Path, folder: Path, rounds: int) -> tuple[float, float]:
    """Copy in turns, print each, and return the median share of cp's speed, and the peak memory in MB."""
    print("| round | cp s | cp and flush s | fast copy s | of processors s | share of cp's speed |")
    print("|---|---|---|---|---|---|")
    shares, peak, plain = [], 0.0, folder / "plain.sgy"
    for number in range(rounds):
        target = folder / f"copy-{number}.zarr"
        source.read_bytes()  # Both from memory: what is compared is the work, not who came second.
        cp = timed(lambda: subprocess.run(["cp", source, plain], check=True))
        flush = timed(lambda: subprocess.run(["sync", plain], check=True))
        plain.unlink()
        os.sync()
        row = in_fresh_process("--make", str(source), "--target", str(target))
        os.sync()
        shares.append(cp / row["s"])
        peak = max(peak, row["mb"])
        times = f"{cp:.2f} | {cp + flush:.2f} | {row['s']:.2f} | {row['cpu']:.2f}"
        print(f"| {number + 1} | {times} | {cp / row['s']:.2f} |", flush=True)
        if number:
            shutil.rmtree(folder / f"copy-{number - 1}.zarr")
    return float(np.median(shares)), peak


def verdict(name: str, value: float, limit: float, *, least: bool = False) -> bool:
    """Print a line of the table of figures, and return whether it is as it should be."""
    good = value >= limit if least else value <= limit
    print(f"| {name} | {value:.2f} | {'at least' if least else 'at most'} {limit:g} | {'yes' if good else 'NO'} |")
    return good


def main() -> int:
    """Measure, print; return 1 where a figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--target", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--way", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.make:
        print(json.dumps(copy_once(options.make, options.target)))
        return 0
    if options.read:
        print(json.dumps(read_cold(options.read, options.way, options.repeats)))
        return 0
    with tempfile.TemporaryDirectory(dir=os.environ.get("GEOFM_BENCH_FOLDER"), prefix="ingest-") as name:
        folder = Path(name)
        source = large_file(folder)
        print(f"{source.stat().st_size / 1e6:.0f} MB SEG-Y\n")
        share, peak = compare_speed(source, folder, options.rounds)
        copy = folder / f"copy-{options.rounds - 1}.zarr"
        print(f"\n| cold, {options.repeats} sections, ms | fast copy, median | worst | SEG-Y, median | worst |")
        print("|---|---|---|---|---|")
        found = {}
        for way in WAYS:
            words = ("--way", way, "--repeats", str(options.repeats))
            ours, theirs = (in_fresh_process("--read", str(path), *words) for path in (copy, source))
            found[way] = ours["median"]
            cells = [f"{row[name]:.1f}" for row in (ours, theirs) for name in ("median", "worst")]
            print(f"| {way} | {' | '.join(cells)} |", flush=True)
        print("\n| figure | found | limit | |\n|---|---|---|---|")
        good = [
            verdict("share of cp's speed, median", share, LIMITS["speed"], least=True),
            verdict("peak memory, MB", peak, LIMITS["memory"]),
            verdict("cold crossline, ms", found["crossline"], LIMITS["crossline"]),
            verdict("cold time slice, ms", found["time slice"], LIMITS["time slice"]),
        ]
        return int(not all(good))


if __name__ == "__main__":
    raise SystemExit(main())
