"""From surveys and label files to examples to learn from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.examples import Example
from napari_geofm.core.labels import MAX_CLASS, UNLABELLED, LabelSet
from napari_geofm.core.recipe import SourceRecord
from napari_geofm.core.region import At, Region
from napari_geofm.core.section_frame import SectionFrame
from napari_geofm.core.section_place import SectionPlace
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError
from napari_geofm.jobs.naming import Renumbered, read_named
from napari_geofm.jobs.picture import picture_of
from napari_geofm.jobs.specs import FinetuneSpec, SourceSpec
from napari_geofm.jobs.workbench import Workbench

if TYPE_CHECKING:
    from napari_geofm.io.label_source import LabelSource

__all__ = ["Collection", "check_learnable", "collect"]


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """Everything that there is to learn from.

    Attributes
    ----------
    training, validation
        Examples of the ``train`` and ``valid`` splits.
    classes
        Names and colours of all classes.
    along
        Direction of the sections, empty for lines and images.
    sources
        What goes into the recipe.
    kind
        Of the surveys, ``"seismic"`` for volumes and lines; empty where they are of several.
    read
        The label files and sessions that it comes from, of both splits; empty for a model that begins anew.
    """

    training: tuple[Example, ...]
    validation: tuple[Example, ...]
    classes: ClassTable
    along: str
    sources: tuple[SourceRecord, ...]
    kind: str = ""
    read: "tuple[LabelSource, ...]" = ()


def collect(spec: FinetuneSpec, bench: Workbench, known: ClassTable) -> Collection:
    """Read surveys and labels of a job.

    Parameters
    ----------
    spec
        The job.
    bench
        Open surveys.
    known
        Classes given with the job; of one that goes on from a model, that model's first; may be empty.

    Raises
    ------
    GeoFMError
        When a file is not fit, labels have another shape, or hold nothing (or one class only) to learn from.
    """
    from napari_geofm.io.label_source import LabelSource
    from napari_geofm.io.labels import read_labels, shared_table

    going_on = spec.base_model is not None
    table = known if len(known) else shared_table([source.labels for source in spec.sources])
    found: dict[str, list[Example]] = {"train": [], "valid": []}
    records: list[SourceRecord] = []
    read: list[LabelSource] = []
    along = spec.along
    kinds: set[str] = set()
    for source in spec.sources:
        if source.split not in found:
            continue
        survey = bench.survey(source.file, source.options)
        if going_on:
            labels = read_named(source.labels, survey, table, spec)
        else:
            labels = read_labels(source.labels, survey, table if len(table) else None)
        labels.check_fits(survey)
        kinds.add(survey.kind.partition("-")[0])
        table = _wider(table, labels.classes)
        # A direction that was chosen on one survey binds another only where that can be cut so: a line cannot.
        chosen = spec.along or (along if along in survey.cuts else choose_along(survey, labels))
        along = along or chosen
        examples, record = _examples(spec, source, survey, labels, survey.along(chosen), bench)
        found[source.split] += examples
        records.append(record)
        if going_on:
            own = labels.values.values if isinstance(labels.values, Renumbered) else labels.values
            read.append(LabelSource.of(source.labels, own, survey, spec.region))
    table, rest = _with_rest(table, spec.rest_is, fixed=len(known) > 0)
    splits = {name: [_completed(example, rest) for example in found[name]] for name in found}
    table = _covering(table, splits["train"] + splits["valid"])
    _check_apart(splits["train"], splits["valid"])
    if going_on:
        _check_new(splits["train"], spec)
    else:
        check_learnable(splits["train"], table)
    kind = kinds.pop() if len(kinds) == 1 else ""
    return Collection(tuple(splits["train"]), tuple(splits["valid"]), table, along, tuple(records), kind, tuple(read))


def choose_along(survey: Survey, labels: LabelSet) -> str:
    """Return the direction in which most strokes lie: the one with the fewest labelled sections, inline first."""
    if len(survey.cuts) < 2:
        return survey.along(None)
    shape = labels.values.shape
    touched = [np.zeros(size, bool) for size in shape]
    for place in range(shape[0]):
        if labels.untouched(slice(place, place + 1)):
            continue
        drawn = np.asarray(labels.values[place]) != UNLABELLED
        if drawn.any():
            touched[0][place] = True
            touched[1] |= drawn.any(axis=1)
            touched[2] |= drawn.any(axis=0)
    counts = [int(part.sum()) for part in touched]
    return survey.cuts[int(np.argmin(counts))]


def _examples(
    spec: FinetuneSpec, source: SourceSpec, survey: Survey, labels: LabelSet, along: str, bench: Workbench
) -> tuple[list[Example], SourceRecord]:
    """Return the labelled sections of one survey."""
    from napari_geofm.io.label_source import one_name
    from napari_geofm.io.opening import options_of

    options = options_of(survey)
    stretch = bench.stretch(survey, spec.recipe.input.percent)
    examples: list[Example] = []
    for at in _labelled_places(survey, labels, along, spec.region):
        section = survey.section(at, region=spec.region)
        drawn = np.where(section.valid, labels.section(section.places, section.layout), np.uint8(UNLABELLED))
        if not (drawn != UNLABELLED).any():
            continue
        human = np.where(section.valid, labels.human(section.places, section.layout), np.uint8(UNLABELLED))
        picture = picture_of(survey, section, stretch, spec.recipe.input.channels)
        place = SectionPlace(
            file=source.file.absolute(),
            fingerprint=survey.fingerprint,
            labels=one_name(source.labels),
            at=str(at),
            low=stretch.low,
            high=stretch.high,
            region=spec.region,
            options="" if options is None else options.to_json(),
        )
        frame = SectionFrame(survey.fingerprint, str(at), section.places, section.layout)
        examples.append(Example(picture.values, drawn, human, picture.key, str(at), section.valid, place, frame=frame))
    names = tuple(example.name for example in examples)
    return examples, SourceRecord(source.file.name, survey.fingerprint, stretch.low, stretch.high, names)


def _labelled_places(survey: Survey, labels: LabelSet, along: str, region: Region) -> list[At]:
    """Return the sections along an axis, or the pages, that hold labels, within the region."""
    if not along:
        return _labelled_pages(survey, labels, region)
    dimension, axis = survey.dims.index(along), survey.axis(along)
    limits = region.of(along)
    allowed = axis.between(*limits) if limits else slice(0, axis.size)
    return [
        At(along, axis.values[place].item())
        for place, _ in labels.labelled_slices(dimension)
        if allowed.start <= place < allowed.stop
    ]


def _labelled_pages(survey: Survey, labels: LabelSet, region: Region) -> list[At]:
    """Return the pages of a recording or an image that hold labels, within the region; of a small one the whole."""
    if not survey.paged:
        return [survey.whole()]
    paging, (first, second) = survey.paging(), survey.places(survey.whole(), region)
    assert isinstance(first, slice)
    assert isinstance(second, slice)
    held = set(labels.labelled_pages(paging))
    return [survey.page(paging.box(number)) for number in paging.meeting((first, second)) if number in held]


def _wider(table: ClassTable, other: ClassTable) -> ClassTable:
    """Return the longer of two class tables."""
    return other if len(other) > len(table) else table


def _covering(table: ClassTable, examples: Sequence[Example]) -> ClassTable:
    """Return ``table`` with numbered classes added up to the highest number that occurs."""
    top = max((int(e.labels[e.labels != UNLABELLED].max(initial=0)) for e in examples), default=-1)
    missing = range(len(table), top + 1)
    return ClassTable(table.infos + ClassTable.numbered(top + 1).infos[missing.start :]) if missing else table


def _with_rest(table: ClassTable, word: str | None, *, fixed: bool) -> tuple[ClassTable, int | None]:
    """Return the table and the number of the class that everything unlabelled is; ``fixed``: the classes were given."""
    if word is None:
        return table, None
    if word in table.names:
        return table, table.number(word)
    if word.isdecimal() and int(word) < UNLABELLED - 1:
        number = int(word)
        more = ClassTable.numbered(number + 1).infos[len(table) :]
        return ClassTable(table.infos + more), number
    if word.lstrip("-").isdecimal():
        msg = f"--rest-is {word}: give a class by its number, 0 to {MAX_CLASS}, or by its name"
        raise LabelError(msg)
    if fixed or not word.strip():
        # Of given classes a name that is none of them is a slip of the pen.
        return table, table.number(word)
    # A name that no class has yet is a new class: "background", mostly.
    named = ClassTable.named([*table.names, word], [*(info.colour for info in table), None])
    return named, len(table)


def _completed(example: Example, rest: int | None) -> Example:
    """Return the example with everything unlabelled as class ``rest``."""
    if rest is None:
        return example

    def filled(labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return np.where((labels == UNLABELLED) & example.valid, np.uint8(rest), labels)

    return replace(example, labels=filled(example.labels), human=filled(example.human))


def _check_apart(training: Sequence[Example], validation: Sequence[Example]) -> None:
    """Refuse samples that are both learned and scored; other strokes on one section may be."""
    learned = {example.key: example.labels != UNLABELLED for example in training}
    for example in validation:
        if example.key in learned and (learned[example.key] & (example.human != UNLABELLED)).any():
            msg = (
                f"Section {example.name} has samples that are labelled for train and for valid; score a model on "
                "strokes that it has not learned"
            )
            raise LabelError(msg)


def _check_new(examples: Sequence[Example], spec: FinetuneSpec) -> None:
    """Refuse to go on from a model with nothing new; one class is enough, as what is rehearsed may hold the second."""
    if not any((example.labels != UNLABELLED).any() for example in examples):
        names = ", ".join(source.labels.name for source in spec.sources if source.split == "train") or "no label file"
        area = " ".join(f"{axis}={low:.10g}:{high:.10g}" for axis, low, high in spec.region.limits)
        msg = (
            f"Nothing new is labelled on recorded traces in {f'--range {area} of ' if area else ''}{names}; going on "
            "from a model takes new labels to learn: paint some" + (", or widen the range" if area else "")
        )
        raise LabelError(msg)


def check_learnable(examples: Sequence[Example], table: ClassTable) -> None:
    """Refuse labels that hold nothing, or one class only.

    Raises
    ------
    LabelError
        When they do.
    """
    total = sum((example.counts(len(table)) for example in examples), np.zeros(len(table), np.int64))
    occurring = np.flatnonzero(total)
    if occurring.size == 0:
        msg = "Labels hold no labelled pixel on recorded traces in the chosen area; paint at least two classes"
        raise LabelError(msg)
    if occurring.size == 1:
        number = int(occurring[0])
        msg = (
            f"Labels hold one class only ({number}, '{table.names[number]}'); label a second one, or say with "
            "--rest-is CLASS what the rest of each labelled section is"
        )
        raise LabelError(msg)
