"""What real disks and programs do to files: one clear line each, and nothing lost."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.amplitude import survey_stretch
from napari_geofm.core.progress import Progress
from napari_geofm.errors import FormatError, GeoFMError, SourceError
from napari_geofm.io.opening import open_survey
from napari_geofm.io.segy import Oddity, SegyOptions, is_segy, read_segy, text_header
from tests.io.segy.build import Trace, cube, write
from tests.io.segy.mutants import attempt, mutant, originals


def test_some_hundred_lies(tmp_path: Path) -> None:
    whole, path, opened = originals(tmp_path), tmp_path / "a.sgy", 0
    for case in range(200):
        path.write_bytes(mutant(whole, 7, case))
        opened += not attempt(path)
    assert 20 < opened < 180  # neither all harmless nor all hopeless


@pytest.mark.parametrize("stated", [0, 1, 11, 24, 65535])
def test_sample_counts_that_lie_in_the_binary_header(tmp_path: Path, stated: int) -> None:
    values, traces = cube([1, 2, 3], [1, 2, 3])
    survey = read_segy(write(tmp_path / "a.sgy", traces, binary={3221: ("H", stated)}))
    np.testing.assert_array_equal(survey.data.values, values)
    assert any("12 fits the file" in line for line in survey.odd) == (stated > 0)


def test_sample_counts_that_lie_everywhere(tmp_path: Path) -> None:
    _, traces = cube([1, 2, 3], [1, 2, 3])
    lies = [Trace(each.samples, each.numbers | {115: 13}) for each in traces]
    with pytest.raises(FormatError, match="13 samples per trace, but no trace header") as caught:
        read_segy(write(tmp_path / "a.sgy", lies, binary={3221: ("H", 13)}))
    assert "\n" not in str(caught.value)


def test_interval_of_zero_is_assumed_said_and_can_be_given(tmp_path: Path) -> None:
    _, traces = cube([1, 2], [1, 2])
    nothing = [Trace(each.samples, each.numbers | {117: 0}) for each in traces]
    path = write(tmp_path / "a.sgy", nothing, binary={3217: ("H", 0)})
    survey = read_segy(path)
    assert survey.axis("twt").step == 4.0
    assert any("interval is 0 in all headers; 4 ms is assumed" in line for line in survey.odd)
    given = read_segy(path, SegyOptions(interval_ms=2.0))
    assert given.axis("twt").step == 2.0
    assert not any("assumed" in line for line in given.odd)


@pytest.mark.parametrize("code", [5, 6])
def test_samples_that_are_no_numbers_stay_and_do_not_rule_the_picture(tmp_path: Path, code: int) -> None:
    values, traces = cube([1, 2, 3], [1, 2, 3, 4])
    values[0, 1, 3], values[1, 1, 2], values[2, 2, 5] = np.nan, np.inf, -np.inf
    path = write(
        tmp_path / "a.sgy",
        [Trace(values[k // 4, k % 4], each.numbers) for k, each in enumerate(traces)],
        code=code,
    )
    survey = read_segy(path)
    np.testing.assert_array_equal(survey.data.values, values)
    assert any("25 % of the traces hold samples that are no number, or infinite" in line for line in survey.odd)
    stretch = survey_stretch(survey, 99.0)
    assert 0 < stretch.high < 100
    shown = stretch.apply(survey.data.values)
    assert (shown[1, 1, 2], shown[2, 2, 5], shown[0, 1, 3]) == (1.0, 0.0, 0.5)


@pytest.mark.parametrize("n_traces", [663, 3000])
def test_a_few_samples_that_are_no_numbers_are_found(tmp_path: Path, n_traces: int) -> None:
    """Of a small file all traces are looked at, of a large one some hundred."""
    strange = {100, 400} if n_traces == 663 else set(range(7, n_traces, 40))
    samples = [np.ones(1500, np.float32) for _ in range(n_traces)]
    for k in strange:
        samples[k][700] = np.nan
    traces = [Trace(each, {21: 1 + k}) for k, each in enumerate(samples)]
    survey = read_segy(write(tmp_path / "a.sgy", traces))
    told = [line for line in survey.odd if "hold samples that are no number" in line]
    assert len(told) == 1
    assert 1 <= int(told[0].split()[1]) <= 5


def test_all_zero_volume_opens_and_is_said_to_be_dead(tmp_path: Path) -> None:
    _, traces = cube([1, 2], [1, 2, 3])
    survey = read_segy(write(tmp_path / "a.sgy", [Trace(np.zeros(8), each.numbers) for each in traces]))
    assert np.isnan(survey.section("inline", 1).values).all()
    assert any("100 % of the traces hold only zeros" in line for line in survey.odd)
    stretch = survey_stretch(survey, 99.0)
    assert stretch.low < stretch.high


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (bytes(3200), "neither EBCDIC nor ASCII"),
        (bytes(range(256)) * 12 + bytes(128), "neither EBCDIC nor ASCII"),
        ("C 1 Seismik für Österreich, Küste, 12 µs".ljust(3200).encode("latin-1"), "is ASCII"),
        ("C 1 съёмка".ljust(2000).encode("utf-8").ljust(3200), "is ASCII"),
        ("C 1 SURVEY".ljust(3200).encode("cp500"), ""),
    ],
)
def test_text_headers_in_any_encoding(tmp_path: Path, text: bytes, said: str) -> None:
    values, traces = cube([1, 2], [1, 2, 3])
    path = write(tmp_path / "a.sgy", traces)
    path.write_bytes(text + path.read_bytes()[3200:])
    survey = read_segy(path)
    np.testing.assert_array_equal(survey.data.values, values)
    assert any(said in line for line in survey.odd) if said else not survey.odd
    assert len(text_header(path).split("\n")) == 40
    assert text_header(path).isprintable() or all(line.isprintable() for line in text_header(path).split("\n"))


def test_a_file_that_changes_is_refused_until_opened_again(tmp_path: Path) -> None:
    values, traces = cube([1, 2], [1, 2, 3])
    path = write(tmp_path / "a.sgy", traces)
    survey = read_segy(path)
    os.utime(path)  # only touched, as backups do
    np.testing.assert_array_equal(survey.data[0].values, values[0])
    shutil.copy(path, tmp_path / "copy.sgy")
    (tmp_path / "copy.sgy").replace(path)  # replaced by a copy of itself
    np.testing.assert_array_equal(survey.data[0].values, values[0])
    with path.open("r+b") as stream:
        stream.seek(3600 + 240 + 8)
        stream.write(b"\x41" * 4)
    with pytest.raises(SourceError, match="was changed since it was opened; open it again"):
        survey.section("inline", 1)
    again = read_segy(path)
    assert again.data[0, 0, 2].item() != values[0, 0, 2]
    assert again.fingerprint != survey.fingerprint


@pytest.mark.parametrize("options", [SegyOptions(), SegyOptions(stack=True)])
def test_a_file_that_shrinks_grows_or_vanishes(tmp_path: Path, options: SegyOptions) -> None:
    traces = [Trace(np.ones(9) + k, {189: 1 + k // 6, 193: 1 + k // 2 % 3, 37: k % 2 * 100}) for k in range(12)]
    one = [Trace(each.samples, each.numbers | {37: 0}) for each in traces[::2]]
    path = write(tmp_path / "a.sgy", traces if options.stack else one)
    survey, whole = read_segy(path, options), path.read_bytes()
    path.write_bytes(whole + b"more")
    assert survey.section("inline", 1).shape == (9, 3)
    with path.open("r+b") as stream:
        stream.truncate(3700)
    with pytest.raises(SourceError, match=f"has 3700 bytes and had {len(whole)} when it was opened"):
        survey.section("inline", 1)
    path.unlink()
    with pytest.raises(SourceError, match="is its disk still there"):
        survey.section("inline", 1)
    path.write_bytes(whole)
    assert survey.section("inline", 1).shape == (9, 3)  # back as it was: nothing was lost


def test_a_file_that_shrinks_while_its_headers_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("napari_geofm.io.segy.scan._BLOCK", 4)
    _, traces = cube(list(range(1, 30)), [1, 2, 3])
    path = write(tmp_path / "a.sgy", traces)

    def shrink(_: Progress) -> None:
        with path.open("r+b") as stream:
            stream.truncate(5000)

    with pytest.raises(SourceError, match="has 5000 bytes"):
        read_segy(path, on_progress=shrink)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_or_a_device_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.sgy"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        assert not is_segy(path)
        for opened in (read_segy, open_survey):
            with pytest.raises(SourceError, match="a device or a pipe"):
                opened(path)


SHRINKING = """
import sys
from pathlib import Path
from napari_geofm.errors import GeoFMError
from napari_geofm.io.segy import read_segy
path = Path(sys.argv[1])
survey = read_segy(path)
with path.open("r+b") as stream:
    stream.truncate(4096)
try:
    survey.section("crossline", 3)
except GeoFMError as error:
    print(error)
"""


def test_a_file_cut_under_the_map_does_not_end_the_process(tmp_path: Path) -> None:
    _, traces = cube(list(range(1, 40)), list(range(1, 40)), n_samples=100)
    path = write(tmp_path / "a.sgy", traces)
    done = subprocess.run([sys.executable, "-c", SHRINKING, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "has 4096 bytes" in done.stdout


def test_a_folder_named_like_a_file_and_one_without_permission(tmp_path: Path) -> None:
    folder = tmp_path / "a.sgy"
    folder.mkdir()
    with pytest.raises(GeoFMError):
        open_survey(folder)
    _, traces = cube([1, 2], [1, 2])
    path = write(tmp_path / "b.sgy", traces)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(SourceError, match="permissions"):
        read_segy(path)


def test_the_documented_list_of_oddities_is_the_list() -> None:
    page = (Path(__file__).parents[3] / "docs" / "segy.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip() for line in page.split("## Oddities")[1].splitlines() if line.startswith("| ")]
    assert rows[1:] == [re.sub(r"{[^}]*}", "…", each.value) for each in Oddity]
