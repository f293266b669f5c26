import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Geofm
from tests.io.segy.build import write
from tests.io.segy.test_gathers import gathers
from tests.tiny import TinySurvey

pytestmark = pytest.mark.usefixtures("tiny")


def test_a_report_tells_of_labels_prediction_and_model(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path
) -> None:
    out = tmp_path / "r.html"
    words = [
        "--labels",
        survey.strokes,
        "--prediction",
        survey.truth,
        "--model",
        probe,
        "--at",
        "inline=1020",
        "-o",
        out,
    ]
    assert geofm("report", survey.file, *words, "--at", "twt=200", "--json").data == {"output": str(out)}
    text = out.read_text(encoding="utf-8")
    assert text.count("data:image/png;base64,") == 2
    truth = np.load(survey.truth)
    share = np.count_nonzero(truth == 1) / np.count_nonzero(truth != 255)
    assert f"{share:.1%}" in text
    assert probe.name in text
    # Strokes are drawn within the truth, which stands for the prediction here.
    drawn = np.load(survey.strokes)
    both = np.count_nonzero((drawn != 255) & (truth != 255))
    assert f"Mean IoU 1.00; 100.0% of {both:,} samples that are labelled and predicted are right" in text
    assert "exists and is kept" in geofm("report", survey.file, *words).line
    # In time: an area by a time, and a volume only by an average velocity.
    assert "area by time (km²·ms)" in text
    assert "m³" not in text
    words = ["--labels", survey.strokes, "--velocity", "2400", "-o", tmp_path / "v.html"]
    assert geofm("report", survey.file, *words, "--quiet").status == 0
    text = (tmp_path / "v.html").read_text(encoding="utf-8")
    assert "volume (m³)" in text
    assert "by an average velocity of 2400 m/s" in text
    told = geofm("report", survey.file, "--velocity", "2.4", "-o", tmp_path / "w.html", "--quiet")
    assert told.line.endswith("an average velocity is 300 to 9000 m/s")


def test_classes_have_the_names_that_one_of_the_files_tells(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    for name in ("named.npy", "other.npy"):
        np.save(tmp_path / name, np.load(survey.truth))
    (tmp_path / "named.npy.json").write_text('["mud", "salt", "sand"]')
    both = ("--prediction", tmp_path / "named.npy", "-o", tmp_path / "r.html")
    assert geofm("report", survey.file, "--labels", survey.strokes, *both, "--quiet").status == 0
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "salt" in text
    assert "class 1" not in text
    (tmp_path / "other.npy.json").write_text('["mud", "sand", "salt"]')
    told = geofm("report", survey.file, "--labels", tmp_path / "other.npy", *both, "--overwrite", "--quiet")
    assert "Class 1 is 'sand' in the labels and 'salt' in the prediction" in told.line


def test_a_prediction_is_scored_where_there_are_labels(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    drawn, truth = np.load(survey.strokes), np.load(survey.truth)
    wrong = np.where(truth == 0, np.uint8(1), truth)
    np.save(tmp_path / "wrong.npy", wrong)
    words = ("--labels", survey.strokes, "--prediction", tmp_path / "wrong.npy", "-o", tmp_path / "r.html", "--quiet")
    assert geofm("report", survey.file, *words).status == 0
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    known = (drawn != 255) & (wrong != 255)
    right = (drawn == wrong)[known].mean()
    assert 0 < right < 1
    assert f"{right:.1%} of {known.sum():,} samples" in text
    assert '<td>class 0</td><td class="number">0.00</td>' in text


def test_what_cannot_be(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    assert "a report is written as .html or .png" in geofm("report", survey.file, "-o", tmp_path / "r.pdf").line
    told = geofm("report", survey.file, "--at", "inline=7", "-o", tmp_path / "r.html", "--quiet")
    assert "inline 7 does not occur" in told.line
    assert list(tmp_path.iterdir()) == []
    assert geofm("report", survey.file, "-o", tmp_path / "r.png", "--quiet").status == 0


def test_a_horizon_between_classes_and_bodies_go_home(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    from napari_geofm.io.interpretations import read_interpretations
    from napari_geofm.io.opening import open_survey

    values = np.full((6, 96, 96), 255, np.uint8)
    values[..., 10:30], values[..., 30:50], values[3, 3, 90] = 0, 1, 0
    np.save(tmp_path / "l.npy", values)
    words = ("export", tmp_path / "l.npy", "--like", survey.file)
    assert geofm(*words, "--between", "0", "1", "-o", tmp_path / "h.dat").status == 0
    (horizon,) = read_interpretations(tmp_path / "h.dat", open_survey(survey.file)).interpretations
    assert horizon.span == (118.0, 118.0)
    assert "--between UPPER LOWER" in geofm(*words, "-o", tmp_path / "h.xyz").line
    assert geofm(*words, "--minimum", "2", "-o", tmp_path / "b.ply").status == 0
    bodies = json.loads((tmp_path / "b.ply.json").read_text())["bodies"]
    assert [(each["class"], each["samples"]) for each in bodies] == [(0, 6 * 96 * 20), (1, 6 * 96 * 20)]


def test_a_report_of_one_offset(geofm: Geofm, tmp_path: Path) -> None:
    file = write(tmp_path / "gathers.sgy", gathers(6, 8, n_samples=40)[1])
    assert "pre-stack" in geofm("report", file, "-o", tmp_path / "r.html", "--quiet").line
    assert geofm("report", file, "--stack", "-o", tmp_path / "r.html", "--quiet").status == 0
