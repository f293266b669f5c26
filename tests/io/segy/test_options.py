"""Options: what cannot be, what wins, and what is remembered of files alike."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_geofm.errors import FormatError, UsageError
from napari_geofm.io.labels import read_labels
from napari_geofm.io.segy import SegyOptions, forget, read_segy, recall, remember, write_segy_like
from napari_geofm.io.segy import memory as memory_module
from napari_geofm.io.segy.template import SegyTemplate
from tests.io.segy.build import Trace, cube, write


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "napari-geofm" / "segy-options.json"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iline_byte": 0},
        {"xline_byte": 238},
        {"iline_byte": 240, "iline_width": 2},
        {"iline_width": 3},
        {"domain": "time"},
        {"interval_ms": -1.0},
        {"interval_ms": float("nan")},
        {"scalar": 0},
        {"offset": 100, "stack": True},
        {"order": ">"},
        {"sample_format": "float13"},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        SegyOptions(**wrong)
    assert "\n" not in str(caught.value)


def test_json_and_back() -> None:
    options = SegyOptions(iline_byte=9, iline_width=2, interval_ms=2.5, crs="EPSG:23031", stack=True, order="little")
    assert SegyOptions.from_json(options.to_json()) == options
    assert SegyOptions().to_json() == "{}"
    for text in ("", "[]", '{"colour": 3}', '{"iline_byte": "9"}', '{"iline_byte": true}', '{"stack": 1}', "[" * 99):
        with pytest.raises(UsageError):
            SegyOptions.from_json(text)


def test_what_is_asked_wins_over_what_is_known() -> None:
    known = SegyOptions(iline_byte=9, xline_byte=21, xline_width=2, domain="depth", stack=True)
    assert SegyOptions(xline_byte=25, offset=500).over(known) == SegyOptions(
        iline_byte=9, xline_byte=25, domain="depth", offset=500
    )
    assert SegyOptions().over(known) == known


def test_numbers_of_two_bytes(tmp_path: Path) -> None:
    values, traces = cube([100, 102, 104], [7, 8, 9], bytes_at=(221, 225))
    path = write(tmp_path / "a.sgy", traces)
    survey = read_segy(path, SegyOptions(iline_byte=223, iline_width=2, xline_byte=225))
    np.testing.assert_array_equal(survey.data.values, values)
    assert survey.axis("inline").values.tolist() == [100, 102, 104]


def test_coordinates_elsewhere(tmp_path: Path) -> None:
    _, traces = cube([1, 2, 3], [1, 2, 3])
    moved = [Trace(t.samples, t.numbers | {81: 10 * t.numbers[189], 85: 20 * t.numbers[193], 71: 7}) for t in traces]
    path = write(tmp_path / "a.sgy", moved)
    survey = read_segy(path, SegyOptions(x_byte=81, y_byte=85, scalar=-10, crs="EPSG:23031"))
    assert isinstance(survey.template, SegyTemplate)
    assert survey.template.affine is not None
    assert survey.template.affine.xy(2, 3) == pytest.approx((2.0, 6.0))
    assert survey.crs == "EPSG:23031"
    assert getattr(read_segy(path).template, "affine", 0) is None


@pytest.mark.parametrize(("order", "word"), [(">", "big"), ("<", "little")])
def test_samples_that_the_header_does_not_name(tmp_path: Path, order: str, word: str) -> None:
    values, traces = cube([1, 2], [1, 2, 3])
    path = write(tmp_path / "a.sgy", traces, order=order, binary={3225: ("H", 1)})
    assert not np.array_equal(read_segy(path).data.values, values)
    survey = read_segy(path, SegyOptions(sample_format="ieee", order=word))
    np.testing.assert_array_equal(survey.data.values, values)
    assert any("samples are read as IEEE float" in line for line in survey.odd)
    unknown = write(tmp_path / "b.sgy", traces, order=order, binary={3225: ("H", 77)})
    with pytest.raises(FormatError, match="--sample-format"):
        read_segy(unknown)
    np.testing.assert_array_equal(read_segy(unknown, SegyOptions(sample_format="ieee")).data.values, values)


def test_like_files_are_read_alike_and_it_is_said(tmp_path: Path) -> None:
    words = ("LINE ABC-12 OF 1994",)
    values, traces = cube([1, 2, 3], [5, 6, 7], bytes_at=(221, 225))
    first = write(tmp_path / "a.sgy", traces, words=words)
    assert read_segy(first).kind == "seismic-2d"
    remember(first, SegyOptions(iline_byte=221, xline_byte=225))
    other, more = cube([10, 20], [5, 6, 7, 8], n_samples=9, bytes_at=(221, 225))
    like = write(tmp_path / "b.sgy", more, words=("LINE XY-3 OF 2011",))
    for path, truth in ((first, values), (like, other)):
        survey = read_segy(path)
        np.testing.assert_array_equal(survey.data.values, truth)
        assert any("chosen for this file or one like it: inline byte 221" in line for line in survey.odd)
        assert read_segy(path, remembered=False).kind == "seismic-2d"
    assert read_segy(like, interval_ms=1.0).axis("inline").last == 20  # an option more leaves the others as they were
    for unlike in (
        write(tmp_path / "c.sgy", more, words=("INLINE BYTE 189 OF 1994",)),
        write(tmp_path / "d.sgy", more, words=words, order="<"),
        write(tmp_path / "e.sgy", more, words=words, binary={3255: ("h", 2)}),
    ):
        assert recall(unlike) is None
    forget(like)
    assert recall(first) is None


def test_what_does_not_fit_is_left_out_and_said(tmp_path: Path) -> None:
    values, traces = cube([1, 2, 3], [5, 6, 7])
    path = write(tmp_path / "a.sgy", traces)
    remember(path, SegyOptions(iline_byte=1, xline_byte=5))
    survey = read_segy(path)
    np.testing.assert_array_equal(survey.data.values, values)
    assert any("does not fit this file" in line for line in survey.odd)


def test_an_export_in_another_format_keeps_the_bytes_and_not_the_format(tmp_path: Path) -> None:
    values, traces = cube([1, 2, 3], [5, 6, 7], bytes_at=(221, 225))
    path = write(tmp_path / "a.sgy", traces, binary={3225: ("H", 1)})
    remember(path, SegyOptions(iline_byte=221, xline_byte=225, sample_format="ieee"))
    survey = read_segy(path)
    assert isinstance(survey.template, SegyTemplate)
    write_segy_like(survey.template, values.astype(np.uint8), tmp_path / "out.sgy", sample_format="int16")
    np.testing.assert_array_equal(read_segy(tmp_path / "out.sgy").data.values, values)


def test_a_damaged_note_or_a_folder_that_cannot_be_written_is_no_error(
    tmp_path: Path, own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, traces = cube([1, 2, 3], [5, 6, 7])
    path = write(tmp_path / "a.sgy", traces)
    remember(path, SegyOptions(interval_ms=2.0))
    assert recall(path) == SegyOptions(interval_ms=2.0)
    good = own_data.read_text(encoding="utf-8")
    for damaged in (good[:-20], "[]", good.replace("2.0", '"x"'), good.replace("interval_ms", "intervals"), "\0"):
        own_data.write_text(damaged, encoding="utf-8")
        assert recall(path) is None
        assert read_segy(path).axis("twt").step == 4.0
    own_data.unlink()
    monkeypatch.setattr(memory_module, "place", lambda: path / "no" / "folder.json")
    remember(path, SegyOptions(interval_ms=2.0))
    assert recall(path) is None
    assert recall(tmp_path / "none.sgy") is None
    assert recall(tmp_path) is None


def test_memory_is_bounded(tmp_path: Path, own_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_module, "MOST", 2)
    _, traces = cube([1, 2], [5, 6])
    paths = [write(tmp_path / f"{k}.sgy", traces, words=(f"INLINE BYTE {k}",)) for k in range(1, 4)]
    for path in paths:
        remember(path, SegyOptions(interval_ms=2.0))
    assert [recall(path) is None for path in paths] == [True, False, False]


def test_labels_are_read_as_their_survey_is(tmp_path: Path) -> None:
    values, traces = cube([100, 102, 104], [7, 8, 9], bytes_at=(221, 225))
    path = write(tmp_path / "a.sgy", traces)
    survey = read_segy(path, SegyOptions(iline_byte=221, xline_byte=225))
    assert isinstance(survey.template, SegyTemplate)
    classes = (values.astype(np.int64) % 4).astype(np.uint8)
    write_segy_like(survey.template, classes, tmp_path / "labels.sgy", sample_format="int8")
    np.testing.assert_array_equal(np.asarray(read_labels(tmp_path / "labels.sgy", survey).values[:, :, :]), classes)
