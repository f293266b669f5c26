"""Picks from other programs: tables of channel and sample or time, and QuakeML."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np

from napari_geofm.core.das.event_options import sample_step
from napari_geofm.core.das.picks import Picks
from napari_geofm.core.survey import Survey
from napari_geofm.core.utc import is_clock, passed_since, start_of
from napari_geofm.errors import FormatError, SourceError, UsageError
from napari_geofm.io.events.pick_table import RawPick, table_of
from napari_geofm.io.events.quakeml import QUAKEML_ENDINGS

__all__ = ["read_picks"]

LARGEST = 256 * 2**20
"""Bytes of a file of picks beyond which it is none."""


def read_picks(path: Path | str, survey: Survey) -> tuple[Picks, ...]:
    """Read picks as onsets on the channels of a recording.

    Parameters
    ----------
    path
        A table (``.csv``) with a column for the channel (``channel``) or the distance along the fibre (``distance``),
        and one for the sample (``sample``), the time from the recording's start (``time``, ``onset``; in s) or the
        absolute time (``utc``), whose date may stand in a column of its own (``date``), or be left out where the
        recording has each time of the day once; a column ``class``, ``phase`` or ``name`` and one called ``event``
        separate arrivals. Or QuakeML, where the station is the channel's number.
    survey
        The recording.

    Returns
    -------
    tuple of Picks
        An entry per event and class, in the file's order.

    Raises
    ------
    SourceError
        When there is no such file.
    FormatError
        When it holds no picks, none of them lies in the recording, or absolute times meet a recording without a date.
    UsageError
        When the survey is no DAS recording.
    """
    file = Path(path)
    if survey.kind != "das":
        raise UsageError(f"{survey.path.name} is {survey.kind}; picks per channel belong to DAS recordings")
    if not file.is_file():
        raise SourceError(f"No file {file}; check the path")
    if file.stat().st_size > LARGEST:
        raise FormatError(f"{file.name} has {file.stat().st_size / 2**20:.0f} MiB; a file of picks has at most 256")
    raw = _quakeml(file) if file.suffix.lower() in QUAKEML_ENDINGS else table_of(file)
    if not raw:
        raise FormatError(f"{file.name} holds no picks; write a line per channel, as in channel,sample")
    return _on_channels(raw, file, _Scale.of(survey, file))


@dataclass(frozen=True, slots=True)
class _Scale:
    """From a file's numbers to positions along the fibre and s from the start."""

    file: Path
    position: Callable[[RawPick], float]
    start: np.datetime64 | None
    first_s: float
    step_s: float
    shape: tuple[int, int]

    @classmethod
    def of(cls, survey: Survey, file: Path) -> "_Scale":
        distance, time = survey.axis("distance"), survey.axis("time")

        def position(pick: RawPick) -> float:
            if pick.distance is not None:
                return float(distance.places(np.array([pick.distance]))[0])
            number = float("nan") if pick.channel is None else pick.channel
            return number if distance.units else float(distance.places(np.array([number]))[0])

        first = float(time.first)
        return cls(file, position, start_of(survey), first, sample_step(time), (distance.size, time.size))

    def seconds(self, pick: RawPick) -> float:
        """Return a pick's time in s from the recording's start."""
        if pick.sample is not None:
            return self.first_s + pick.sample * self.step_s
        if pick.seconds is not None and not (pick.utc and self.start is not None):
            return pick.seconds
        if self.start is None:
            msg = f"{self.file.name} has absolute times and the recording no date; give s from its start"
            raise FormatError(msg)
        try:
            return self.first_s + passed_since(pick.utc, self.start, (self.shape[1] - 1) * self.step_s)
        except UsageError as error:
            if is_clock(pick.utc):
                raise FormatError(f"{self.file.name}: {error}") from error
            msg = f"{self.file.name}: '{pick.utc[:40]}' is no time; write 2024-03-05T06:07:08.123Z, or 06:07:08.123"
            raise FormatError(msg) from error


def _on_channels(raw: list[RawPick], file: Path, scale: _Scale) -> tuple[Picks, ...]:
    groups: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    channels, samples = scale.shape
    end = scale.first_s + samples * scale.step_s
    for pick in raw:
        place, onset = scale.position(pick), scale.seconds(pick)
        if -0.5 <= place <= channels - 0.5 and scale.first_s <= onset < end:
            error = float("nan") if pick.error is None else pick.error
            groups.setdefault((pick.event, pick.name), []).append((place, onset, error))
    if not groups:
        msg = (
            f"{file.name} has {len(raw):,} picks, none of them within the recording's {channels:,} channels and "
            f"{samples * scale.step_s:g} s; check which recording they belong to"
        )
        raise FormatError(msg)
    picks = []
    for (_, name), found in groups.items():
        place, onset, error = np.array(found, np.float64).T
        picks.append(Picks.at(name, place, onset, error, channels))
    return tuple(picks)


def _quakeml(file: Path) -> list[RawPick]:
    """Return the picks of a QuakeML file of any version."""
    with file.open("rb") as stream:
        if b"<!DOCTYPE" in stream.read(4096):
            raise FormatError(f"{file.name} has a document type of its own, which QuakeML has not; remove it")
    try:
        root = ET.parse(file).getroot()
    except ET.ParseError as error:
        raise FormatError(f"{file.name} is no XML ({error}); it may be cut short") from error
    events = (each for each in root.iter() if _tag(each) == "event")
    found = (_xml_pick(pick, f"{number}") for number, event in enumerate(events) for pick in event)
    return [pick for pick in found if pick is not None]


def _xml_pick(pick: ET.Element, event: str) -> RawPick | None:
    """Return a pick; None where an element is none, or its station is no channel's number."""
    if _tag(pick) != "pick":
        return None
    parts: dict[str, Any] = {_tag(each): each for each in pick}
    station = parts["waveformID"].get("stationCode", "") if "waveformID" in parts else ""
    digits = "".join(letter for letter in station if letter.isdigit())
    times = {_tag(each): each.text or "" for each in parts["time"]} if "time" in parts else {}
    if not digits or "value" not in times:
        return None
    hint = parts["phaseHint"].text or "" if "phaseHint" in parts else ""
    try:
        error = float(times["uncertainty"]) if "uncertainty" in times else None
    except ValueError:
        error = None
    utc = times["value"].strip().removesuffix("+00:00")
    return RawPick(channel=float(digits), utc=utc, name=hint.strip(), event=event, error=error)


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
