"""What fibres record without an event: windows of real recordings, and fields with their spectra."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft2, next_fast_len, rfft2
from scipy.ndimage import gaussian_filter, zoom

RECORDINGS = (
    "ap_sensing_1.hdf5",
    "gdr_1.h5",
    "iDAS005_tdms_example.626.tdms",
    "sample_tdms_file_v4713.tdms",
    "silixa_h5_1.hdf5",
    "terra15_v5_test_file.hdf5",
    "valencia_febus_example.h5",
)
"""Recordings of seven interrogators that hold no event to be seen; MIT (github DASDAE/test_data)."""

LEARNED_SHARE = 0.75
"""Part of each fibre, from its beginning, whose noise is learned; the rest decides which state is kept."""

FEW = 40
"""Channels of which a fibre with fewer is learned from whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Noise:
    """Recordings as strain rate without unit: float64 ``(channels, samples)`` each, their median magnitude 1."""

    recordings: tuple[NDArray[np.float64], ...]

    def window(self, channels: int, samples: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return a window of one of them, ``(channels, samples)``.

        Half of the time it is what was recorded, mirrored at its ends where it is too short, its time axis stretched by
        up to two; else a field of random phases with the spectrum and the channels' loudness of that window.
        """
        recording = self.recordings[int(rng.integers(len(self.recordings)))]
        stretch = float(np.exp(rng.uniform(-0.7, 0.7)))
        width, length = min(channels, len(recording)), min(round(samples / stretch), recording.shape[1])
        left, first = int(rng.integers(len(recording) - width + 1)), int(rng.integers(recording.shape[1] - length + 1))
        part = recording[left : left + width, first : first + length]
        part = zoom(part, (1, stretch), order=1) if abs(stretch - 1) > 0.05 else part
        if rng.random() < 0.5 or min(part.shape) < FEW:
            found = _alike(part, channels, samples, rng)
        else:
            missing = [(0, max(0, channels - part.shape[0])), (0, max(0, samples - part.shape[1]))]
            found = np.pad(part, missing, mode="reflect")[:channels, :samples]
        return found[:, ::-1] if rng.random() < 0.5 else found


def read_noise(folder: Path, *, learned: bool) -> Noise:
    """Read what is learned from, or what decides, of :data:`RECORDINGS` in a folder; those that are there."""
    from napari_geofm.io.opening import open_survey

    found = []
    for name in RECORDINGS:
        if not (folder / name).is_file():
            continue
        survey = open_survey(folder / name)
        values = survey.read((slice(None), slice(None))).astype(np.float64)
        if survey.data.attrs.get("units") == "m/s":
            # Velocity becomes strain rate: what two neighbours differ by.
            values = np.diff(values, axis=0)
        values -= np.median(values, axis=1, keepdims=True)
        if len(values) >= FEW:
            end = round(LEARNED_SHARE * len(values))
            values = values[:end] if learned else values[end:]
        elif not learned:
            continue
        loud = np.median(np.abs(values), axis=1, keepdims=True)
        values = values[loud[:, 0] > 0]
        usual = float(np.median(loud[loud > 0]))
        # A channel may be louder than others, but not so loud that nothing could be seen on it.
        loud = loud[loud > 0][:, None] / usual
        found.append(values / usual * np.clip(loud, 0.4, 2.5) / loud)
    return Noise(tuple(found))


def _alike(part: NDArray[np.float64], channels: int, samples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a field with the smoothed power spectrum of a window, its channels as loud as some of the window's."""
    shape = (next_fast_len(channels, real=True), next_fast_len(samples, real=True))
    tapered = part * np.hanning(part.shape[1] + 2)[1:-1]
    # Interpolated to the wanted size: the spectrum of a window that is repeated or cut.
    power = gaussian_filter(np.abs(rfft2(tapered)) ** 2, (0.5, 1.5), mode=("wrap", "nearest"))
    rows = np.linspace(0, power.shape[0] - 1, shape[0]).round().astype(int)
    columns = np.linspace(0, power.shape[1] - 1, shape[1] // 2 + 1).round().astype(int)
    white = rfft2(rng.standard_normal(shape))
    field = np.asarray(irfft2(white * np.sqrt(power[np.ix_(rows, columns)]), s=shape))[:channels, :samples]
    loud = rng.choice(np.median(np.abs(part), axis=1), channels)
    loud = gaussian_filter(loud, rng.uniform(0, 6), mode="nearest")
    return np.asarray(field / np.median(np.abs(field)) * loud[:, None])
