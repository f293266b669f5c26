"""Which of an earlier model's sections are read again."""

import dataclasses
import os
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from napari_geofm.core.section_place import SectionPlace
from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError
from napari_geofm.io.kept_labels import KeptSection
from napari_geofm.io.label_source import LabelSource
from napari_geofm.io.opening import open_survey, options_of
from napari_geofm.io.segy import SegyOptions
from napari_geofm.jobs.recalling import MOST, Recollection, recollect, thinned
from tests.tiny import write_survey


def section_of(number: int) -> KeptSection:
    labels = np.full((4, 5), 255, np.uint8)
    labels[0, 0] = number
    nothing = np.zeros(labels.shape, bool)
    return KeptSection(SectionPlace(Path("a"), "f", Path("l"), "inline=1", 0.0, 1.0), labels, nothing, nothing)


def test_few_are_all_taken() -> None:
    sections = [section_of(0)] * MOST
    assert thinned(sections, 1) == tuple(sections)


def test_of_many_those_are_taken_that_spread_over_all_and_hold_every_class() -> None:
    sections = [section_of(0) for _ in range(10 * MOST)]
    sections[7] = section_of(1)
    found = thinned(sections, 3)
    assert len(found) == MOST + 1
    assert found[0] is sections[0]
    assert found[-1] is sections[-1]
    assert any(each is sections[7] for each in found)


class Bench:
    """Opens surveys; remembers what was asked for."""

    def __init__(self) -> None:
        self.asked: list[Path] = []

    def survey(self, path: Path, options: SegyOptions | None = None) -> Survey:
        self.asked.append(path)
        return open_survey(path, options=options, remembered=False)


def recalled(bench: Bench, *kept: KeptSection) -> Recollection:
    return recollect(cast("Any", bench), kept, "base", (), 3)


def kept_of(survey: Survey, at: str) -> KeptSection:
    """Return a section of a survey with one labelled sample."""
    labels = np.full(survey.section(SectionPlace(Path(), "", Path(), at, 0.0, 1.0).where).shape, 255, np.uint8)
    labels[3, 3] = 1
    options = options_of(survey)
    text = "" if options is None else options.to_json()
    place = SectionPlace(survey.path, survey.fingerprint, Path("l"), at, -1.0, 1.0, options=text)
    return KeptSection(place, labels, labels != 255, np.zeros(labels.shape, bool))


def test_one_file_that_was_replaced_or_is_read_in_two_ways_is_looked_at_for_each(tmp_path: Path) -> None:
    file = write_survey(tmp_path).file
    one = kept_of(open_survey(file, remembered=False), "inline=1010")
    two = kept_of(open_survey(file, options=SegyOptions(domain="depth"), remembered=False), "inline=1040")
    old = dataclasses.replace(one, place=dataclasses.replace(one.place, fingerprint="other"))
    found = recalled(Bench(), old, one, two)
    assert [each.kept for each in found.sections] == [one, two]
    assert [each.example.place for each in found.sections] == [one.place, two.place]
    assert found.rest == (old,)
    (note,) = found.notes
    assert "has changed since" in note


def test_a_section_that_cannot_be_cut_takes_no_other_along(tmp_path: Path) -> None:
    one = kept_of(open_survey(write_survey(tmp_path).file, remembered=False), "inline=1010")
    off = dataclasses.replace(one, place=dataclasses.replace(one.place, at="inline=9"))
    found = recalled(Bench(), off, off, one)
    assert [each.kept for each in found.sections] == [one]
    assert len(found.notes) == 1
    assert "is read otherwise now" in found.notes[0]


def elsewhere(path: Path | str) -> KeptSection:
    kept = section_of(0)
    return dataclasses.replace(kept, place=dataclasses.replace(kept.place, file=Path(path)))


def test_a_name_that_this_computer_cannot_have_is_told(tmp_path: Path) -> None:
    kept = elsewhere(tmp_path / (1000 * "a"))
    found = recalled(Bench(), kept)
    assert found.rest == (kept,)
    assert "cannot be looked for" in found.notes[0]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may look everywhere")
def test_a_closed_folder_is_told(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    assert "cannot be looked for" in recalled(Bench(), elsewhere(closed / "a.sgy")).notes[0]


@pytest.mark.parametrize(
    "path", ["//host/share/a.sgy", r"\\host\share\a.sgy", r"\\?\UNC\host\share\a.sgy", "/dev/zero", "/tmp/../dev/zero"]
)
def test_neither_shares_nor_devices_are_opened_for_a_model(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    for name in ("stat", "exists", "resolve"):
        monkeypatch.setattr(Path, name, lambda self, *_, **__: asked.append(self))
    bench = Bench()
    found = recalled(bench, elsewhere(path))
    assert bench.asked == asked == []
    assert "another computer" in found.notes[0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.sgy")
    bench = Bench()
    assert "neither a file nor a folder" in recalled(bench, elsewhere(tmp_path / "a.sgy")).notes[0]
    assert bench.asked == []


def test_a_survey_that_raises_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Survey:
        raise FormatError("no")

    bench = Bench()
    monkeypatch.setattr(bench, "survey", refuse)
    (tmp_path / "a.sgy").write_bytes(b"a")
    assert "cannot be opened" in recalled(bench, elsewhere(tmp_path / "a.sgy")).notes[0]


def test_what_is_read_again_is_compared_however_much_it_is(tmp_path: Path) -> None:
    survey = open_survey(write_survey(tmp_path).file, remembered=False)
    other = kept_of(survey, "inline=1010")
    mine = dataclasses.replace(other, place=dataclasses.replace(other.place, labels=Path("/mine")))
    read = LabelSource(Path("/mine"), survey.fingerprint, ())
    kept = (MOST + 8) * [mine, other]
    kept = [dataclasses.replace(each) for each in kept]
    found = recollect(cast("Any", Bench()), kept, "base", (survey,), 3, (read,))
    assert [each.kept.place.labels.name for each in found.sections].count("mine") == MOST + 8
    assert len(found.rest) == 8
    assert found.notes == (f"Of the {MOST + 8} labelled sections of base {MOST} are rehearsed, spread over all.",)
