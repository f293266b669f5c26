"""Tunings of the encoder that are shipped: small updates of its weights, each for one kind of data."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from napari_geofm.errors import ModelError
from napari_geofm.io.models import zoo_folders

__all__ = ["TuningFile", "find_tuning", "tuning_for", "tuning_names"]

FOLDER = "tunings"
NEWEST = {("seismic", "vit_small_patch14_dinov2"): "seismic-1"}
"""Which tuning new models of a kind of data, on an encoder, begin from."""


@dataclass(frozen=True, slots=True)
class TuningFile:
    """A tuning that is there.

    Attributes
    ----------
    name
        As recipes name it.
    path
        A safetensors file.
    sha256
        Of that file.
    """

    name: str
    path: Path
    sha256: str


def tuning_names() -> tuple[str, ...]:
    """Return the names of the tunings that are shipped."""
    found = {file.parent.name for zoo in zoo_folders() for file in (zoo / FOLDER).glob("*/tuning.safetensors")}
    return tuple(sorted(found))


def tuning_for(kind: str, encoder: str) -> str:
    """Return the tuning that new models of a kind of data begin from; empty: the encoder as it is published.

    >>> tuning_for("das", "vit_small_patch14_dinov2")
    ''
    """
    name = NEWEST.get((kind, encoder.partition(".")[0]), "")
    return name if name in tuning_names() else ""


def find_tuning(name: str) -> TuningFile:
    """Return a tuning by its name.

    Raises
    ------
    ModelError
        When there is none of that name.
    """
    for zoo in zoo_folders():
        path = zoo / FOLDER / name / "tuning.safetensors"
        if name in tuning_names() and path.is_file():
            return TuningFile(name, path, hashlib.sha256(path.read_bytes()).hexdigest())
    there = ", ".join(tuning_names()) or "none"
    msg = f"Tuning '{name}' of the encoder is not there; there are: {there}. Update napari-geofm, or leave it empty"
    raise ModelError(msg)
