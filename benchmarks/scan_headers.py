"""Large SEG-Y files: how long the headers take at the first and at the second opening, and what sections take.

Two files are built in a folder that is gone afterwards: one of ten million short traces, whose headers are what there
is to read (4 GB on disk), and one of 20 GB whose samples are mostly holes (3 GB on disk). Figures: the first scan takes
at most twice what numpy takes to read the same bytes through a memory map, cold and warm; the second opening takes less
than 2 s; 500 random sections of the 20 GB take less than 500 MB of anonymous memory. Run:
``python -m benchmarks.scan_headers [--folder F] [--traces 10000000] [--samples 160]``; ``--samples 1760`` makes the
first file one of 20 GB without holes.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.open_large_segy import private_mb
from napari_geofm.io.segy import LineBytes, read_segy
from napari_geofm.io.segy.layout import find_layout, map_file
from napari_geofm.io.segy.scan import scan_lines

XLINES = 4000
SPARSE = (500, 1000, 9940)
FILLED = 600
SECTIONS = 500


def _head(code: int, n_samples: int) -> bytes:
    head = np.zeros(3600, np.uint8)
    head[:3200] = 0x40
    head[3216:3226].view(">i2")[:] = (4000, 0, n_samples, 0, code)
    return head.tobytes()


def _headers(first: int, count: int, n_xlines: int, n_samples: int) -> NDArray[np.uint8]:
    """Return trace headers, shape ``(count, 240)``."""
    headers = np.zeros((count, 240), np.uint8)
    traces = first + np.arange(count)
    for start, values in ((188, 1 + traces // n_xlines), (192, 1 + traces % n_xlines)):
        headers[:, start : start + 4] = values.astype(">i4").view(np.uint8).reshape(-1, 4)
    for start, value in ((28, 1), (114, n_samples), (116, 4000)):
        headers[:, start : start + 2] = np.array([value], ">i2").view(np.uint8)
    return headers


def build_dense(path: Path, n_traces: int, n_samples: int) -> None:
    """Write many short traces of int8."""
    with path.open("wb") as stream:
        stream.write(_head(8, n_samples))
        for first in range(0, n_traces, 20_000):
            count = min(20_000, n_traces - first)
            block = np.full((count, 240 + n_samples), 1 + first % 100, np.uint8)
            block[:, :240] = _headers(first, count, XLINES, n_samples)
            stream.write(block.tobytes())


def build_sparse(path: Path) -> None:
    """Write long traces of IEEE floats, all but the first samples holes."""
    n_ilines, n_xlines, n_samples = SPARSE
    stride = 240 + 4 * n_samples
    values = np.random.default_rng(0).normal(size=FILLED).astype(">f4").tobytes()
    with path.open("wb") as stream:
        stream.write(_head(5, n_samples))
        stream.truncate(3600 + n_ilines * n_xlines * stride)
    descriptor = os.open(path, os.O_WRONLY)
    for iline in range(n_ilines):
        for place, header in enumerate(_headers(iline * n_xlines, n_xlines, n_xlines, n_samples), iline * n_xlines):
            os.pwrite(descriptor, header.tobytes() + values, 3600 + place * stride)
    os.close(descriptor)


def evict(path: Path) -> None:
    """Drop the file's pages from memory."""
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)


def by_numpy(path: Path, n_samples: int) -> float:
    """Return the seconds in which numpy reads the same four fields, in blocks, from a memory map."""
    start = time.perf_counter()
    names = ("kind", "delay", "iline", "xline")
    kind = np.dtype(
        {"names": names, "formats": (">i2", ">i2", ">i4", ">i4"), "offsets": (28, 108, 188, 192),
         "itemsize": 240 + n_samples}
    )  # fmt: skip
    traces = np.memmap(path, kind, "r", 3600)
    for first in range(0, traces.size, 16384):
        block = traces[first : first + 16384]
        for name in names:
            np.array(block[name], np.int32)
    return time.perf_counter() - start


def by_us(path: Path) -> float:
    """Return the seconds of our scan."""
    start = time.perf_counter()
    file = map_file(path)
    scan_lines(find_layout(path, file), file, LineBytes(189, 193))
    return time.perf_counter() - start


def opening(path: Path) -> float:
    """Return the seconds that a file takes to open, past the import of what it takes."""
    import xarray  # noqa: F401

    start = time.perf_counter()
    read_segy(path)
    return time.perf_counter() - start


def sections(path: Path) -> dict[str, float]:
    """Read random sections; return the most that the opening and they took of anonymous memory, and their median."""
    import xarray  # noqa: F401

    before = private_mb()
    seen, over = [before], threading.Event()

    def watch() -> None:
        while not over.wait(0.002):
            seen.append(private_mb())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    survey = read_segy(path)
    random = np.random.default_rng(0)
    taken = []
    for count in range(SECTIONS):
        axis = ("inline", "crossline", "twt")[count % 3]
        numbers = survey.axis(axis).values
        start = time.perf_counter()
        section = survey.section(axis, float(random.choice(numbers)))
        taken.append(time.perf_counter() - start)
        seen.append(private_mb())
        del section
    over.set()
    watcher.join()
    return {"mb": max(seen) - before, "median_ms": 1000 * float(np.median(taken))}


def verdict(what: str, value: float, limit: float, unit: str) -> bool:
    """Print a figure beside its limit; return whether it is met."""
    met = value <= limit
    print(f"{what:<60}{value:>10.2f}{f' at most {limit:.2f}':>18} {unit:<4}{'yes' if met else 'NO'}", flush=True)
    return met


def fresh(what: str, path: Path, n_samples: int = 0) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.scan_headers", "--measure", what, "--file", str(path)]
    done = subprocess.run([*words, "--samples", str(n_samples)], stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(what: str, path: Path, n_samples: int) -> dict[str, float]:
    """Return one measurement of this process."""
    if what == "sections":
        return sections(path)
    if what == "opening":
        return {"s": opening(path)}
    return {"s": by_numpy(path, n_samples) if what == "numpy" else by_us(path)}


def main() -> int:
    """Build, measure, print; return 1 where a figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the files are built")
    parser.add_argument("--traces", type=int, default=10_000_000)
    parser.add_argument("--samples", type=int, default=160, help="of each trace of the first file")
    parser.add_argument("--measure", choices=("numpy", "ours", "opening", "sections"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.file, options.samples)))
        return 0
    need = options.traces * (240 + options.samples) + 4e9
    if shutil.disk_usage(options.folder or tempfile.gettempdir()).free < 1.5 * need:
        print(f"no room for {need / 1e9:.0f} GB here: name another folder with --folder")
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="geofm-bench-") as name:
        folder = Path(name)
        os.environ["GEOFM_CACHE"] = str(folder / "cache")
        met = dense(folder / "dense.sgy", options.traces, options.samples)
        (folder / "dense.sgy").unlink()
        return int(not (sparse(folder / "sparse.sgy") and met))


def dense(path: Path, n_traces: int, n_samples: int) -> bool:
    """Measure the file of many traces."""
    build_dense(path, n_traces, n_samples)
    print(f"{n_traces:,} traces, {path.stat().st_size / 1e9:.1f} GB on disk")
    met = True
    for state in ("warm", "cold"):
        taken: dict[str, float] = {}
        for what in ("numpy", "ours", "numpy", "ours"):
            if state == "cold":
                evict(path)
            seconds = fresh(what, path, n_samples)["s"]
            taken[what] = min(seconds, taken.get(what, seconds))
        print(f"  {state}: numpy {taken['numpy']:.2f} s, ours {taken['ours']:.2f} s")
        met &= verdict(f"first scan, {state}, against numpy", taken["ours"] / taken["numpy"], 2.0, "x")
    print(f"  first opening, all of it: {fresh('opening', path)['s']:.2f} s")
    met &= verdict("second opening, warm", fresh("opening", path)["s"], 2.0, "s")
    evict(path)
    met &= verdict("second opening, the file's pages dropped", fresh("opening", path)["s"], 2.0, "s")
    return met


def sparse(path: Path) -> bool:
    """Measure the file of 20 GB."""
    build_sparse(path)
    size, taken = path.stat().st_size, 512 * path.stat().st_blocks
    print(f"{' x '.join(map(str, SPARSE))}, {size / 1e9:.1f} GB, {taken / 1e9:.1f} GB of them on disk")
    print(f"  first opening: {fresh('opening', path)['s']:.2f} s")
    met = verdict("second opening", fresh("opening", path)["s"], 2.0, "s")
    found = fresh("sections", path)
    print(f"  {SECTIONS} random sections, median {found['median_ms']:.0f} ms")
    return verdict("anonymous memory of opening and sections", found["mb"], 500.0, "MB") and met


if __name__ == "__main__":
    raise SystemExit(main())
