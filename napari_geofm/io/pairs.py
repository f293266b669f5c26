"""The table behind ``--data pairs.csv``: which labels belong to which file, and what they are used for."""

from dataclasses import dataclass
from pathlib import Path

from napari_geofm.errors import FormatError, SourceError
from napari_geofm.io.class_table import read_table_rows

__all__ = ["SPLITS", "Pair", "read_pairs"]

SPLITS = ("train", "valid", "test")


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of the table.

    Attributes
    ----------
    file, labels
        A survey and its labels; both exist.
    split
        ``"train"``, ``"valid"`` or ``"test"``.
    """

    file: Path
    labels: Path
    split: str


def read_pairs(path: Path | str) -> tuple[Pair, ...]:
    """Read ``file,labels,split`` lines; paths are relative to the table, an empty or missing split is ``train``.

    Raises
    ------
    SourceError
        When the table or a file that it names is not there.
    FormatError
        When it is no table, holds no line, or a split is none of train, valid, test.
    """
    table = Path(path)
    pairs = tuple(_pair(table, row) for row in read_table_rows(table, ("file", "labels")))
    if not any(pair.split == "train" for pair in pairs):
        msg = f"{table.name} names no pair to train on; give at least one line file,labels,train"
        raise FormatError(msg)
    return pairs


def _pair(table: Path, row: dict[str, str]) -> Pair:
    split = row.get("split", "").lower() or "train"
    if split not in SPLITS:
        msg = f"{table.name}: split '{row['split']}' of {row['file']}; write {', '.join(SPLITS)}, or leave it empty"
        raise FormatError(msg)
    found = []
    for column in ("file", "labels"):
        if not row[column]:
            msg = f"{table.name}: a line has no {column}; write file,labels,split"
            raise FormatError(msg)
        place = table.parent / Path(row[column]).expanduser()
        if not place.exists():
            msg = f"{table.name} names {row[column]}, but there is no {place}; paths are relative to the table"
            raise SourceError(msg)
        found.append(place)
    return Pair(found[0], found[1], split)
