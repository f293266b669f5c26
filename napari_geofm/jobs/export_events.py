"""Body: write the events of a fibre recording, or their onsets."""

import dataclasses
import json
from typing import TYPE_CHECKING

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.errors import OutputError, UsageError
from napari_geofm.jobs.export_spec import ExportSpec

if TYPE_CHECKING:
    from pathlib import Path

    from napari_geofm.core.das.event_list import EventList
    from napari_geofm.core.survey import Survey

__all__ = ["events_job"]


def events_job(spec: ExportSpec, survey: "Survey", control: Control, *, onsets: bool) -> "Job[Path]":
    """Find events in a mask and write them; a sidecar ``.json`` tells from what and how.

    Raises
    ------
    GeoFMError
        When the survey is no fibre recording, the mask cannot be read, or the output cannot be written or exists.
    """
    from napari_geofm.core.das.finding import EventSource, find_events
    from napari_geofm.core.das.thinned_labels import numbers_on_grid_of
    from napari_geofm.io.arrays import read_array
    from napari_geofm.io.atomic import require_absent
    from napari_geofm.io.export_options import require_options
    from napari_geofm.io.labels import read_labels
    from napari_geofm.io.segy import sidecar_of

    quakeml = _is_quakeml(spec, survey, onsets=onsets)
    require_options(spec.output, spec.options)
    for file in (spec.output, sidecar_of(spec.output)):
        require_absent(file, overwrite=spec.options.overwrite)
    if quakeml and not survey.data.attrs.get("start_utc"):
        msg = (
            f"{survey.path.name} has no date, and QuakeML needs absolute times; write .csv, which has s from the start"
        )
        raise OutputError(msg)
    labels = read_labels(spec.labels, survey, spec.classes, on_part=control.check)
    confidence, probabilities = (
        None if file is None else numbers_on_grid_of(read_array(file), survey)
        for file in (spec.confidence, spec.probabilities)
    )
    source = EventSource(labels.values, labels.classes, confidence, probabilities)
    events = yield from find_events(source, survey, spec.events)
    yield Progress(0, 0, f"writing {spec.output.name}")
    _write(events, spec, survey, onsets=onsets, quakeml=quakeml)
    return spec.output


def _is_quakeml(spec: ExportSpec, survey: "Survey", *, onsets: bool) -> bool:
    from napari_geofm.io.events.quakeml import QUAKEML_ENDINGS

    word = "onsets" if onsets else "events"
    if survey.kind != "das":
        msg = f"--quantity {word}: {survey.path.name} is {survey.kind}; events are found in DAS recordings"
        raise UsageError(msg)
    ending = spec.output.suffix.lower()
    if ending not in {".csv", *QUAKEML_ENDINGS}:
        msg = f"{spec.output.name}: {word} are written as .csv or {', '.join(QUAKEML_ENDINGS)} (QuakeML)"
        raise OutputError(msg)
    return ending in QUAKEML_ENDINGS


def _write(events: "EventList", spec: ExportSpec, survey: "Survey", *, onsets: bool, quakeml: bool) -> None:
    from napari_geofm.io.atomic import replacing
    from napari_geofm.io.events.quakeml import write_quakeml
    from napari_geofm.io.events.tables import write_events, write_onsets
    from napari_geofm.io.segy import sidecar_of

    with replacing(spec.output, overwrite=spec.options.overwrite) as beside:
        if quakeml:
            write_quakeml(events, beside)
        else:
            (write_onsets if onsets else write_events)(events, beside)
    facts = {
        "quantity": "onsets" if onsets else "events",
        "survey": {"file": survey.path.name, "fingerprint": survey.fingerprint},
        "from": spec.labels.name,
        "events": len(events),
        "of each class": events.counts(),
        "onsets": int(sum(event.channels.size for event in events.events)),
        "thresholds": dataclasses.asdict(spec.events),
        "in samples and channels": dataclasses.asdict(spec.events.scales(survey.axis("distance"), survey.axis("time"))),
    }
    with replacing(sidecar_of(spec.output), overwrite=spec.options.overwrite) as beside:
        beside.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
