"""Labels in pictures: gray (class numbers), palette or colour, in display order."""

from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import UNLABELLED, ArrayLike, checked_classes
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, GeoFMError, LabelError
from napari_geofm.io.arrays import open_picture
from napari_geofm.io.colours import ColourPicture, colour_table
from napari_geofm.io.placed_section import PlacedSection

__all__ = ["PICTURE_ENDINGS", "has_colours", "placed", "read_picture", "read_picture_folder"]

PICTURE_ENDINGS = (".png", ".pgm")


def has_colours(picture: Any) -> bool:
    """Return whether a PIL picture is in colour (a palette is not)."""
    return picture.mode in {"RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV"}


def read_picture(path: Path, classes: ClassTable | None) -> tuple[NDArray[np.uint8], ClassTable | None]:
    """Return the classes in a picture.

    Parameters
    ----------
    path
        Gray (class numbers), palette (its indices; the classes of its colours where ``classes`` knows
        them all) or colour.
    classes
        Names and colours, or None.

    Returns
    -------
    ndarray of uint8, shape ``(rows, columns)``
        Outside classes in display order; 255 also where transparent.
    ClassTable or None
        What the colours make; None where the picture has only numbers.

    Raises
    ------
    FormatError, LabelError
        When it is no picture, a value is no class, or the colours are not the classes'.
    """
    picture = open_picture(path)
    if picture.mode == "P":
        return _palette(path, picture, classes)
    if has_colours(picture):
        colours = ColourPicture.of(path, picture)
        codes = [f"#{code:06x}" for code in colours.class_codes()] if classes is None else []
        table = classes or ClassTable.named(codes, codes)
        return colours.classes(table), table
    pixels = np.asarray(picture)
    numbers = checked_classes(pixels[..., 0] if picture.mode in {"LA", "La"} else pixels)
    return np.where(pixels[..., 1] == 0, np.uint8(UNLABELLED), numbers) if pixels.ndim == 3 else numbers, None


def _palette(path: Path, picture: Any, classes: ClassTable | None) -> tuple[NDArray[np.uint8], ClassTable | None]:
    """Return the indices of a palette picture; or, where the table knows all its colours, the classes of those."""
    indices = checked_classes(np.asarray(picture))
    used = [int(number) for number in np.unique(indices) if number != UNLABELLED]
    entries = list(picture.getpalette("RGB") or [])
    colours = {number: tuple(entries[3 * number : 3 * number + 3]) for number in used if 3 * number + 2 < len(entries)}
    if classes is not None:
        rgb = classes.rgb
        fits = all(number < len(rgb) and rgb[number] == colour for number, colour in colours.items())
        if not fits and colours and all(colour in rgb for colour in colours.values()):
            return ColourPicture.of(path, picture).classes(classes), None
        return indices, None
    if not used:
        return indices, None
    count = used[-1] + 1
    shown = [tuple(entries[3 * n : 3 * n + 3]) for n in range(count)]
    words = ["#" + "".join(f"{part:02x}" for part in colour) if len(colour) == 3 else None for colour in shown]
    return indices, ClassTable.named([f"class {number}" for number in range(count)], words)


def placed(path: Path, picture: NDArray[np.uint8], survey: Survey | None, at: At | None) -> ArrayLike:
    """Return a picture (display order) in the survey's shape and order.

    Raises
    ------
    LabelError
        When it is not clear which section it shows, or its size is another.
    """
    if survey is None:
        return picture
    where = at or _named_place(path) or At()
    if len(survey.dims) == 3 and not where.axis:
        first = survey.axes[0]
        msg = (
            f"{path.name} is one section, {survey.path.name} is {' x '.join(map(str, survey.shape))}: name the file "
            f"after its section ({first.name}={first.first}.png), or give labels of the whole survey"
        )
        raise LabelError(msg)
    places = survey.places(where)
    layout = survey.layout(where)
    shape = tuple(
        len(range(size)[part]) for size, part in zip(survey.shape, places, strict=True) if isinstance(part, slice)
    )
    seen = shape if layout.dims == (layout.rows, layout.columns) else shape[::-1]
    if picture.shape != seen:
        msg = (
            f"{path.name} is {picture.shape[0]} x {picture.shape[1]} (rows x columns), the section of "
            f"{survey.path.name} is {seen[0]} x {seen[1]} ({layout.rows} x {layout.columns}); give labels of its size"
        )
        raise LabelError(msg)
    values = layout.from_display(picture)
    if len(survey.dims) == 2:
        return values
    dimension = next(n for n, part in enumerate(places) if not isinstance(part, slice))
    return PlacedSection(survey.shape, dimension, int(cast("int", places[dimension])), values)


def _named_place(path: Path) -> At | None:
    if "=" not in path.stem:
        return None
    try:
        return At.parse(path.stem)
    except GeoFMError:
        return None


def read_picture_folder(
    folder: Path, survey: Survey | None, classes: ClassTable | None
) -> tuple[NDArray[np.uint8], ClassTable | None]:
    """Return the pictures of a folder, one for each tile, as a volume; tiles without a picture are unlabelled.

    Returns
    -------
    ndarray of uint8, shape ``(tile, row, column)``
        Outside classes.
    ClassTable or None
        ``classes``, or what the colours make; None where the pictures have only numbers.

    Raises
    ------
    FormatError, LabelError
        When the survey is no folder of tiles, or a picture does not fit its tile.
    """
    if survey is None or survey.kind != "tiles":
        msg = f"{folder} is a folder; only a folder of tiles has its labels in a folder, one picture for each tile"
        raise FormatError(msg)
    found = {file.stem: file for file in sorted(folder.iterdir()) if file.suffix.lower() in PICTURE_ENDINGS}
    if classes is None and found and any(has_colours(open_picture(file)) for file in found.values()):
        classes = colour_table(found.values())
    values = np.full(survey.shape, UNLABELLED, np.uint8)
    for place, name in enumerate(survey.axis("tile").values):
        file = found.get(Path(str(name)).stem)
        if file is None:
            continue
        picture, _ = read_picture(file, classes)
        if picture.shape != survey.shape[1:]:
            size = " x ".join(map(str, survey.shape[1:]))
            msg = f"{file.name} is {picture.shape[0]} x {picture.shape[1]}, its tile {size}; give labels of its size"
            raise LabelError(msg)
        values[place] = picture
    return values, classes
