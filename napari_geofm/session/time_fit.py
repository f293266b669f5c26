"""Labels of a recording that begins or ends elsewhere than before: a file came to its folder, or went."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_geofm.core.utc import parse_utc, start_of
from napari_geofm.io.label_folder import LABELS, ORIGINS
from napari_geofm.io.written import Written
from napari_geofm.session.label_files import make_files, mapped

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["TimeFit", "later_s", "moved_labels"]


@dataclass(frozen=True, slots=True)
class TimeFit:
    """What tells at which time a sample of a recording was taken.

    Attributes
    ----------
    start_utc
        Of the first sample, ISO 8601 with ns.
    step_s
        Seconds between two samples.
    samples
        How many there are on a channel.
    """

    start_utc: str
    step_s: float
    samples: int

    @classmethod
    def of(cls, survey: "Survey") -> "TimeFit | None":
        """Return that of a recording; None where it has no date, one sample only, or is none."""
        if survey.kind != "das" or start_of(survey) is None:
            return None
        step = float(survey.axis("time").pace)
        return cls(str(survey.data.attrs["start_utc"]), step, survey.shape[1]) if step > 0 else None

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "TimeFit":
        """Read what a session's document holds."""
        return cls(str(plain["start_utc"]), float(plain["step_s"]), int(plain["samples"]))

    def shift(self, now: "TimeFit") -> int | None:
        """Return at which sample of the recording as it is ``now`` my first lies; None where no grid holds both."""
        if abs(self.step_s - now.step_s) * self.samples >= 0.5 * now.step_s:
            return None
        return round(later_s(self.start_utc, now.start_utc) / now.step_s)


def later_s(first_utc: str, second_utc: str) -> float:
    """Return by how many s the first of two times in UTC is later than the second; below 0 where it is earlier.

    >>> later_s("2024-03-01T12:00:00.500000000Z", "2024-03-01T12:00:01.000000000Z")
    -0.5
    """
    first, second = (parse_utc(each) for each in (first_utc, second_utc))
    return int((first - second) / np.timedelta64(1, "ns")) / 1e9


def moved_labels(old: Path, folder: Path, shift: int, shape: tuple[int, int]) -> int:
    """Make both files of labels for a recording of another length, each label at the time at which it was.

    Parameters
    ----------
    old
        Folder with the labels as they were.
    folder
        Where the files are made.
    shift
        At which sample the first one lies now.
    shape
        Channels and samples of the recording as it is.

    Returns
    -------
    int
        Labelled samples for which there is no time any more.

    Raises
    ------
    OSError, ValueError
        When the old files are damaged, or of other channels.
    """
    size: tuple[int, ...] = np.load(old / LABELS, mmap_mode="r", allow_pickle=False).shape
    if len(size) != 2 or size[0] != shape[0]:
        raise ValueError(f"{old / LABELS} has shape {size}, the recording {shape}")
    arrays = [mapped(old / name, size, "r") for name in (LABELS, ORIGINS)]
    make_files(folder, shape)
    made = [mapped(folder / name, shape, "r+") for name in (LABELS, ORIGINS)]
    first, last = max(0, -shift), max(0, min(size[1], shape[1] - shift))
    lost, written = 0, Written(arrays[0])
    for channel in range(size[0]):
        start = channel * size[1]
        for run in written.runs(start, start + size[1]):
            low, high = run.start - start, run.stop - start
            labelled = arrays[0][channel, low:high] > 0
            # Of a file that nobody wrote to nothing is written either: it stays sparse.
            if not labelled.any():
                continue
            begin, end = max(low, first), max(low, first, min(high, last))
            for before, after in zip(arrays, made, strict=True):
                after[channel, begin + shift : end + shift] = before[channel, begin:end]
            lost += int(labelled.sum()) - int(labelled[begin - low : end - low].sum())
    for after in made:
        after.flush()
    return lost
