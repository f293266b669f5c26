"""``--process``, ``--bad-channels`` and ``--spectrum``."""

import csv
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.io.models import read_recipe
from napari_geofm.samples import DasSampleSpec, make_das, write_das
from tests.cli.conftest import Geofm

SAMPLE = make_das(DasSampleSpec(channels=60, samples=600, seed=5))


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("das") / "fibre.h5"
    write_das(SAMPLE, file)
    return file


def test_a_section_is_written_as_it_is_processed(geofm: Geofm, recording: Path, tmp_path: Path) -> None:
    words = ("section", recording, "--at", "time=1/2", "-o")
    assert geofm(*words, tmp_path / "plain.npy").status == 0
    done = geofm(*words, tmp_path / "median.npy", "--process", "median", "--bad-channels", "5, 50-52", "--json")
    assert done.data["dead"] == 4 * 200
    plain, median = np.load(tmp_path / "plain.npy"), np.load(tmp_path / "median.npy")
    bad = [5, 50, 51, 52]
    assert np.isnan(median[:, bad]).all()
    others = np.delete(plain, bad, axis=1)
    expected = others - np.median(others, axis=1, keepdims=True)
    np.testing.assert_allclose(np.delete(median, bad, axis=1), expected, atol=1e-12, rtol=1e-4)
    thin = geofm(*words, tmp_path / "thin.npy", "--process", "decimate 4")
    assert "50 time down x 60 distance across" in thin.out


def test_info_tells_what_is_done_and_masked(geofm: Geofm, recording: Path) -> None:
    ran = geofm("info", recording, "--process", "earthquake", "--bad-channels", "3")
    assert (
        "note       processed: velocity-derivative; detrend linear; bandpass 1-20 Hz; median; scale robust; root"
        in ran.out
    )
    assert "note       1 bad channel masked: 3" in ran.out
    assert "bad channel masked (1 dead): 39" in geofm("info", recording, "--bad-channels", "auto").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--process", "bandpas 1-20 Hz"), "--process: Processing step 'bandpas 1-20 Hz': no step is called 'bandpas'"),
        (("--process", "lowpass 60 Hz"), "must be below the Nyquist frequency, 50 Hz"),
        (("--process", "agc 7 s"), "must be at most 6 s, the length of the recording"),
        (("--bad-channels", "x"), "--bad-channels: Bad channels 'x': write auto, none, or a list"),
        (("--bad-channels", "99"), "Bad channels 99: channels run from 0 to 59"),
        (("--at", "time=1/2"), "goes with --spectrum OUT here"),
        (("--spectrum", "s.txt"), "Spectrum s.txt: it is written as .csv, .png, .pdf or .svg"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    geofm: Geofm, recording: Path, words: tuple[str, ...], told: str
) -> None:
    ran = geofm("info", recording, *words)
    assert ran.status == 2
    assert told in ran.line


def test_spectra_are_tables_and_pictures(geofm: Geofm, recording: Path, tmp_path: Path) -> None:
    table, picture = tmp_path / "s.csv", tmp_path / "s.png"
    words = ("info", recording, "--process", "bandpass 5-20 Hz")
    found = geofm(*words, "--spectrum", table, "--at", "time=0/5 distance=0:300", "--json").data["spectrum"]
    assert found["units"] == "(1/s)²/Hz"
    assert found["channels"] == 31
    with table.open(encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    assert rows[0][:2] == ["frequency [Hz]", "mean [(1/s)²/Hz]"]
    hertz, mean = np.array(rows[1:], float).T[:2]
    inside = (hertz > 6) & (hertz < 18)
    assert mean[inside].min() > 100 * mean[hertz > 35].max()
    assert geofm(*words, "--spectrum", picture).status == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "--overwrite" in geofm(*words, "--spectrum", picture).line


def test_a_model_keeps_its_chain(geofm: Geofm, recording: Path, tiny: Path, tmp_path: Path) -> None:
    drawn = np.full(SAMPLE.classes.shape, 255, np.uint8)
    drawn[20:24] = np.minimum(SAMPLE.classes[20:24], 1)
    drawn[20:24, :100] = 0
    drawn[20:24, 300:400] = 1
    np.save(tmp_path / "labels.npy", drawn)
    learn = ("finetune", recording, "--labels", tmp_path / "labels.npy")
    chain = "bandpass 2-20 Hz; median; root"
    assert geofm(*learn, "-o", tmp_path / "m", "--process", chain, "--bad-channels", "auto").status == 0
    assert read_recipe(tmp_path / "m").processing.chain == chain
    assert f'chain = "{chain}"' in (tmp_path / "m" / "recipe.toml").read_text()
    # A recipe's chain is taken up, and an option wins over it.
    assert geofm(*learn, "-o", tmp_path / "again", "--recipe", tmp_path / "m").status == 0
    assert read_recipe(tmp_path / "again").processing.chain == chain
    assert geofm(*learn, "-o", tmp_path / "none", "--recipe", tmp_path / "m", "--process", "none").status == 0
    assert read_recipe(tmp_path / "none").processing.chain == ""
    look = ("segment", recording, "--model", tmp_path / "m", "-o", tmp_path / "p.npy")
    line = geofm(*look, "--process", "root").line
    assert "model" in line
    assert f"was trained with '{chain}'" in line
    assert geofm(*look, "--process", chain).status == 0
    assert np.load(tmp_path / "p.npy").shape == SAMPLE.classes.shape
    on = geofm(*learn, "--model", tmp_path / "m", "-o", tmp_path / "on", "--process", "median")
    assert f"model m was trained with '{chain}', which it goes on with" in on.line
    cut = geofm("features", recording, "--model", tmp_path / "m", "--process", "median", "-o", tmp_path / "f.png")
    assert "was trained with" in cut.line


def test_a_recording_is_written_as_it_is_processed(geofm: Geofm, recording: Path, tmp_path: Path) -> None:
    words = ("ingest", recording, "--process", "decimate 4", "--bad-channels", "7", "-o", tmp_path / "less.nc")
    assert "60 channels x 150 samples at 25 Hz" in geofm(*words).out
    for file, more, name in ((recording, words[2:6], "a.npy"), (tmp_path / "less.nc", (), "b.npy")):
        assert geofm("section", file, *more, "--at", "time=1/2", "-o", tmp_path / name).status == 0
    kept = np.load(tmp_path / "a.npy")
    np.testing.assert_array_equal(kept, np.load(tmp_path / "b.npy"))
    assert np.isnan(kept[:, 7]).all()
    assert "--overwrite" in geofm(*words).line
    assert "belong to fast copies" in geofm(*words, "--resume").line
    assert ".nc" in geofm("ingest", recording, "-o", tmp_path / "x.zarr", "--quiet").line
    assert "written as .nc" in geofm(*words[:-1], tmp_path / "x.h5").line
