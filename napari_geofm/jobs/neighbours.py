"""Body: carry the labels of a section to its neighbours, line by line, until that is unsure."""

import hashlib
import time
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.recipe import MIDDLE_TAPS
from napari_geofm.core.region import At
from napari_geofm.core.section import Section
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError, UsageError
from napari_geofm.jobs.carry_specs import CarriedSection, CarryResult, CarrySpec
from napari_geofm.jobs.doubting import doubt_words, section_words
from napari_geofm.jobs.picture import picture_of
from napari_geofm.jobs.sight import sight_of
from napari_geofm.jobs.workbench import workbench

if TYPE_CHECKING:
    from napari_geofm.nets.carrying import Carrying, Look

__all__ = ["run"]


def run(spec: CarrySpec, control: Control) -> Job[CarryResult]:
    """Carry labels from section to section.

    A stop keeps what was carried so far. Features are those that feature maps have left in the cache, or leave there.

    Raises
    ------
    UsageError
        When the survey is no volume, or a section is none that labels are carried to.
    LabelError
        When the labels do not fit the section, or there are none.
    """
    began = time.monotonic()
    yield Progress(0, len(spec.to), f"looking at {spec.source}")
    bench = workbench()
    survey = bench.survey(spec.file, spec.options)
    _require(spec, survey)
    source = survey.section(spec.source)
    _require_labels(spec, source)
    way = _Way(spec, survey, control)
    carrying = way.begin(source)
    found: list[CarriedSection] = []
    stopped = ""
    for number, at in enumerate(spec.to):
        control.check()
        if control.stopping:
            stopped = f"Stopped before {section_words(at)}, as was asked."
            break
        yield Progress(number, len(spec.to), f"carrying labels to {at}")
        section = survey.section(at)
        carrying = carrying.onto(way.look(section), control.check)
        carried = np.where(section.valid, carrying.carried(), np.uint8(UNLABELLED))
        evidence = carrying.evidence(carried)
        one = _judged(spec, section, carried, carrying.confidence(evidence))
        if one.sure < spec.least:
            unsure = (carried != UNLABELLED) & (one.classes == UNLABELLED)
            stopped = doubt_words(spec.source, section, unsure, carried != UNLABELLED, evidence)
            break
        found.append(one)
        way.remember(carrying, len(found))
    yield Progress(len(spec.to), len(spec.to), "labels carried")
    return CarryResult(tuple(found), stopped, time.monotonic() - began)


class _Way:
    """Looks at sections, and remembers how far labels have come, so that the next section is one step away."""

    def __init__(self, spec: CarrySpec, survey: Survey, control: Control) -> None:
        self._spec, self._survey, self._control = spec, survey, control
        self._bench = workbench()
        self._sight = sight_of(self._bench, spec.where, None, MIDDLE_TAPS[-1])
        self._stretch = self._bench.stretch(survey, self._sight.recipe.input.percent)
        labels = hashlib.sha256(np.ascontiguousarray(spec.labels).tobytes()).hexdigest()
        self._begun = f"{survey.fingerprint} {spec.source} {labels} {spec.where}"

    def look(self, section: Section) -> "Look":
        """Return a section as it is compared."""
        from napari_geofm.nets.carrying import Look
        from napari_geofm.nets.section_matching import unit_tokens

        picture = picture_of(self._survey, section, self._stretch)
        tokens = self._sight.tokens(self._bench, picture, self._control)
        return Look(picture.values, unit_tokens(tokens), self._sight.token_px)

    def begin(self, source: Section) -> "Carrying":
        """Return the labels where they lie after the sections that are only passed."""
        from napari_geofm.nets.carrying import Carrying

        held = self._bench.shelf("carrying").get(self._key(self._spec.through))
        if isinstance(held, Carrying):
            return held
        carrying = Carrying.begin(self._spec.labels, self.look(source))
        for at in self._spec.through:
            carrying = carrying.onto(self.look(self._survey.section(at)), self._control.check)
        return carrying

    def remember(self, carrying: "Carrying", count: int) -> None:
        """Keep how far the labels have come, and nothing earlier."""
        shelf = self._bench.shelf("carrying")
        shelf.clear()
        shelf[self._key((*self._spec.through, *self._spec.to[:count]))] = carrying

    def _key(self, passed: tuple[At, ...]) -> str:
        return " ".join((self._begun, *(str(at) for at in passed)))


def _judged(
    spec: CarrySpec, section: Section, carried: NDArray[np.uint8], confidence: NDArray[np.float32]
) -> CarriedSection:
    """Return what is sure of a section; where nothing has come, all of nothing is unsure."""
    labelled = carried != UNLABELLED
    sure = labelled & (confidence >= spec.sure)
    share = int(np.count_nonzero(sure)) / max(1, int(np.count_nonzero(labelled)))
    classes = np.where(sure, carried, np.uint8(UNLABELLED))
    return CarriedSection(section.at, classes, np.where(labelled, confidence, np.float32(np.nan)), share)


def _require(spec: CarrySpec, survey: Survey) -> None:
    """Refuse what has no neighbours, and neighbours that are none.

    Raises
    ------
    UsageError
        When labels cannot be carried there.
    """
    name = survey.path.name
    if survey.kind != "seismic-3d":
        raise UsageError(f"{name} is no volume of lines: labels are carried between inlines, or between crosslines")
    lines = survey.dims[:2]
    if spec.source.axis not in lines:
        raise UsageError(f"{section_words(spec.source)}: labels are carried along {' or '.join(lines)}; choose a line")
    for word, value in (("sure", spec.sure), ("least", spec.least)):
        if not 0 <= value <= 1:
            raise UsageError(f"{word} {value:g}: must lie between 0 and 1")
    if not spec.to:
        raise UsageError(f"No section to carry the labels of {section_words(spec.source)} to; name one")
    for at in (*spec.through, *spec.to):
        if at.axis != spec.source.axis or at == spec.source:
            raise UsageError(f"{section_words(at)} is no neighbour of {section_words(spec.source)}; name another line")
        survey.places(at)


def _require_labels(spec: CarrySpec, source: Section) -> None:
    """Refuse labels that do not fit, or are none.

    Raises
    ------
    LabelError
        When they are.
    """
    where = section_words(At(source.at.axis, source.at.value))
    if spec.labels.shape != source.shape:
        raise LabelError(f"Labels have shape {spec.labels.shape}, {where} has {source.shape}; give that section's")
    if not (spec.labels != UNLABELLED).any():
        raise LabelError(f"Nothing is labelled on {where}; label some of it first")
