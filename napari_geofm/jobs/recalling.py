"""What an earlier model learned from, read again: its kept labels, on pictures of the surveys that are still there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISDIR, S_ISREG

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.amplitude import Stretch
from napari_geofm.core.examples import Example
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.section_frame import SectionFrame
from napari_geofm.core.section_place import names_local
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError
from napari_geofm.io.kept_labels import KeptSection
from napari_geofm.io.label_source import LabelSource
from napari_geofm.jobs.picture import picture_of
from napari_geofm.jobs.workbench import Workbench

__all__ = ["MOST", "Recalled", "Recollection", "recollect", "thinned"]

MOST = 32
"""Sections of an earlier model that are rehearsed; of more, as many spread over all."""


@dataclass(frozen=True, slots=True, eq=False)
class Recalled:
    """A section of an earlier model: what is kept of it, and with the picture, to be learned again."""

    kept: KeptSection
    example: Example


@dataclass(frozen=True, slots=True, eq=False)
class Recollection:
    """All that an earlier model learned from.

    Attributes
    ----------
    sections
        What can be read.
    rest
        What cannot, or is more than is rehearsed at once; kept for a later model.
    notes
        What is said of the latter.
    """

    sections: tuple[Recalled, ...] = ()
    rest: tuple[KeptSection, ...] = ()
    notes: tuple[str, ...] = ()


def recollect(
    bench: Workbench,
    kept: Sequence[KeptSection],
    whose: str,
    moved: Sequence[Survey],
    classes: int,
    read: Sequence[LabelSource] = (),
    *,
    channels: str = "grey",
) -> Recollection:
    """Read an earlier model's sections again.

    Parameters
    ----------
    bench
        Open surveys.
    kept
        What the model's folder keeps.
    whose
        The model's name.
    moved
        Surveys that are open now: one of them may be the file that lies elsewhere by now.
    classes
        Count of the model's classes.
    read
        Labels that are read again: what came from them is compared with what they are now, however much it is.
    channels
        What the encoder is fed, as of the recipe's input.
    """
    again = {id(each) for each in kept if any(source.says_all_of(each.place) for source in read)}
    others = [each for each in kept if id(each) not in again]
    few = thinned(others, classes)
    chosen = [each for each in kept if id(each) in again | {id(other) for other in few}]
    notes: list[str] = []
    if len(few) < len(others):
        notes.append(f"Of the {len(others)} labelled sections of {whose} {len(few)} are rehearsed, spread over all.")
    found: dict[tuple[Path, str, str], Survey | str] = {}
    sections: list[Recalled] = []
    for each in chosen:
        place = each.place
        # One file may have been replaced between two models, or be read in several ways.
        key = (place.file, place.fingerprint, place.options)
        if key not in found:
            found[key] = _opened(bench, each, moved)
        survey = found[key]
        example = survey if isinstance(survey, str) else _read(survey, each, channels)
        if isinstance(example, Example):
            sections.append(Recalled(each, example))
        elif (note := _missing(whose, place.file, example)) not in notes:
            notes.append(note)
    taken = {id(each.kept) for each in sections}
    return Recollection(tuple(sections), tuple(each for each in kept if id(each) not in taken), tuple(notes))


def thinned(kept: Sequence[KeptSection], classes: int) -> tuple[KeptSection, ...]:
    """Return at most :data:`MOST` sections, spread over all, and those that alone hold a class."""
    if len(kept) <= MOST:
        return tuple(kept)
    places = set(np.linspace(0, len(kept) - 1, MOST).round().astype(int).tolist())
    held = [_counts(each, classes) > 0 for each in kept]
    for number in range(classes):
        if not any(held[place][number] for place in places):
            places |= set(next(([place] for place in range(len(kept)) if held[place][number]), []))
    return tuple(kept[place] for place in sorted(places))


def _counts(each: KeptSection, classes: int) -> NDArray[np.int64]:
    return np.bincount(each.labels[each.labels != UNLABELLED], minlength=classes)[:classes]


def _missing(whose: str, file: Path, why: str) -> str:
    return (
        f"Model {whose} was trained on {file} too, which {why}: it is not rehearsed; put it back as it was, or give it "
        "with its labels in --data"
    )


def _opened(bench: Workbench, each: KeptSection, moved: Iterable[Survey]) -> Survey | str:
    """Return the survey of a section, or why there is none."""
    from napari_geofm.io.file_options import options_from_json

    place = each.place
    same = next((survey for survey in moved if survey.fingerprint == place.fingerprint), None)
    if same is not None:
        return same
    if not names_local(place.file):
        # A model may be a stranger's: it must not make this computer ask another one, or a device, for anything.
        return "is named on another computer or as a device, which is never opened for a model"
    try:
        kind = place.file.stat().st_mode
        if not (S_ISREG(kind) or S_ISDIR(kind)):
            return "is neither a file nor a folder any more"
        survey = bench.survey(place.file, options_from_json(place.options))
    except GeoFMError:
        return "cannot be opened any more"
    except (FileNotFoundError, NotADirectoryError):
        return "is not there any more"
    except (OSError, ValueError):
        # No permission on the way, or a name that this computer cannot have.
        return "cannot be looked for"
    return survey if survey.fingerprint == place.fingerprint else "has changed since"


def _read(survey: Survey, each: KeptSection, channels: str) -> Example | str:
    """Return a section with its kept labels, or why there is none."""
    place = each.place
    try:
        section = survey.section(place.where, region=place.region)
    except GeoFMError:
        return "is read otherwise now"
    picture = picture_of(survey, section, Stretch(place.low, place.high), channels)
    if picture.section.shape != each.labels.shape:
        return "is read otherwise now"
    labels = np.where(section.valid, each.labels, np.uint8(UNLABELLED))
    human = np.where(each.human, labels, np.uint8(UNLABELLED))
    frame = SectionFrame(survey.fingerprint, str(section.at), section.places, section.layout)
    here = replace(place, file=survey.path.absolute())
    return Example(picture.values, labels, human, picture.key, place.at, section.valid, here, True, frame)
