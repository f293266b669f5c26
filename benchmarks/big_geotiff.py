"""Open a GeoTIFF of 40,000 x 40,000 pixels and pan through it: seconds, memory, and windows beside plain rasterio.

Writes a tiled, compressed map of the Moon without overviews (a minute, some 200 MB), in fresh processes opens it (under
2 s, with the overview of the whole), reads windows of 2,048 pixels along a path through it (anonymous memory below 1 GB
at its highest), and reads the same windows with bare rasterio, in turns. Figures: opening, overview, peak, and the
ratio of the windows' times. Run: ``python -m benchmarks.big_geotiff [--side 40000] [--windows 40] [--folder F]``.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

SIDE, TILE, WINDOW = 40_000, 512, 2048


def main() -> None:
    """Build the file, measure in processes of their own, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=SIDE)
    parser.add_argument("--windows", type=int, default=40)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--measure", choices=("opening", "panning"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        file = options.folder / "big.tif"
        found = opening(file) if options.measure == "opening" else panning(file, options.windows)
        sys.stdout.write(json.dumps(found))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        file = Path(folder) / "big.tif"
        begun = time.perf_counter()
        build(file, options.side)
        print(f"{options.side} x {options.side} px, {file.stat().st_size / 1e6:.0f} MB, "
              f"written in {time.perf_counter() - begun:.0f} s")  # fmt: skip
        for what in ("opening", "opening", "panning"):
            print(_told(what, _measured(what, Path(folder), options.windows)))


def build(path: Path, side: int) -> None:
    """Write a map of cratered ground: one tile of relief, moved and tilted from place to place."""
    import rasterio

    random = np.random.default_rng(4)
    ground = random.normal(0, 1, (TILE, TILE)).cumsum(0).cumsum(1)
    ground = ((ground - ground.min()) / np.ptp(ground) * 60).astype(np.uint8)
    degrees = 60 / side
    profile = {
        "driver": "GTiff", "dtype": "uint8", "count": 1, "width": side, "height": side, "tiled": True,
        "blockxsize": TILE, "blockysize": TILE, "compress": "deflate", "zlevel": 1, "BIGTIFF": "YES",
        "crs": "IAU_2015:30100", "transform": rasterio.Affine(degrees, 0, 0, 0, -degrees, 30), "nodata": 0,
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as out:
        for number in range((side + TILE - 1) // TILE):
            top = number * TILE
            rows = min(TILE, side - top)
            shift = (number * 37) % TILE
            line = np.tile(np.roll(ground, shift, axis=1)[:rows], (1, side // TILE + 1))[:, :side]
            level = (40 + 30 * np.sin(np.arange(side) / 3000 + number / 9)).astype(np.uint8)
            out.write(line + level, 1, window=rasterio.windows.Window(0, top, side, rows))


def opening(path: Path) -> dict[str, float]:
    """Open the file in this fresh process, after what it imports, and read the whole small."""
    import rasterio
    import xarray as xr

    from napari_geofm.core.amplitude import survey_stretch
    from napari_geofm.io.opening import open_survey
    from napari_geofm.io.raster import overview

    xr.DataArray(np.zeros((2, 2)), dims=("a", "b"), coords={"a": [1, 2]})[0].load()
    begun = time.perf_counter()
    with rasterio.open(path) as source:
        source.profile  # noqa: B018  (reads it)
    bare = time.perf_counter() - begun
    begun = time.perf_counter()
    survey = open_survey(path)
    opened = time.perf_counter() - begun
    survey_stretch(survey, 99.0)
    stretched = time.perf_counter() - begun
    small = overview(survey, 1024)
    seen = time.perf_counter() - begun - stretched
    read = float(small.complete)
    return {"bare": bare, "opened": opened, "stretched": stretched, "overview": seen, "complete": read,
            "peak": _peak_mb()}  # fmt: skip


def panning(path: Path, windows: int) -> dict[str, float]:
    """Read windows along a path through the file, by the program and by bare rasterio in turns."""
    import rasterio

    from napari_geofm.core.region import At
    from napari_geofm.io.opening import open_survey

    survey = open_survey(path)
    start = _peak_mb()
    rows, columns = (np.linspace(0, size - WINDOW, windows).astype(int) for size in survey.shape)
    ours, bare = [], []
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        begun = time.perf_counter()
        section = survey.section(At("window", None, None, (row, column, WINDOW, WINDOW)))
        ours.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        with rasterio.open(path) as source:
            plain = source.read(1, window=rasterio.windows.Window(column, row, WINDOW, WINDOW)).astype(np.float32)
        bare.append(time.perf_counter() - begun)
        assert np.array_equal(np.nan_to_num(section.values), plain)
    return {"ours": 1000 * float(np.median(ours)), "bare": 1000 * float(np.median(bare)), "start": start,
            "peak": _peak_mb()}  # fmt: skip


def _peak_mb() -> float:
    """Return the most memory that this process has held, MB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _measured(what: str, folder: Path, windows: int) -> dict[str, Any]:
    words = [sys.executable, "-m", "benchmarks.big_geotiff", "--measure", what, "--folder", str(folder)]
    run = subprocess.run([*words, "--windows", str(windows)], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def _told(what: str, found: dict[str, Any]) -> str:
    if what == "opening":
        all_ = "all of it" if found["complete"] else "a part of it, the rest filled"
        return (
            f"opening {found['opened']:.2f} s (at most 2; rasterio alone {found['bare']:.3f} s), "
            f"ready with its contrast {found['stretched']:.2f} s; overview {found['overview']:.2f} s ({all_}); "
            f"peak {found['peak']:.0f} MB"
        )
    return (
        f"panning: a window of {WINDOW} x {WINDOW} {found['ours']:.0f} ms, rasterio alone {found['bare']:.0f} ms, "
        f"ratio {found['ours'] / found['bare']:.2f}; peak {found['peak']:.0f} MB (below 1000; {found['start']:.0f} MB "
        "before)"
    )


if __name__ == "__main__":
    main()
