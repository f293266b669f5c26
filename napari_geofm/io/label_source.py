"""What a label file or session says all of: what is not labelled there any more was erased."""

from dataclasses import dataclass
from pathlib import Path

from napari_geofm.core.labels import ArrayLike
from napari_geofm.core.region import Region
from napari_geofm.core.section_place import SectionPlace, names_local
from napari_geofm.core.survey import Survey
from napari_geofm.io.label_folder import LABELS, is_label_folder
from napari_geofm.io.placed_section import PlacedSection

__all__ = ["LabelSource", "one_name"]


@dataclass(frozen=True, slots=True, eq=False)
class LabelSource:
    """A label file or session that was read.

    Attributes
    ----------
    labels
        Its one name, as :func:`one_name` gives it.
    fingerprint
        Hash of the survey that it belongs to.
    box
        The part of the survey that was looked at and that it speaks of: a slice per survey dimension.
    """

    labels: Path
    fingerprint: str
    box: tuple[slice, ...]

    @classmethod
    def of(cls, path: Path, values: ArrayLike, survey: Survey, region: Region) -> "LabelSource":
        """Return what is read from labels.

        A session, and a file in the survey's shape, speak of the whole survey; a picture of one section of that only.

        Raises
        ------
        AxisError
            When nothing lies in the region.
        """
        box = []
        for name, size in zip(survey.dims, survey.shape, strict=True):
            limits = region.of(name)
            box.append(survey.axis(name).between(*limits) if limits else slice(0, size))
        if isinstance(values, PlacedSection):
            low, high = box[values.dimension].start, box[values.dimension].stop
            box[values.dimension] = slice(max(low, values.position), min(high, values.position + 1))
        return cls(one_name(path), survey.fingerprint, tuple(box))

    def says_all_of(self, place: SectionPlace) -> bool:
        """Return whether the labels of a section that a model kept were read from it."""
        if place.fingerprint != self.fingerprint:
            return False
        if place.labels == self.labels:
            return True
        # A share that a stranger's model names is not asked for.
        if not names_local(place.labels):
            return False
        try:
            return one_name(place.labels) == self.labels
        except (OSError, RuntimeError, ValueError):
            return False


def one_name(path: Path) -> Path:
    """Return the one name of a label file, or of a session's labels, however it was named: links are followed."""
    if not (path / LABELS).is_file() and (path / "labels").is_dir() and is_label_folder(path):
        path /= "labels"
    return path.resolve()
