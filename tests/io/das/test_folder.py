import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from napari_geofm.core.progress import Progress
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import CancelledError, FormatError, GeometryError, SourceError, UsageError
from napari_geofm.io.das import index, read_das_folder
from napari_geofm.io.das.header import DasHeader
from napari_geofm.io.das.scanning import scan_header
from napari_geofm.io.das.vendor import read_patch
from napari_geofm.io.opening import open_survey
from tests.io.das.recorder import STEP_NS, noise, split, write

pytestmark = pytest.mark.usefixtures("own_cache")


def test_files_in_the_order_of_their_clocks_with_nan_in_gaps(tmp_path: Path) -> None:
    whole = noise(6, 500)
    files = split(tmp_path / "run", whole, 100, 170, 300, 420, skip=(1, 3))
    for file, name in zip(files, ("z.h5", "m.h5", "a.h5"), strict=True):
        file.rename(file.with_name(name))
    survey = open_survey(tmp_path / "run")
    assert (survey.kind, survey.dims, survey.shape) == ("das", ("distance", "time"), (6, 500))
    assert survey.data.attrs["start_utc"] == "2024-03-01T12:00:00.000000000Z"
    assert survey.data.attrs["gaps"] == [[0.2, 0.34], [0.6, 0.84]]
    assert survey.data.attrs["gauge_length_m"] == 10.0
    assert survey.odd == (
        "2 gaps, 380 ms in all, longest 240 ms from 2024-03-01T12:00:00.600Z to 2024-03-01T12:00:00.840Z",
    )
    expected = whole.copy()
    expected[:, 100:170] = expected[:, 300:420] = np.nan
    np.testing.assert_array_equal(survey.data.values, expected)
    time = survey.axis("time")
    assert (time.size, time.step, time.last) == (500, 0.002, 0.998)
    window = survey.section(At.parse("time=0.15/0.3 distance=4:12"))
    np.testing.assert_array_equal(window.values, expected[1:4, 75:225].T)


@pytest.fixture(scope="module")
def concatenated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Survey, NDArray[np.float32]]]:
    folder, whole = tmp_path_factory.mktemp("run"), noise(5, 240, 3)
    split(folder, whole, 31, 32, 90, 150, 151, 200)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEOFM_CACHE", str(tmp_path_factory.mktemp("cache")))
        # Two files are kept: most windows read anew.
        patch.setattr("napari_geofm.io.das.decoded.MOST_BYTES", 2 * 4 * 5 * 50)
        yield read_das_folder(folder), whole


@given(st.integers(0, 239), st.integers(1, 240), st.integers(0, 4), st.integers(1, 5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_a_window_over_borders_is_the_concatenation(
    concatenated: tuple[Survey, NDArray[np.float32]], begin: int, length: int, first: int, channels: int
) -> None:
    survey, whole = concatenated
    times, along = slice(begin, min(begin + length, 240)), slice(first, min(first + channels, 5))
    for found in (survey.data[along, times].values, survey.read((along, times))):
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, whole[along, times])
    np.testing.assert_array_equal(survey.data[::-1, times].values[:, ::3], whole[::-1, times][:, ::3])


def test_only_files_that_a_window_needs_are_opened(tmp_path: Path) -> None:
    whole = noise(4, 400)
    split(tmp_path, whole, 100, 200, 300)
    survey = read_das_folder(tmp_path)
    for name in ("a.h5", "d.h5"):
        (tmp_path / name).write_bytes(b"gone")
    np.testing.assert_array_equal(survey.section(At.parse("time=0.3/0.2")).values, whole[:, 150:250].T)
    with pytest.raises(FormatError, match=r"^d\.h5 cannot be read"):
        survey.section(At.parse("time=0.5/0.2"))


def test_what_is_kept_in_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = noise(4, 400)
    split(tmp_path, whole, 100, 200, 300)
    monkeypatch.setattr("napari_geofm.io.das.decoded.MOST_BYTES", 2 * 4 * 4 * 100)
    opened: list[str] = []

    def read(path: Path, *rest: Any, **limits: Any) -> Any:
        opened.append(path.name)
        return read_patch(path, *rest, **limits)

    monkeypatch.setattr("napari_geofm.io.das.file_samples.read_patch", read)
    survey = read_das_folder(tmp_path)
    for begin in (0.0, 0.2, 0.4, 0.4, 0.2, 0.0):
        survey.section(At("time", begin, 0.1))
    assert opened == ["a.h5", "b.h5", "c.h5", "a.h5"]


def test_files_larger_than_memory_are_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = noise(4, 400)
    split(tmp_path, whole, 150, 290)
    monkeypatch.setattr("napari_geofm.io.das.decoded.WHOLE_BYTES", 0)
    monkeypatch.setattr("napari_geofm.io.das.file_samples.FileSamples.whole", lambda _: pytest.fail("read whole"))
    survey = read_das_folder(tmp_path)
    np.testing.assert_array_equal(survey.data[1:3, 100:300].values, whole[1:3, 100:300])


def test_sub_folders_by_date_or_one_level_down(tmp_path: Path) -> None:
    whole = noise(3, 400)
    for number, place in enumerate(("2024/03/01/a.h5", "2024/03/02/b.h5", "extra/c.h5", "d.h5")):
        write(tmp_path / place, whole[:, number * 100 : number * 100 + 100], number * 100 * STEP_NS)
    write(tmp_path / "extra/old/e.h5", whole, 10**12)
    write(tmp_path / ".hidden/f.h5", whole, 10**12)
    write(tmp_path / "labels.geofm/g.h5", whole, 10**12)
    survey = open_survey(tmp_path)
    np.testing.assert_array_equal(survey.data.values, whole)


def test_overlaps_are_used_once(tmp_path: Path) -> None:
    whole = noise(3, 300)
    for name, low, high in (("a.h5", 0, 120), ("b.h5", 100, 250), ("c.h5", 240, 300), ("copy.h5", 100, 250)):
        write(tmp_path / name, whole[:, low:high], low * STEP_NS)
    survey = open_survey(tmp_path)
    np.testing.assert_array_equal(survey.data.values, whole)
    assert survey.odd == ("3 overlaps of files, up to 300 ms: used once",)


def test_short_overlaps_that_differ_are_told(tmp_path: Path) -> None:
    whole = noise(3, 300)
    write(tmp_path / "a.h5", whole[:, :160])
    changed = whole[:, 150:].copy()
    changed[1, 3] += 1
    write(tmp_path / "b.h5", changed, 150 * STEP_NS)
    for _ in range(2):
        survey = open_survey(tmp_path)
        assert survey.odd[1] == "overlapping samples differ, those of the earlier file are used: a.h5 and b.h5"
        np.testing.assert_array_equal(survey.data.values, whole)


def test_a_clock_that_jumps_back_is_refused(tmp_path: Path) -> None:
    whole = noise(3, 300)
    write(tmp_path / "a.h5", whole[:, :150])
    write(tmp_path / "b.h5", whole[:, 150:], 40 * STEP_NS)
    with pytest.raises(GeometryError, match=r"^a\.h5 and b\.h5 both cover 220 ms from .*12:00:00\.080Z on with diff"):
        open_survey(tmp_path)


@pytest.mark.parametrize(
    ("other", "line"),
    [
        ({"samples": noise(4, 50)}, r"most have 6 channels, but odd\.h5 4 channels; move them"),
        ({"distances": np.arange(6) * 8.0}, r"most have channels from 0 to 20 m, but odd\.h5 channels from 0 to 40 m"),
        ({"step_ns": 2_050_000}, r"unequal time steps: most have 0\.002 s, but odd\.h5 0\.00205 s"),
        ({"attrs": {"data_type": "velocity", "data_units": "m/s"}}, r"strain rate in 1/s, but odd\.h5 velocity in m/s"),
        ({"dim": "channel", "distances": np.arange(6)}, r"most have 6 channels, but odd\.h5 6 channels without dist"),
    ],
)
def test_files_of_another_recording_are_listed(tmp_path: Path, other: dict[str, object], line: str) -> None:
    split(tmp_path, noise(6, 300), 100, 200)
    write(tmp_path / "odd.h5", **{"samples": noise(6, 50), "start_ns": 400 * STEP_NS, **other})  # type: ignore[arg-type]
    with pytest.raises(GeometryError, match=line) as caught:
        open_survey(tmp_path)
    assert "\n" not in str(caught.value)


def test_what_files_leave_open_or_disagree_on_is_told(tmp_path: Path) -> None:
    write(tmp_path / "a.h5", noise(3, 50))
    write(tmp_path / "b.h5", noise(3, 50), 50 * STEP_NS, attrs={"gauge_length": 5.0})
    survey = open_survey(tmp_path)
    assert survey.odd == (
        "files differ in gauge length: 5 m, 10 m",
        "1 of 2 files do not say what was measured, and are taken for the same",
    )
    assert "gauge_length_m" not in survey.data.attrs
    assert survey.data.attrs["units"] == "1/s"


def test_jitter_is_told(tmp_path: Path) -> None:
    whole = noise(3, 300)
    for number, off in enumerate((0, 300_000, -200_000)):
        write(tmp_path / f"{number}.h5", whole[:, number * 100 : number * 100 + 100], number * 100 * STEP_NS + off)
    survey = open_survey(tmp_path)
    np.testing.assert_array_equal(survey.data.values, whole)
    assert len(survey.odd) == 1
    assert survey.odd[0].startswith("starts of files jitter by up to 0.")


def test_files_that_cannot_be_read_are_named_and_the_rest_opens(tmp_path: Path) -> None:
    whole = noise(3, 300)
    files = split(tmp_path, whole, 100, 200)
    files[1].write_bytes(files[1].read_bytes()[:3000])
    (tmp_path / "empty.h5").touch()
    for _ in range(2):
        survey = open_survey(tmp_path)
        assert survey.odd[-1] == "2 of 4 files cannot be read and are left out: b.h5, empty.h5"
        assert np.isnan(survey.data.values[:, 100:200]).all()
    files[1].unlink()
    (tmp_path / "empty.h5").unlink()
    (tmp_path / "note.h5").write_text("no recording")
    assert (
        open_survey(tmp_path).odd[-1].startswith("1 of 3 files cannot be read and is left out: note.h5 (is in no DAS")
    )


def test_files_without_a_date_are_no_recording(tmp_path: Path) -> None:
    for name in ("a.h5", "b.h5"):
        write(tmp_path / name, noise(2, 20), stamps=np.arange(20) * 0.002)
    with pytest.raises(GeometryError, match=r"No file has a date \(a\.h5, b\.h5\).*open them one by one"):
        open_survey(tmp_path)
    (tmp_path / "b.h5").unlink()
    assert "no date in the file: only time from the start is known" in open_survey(tmp_path).odd


def test_folders_that_hold_no_recording(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"holds no image .* and no DAS recording"):
        open_survey(tmp_path)
    with pytest.raises(FormatError, match="holds no DAS recording"):
        open_survey(tmp_path, kind="das")
    with pytest.raises(SourceError, match="check the path"):
        read_das_folder(tmp_path / "none")
    (tmp_path / "a.h5").write_bytes(b"nothing")
    with pytest.raises(FormatError, match=r"no DAS recording that can be read: a\.h5 is in no DAS format"):
        open_survey(tmp_path)


def test_a_folder_of_recordings_and_pictures_says_so(tmp_path: Path) -> None:
    split(tmp_path, noise(3, 100), 50)
    Image.fromarray(np.zeros((4, 5), np.uint8)).save(tmp_path / "view.png")
    with pytest.raises(FormatError, match=r"holds images \(view\.png\) and DAS recordings \(a\.h5 and 1 more\); put"):
        open_survey(tmp_path)
    assert open_survey(tmp_path, kind="das").shape == (3, 100)
    assert open_survey(tmp_path, kind="tiles").kind == "tiles"
    # Pictures with recordings further down are a folder of tiles.
    (tmp_path / "more").mkdir()
    for file in tmp_path.glob("*.h5"):
        shutil.move(file, tmp_path / "more" / file.name)
    assert open_survey(tmp_path).kind == "tiles"


def test_the_fingerprint_changes_with_any_file(tmp_path: Path) -> None:
    files = split(tmp_path, noise(3, 300), 100, 200)
    before = open_survey(tmp_path).fingerprint
    assert open_survey(tmp_path).fingerprint == before
    (tmp_path / "notes.txt").write_text("not of the recording")
    assert open_survey(tmp_path).fingerprint == before
    state = files[1].stat()
    os.utime(files[1], ns=(state.st_atime_ns, state.st_mtime_ns + 1))
    after = open_survey(tmp_path).fingerprint
    assert after != before
    write(tmp_path / "d.h5", noise(3, 100), 300 * STEP_NS)
    assert open_survey(tmp_path).fingerprint not in {before, after}


def test_headers_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = tmp_path / "run"
    files = split(run, noise(3, 300), 100, 200)
    scanned: list[str] = []
    monkeypatch.setattr(index, "scan_header", lambda path, *rest: scanned.append(path.name) or scan_header(path, *rest))
    told: list[Progress] = []
    first = read_das_folder(run, told.append)
    assert [each.done for each in told] == [1, 2, 3, 3]
    second = read_das_folder(run)
    assert scanned == ["a.h5", "b.h5", "c.h5"]
    assert (first.fingerprint, first.shape, first.odd) == (second.fingerprint, second.shape, second.odd)
    assert first.data.attrs == second.data.attrs
    np.testing.assert_array_equal(first.data.values, second.data.values)
    write(files[2], noise(3, 90), 200 * STEP_NS)
    assert read_das_folder(run).shape == (3, 290)
    assert scanned[3:] == ["c.h5"]


def test_a_file_that_could_not_be_read_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = tmp_path / "run"
    split(run, noise(3, 300), 100, 200)

    def refused(path: Path, *rest: Any) -> DasHeader:
        if path.name == "b.h5":
            raise SourceError("b.h5 cannot be read (Permission denied); check its permissions")
        return scan_header(path, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(index, "scan_header", refused)
        assert "left out: b.h5 (cannot be read (Permission denied)" in read_das_folder(run).odd[-1]
    # Its permission changes neither its size nor its time of change.
    assert read_das_folder(run).odd == ()


def test_another_release_of_the_reader_looks_at_all_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = tmp_path / "run"
    split(run, noise(3, 300), 100, 200)
    (run / "d.h5").write_bytes(b"of a vendor that is not known yet")
    assert "left out: d.h5" in read_das_folder(run).odd[-1]
    scanned: list[str] = []
    monkeypatch.setattr(index, "scan_header", lambda path, *rest: scanned.append(path.name) or scan_header(path, *rest))
    read_das_folder(run)
    assert not scanned
    monkeypatch.setattr(index, "version", lambda _: "99")
    read_das_folder(run)
    assert scanned == ["a.h5", "b.h5", "c.h5", "d.h5"]


def test_a_damaged_index_is_made_anew(tmp_path: Path, own_cache: Path) -> None:
    run = tmp_path / "run"
    split(run, noise(3, 300), 100, 200)
    expected = read_das_folder(run).odd
    (kept,) = (own_cache / "das").glob("*.json")
    good = kept.read_bytes()
    for bad in (b"", b"{", b"[]", good[: len(good) // 2], good.replace(b'"distance"', b"3", 1), b"\xff" * 50):
        kept.write_bytes(bad)
        survey = read_das_folder(run)
        assert (survey.shape, survey.odd) == ((3, 300), expected)
    assert kept.read_bytes() == good


def test_what_was_read_before_a_cancel_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = tmp_path / "run"
    split(run, noise(3, 300), 100, 200)

    def stop(progress: Progress) -> None:
        if progress.done == 2:
            raise CancelledError("Cancelled.")

    with pytest.raises(CancelledError):
        read_das_folder(run, stop)
    scanned: list[str] = []
    monkeypatch.setattr(index, "scan_header", lambda path, *rest: scanned.append(path.name) or scan_header(path, *rest))
    assert read_das_folder(run).shape == (3, 300)
    assert scanned == ["c.h5"]


def test_a_window_of_more_than_the_memory_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.h5", noise(3, 100))
    write(tmp_path / "b.h5", noise(3, 100), 300 * 86_400 * 10**9)
    survey = open_survey(tmp_path)
    assert survey.shape[1] > 10**10
    with pytest.raises(UsageError, match=r"GB are asked for at once, .* free; name a window, as in --at time=0/10"):
        survey.read((slice(None), slice(None)))
    with pytest.raises(UsageError, match="is too large; name a part"):
        survey.section(survey.whole())
    window = survey.section(At("time", 300 * 86_400.0 - 0.1, 0.2))
    assert window.valid.any(axis=1).tolist() == [False] * 50 + [True] * 50
