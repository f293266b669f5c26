"""QuakeML 1.2 as its schema has it: names and order of elements, identifiers, code lengths, enumerations."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.finding import EventSource, find_events
from napari_geofm.core.progress import run_to_end
from napari_geofm.errors import FormatError
from napari_geofm.io.events.pick_files import read_picks
from napari_geofm.io.events.quakeml import write_quakeml
from napari_geofm.samples.das import DAS_CLASSES, DasSampleSpec, make_das
from tests.fibre import coarse, recording, sample_recording, wave

BED = "{http://quakeml.org/xmlns/bed/1.2}"
RESOURCE = re.compile(r"(smi|quakeml):[\w\d][\w\d\-\.\*\(\)_~']{2,}/[\w\d\-\.\*\(\)_~'][\w\d\-\.\*\(\)\+\?_~'=,;#/&]*")
KNOWN = {
    "eventParameters": ["event", "creationInfo"],
    "event": ["pick", "type", "comment"],
    "pick": ["time", "waveformID", "phaseHint", "evaluationMode", "evaluationStatus"],
    "time": ["value", "uncertainty"],
    "comment": ["text"],
    "creationInfo": ["author", "creationTime"],
}


@pytest.fixture(scope="module")
def events() -> EventList:
    sample = make_das(DasSampleSpec(seed=1))
    return run_to_end(find_events(EventSource(sample.classes, ClassTable.named(DAS_CLASSES)), sample_recording(sample)))


def test_it_follows_the_schema(events: EventList, tmp_path: Path) -> None:
    write_quakeml(events, tmp_path / "e.xml")
    root = ET.parse(tmp_path / "e.xml").getroot()
    assert root.tag == "{http://quakeml.org/xmlns/quakeml/1.2}quakeml"
    (catalogue,) = root
    names = []
    for element in catalogue.iter():
        assert element.tag.startswith(BED)
        tag = element.tag.removeprefix(BED)
        if len(element):
            order = [KNOWN[tag].index(child.tag.removeprefix(BED)) for child in element]
            assert order == sorted(order)
        if tag in {"eventParameters", "event", "pick"}:
            names.append(element.attrib["publicID"])
            assert RESOURCE.fullmatch(names[-1])
    assert len(set(names)) == len(names)
    for pick in catalogue.iter(f"{BED}pick"):
        where = pick.find(f"{BED}waveformID")
        assert where is not None
        assert 1 <= len(where.attrib["networkCode"]) <= 8
        assert 1 <= len(where.attrib["stationCode"]) <= 8
        assert pick.findtext(f"{BED}evaluationMode") == "automatic"
        assert pick.findtext(f"{BED}evaluationStatus") == "preliminary"
        assert re.fullmatch(r"2024-03-05T06:07:\d\d\.\d{6}Z", pick.findtext(f"{BED}time/{BED}value") or "")
        assert float(pick.findtext(f"{BED}time/{BED}uncertainty") or "nan") > 0


def test_p_and_s_are_one_event_and_vehicles_are_man_made(events: EventList, tmp_path: Path) -> None:
    write_quakeml(events, tmp_path / "e.xml")
    found = ET.parse(tmp_path / "e.xml").getroot()[0].findall(f"{BED}event")
    hints = [sorted({pick.findtext(f"{BED}phaseHint") or "" for pick in each.findall(f"{BED}pick")}) for each in found]
    # Two vehicles that cross are two events.
    assert hints == [["vehicle"], ["vehicle"], ["P", "S"], ["LR"]]
    assert [each.findtext(f"{BED}type") for each in found] == ["anthropogenic event", "anthropogenic event", None, None]


def test_picks_come_back(events: EventList, tmp_path: Path) -> None:
    write_quakeml(events, tmp_path / "e.xml")
    sample = make_das(DasSampleSpec(seed=1))
    found = {picks.name: picks for picks in read_picks(tmp_path / "e.xml", sample_recording(sample))}
    assert sorted(found) == ["LR", "P", "S", "vehicle"]
    p = next(event for event in events.events if events.name(event) == "P wave")
    back = found["P"].onset_s[p.first : p.last + 1]
    np.testing.assert_allclose(back, p.onset_s, atol=2e-6)


def test_a_recording_without_date_is_refused(tmp_path: Path) -> None:
    truth = 300 + 1.5 * np.arange(40.0)
    survey = recording(wave(truth, 900), start="")
    source = EventSource(coarse(truth, 900), ClassTable.named(["noise", "event"]))
    with pytest.raises(FormatError, match="no date"):
        write_quakeml(run_to_end(find_events(source, survey)), tmp_path / "e.xml")
