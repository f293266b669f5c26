"""Labels as a session keeps them: two mapped arrays in inside numbers, and the class table."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import LabelSet
from napari_geofm.errors import FormatError
from napari_geofm.io.class_table import read_class_table
from napari_geofm.io.written import Written

__all__ = ["CLASSES", "LABELS", "ORIGINS", "is_label_folder", "read_label_folder"]

LABELS, ORIGINS, CLASSES = "labels.npy", "origins.npy", "classes.json"


@dataclass(frozen=True, slots=True, eq=False)
class _Outside:
    """Inside numbers on disk, read as outside ones."""

    inside: NDArray[np.uint8]
    written: Written = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "written", Written(self.inside))

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes."""
        return self.inside.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Always uint8."""
        return np.dtype(np.uint8)

    def labelled_runs(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Yield flat positions and outside numbers of what was ever written, a few megabytes at a time."""
        flat = self.inside.reshape(-1)
        for run in self.written.runs(0, flat.size):
            yield run.start, np.asarray(flat[run]) - np.uint8(1)

    def untouched(self, rows: slice) -> bool:
        """Return whether nobody ever wrote to some rows, all of which are unlabelled then."""
        size = self.inside[:1].size
        return self.written.untouched(rows.start * size, rows.stop * size)

    def __getitem__(self, key: Any) -> NDArray[np.uint8]:
        """Return a part, outside numbers."""
        # What to_outside does, twenty times as fast: 0 less 1 is 255 in a byte, and class k + 1 is k.
        part: NDArray[np.uint8] = np.asarray(self.inside[key]) - np.uint8(1)
        return part


def is_label_folder(path: Path) -> bool:
    """Return whether a folder holds a session's labels, or is a session."""
    return any((path / name).is_file() for name in (LABELS, f"labels/{LABELS}", "session.json"))


def read_label_folder(path: Path) -> LabelSet:
    """Open a session's labels; nothing is read yet.

    Raises
    ------
    FormatError
        When a file is damaged or missing.
    """
    folder = path if (path / LABELS).is_file() else path / "labels"
    try:
        inside, origins = (np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in (LABELS, ORIGINS))
    except (OSError, ValueError, EOFError) as error:
        msg = f"{folder} holds no labels of a session that can be read ({error}); open the survey to restore a backup"
        raise FormatError(msg) from error
    if inside.dtype != np.uint8 or origins.shape != inside.shape:
        msg = f"{folder}: labels and origins do not fit each other; open the survey to restore a backup"
        raise FormatError(msg)
    classes = read_class_table(folder / CLASSES) if (folder / CLASSES).is_file() else ClassTable(())
    return LabelSet(_Outside(inside), classes, origins)
