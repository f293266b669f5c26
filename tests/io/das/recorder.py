"""Files as a recorder would write them, small."""

import itertools
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

START = np.datetime64("2024-03-01T12:00:00", "ns")
STEP_NS = 2_000_000


def noise(channels: int, samples: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(channels, samples)).astype(np.float32)


def write(
    path: Path,
    samples: NDArray[Any],
    start_ns: int = 0,
    *,
    step_ns: int = STEP_NS,
    stamps: NDArray[Any] | None = None,
    distances: NDArray[Any] | None = None,
    dim: str = "distance",
    attrs: Mapping[str, object] | None = None,
) -> Path:
    """Write samples ``(channels, time)`` as DASDAE, from ``start_ns`` after :data:`START` on."""
    import dascore

    time = START + (np.arange(samples.shape[1]) * step_ns + start_ns).astype("timedelta64[ns]")
    along = np.arange(samples.shape[0]) * 4.0 if distances is None else distances
    said = {"data_type": "strain_rate", "data_units": "strain/s", "gauge_length": 10.0} if attrs is None else attrs
    coords = {dim: along, "time": time if stamps is None else stamps}
    patch = dascore.Patch(data=samples, coords=coords, dims=(dim, "time"), attrs=dict(said))
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # Of a name with a dot in it.
        warnings.simplefilter("ignore")
        patch.io.write(path, "dasdae")
    return path


def split(folder: Path, whole: NDArray[Any], *ends: int, skip: tuple[int, ...] = ()) -> list[Path]:
    """Write samples cut at ``ends`` as files a.h5, b.h5, ..., leaving out the parts numbered in ``skip``."""
    cuts = [0, *ends, whole.shape[1]]
    parts = list(itertools.pairwise(cuts))
    return [
        write(folder / f"{chr(97 + number)}.h5", whole[:, low:high], low * STEP_NS)
        for number, (low, high) in enumerate(parts)
        if number not in skip
    ]
