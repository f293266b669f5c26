"""The mask that labels or a prediction of an image hold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.craters.mask_part import MaskPart
from napari_geofm.core.labels import ArrayLike, checked_classes
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError

__all__ = ["CRATER", "RIM", "LabelMask"]

CRATER, RIM = "crater", "rim"
"""Names of the classes, in any case and number."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelMask:
    """Craters among the classes of an image.

    Attributes
    ----------
    values
        Array-like, shape ``(rows, columns)``, outside classes (255 unlabelled, which is no crater).
    crater
        Number of the class.
    rim
        Number of the class of rims; None where there is none.
    survey
        Whose pixels without data are no crater's end; None: there are none.
    probabilities
        Array-like, shape ``(classes, rows, columns)``; None where they are not known.
    """

    values: ArrayLike
    crater: int
    rim: int | None = None
    survey: Survey | None = None
    probabilities: ArrayLike | None = None

    @classmethod
    def of(
        cls,
        values: ArrayLike,
        classes: ClassTable,
        survey: Survey | None = None,
        probabilities: ArrayLike | None = None,
    ) -> "LabelMask":
        """Return the mask of a class called crater, and of one called rim.

        Of classes without names (numbers only) 0 is background, 1 crater and 2 rim; of two the second is crater.

        Raises
        ------
        LabelError
            When no class is called crater, or the labels are of no image.
        """
        if survey is not None and survey.kind != "image":
            msg = f"Craters lie on images; {survey.path.name} is {survey.kind}: give an image or map"
            raise LabelError(msg)
        names = [_singular(name) for name in classes.names]
        rim = names.index(RIM) if RIM in names else None
        if CRATER in names:
            return cls(values, names.index(CRATER), rim, survey, probabilities)
        nameless = names == [f"class {number}" for number in range(len(names))] and len(names) <= 3
        if nameless or (len(names) == 2 and rim is None):
            return cls(values, 1, 2 if len(names) == 3 else None, survey, probabilities)
        msg = f"No class is called 'crater', only {', '.join(classes.names)}; name it so in the class table"
        raise LabelError(msg)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the image."""
        return int(self.values.shape[0]), int(self.values.shape[1])

    def part(self, rows: slice, columns: Sequence[slice]) -> MaskPart:
        """Return some rows and columns; of several slices the columns are put side by side."""
        classes = checked_classes(np.concatenate([np.asarray(self.values[rows, each]) for each in columns], axis=1))
        valid = None
        if self.survey is not None:
            valid = np.isfinite(np.concatenate([self.survey.read((rows, each)) for each in columns], axis=1))
        return MaskPart(
            classes == self.crater,
            None if self.rim is None else classes == self.rim,
            valid,
            self._probability(rows, columns),
        )

    def _probability(self, rows: slice, columns: Sequence[slice]) -> NDArray[np.float32] | None:
        if self.probabilities is None:
            return None
        found = [np.asarray(self.probabilities[self.crater, rows, each], np.float32) for each in columns]
        if self.rim is not None:
            rims = [np.asarray(self.probabilities[self.rim, rows, each], np.float32) for each in columns]
            found = [one + other for one, other in zip(found, rims, strict=True)]
        return np.concatenate(found, axis=1)


def _singular(name: str) -> str:
    plain = name.strip().lower()
    return {"craters": CRATER, "rims": RIM, "crater rim": RIM, "crater rims": RIM}.get(plain, plain)
