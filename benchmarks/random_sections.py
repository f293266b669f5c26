"""Random sections straight from a SEG-Y of 466 MB (IBM floats), beside segyio and a plain numpy memory map.

Random inlines, crosslines and time slices, the median of 20 of each, in a fresh process for each reader, direction and
state. Warm: the file lies in memory. Cold: before each read its pages are taken out of the process's maps (madvise) and
out of memory (posix_fadvise), so that each comes from the disk. segyio reads through its own map; numpy's has one
record a trace and turns IBM floats as we do, all at once. Every measurement is made three times, in turns, and the
quickest counts. Figure: at most 1.2 x the better of the two. Run:
``python -m benchmarks.random_sections [--folder F] [--repeats 20]``.
"""

import argparse
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.open_large_segy import ILINES, SAMPLES, XLINES
from benchmarks.viewer_stage import large_cube
from napari_geofm.io.segy import read_segy
from napari_geofm.io.segy.ibm import ibm_to_float

READERS = ("napari-geofm", "segyio (mmap)", "numpy memmap")
WAYS = ("inline", "crossline", "time slice")
SIZES = dict(zip(WAYS, (ILINES, XLINES, SAMPLES), strict=True))
TURNS = 3
LIMIT = 1.2
_DONTNEED = 4

Read = Callable[[int], object]


def evict(path: Path) -> None:
    """Take a file's pages out of this process's maps, and out of memory; wait while another process holds them.

    Raises
    ------
    TimeoutError
        When it holds them for long: no time measured then would mean anything.
    """
    for _ in range(200):
        _drop(path)
        if not _resident(path):
            return
        time.sleep(0.05)
    raise TimeoutError(f"another process keeps {path} in memory; measure again when it is done")


def _resident(path: Path) -> bool:
    """Return whether any of some pages of a file is in memory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        for begin in np.linspace(4096, path.stat().st_size - 4096, 200).astype(np.int64).tolist():
            try:
                os.preadv(descriptor, [bytearray(1)], begin, os.RWF_NOWAIT)
            except BlockingIOError:
                continue
            return True
        return False
    finally:
        os.close(descriptor)


def _drop(path: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    name = str(path.resolve())
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        if line.endswith(name):
            begin, end = (int(part, 16) for part in line.split()[0].split("-"))
            libc.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _DONTNEED)
    descriptor = os.open(path, os.O_RDONLY)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)


def reader_of(name: str, path: Path, way: str) -> Read:
    """Return what reads a section of a direction by its place."""
    if name == "napari-geofm":
        survey = read_segy(path, remembered=False)
        key: list[int | slice] = [slice(0, size) for size in survey.shape]
        place_of = WAYS.index(way)

        def ours(place: int) -> object:
            key[place_of] = place
            return survey.read(tuple(key))

        return ours
    if name == "segyio (mmap)":
        import segyio

        file = segyio.open(str(path))
        file.mmap()
        ilines, xlines = file.ilines.tolist(), file.xlines.tolist()
        return {
            "inline": lambda place: file.iline[ilines[place]],
            "crossline": lambda place: file.xline[xlines[place]],
            "time slice": lambda place: file.depth_slice[place],
        }[way]
    kind = np.dtype([("header", "V240"), ("samples", ">u4", (SAMPLES,))])
    cube = np.memmap(path, kind, "r", 3600, (ILINES, XLINES))["samples"]
    return {
        "inline": lambda place: ibm_to_float(cube[place].astype(np.uint32)),
        "crossline": lambda place: ibm_to_float(cube[:, place].astype(np.uint32)),
        "time slice": lambda place: ibm_to_float(cube[:, :, place].astype(np.uint32)),
    }[way]


def measure(name: str, path: Path, way: str, repeats: int, *, cold: bool) -> dict[str, object]:
    """Return the median in ms of reading random sections, and a number by which readers are compared."""
    read = reader_of(name, path, way)
    places = np.random.default_rng(WAYS.index(way)).integers(0, SIZES[way], repeats).tolist()
    if not cold:
        for place in places:
            read(place)
    taken = []
    for place in places:
        if cold:
            evict(path)
        start = time.perf_counter()
        read(place)
        taken.append(time.perf_counter() - start)
    found = np.asarray(read(places[0]), np.float64)
    return {"ms": 1000 * float(np.median(taken)), "sum": float(found.sum()), "size": found.size}


def fresh(name: str, path: Path, way: str, repeats: int, *, cold: bool) -> dict[str, float]:
    """Measure in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.random_sections", "--measure", name, "--way", way, "--file", str(path)]
    words += ["--repeats", str(repeats), *(["--cold"] if cold else [])]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def table(path: Path, repeats: int, *, cold: bool) -> bool:
    """Print one state's table; return whether the figure is met."""
    print(f"\n{'cold' if cold else 'warm'}, median of {repeats}, ms{'':<12}" + "".join(f"{way:>12}" for way in WAYS))
    best: dict[str, list[float]] = {name: [] for name in READERS}
    for way in WAYS:
        turns = [{name: fresh(name, path, way, repeats, cold=cold) for name in READERS} for _ in range(TURNS)]
        if len({(round(found["sum"], 3), found["size"]) for turn in turns for found in turn.values()}) > 1:
            sys.exit("the readers differ: the times mean nothing")
        for name in READERS:
            best[name].append(min(turn[name]["ms"] for turn in turns))
    for name in READERS:
        print(f"{name:<35}" + "".join(f"{ms:>12.2f}" for ms in best[name]))
    ratios = [ours / min(theirs) for ours, *theirs in zip(*(best[name] for name in READERS), strict=True)]
    print(f"{'ours, of the better of the two':<35}" + "".join(f"{ratio:>12.2f}" for ratio in ratios))
    words = [f"{way} {'yes' if ratio <= LIMIT else 'NO'}" for way, ratio in zip(WAYS, ratios, strict=True)]
    print(f"at most {LIMIT} x: {', '.join(words)}", flush=True)
    return bool(max(ratios) <= LIMIT)


def main() -> int:
    """Measure both states; return 1 where the figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the file is built")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--state", choices=("warm", "cold"), help="one of the two")
    parser.add_argument("--measure", choices=READERS, help=argparse.SUPPRESS)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--cold", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.file, options.way, options.repeats, cold=options.cold)))
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="geofm-bench-") as name:
        path = large_cube(Path(name)).resolve()
        states = [options.state] if options.state else ["warm", "cold"]
        met = [table(path, options.repeats, cold=state == "cold") for state in states]
    return int(not all(met))


if __name__ == "__main__":
    raise SystemExit(main())
