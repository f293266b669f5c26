"""What text headers say of the vertical axis, as programs and people write it."""

from pathlib import Path

import pytest

from napari_geofm.io.segy import read_segy
from napari_geofm.io.segy.domain import depth_words
from tests.io.segy.build import cube, write


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("C05 DEPTH DOMAIN DATA", "DEPTH DOMAIN"),
        ("C05 Domain: Depth", "DOMAIN: DEPTH"),
        ("C06 DEPTH STEP = 5 M", "DEPTH STEP"),
        ("C 7 SAMPLE INTERVAL: 5 M    NUMBER OF SAMPLES 1001", "SAMPLE INTERVAL: 5 M"),
        ("C 7 SAMPLE RATE 10 FT", "SAMPLE RATE 10 FT"),
        ("C 7 Sampling interval 5.0 metres", "SAMPLING INTERVAL 5.0 METRES"),
        ("C08 RECORD LENGTH 8000 METERS", "RECORD LENGTH 8000 METERS"),
        ("C09 PSDM FULL STACK IN DEPTH", "STACK IN DEPTH"),
        ("C09 TIME MIGRATION, DEPTH CONVERTED WITH WELL VELOCITIES", "DEPTH CONVERTED"),
        ("C10 Z-axis: depth, positive downwards", "Z-AXIS: DEPTH"),
        # Steps of a processing, other depths, bytes, and whatever says time as well.
        ("C09 KIRCHHOFF PRE-STACK DEPTH MIGRATION (PSDM)", ""),
        ("C09 PSDM STACK IN DEPTH\nC10 SCALED TO TIME WITH THE MIGRATION VELOCITIES", ""),
        ("C09 PSDM VOLUME, CONVERTED BACK TO TWT", ""),
        ("C09 DEPTH TO TIME STRETCH; SAMPLING IN DEPTH STEP 5 M", ""),
        ("C05 SAMPLE INTERVAL 4 MS   RECORD LENGTH 6000 MS\nC06 PSDM DEPTH STACK", ""),
        ("C05 SAMPLE INTERVAL 4 M SEC", ""),
        ("C05 SAMPLES/TRACE 1501 BITS/IN   BYTES/SAMPLE 4", ""),
        ("C06 WATER DEPTH RANGE 80 - 120 M, CABLE DEPTH 7 M, SOURCE DEPTH 5 M", ""),
        ("C06 GUN DEPTH 5 M  CABLE DEPTH INTERVAL 12 M", ""),
        ("C07 BYTES 61-64: WATER DEPTH   BYTES 233-236: DEPTH STEP", ""),
        ("C07 SHOT INTERVAL 25 M  GROUP INTERVAL 12.5 M  SAMPLE CODE: FLOAT", ""),
        ("C05 DATA IN TIME DOMAIN, LATER DEPTH DOMAIN", ""),
    ],
)
def test_lines(text: str, found: str) -> None:
    assert depth_words(text) == found


def test_it_is_told_with_the_remedy_and_nothing_is_changed(tmp_path: Path) -> None:
    _, traces = cube([1, 2], [5, 6, 7])
    path = write(tmp_path / "a.sgy", traces, words=("PSDM STACK, DEPTH STEP 5 M",))
    survey = read_segy(path)
    assert survey.dims == ("inline", "crossline", "twt")
    assert [note for note in survey.odd if "depth" in note] == [
        "text header says depth (depth step), and samples are read as time; --domain depth reads them so"
    ]
    for domain in ("depth", "twt"):
        chosen = read_segy(path, domain=domain)
        assert domain in chosen.dims
        assert not any("says depth" in note for note in chosen.odd)
