from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.labels import UNLABELLED
from napari_geofm.samples.seismic import SeismicSampleSpec, make_seismic, write_segy
from tests.cli.conftest import Geofm

WORDS = ("--carry", "inline=1000", "--sure", "0.5", "--least", "0.1")


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """Write five lines, the first one labelled all over, and a stroke on the third; return the folder."""
    sample = make_seismic(SeismicSampleSpec(seed=3, inlines=5, inline_step=1, crosslines=96, samples=112))
    write_segy(sample, tmp_path / "lines.sgy")
    labels = np.full(sample.facies.shape, UNLABELLED, np.uint8)
    labels[0] = sample.facies[0]
    labels[2, 40, :30] = 5
    np.save(tmp_path / "labels.npy", labels)
    np.save(tmp_path / "truth.npy", sample.facies)
    return tmp_path


def test_labels_and_confidence_of_every_second_line(tiny: Path, geofm: Geofm, lines: Path) -> None:
    words = (*WORDS, "--labels", lines / "labels.npy", "--to", 1004, "--step", 2)
    told = geofm("label", lines / "lines.sgy", *words, "-o", lines / "o.npy", "--confidence", lines / "c.npy", "--json")
    assert [one["at"] for one in told.data["sections"]] == ["inline=1002", "inline=1004"]
    assert all(0.1 <= one["sure"] <= 1 for one in told.data["sections"])
    assert told.data["stopped"] == ""
    before, after, sure = (np.load(lines / f"{name}.npy") for name in ("labels", "o", "c"))
    given = before != UNLABELLED
    np.testing.assert_array_equal(after[given], before[given])
    assert (after[[1, 3]] == UNLABELLED).all()
    carried = (after != UNLABELLED) & ~given
    assert (after == np.load(lines / "truth.npy"))[carried].mean() > 0.9
    assert np.isnan(sure[[0, 1, 3]]).all()
    assert (sure[carried] >= 0.5).all()


def test_progress_stopping_and_what_is_there_already(tiny: Path, geofm: Geofm, lines: Path) -> None:
    words = ("--carry", "inline=1000", "--labels", lines / "labels.npy", "--to", 1002, "--sure", "0.9999")
    ran = geofm("label", lines / "lines.sgy", *words, "-o", lines / "o.npy")
    assert ran.status == 0
    assert "carrying labels to inline=1001" in ran.err
    assert "Stopped before inline 1001, " in ran.out
    np.testing.assert_array_equal(np.load(lines / "o.npy"), np.load(lines / "labels.npy"))
    assert "exists and is kept" in geofm("label", lines / "lines.sgy", *words, "-o", lines / "o.npy").line


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--carry", "inline=1000"), "give its labels with --labels, and the line to come to with --to"),
        (("--carry", "inline=1000", "--labels", "L", "--to", 1003, "--step", 0), "--step 0: must be at least 1"),
        (("--carry", "inline=1000", "--labels", "L", "--to", 1077), "inline 1077 does not occur"),
        (("--carry", "inline=1000", "--labels", "L", "--to", 1000), "is no neighbour of"),
        (("--carry", "inline=1001", "--labels", "L", "--to", 1003), "Nothing is labelled on inline 1001"),
        (("--carry", "twt=40", "--labels", "L", "--to", 44), "labels are carried along inline or crossline"),
        (("--carry", "inline=1000", "--labels", "L", "--to", 1003, "--sure", 80), "sure 80: must lie between 0 and 1"),
        (("--carry", "inline=1000", "--above", "h.dat", "sand"), "give one of the two"),
        (("--step", 2), "--step goes with --carry"),
    ],
)
def test_what_cannot_be(tiny: Path, geofm: Geofm, lines: Path, words: tuple[object, ...], line: str) -> None:
    given = [lines / "labels.npy" if word == "L" else word for word in words]
    assert line in geofm("label", lines / "lines.sgy", *given, "-o", lines / "o.npy", "--quiet").line
    assert not (lines / "o.npy").exists()
    assert not list(lines.glob(".*part*"))
