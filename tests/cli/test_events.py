"""Events of a fibre recording from the command line."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.samples.das import DAS_CLASSES, DasSample, DasSampleSpec, make_das, write_das
from tests.cli.conftest import Geofm

SPEC = DasSampleSpec(seed=1, channels=80, samples=1500)


@pytest.fixture(scope="module")
def sample() -> DasSample:
    return make_das(SPEC)


@pytest.fixture
def folder(sample: DasSample, tmp_path: Path) -> Path:
    write_das(sample, tmp_path / "fibre.h5")
    np.save(tmp_path / "mask.npy", sample.classes)
    (tmp_path / "names.csv").write_text("\n".join(["name", *DAS_CLASSES]) + "\n")
    return tmp_path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_events_onsets_and_quakeml(geofm: Geofm, folder: Path) -> None:
    words = ("export", folder / "mask.npy", "--like", folder / "fibre.h5", "--classes", folder / "names.csv", "--json")
    told = geofm(*words, "--quantity", "events", "-o", folder / "events.csv").data
    events = rows(folder / "events.csv")
    assert {"P wave", "S wave"} <= {each["class"] for each in events}
    facts = json.loads((folder / "events.csv.json").read_text())
    assert facts["events"] == told["events"] == len(events)
    assert told["classes"]["S wave"] == sum(each["class"] == "S wave" for each in events)
    assert facts["in samples and channels"]["gap"] == 14
    assert geofm(*words, "--quantity", "onsets", "-o", folder / "onsets.csv").status == 0
    assert len(rows(folder / "onsets.csv")) == sum(int(each["channels"]) for each in events)
    assert geofm(*words, "-o", folder / "events.xml").status == 0
    assert (folder / "events.xml").read_text().count("<pick ") == len(rows(folder / "onsets.csv"))
    fewer = geofm(*words, "--quantity", "events", "--least-m", 500, "-o", folder / "long.csv")
    assert fewer.status == 0
    assert len(rows(folder / "long.csv")) < len(events)


def test_probabilities_and_confidence_count(geofm: Geofm, folder: Path, sample: DasSample) -> None:
    chances = np.full((5, *sample.classes.shape), 0.05, np.float32)
    np.put_along_axis(chances, sample.classes[None].astype(np.int64), 0.8, axis=0)
    np.save(folder / "chances.npy", chances)
    words = ("export", folder / "mask.npy", "--like", folder / "fibre.h5", "--quantity", "events", "--quiet")
    told = geofm(
        *words, "--probabilities", folder / "chances.npy", "--classes", folder / "names.csv", "-o", folder / "e.csv"
    )
    assert told.status == 0
    assert f"e.csv: {len(rows(folder / 'e.csv'))} events (" in told.out
    assert "1 S wave" in told.out
    named = (*words, "--classes", folder / "names.csv")
    more = ("--probabilities", folder / "chances.npy", "--sure")
    assert "0 events with 0 onsets" in geofm(*named, *more, 0.9, "-o", folder / "none.csv").out
    assert "give --confidence or --probabilities" in geofm(*named, "--sure", 0.9, "-o", folder / "n.csv").line
    assert "0 to 1" in geofm(*named, *more, 2, "-o", folder / "n.csv").line
    assert {each["confidence"] for each in rows(folder / "e.csv")} == {"0.8000"}


def test_a_prediction_of_a_recording_that_was_decimated(geofm: Geofm, folder: Path, sample: DasSample) -> None:
    np.save(folder / "coarse.npy", sample.classes[:, ::2])
    words = ("export", folder / "coarse.npy", "--like", folder / "fibre.h5", "--classes", folder / "names.csv")
    fine = (*words[:1], folder / "mask.npy", *words[2:], "--quantity", "events", "--as-marked")
    assert geofm(*fine, "-o", folder / "fine.csv").status == 0
    through = ("--quantity", "events", "--as-marked", "--gap-s", 0.1, "--least-s", 0.1, "--process", "decimate 2")
    assert geofm(*words, *through, "-o", folder / "coarse.csv").status == 0
    starts = [[float(each["start_s"]) for each in rows(folder / name)[:1]] for name in ("fine.csv", "coarse.csv")]
    assert starts[0] == pytest.approx(starts[1], abs=0.02)
    # Those of the recording's own samples are taken as well.
    np.save(folder / "sure.npy", np.full(sample.classes.shape, 0.5, np.float32))
    own = ("export", folder / "mask.npy", *words[2:], *through, "--confidence", folder / "sure.npy")
    assert geofm(*own, "-o", folder / "own.csv").status == 0
    times = [[each["start_s"] for each in rows(folder / name)] for name in ("coarse.csv", "own.csv")]
    np.testing.assert_allclose(np.array(times[0], float), np.array(times[1], float), atol=0.03)
    assert {each["confidence"] for each in rows(folder / "own.csv")} == {"0.5000"}
    refused = geofm(*words, "--quantity", "events", "-o", folder / "e.csv")
    assert refused.status == 2
    assert "say --process 'decimate 2'" in refused.line


def test_what_makes_no_sense_is_refused_in_one_line(geofm: Geofm, folder: Path) -> None:
    words = ("export", folder / "mask.npy", "--like", folder / "fibre.h5", "--quiet")
    for more, said in (
        (("--quantity", "events", "-o", folder / "e.sgy"), "written as .csv"),
        (("--gap-s", 1, "-o", folder / "e.csv"), "--gap-s belongs to events"),
        (("--quantity", "onsets", "--gap-s", -1, "-o", folder / "e.csv"), "0 or more"),
    ):
        refused = geofm(*words, *more)
        assert refused.status == 2
        assert said in refused.line


def test_labels_from_picks(geofm: Geofm, folder: Path, sample: DasSample) -> None:
    onset = sample.events[0].onset_s
    lines = [f"{channel},{time}" for channel, time in enumerate(onset) if np.isfinite(time)]
    (folder / "p.csv").write_text("\n".join(["channel,time", *lines]) + "\n")
    words = (
        "label",
        folder / "fibre.h5",
        "--picks",
        folder / "p.csv",
        "P wave",
        "--onset-band",
        0.3,
        "--noise",
        "noise",
    )
    told = geofm(*words, "--classes", folder / "names.csv", "-o", folder / "l.npy", "--json").data
    labels = np.load(folder / "l.npy")
    known = np.flatnonzero(np.isfinite(onset))
    assert told["classes"]["P wave"] == told["classes"]["noise"] == 30 * known.size
    first = (labels == 1).argmax(axis=1)[known]
    np.testing.assert_allclose(first, 100 * onset[known], atol=1.0)
    assert "0.3 s from each on" in told["notes"][str(folder / "p.csv")][0]
    refused = geofm("label", folder / "fibre.h5", "--onset-band", 1, "-o", folder / "x.npy", "--quiet")
    assert "go with --picks" in refused.line
