"""What a training would keep if it ended now, as a model on disk for views."""

import contextlib
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.recipe import Recipe
from napari_geofm.errors import OutputError

__all__ = ["Preview"]

CARD = "A state of a training under way; it goes when the training ends.\n"

Arrays = Mapping[str, NDArray[np.float32]]


class Preview:
    """A model's folder that is replaced while a training goes on.

    Parameters
    ----------
    folder
        Where; None for nowhere.
    recipe
        The model's recipe, complete.
    """

    def __init__(self, folder: Path | None, recipe: Recipe) -> None:
        self._folder = folder
        self._recipe = recipe

    @property
    def wanted(self) -> bool:
        """Whether there is a folder to write."""
        return self._folder is not None

    def write(self, adapter: Arrays, head: Arrays) -> None:
        """Replace what is there; a full disk costs the preview, not the training."""
        from napari_geofm.io.models import write_model

        if self._folder is not None:
            with contextlib.suppress(OutputError, OSError):
                write_model(self._folder, self._recipe, CARD, adapter, head, overwrite=True)

    @staticmethod
    def remove(folder: Path | None) -> None:
        """Remove a preview, and nothing that is none."""
        from napari_geofm.io.models import CARD as NAME

        with contextlib.suppress(OSError, UnicodeDecodeError):
            if folder is not None and (folder / NAME).read_text(encoding="utf-8") == CARD:
                shutil.rmtree(folder, ignore_errors=True)
