"""Open a 466 MB SEG-Y: seconds, private memory, and the time of a section beside segyio and a plain memory map.

Builds a volume of IBM floats (inlines x crosslines x samples), opens it twice in fresh processes, reads random
sections in one more, and removes it. Run: ``python benchmarks/open_large_segy.py [--folder F] [--repeats 20]``.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.segy import read_segy
from napari_geofm.io.segy.ibm import float_to_ibm, ibm_to_float

ILINES, XLINES, SAMPLES = 400, 500, 522
TRACE = 240 + 4 * SAMPLES


def build(path: Path) -> None:
    """Write the volume, one inline at a time: reflections that dip, with noise."""
    head = np.zeros(3600, np.uint8)
    head[:3200] = 0x40
    head[3216:3226].view(">i2")[:] = (4000, 0, SAMPLES, 0, 1)
    random = np.random.default_rng(7)
    depth = np.arange(SAMPLES) + 0.05 * np.arange(XLINES)[:, None]
    block = np.zeros((XLINES, TRACE), np.uint8)
    for start, kind, value in ((114, ">i2", SAMPLES), (116, ">i2", 4000), (28, ">i2", 1)):
        block[:, start : start + 2] = np.array([value], kind).view(np.uint8)
    block[:, 192:196] = (300 + np.arange(XLINES)).astype(">i4").view(np.uint8).reshape(-1, 4)
    with path.open("wb") as stream:
        stream.write(head.tobytes())
        for iline in range(ILINES):
            block[:, 188:192] = np.array([1000 + iline], ">i4").view(np.uint8)
            values = np.sin(0.3 * (depth + 0.1 * iline)) * 1000 + random.normal(0, 100, depth.shape)
            block[:, 240:] = float_to_ibm(values).astype(">u4").view(np.uint8)
            stream.write(block.tobytes())


def private_mb() -> float:
    """Return this process's anonymous memory in MB; mapped files are not counted."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon"):
            return float(line.split()[1]) / 1024
    return float("nan")


def measure_opening(path: Path) -> dict[str, float]:
    """Open the file in this fresh process, after what it imports."""
    import xarray as xr

    xr.DataArray(np.zeros((2, 2)), dims=("a", "b"), coords={"a": [1, 2]})[0].load()
    before = private_mb()
    start = time.perf_counter()
    survey = read_segy(path)
    seconds = time.perf_counter() - start
    opened = private_mb() - before
    survey.section("inline", 1000 + ILINES // 2)
    return {"seconds": seconds, "mb": opened, "mb_section": private_mb() - before}


def median_ms(read: Callable[[int], object], places: NDArray[np.int64]) -> float:
    """Return the median time of reading ``places`` after a first round that warms the file up."""
    for place in places.tolist():
        read(place)
    times = []
    for place in places.tolist():
        start = time.perf_counter()
        read(place)
        times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times))


def measure_sections(path: Path, repeats: int) -> dict[str, dict[str, float]]:
    """Time random inlines, crosslines and time slices by three readers."""
    import segyio

    random = np.random.default_rng(1)
    ilines, xlines, times = (random.integers(0, size, repeats) for size in (ILINES, XLINES, SAMPLES))
    survey = read_segy(path)
    data = survey.data
    table = {
        "napari-geofm": {
            "inline": median_ms(lambda i: data[i].values, ilines),
            "crossline": median_ms(lambda i: data[:, i].values, xlines),
            "time slice": median_ms(lambda i: data[:, :, i].values, times),
        }
    }
    with segyio.open(path) as file:
        file.mmap()
        table["segyio (mmap)"] = {
            "inline": median_ms(lambda i: file.iline[1000 + i], ilines),
            "crossline": median_ms(lambda i: file.xline[300 + i], xlines),
            "time slice": median_ms(lambda i: file.depth_slice[i], times),
        }
        _compare(data, file)
    kind = np.dtype([("header", "V240"), ("samples", ">u4", (SAMPLES,))])
    cube = np.memmap(path, kind, "r", 3600, (ILINES, XLINES))["samples"]
    table["numpy memmap"] = {
        "inline": median_ms(lambda i: ibm_to_float(cube[i].astype(np.uint32)), ilines),
        "crossline": median_ms(lambda i: ibm_to_float(cube[:, i].astype(np.uint32)), xlines),
        "time slice": median_ms(lambda i: ibm_to_float(cube[:, :, i].astype(np.uint32)), times),
    }
    return table


def _compare(data: object, file: object) -> None:
    for ours, theirs in ((data[7].values, file.iline[1007]), (data[:, 9].values, file.xline[309])):  # type: ignore[index, attr-defined]
        if not np.array_equal(ours, theirs):
            sys.exit("the readers differ: the times mean nothing")


def in_fresh_process(path: Path, what: str, repeats: int) -> Any:
    """Run one measurement in a process of its own and return what it prints."""
    words = [sys.executable, __file__, "--measure", what, "--file", str(path), "--repeats", str(repeats)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    """Build, measure, print, remove."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the file is built")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--measure", choices=("open", "sections"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        found = (
            measure_opening(options.file)
            if options.measure == "open"
            else measure_sections(options.file, options.repeats)
        )
        print(json.dumps(found))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = Path(folder) / "large.sgy"
        build(path)
        print(f"{path.stat().st_size / 1e6:.0f} MB, {ILINES} x {XLINES} x {SAMPLES}, IBM float\n")
        print("| opening | s | private MB | with one section |\n|---|---|---|---|")
        for turn in ("first", "second"):
            row = in_fresh_process(path, "open", options.repeats)
            print(f"| {turn} | {row['seconds']:.2f} | {row['mb']:.0f} | {row['mb_section']:.0f} |")
        print(f"\n| warm, median of {options.repeats}, ms | inline | crossline | time slice |\n|---|---|---|---|")
        for name, row in in_fresh_process(path, "sections", options.repeats).items():
            print(
                f"| {name} | " + " | ".join(f"{row[each]:.2f}" for each in ("inline", "crossline", "time slice")) + " |"
            )


if __name__ == "__main__":
    main()
