"""Which chunks, and which packing, for the fast copy of a volume: seconds to write, bytes, and cold sections.

Writes a part of the 466 MB SEG-Y (``--inlines``) through zarr in each layout, and as the fast copy does, and reads
random sections in each direction, cold, through zarr; of the fast copy also by its own reader.
Run: ``python -m benchmarks.ingest_layouts [--inlines N]``.
"""

import argparse
import gc
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.ingest import WAYS, evict, large_file
from napari_geofm.io.copies.plan import plan_copy
from napari_geofm.io.copies.survey import read_copy
from napari_geofm.io.copies.writer import CopyWriter
from napari_geofm.io.opening import open_survey

if TYPE_CHECKING:
    from collections.abc import Callable

LAYOUTS = {
    "64, not packed": (64, None),
    "64, lz4": (64, "lz4"),
    "64, zstd": (64, "zstd"),
    "96, not packed": (96, None),
    "128, not packed": (128, None),
    "128, lz4": (128, "lz4"),
}
"""Side of the chunks, and blosc's codec (with shuffled bytes)."""


def write_zarr(values: Any, path: Path, side: int, codec: Any) -> float:
    """Write a volume in chunks, and return the seconds."""
    import zarr
    from zarr.codecs import BloscCodec

    packed = [BloscCodec(cname=codec, clevel=3, shuffle="shuffle")] if codec else None
    start = time.perf_counter()
    array = zarr.create_array(
        path, shape=values.shape, dtype="float32", chunks=(side,) * 3, compressors=packed, fill_value=np.nan
    )
    for place in range(0, values.shape[0], side):
        array[place : place + side] = values[place : place + side]
    return time.perf_counter() - start


def write_copy(survey: Any, path: Path) -> float:
    """Make the fast copy, and return the seconds."""
    start = time.perf_counter()
    with CopyWriter(survey, plan_copy(survey), path) as writer:
        for block in writer.missing():
            list(writer.write(block))
        writer.finish()
    return time.perf_counter() - start


def cold(path: Path, opened: Any, shape: tuple[int, ...], repeats: int) -> list[float]:
    """Return the median milliseconds of random sections in each direction; ``opened`` returns what reads a key."""
    found = []
    for axis in WAYS.values():
        times = []
        for place in np.random.default_rng(5).integers(0, shape[axis], repeats).tolist():
            key: list[int | slice] = [slice(None)] * 3
            key[axis] = place
            gc.collect()
            read = opened(path)
            evict(path)
            start = time.perf_counter()
            read(tuple(key))
            times.append(1000 * (time.perf_counter() - start))
        found.append(float(np.median(times)))
    return found


def through_zarr(path: Path) -> Any:
    """Return what reads a key of an array, or of the fast copy's amplitudes, through zarr."""
    import zarr

    inner = path / "amplitude"
    return zarr.open_array(inner if inner.is_dir() else path, mode="r").__getitem__


def main() -> int:
    """Write, read, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inlines", type=int, default=400)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=os.environ.get("GEOFM_BENCH_FOLDER"), prefix="layouts-") as name:
        folder = Path(name)
        whole = open_survey(large_file(folder), copies=False)
        values = whole.read((slice(0, options.inlines), slice(None), slice(None)))
        np.save(folder / "part.npy", values)
        survey = open_survey(folder / "part.npy", copies=False)
        print("| chunks | write s | MB | inline ms | crossline ms | time slice ms |\n|---|---|---|---|---|---|")
        rows: list[tuple[str, Callable[[Path], Any], int, str | None]] = [
            *((words, through_zarr, *layout) for words, layout in LAYOUTS.items()),
            ("fast copy, through zarr", through_zarr, 0, None),
            ("fast copy", lambda path: read_copy(path).read, 0, None),
        ]
        for words, opened, side, codec in rows:
            path = folder / f"{side}-{codec}-{words[-4:]}.zarr"
            seconds = write_zarr(values, path, side, codec) if side else write_copy(survey, path)
            size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
            times = " | ".join(f"{each:.0f}" for each in cold(path, opened, values.shape, options.repeats))
            print(f"| {words} | {seconds:.2f} | {size / 1e6:.0f} | {times} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
