"""Results go home from the command line: of each quantity, in each format, of volumes, lines and gathers."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Geofm
from tests.io.segy.build import Trace, write
from tests.io.segy.test_gathers import gathers
from tests.tiny import TinySurvey

pytestmark = pytest.mark.usefixtures("tiny")


@pytest.fixture
def line(tmp_path: Path) -> Path:
    values = np.random.default_rng(0).normal(size=(30, 40)).astype(np.float32)
    return write(tmp_path / "line.sgy", [Trace(each, {21: 100 + n}) for n, each in enumerate(values)])


def test_every_quantity_of_a_volume(geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    likely = tmp_path / "likely.sgy"
    words = ("segment", survey.file, "--model", probe, "-o", tmp_path / "p.sgy", "--probabilities", likely, "--json")
    told = geofm(*words).data
    names = [Path(each).name for each in told["files"]]
    assert names == ["p.sgy", "likely_class-0.sgy", "likely_class-1.sgy", "likely_class-2.sgy"]
    assert geofm("features", survey.file, "-o", tmp_path / "f.zarr", "--components", 2, "--json").status == 0
    told = geofm("export", tmp_path / "f.zarr", "--like", survey.file, "-o", tmp_path / "f.sgy", "--json").data
    assert [Path(each).name for each in told["files"]] == ["f_component-1.sgy", "f_component-2.sgy"]
    refused = geofm("export", likely.with_name(names[1]), "--like", survey.file, "-o", tmp_path / "x.npy", "--quiet")
    assert "holds the numbers of one class alone" in refused.line
    refused = geofm("features", survey.file, "-o", tmp_path / "f.png", "--at", "inline=1000", "--components", 2)
    assert "leave them out for f.png" in refused.line
    refused = geofm("export", survey.truth, "--like", survey.file, "-o", tmp_path / "x.npy", "--at", "inline=1000")
    assert "--at belongs to pictures" in refused.err.splitlines()[-1]


def test_class_names_go_with_a_segy(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("name,colour\nsalt,#ff0000\nsand,#00ff00\nshale,#0000ff\n")
    words = ("--like", survey.file, "--quiet")
    first = geofm(
        "export", survey.truth, *words, "--classes", tmp_path / "names.csv", "--null", -9, "-o", tmp_path / "a.sgy"
    )
    assert first.status == 0
    assert geofm("export", tmp_path / "a.sgy", *words, "-o", tmp_path / "b.npy").status == 0
    facts = json.loads((tmp_path / "b.npy.json").read_text())
    assert [(each["name"], each["colour"]) for each in facts["classes"]][1] == ("sand", "#00ff00")
    found, truth = np.load(tmp_path / "b.npy"), np.load(survey.truth)
    assert (found[2, 40] == 255).all()
    np.testing.assert_array_equal(np.delete(found[2], 40, axis=0), np.delete(truth[2], 40, axis=0))


def test_labels_of_another_survey_are_told(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    np.save(tmp_path / "l.npy", np.load(survey.truth))
    facts = {"quantity": "labels", "survey": {"file": "north.sgy", "fingerprint": "0" * 32}}
    (tmp_path / "l.npy.json").write_text(json.dumps(facts))
    words = ("--like", survey.file, "--json")
    told = geofm("export", tmp_path / "l.npy", *words, "-o", tmp_path / "a.sgy").data
    assert told["notes"] == [f"l.npy was made of north.sgy, not of {survey.file.name}; see that it belongs here"]
    # What is written says that it belongs here.
    assert geofm("export", tmp_path / "a.sgy", *words, "-o", tmp_path / "b.npy").data["notes"] == []


def test_a_line(geofm: Geofm, line: Path, tmp_path: Path) -> None:
    labels = np.full((30, 40), 255, np.uint8)
    labels[:, :10], labels[:, 20:] = 0, 1
    np.save(tmp_path / "l.npy", labels)
    model = tmp_path / "model"
    assert geofm("finetune", line, "--labels", tmp_path / "l.npy", "-o", model, "--quiet").status == 0
    words = ("segment", line, "--model", model, "-o", tmp_path / "p.sgy", "--probabilities", tmp_path / "q.zarr")
    assert geofm(*words, "--quiet").status == 0
    home = ("export", tmp_path / "q.zarr", "--like", line, "--quiet", "-o")
    assert [geofm(*home, tmp_path / name).status for name in ("q.sgy", "q.npy", "q.png")] == [0, 0, 0]
    assert (tmp_path / "q_class-1.sgy").stat().st_size == line.stat().st_size
    assert (tmp_path / "q_class-1.png").is_file()
    assert geofm("features", line, "-o", tmp_path / "f.sgy", "--quiet").status == 0
    assert len(list(tmp_path.glob("f_component-?.sgy"))) == 3


def test_one_offset_of_gathers(geofm: Geofm, tmp_path: Path) -> None:
    file = write(tmp_path / "g.sgy", gathers(4, 20, n_samples=30)[1])
    odds = np.random.default_rng(1).random((2, 4, 20, 30)).astype(np.float32)
    np.save(tmp_path / "q.npy", odds)
    words = ("export", tmp_path / "q.npy", "--like", file, "-o", tmp_path / "q.sgy", "--quiet")
    assert "pre-stack" in geofm(*words).line
    assert geofm(*words, "--offset", 500).status == 0
    assert geofm("section", tmp_path / "q_class-1.sgy", "--at", "inline=12", "-o", tmp_path / "s.npy").status == 0
    np.testing.assert_array_equal(np.load(tmp_path / "s.npy"), odds[1, 2].T)


def test_fractions_go_into_a_survey_of_whole_numbers_as_floats(geofm: Geofm, tmp_path: Path) -> None:
    values = np.arange(600).reshape(20, 30).astype(np.int16)
    file = write(tmp_path / "line.sgy", [Trace(each, {21: n}) for n, each in enumerate(values)], code=3)
    np.save(tmp_path / "c.npy", np.linspace(0, 1, 600, dtype=np.float32).reshape(20, 30))
    given = ("export", tmp_path / "c.npy", "--like", file, "--quiet")
    words = (*given, "--quantity", "confidence", "-o", tmp_path / "c.sgy")
    assert "Fractions cannot be written as" in geofm(*words, "--format", "int16").line
    assert geofm(*words).status == 0
    assert geofm("info", tmp_path / "c.sgy", "--json").data["sample_format"] == "IEEE float"
    assert "Labels hold fractions" in geofm(*given, "-o", tmp_path / "d.sgy").line
