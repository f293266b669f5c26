"""Where a long training stands, in one file, so that it goes on after an interruption as if there had been none."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from napari_geofm.errors import ModelError
from napari_geofm.io.atomic import replacing

__all__ = ["Snapshot", "joined", "parted", "read_snapshot", "write_snapshot"]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Tensors by name, and numbers: plain lists, dictionaries, whole numbers and fractions."""

    tensors: dict[str, Tensor]
    numbers: dict[str, Any]


def write_snapshot(path: Path, snapshot: Snapshot) -> None:
    """Write a snapshot over the one before.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    tensors = {name: value.detach().cpu().contiguous().clone() for name, value in snapshot.tensors.items()}
    with replacing(path, overwrite=True) as beside:
        save_file(tensors, str(beside), metadata={"run": json.dumps(snapshot.numbers)})


def read_snapshot(path: Path) -> Snapshot:
    """Read a snapshot.

    Raises
    ------
    ModelError
        When it is damaged.
    """
    try:
        with safe_open(str(path), framework="pt") as file:
            numbers = json.loads((file.metadata() or {})["run"])
            return Snapshot({name: file.get_tensor(name) for name in file.keys()}, numbers)  # noqa: SIM118
    except (SafetensorError, OSError, ValueError, KeyError):
        raise ModelError(f"{path} is no whole record of a training; delete it, and the training begins anew") from None


def joined(**parts: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return several tables of tensors as one, each name behind its table's: ``net/head.weight``."""
    return {f"{part}/{name}": value for part, table in parts.items() for name, value in table.items()}


def parted(tensors: Mapping[str, Tensor], part: str) -> dict[str, Tensor]:
    """Return one of the tables that :func:`joined` joined.

    >>> import torch
    >>> sorted(parted(joined(a={"x": torch.ones(1)}, b={"x": torch.ones(2)}), "b"))
    ['x']
    """
    return {name.removeprefix(f"{part}/"): value for name, value in tensors.items() if name.startswith(f"{part}/")}
