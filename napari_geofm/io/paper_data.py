"""The paper's public data: folders of numbered files without headers, read one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.amplitude import Stretch
from napari_geofm.core.examples import Example
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.paper_tasks import PaperTask
from napari_geofm.errors import FormatError, SourceError

__all__ = ["GRAYS", "PaperPictures", "find_task_folder", "read_split"]

GRAYS = Stretch(0.0, 255.0)
"""The pictures are scaled already."""


@dataclass(frozen=True, slots=True)
class PaperPictures(Sequence[Example]):
    """Pictures with labels, each read when it is asked for.

    Attributes
    ----------
    task
        What they are of.
    folder
        ``train`` or ``valid``.
    numbers
        Names of the files, in order.
    """

    task: PaperTask
    folder: Path
    numbers: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, place: int) -> Example: ...
    @overload
    def __getitem__(self, place: slice) -> "PaperPictures": ...
    def __getitem__(self, place: int | slice) -> "Example | PaperPictures":
        """Read a picture, or return some of them.

        Raises
        ------
        FormatError
            When a label is none of the task's classes.
        SourceError
            When a file cannot be read.
        """
        if isinstance(place, slice):
            return PaperPictures(self.task, self.folder, self.numbers[place])
        number = self.numbers[place]
        image = self.folder / self.task.images / f"{number}.dat"
        values = _read(image, np.dtype("<f4"), self.task.shape)
        label_file = self.folder / self.task.labels / f"{number}.dat"
        labels = _read(label_file, np.dtype("i1"), self.task.shape).view(np.uint8)
        count = len(self.task.classes)
        if labels.max(initial=0) >= count:
            msg = f"{label_file} holds class {int(labels.max())}; {self.task.name} has 0 to {count - 1}"
            raise FormatError(msg)
        valid = np.isfinite(values)
        labels = np.where(valid, labels, np.uint8(UNLABELLED))
        name = f"{self.folder.name}/{number}"
        return Example(GRAYS.apply(values.astype(np.float32, copy=False)), labels, labels, name, name, valid)


def find_task_folder(root: Path, task: PaperTask) -> Path:
    """Return a task's folder: in ``root``, one below, or ``root`` itself.

    Raises
    ------
    SourceError
        When there is none.
    """
    names = {name.lower() for name in task.folders}
    if root.is_dir():
        below = [folder for folder in sorted(root.iterdir()) if folder.is_dir()]
        for folder in (root, *below, *(deeper for each in below for deeper in sorted(each.iterdir()))):
            if folder.name.lower() in names and (folder / "train").is_dir():
                return folder
    msg = f"{root} has no folder {task.folders[0]} with train and valid in it; give the data's folder, or add --fetch"
    raise SourceError(msg)


def read_split(folder: Path, task: PaperTask, split: str) -> PaperPictures:
    """List the pictures of ``train`` or ``valid``, checking names and sizes of all files.

    Raises
    ------
    SourceError
        When a folder is missing or empty, or a picture has no labels (or the reverse).
    FormatError
        When a file has another size than the task's pictures.
    """
    place = folder / split
    images = _numbered(place / task.images, task, 4)
    labels = _numbered(place / task.labels, task, 1)
    if images != labels:
        odd = min(set(images) ^ set(labels))
        have, lack = (task.images, task.labels) if odd in images else (task.labels, task.images)
        msg = f"{place / have} has {odd}.dat and {place / lack} has not; each picture needs its labels"
        raise SourceError(msg)
    return PaperPictures(task, place, tuple(images))


def _numbered(folder: Path, task: PaperTask, n_bytes: int) -> list[int]:
    """Return the numbers of a folder's files, each of the right size."""
    if not folder.is_dir():
        msg = f"{folder} is not there; {task.name} lies in {task.folders[0]}/train|valid/{task.images}|{task.labels}"
        raise SourceError(msg)
    files = {int(file.stem): file for file in folder.glob("*.dat") if file.stem.isdecimal()}
    if not files:
        msg = f"{folder} holds no files named 0.dat, 1.dat, ...; give the paper's data"
        raise SourceError(msg)
    rows, columns = task.shape
    for file in files.values():
        size = file.stat().st_size
        if size != rows * columns * n_bytes:
            wanted = rows * columns * n_bytes
            msg = f"{file} has {size:,} bytes, not the {wanted:,} of {rows} x {columns}; fetch the data again"
            raise FormatError(msg)
    return sorted(files)


def _read(file: Path, dtype: "np.dtype[Any]", shape: tuple[int, int]) -> NDArray[Any]:
    try:
        return np.fromfile(file, dtype).reshape(shape)
    except (OSError, ValueError):
        msg = f"{file} cannot be read; fetch the data again"
        raise SourceError(msg) from None
