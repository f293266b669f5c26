"""Random crops of labelled pictures: the batches that networks are trained on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from napari_geofm.core.amplitude import GRAY
from napari_geofm.core.examples import Example
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.recipe import Recipe
from napari_geofm.nets.extract import to_fed
from napari_geofm.nets.rehearsal import SHARE

__all__ = ["Batch", "Batches", "Crop", "CropSource", "Source", "assembled", "balanced"]


@dataclass(frozen=True, slots=True)
class Batch:
    """One training step's input.

    Attributes
    ----------
    images
        float32 ``Bx3xHxW`` as fed.
    labels
        int64 ``Bxhxw`` at the section's own sampling, 255 unlabelled.
    teacher
        float32 ``BxCxhxw``: class probabilities to stay near where nobody has painted, 0 where there are none; or None.
    """

    images: torch.Tensor
    labels: torch.Tensor
    teacher: torch.Tensor | None = None

    def pieces(self, size: int) -> "Iterator[Batch]":
        """Yield the batch in parts of at most ``size`` crops."""
        for first in range(0, len(self.images), size):
            part = slice(first, first + size)
            teacher = None if self.teacher is None else self.teacher[part]
            yield Batch(self.images[part], self.labels[part], teacher)

    def to(self, device: torch.device) -> "Batch":
        """Return the batch on a device."""
        teacher = None if self.teacher is None else self.teacher.to(device)
        return Batch(self.images.to(device), self.labels.to(device), teacher)


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """Picture, labels and teacher of one crop."""

    picture: NDArray[np.float32]
    labels: NDArray[np.uint8]
    teacher: NDArray[np.float16] | None

    def padded(self, height: int, width: int) -> "Crop":
        """Return the crop padded at the lower and right edge: gray, unlabelled, without teacher."""
        missing = ((0, height - self.labels.shape[0]), (0, width - self.labels.shape[1]))
        teacher = None if self.teacher is None else np.pad(self.teacher, ((0, 0), *missing))
        return Crop(
            np.pad(self.picture, missing + ((0, 0),) * (self.picture.ndim - 2), constant_values=GRAY),
            np.pad(self.labels, missing, constant_values=UNLABELLED),
            teacher,
        )


class Batches(Protocol):
    """Where training takes its batches from."""

    def class_weights(self, balance: float) -> list[float]:
        """Return a weight for each class; see :meth:`CropSource.class_weights`."""
        ...

    def batch(self, rng: np.random.Generator) -> Batch:
        """Draw one batch."""
        ...


def balanced(counts: NDArray[np.float64], balance: float) -> list[float]:
    """Return a weight for each class of so many pixels; see :meth:`CropSource.class_weights`."""
    weights = np.where(counts > 0, np.maximum(counts, 1) ** -balance, 0.0)
    scaled: list[float] = (weights * counts.sum() / max((weights * counts).sum(), 1e-12)).tolist()
    return scaled


def assembled(crops: Sequence[Crop], recipe: Recipe, patch_px: int) -> Batch:
    """Return crops as one batch, smaller ones padded to the largest, and all to whole patches."""
    height = max(crop.labels.shape[0] for crop in crops)
    width = max(crop.labels.shape[1] for crop in crops)
    crops = [crop.padded(height, width) for crop in crops]
    fed = torch.cat([to_fed(crop.picture, recipe.input, patch_px) for crop in crops])
    # What is fed reaches to whole patches; labels must reach as far, or they would be stretched over it.
    reach = [round(side / recipe.input.zoom) for side in fed.shape[-2:]]
    crops = [crop.padded(max(height, reach[0]), max(width, reach[1])) for crop in crops]
    teachers = [crop.teacher for crop in crops if crop.teacher is not None]
    return Batch(
        fed,
        torch.from_numpy(np.stack([crop.labels for crop in crops]).astype(np.int64)),
        torch.from_numpy(np.stack(teachers).astype(np.float32)) if teachers else None,
    )


class Source:
    """Labelled sections that batches are made of.

    Parameters
    ----------
    examples
        What is learned from.
    classes
        Count of classes.
    recipe
        Crop size, batch, flips, gain, input rules.
    patch_px
        The encoder's patch.
    teachers
        For each example class probabilities, ``(classes, rows, columns)``; None for none.
    """

    def __init__(
        self,
        examples: Sequence[Example],
        classes: int,
        recipe: Recipe,
        patch_px: int,
        teachers: Sequence[NDArray[np.float16]] | None = None,
    ) -> None:
        self._examples = examples
        self._classes = classes
        self._recipe = recipe
        self._patch_px = patch_px
        self._teachers = teachers
        self._prepare()

    def _prepare(self) -> None:
        """Find out what batches of this kind need to know of the sections."""

    def _varied(self, place: int, where: tuple[slice, slice], rng: np.random.Generator) -> Crop:
        """Return a part of an example, mirrored left to right half of the time, its contrast changed a little."""
        example, training = self._examples[place], self._recipe.training
        picture, labels = example.picture[where], example.labels[where]
        teacher = self._teachers[place][(slice(None), *where)] if self._teachers is not None else None
        if training.flip and rng.random() < 0.5:
            picture, labels = picture[:, ::-1], labels[:, ::-1]
            teacher = teacher[..., ::-1] if teacher is not None else None
        if training.gain:
            # Gain differs along and between surveys more than the stretch evens out.
            gain = np.float32(np.exp(rng.normal(0.0, training.gain)))
            picture = np.clip(GRAY + (picture - GRAY) * gain, 0, 1)
        return Crop(picture.astype(np.float32), labels, teacher)


class CropSource(Source):
    """Crops around labelled pixels, classes drawn equally often, mirrored and stretched at random.

    A crop is a picture of its own to the encoder: its position embedding starts anew, so that the same rock is seen
    at many positions and depth alone predicts nothing. Of a class that is labelled on earlier sections and on new ones,
    half of the crops are drawn from the earlier (:data:`~napari_geofm.nets.rehearsal.SHARE`).

    Parameters are those of :class:`Source`.
    """

    def _prepare(self) -> None:
        self._side = max(1, round(self._recipe.training.crop_tokens * self._patch_px / self._recipe.input.zoom))
        # Pixels are counted, not listed: those of sections that are labelled all over would fill the memory.
        counts = [example.counts(self._classes) for example in self._examples]
        self._counts = np.array(counts, np.float64).reshape(-1, self._classes)
        self._occurring = np.flatnonzero(self._counts.sum(0))
        self._earlier = np.array([example.earlier for example in self._examples], bool)

    def class_weights(self, balance: float) -> list[float]:
        """Return a weight for each class, their mean over the painted pixels 1; 0 for a class without labels.

        Parameters
        ----------
        balance
            0: all 1; 1: each class as heavy as any other.
        """
        return balanced(self._counts.sum(0), balance)

    def batch(self, rng: np.random.Generator) -> Batch:
        """Draw one batch."""
        crops = [self._crop(rng) for _ in range(self._recipe.training.batch)]
        return assembled(crops, self._recipe, self._patch_px)

    def _crop(self, rng: np.random.Generator) -> Crop:
        """Return a crop that holds a random labelled pixel at a random place."""
        number = int(rng.choice(self._occurring))
        weight = self._of_either(self._counts[:, number], rng)
        place = int(rng.choice(len(weight), p=weight / weight.sum()))
        labels = self._examples[place].labels
        pixels = np.flatnonzero(labels == number)
        middle = np.unravel_index(int(pixels[rng.integers(pixels.size)]), labels.shape)
        rows, columns = (self._span(int(at), size, rng) for at, size in zip(middle, labels.shape, strict=True))
        return self._varied(place, (rows, columns), rng)

    def _of_either(self, counts: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
        """Return a class's pixels in each example, those that are new or those an earlier model learned, by share."""
        before: NDArray[np.float64] = counts * self._earlier
        if not before.any() or (before == counts).all():
            return counts
        new: NDArray[np.float64] = counts - before
        return before if rng.random() < SHARE else new

    def _span(self, middle: int, size: int, rng: np.random.Generator) -> slice:
        """Return a stretch of the crop's side that holds ``middle``."""
        if size <= self._side:
            return slice(0, size)
        first = int(rng.integers(max(0, middle - self._side + 1), min(middle, size - self._side) + 1))
        return slice(first, first + self._side)
