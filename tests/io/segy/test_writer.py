"""SEG-Y out: every byte outside the samples as it was."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segyio
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from napari_geofm.core.progress import Progress
from napari_geofm.core.survey import Survey
from napari_geofm.errors import CancelledError, LabelError, OutputError, UsageError
from napari_geofm.io.arrays import read_array
from napari_geofm.io.segy import SegyOptions, SegyTemplate, read_segy, sidecar_of, write_segy_like
from napari_geofm.io.segy import writer as writer_module
from napari_geofm.io.segy.formats import FORMATS
from napari_geofm.io.segy.text import decode_text
from tests.io.segy.build import Trace, cube, write


def template_of(survey: Survey) -> SegyTemplate:
    assert isinstance(survey.template, SegyTemplate)
    return survey.template


def outside_samples(path: Path, template: SegyTemplate, width: int) -> tuple[bytes, bytes, bytes]:
    """Return the headers but for the format word, the trace headers, and what follows the last whole trace."""
    layout, raw = template.layout, path.read_bytes()
    stride = layout.header + layout.n_samples * width
    begins = [layout.start + k * stride for k in range(layout.n_traces)]
    headers = b"".join(raw[begin : begin + layout.header] for begin in begins)
    return raw[:3224] + raw[3226 : layout.start], headers, raw[layout.start + layout.n_traces * stride :]


def make(tmp_path: Path, code: int = 5, order: str = ">") -> Path:
    """Return a file with all that is odd: a missing trace, a repeated one, a dead one, bytes at the end."""
    values, traces = cube([1, 2, 4], [10, 12, 14, 16])
    traces[5] = Trace(values[1, 1], traces[5].numbers | {29: 2})
    del traces[7]
    traces.append(Trace(values[0, 0], traces[0].numbers))
    tail = b"the end"
    return write(tmp_path / f"in{code}{order == '<'}.sgy", traces, code=code, order=order, tail=tail)


def classes(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    found = np.random.default_rng(3).integers(0, 9, shape).astype(np.uint8)
    found[:, 1, :3] = 255
    return found


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("code", sorted(FORMATS))
def test_only_samples_change(tmp_path: Path, code: int, order: str) -> None:
    path, out = make(tmp_path, code, order), tmp_path / "out.sgy"
    survey = read_segy(path)
    template, labels = template_of(survey), classes(survey.shape)
    null = -1 if FORMATS[code].range[0] < 0 else 200
    write_segy_like(template, labels, out, null=null)
    width = FORMATS[code].width
    assert out.stat().st_size == path.stat().st_size
    assert out.read_bytes()[:3600] == path.read_bytes()[:3600]
    assert outside_samples(out, template, width) == outside_samples(path, template, width)

    back = read_segy(out, zeros_are_dead=False).data.values
    expected = np.where(labels == 255, null, labels.astype(np.float32))
    expected[1, 1] = expected[1, 3] = np.nan  # dead; missing
    np.testing.assert_array_equal(back, expected)
    # The repeated trace holds the class of its place; the dead one null.
    raw = TraceSamples(out)
    np.testing.assert_array_equal(raw[11], raw[0])
    assert (raw[5] == null).all()


@settings(max_examples=40)
@given(
    code=st.sampled_from(sorted(FORMATS)),
    order=st.sampled_from("<>"),
    sides=st.tuples(st.integers(2, 5), st.integers(2, 5)),
    sequence=st.sampled_from(["inline", "crossline", "random"]),
    odd=st.fixed_dictionaries(
        {"missing": st.booleans(), "repeated": st.booleans(), "extended": st.booleans(), "tail": st.binary(max_size=9)}
    ),
    seed=st.integers(0, 99),
)
def test_any_geometry_in_any_format_goes_home_untouched(
    tmp_path_factory: pytest.TempPathFactory,
    code: int,
    order: str,
    sides: tuple[int, int],
    sequence: str,
    odd: dict[str, Any],
    seed: int,
) -> None:
    random = np.random.default_rng(seed)
    ilines = np.sort(random.choice(90, sides[0], replace=False) + 1).tolist()
    _, traces = cube(ilines, (10 + 3 * np.arange(sides[1])).tolist(), n_samples=int(random.integers(1, 14)), seed=seed)
    numbers = np.arange(len(traces)).reshape(sides)
    places = (numbers.T if sequence == "crossline" else numbers).reshape(-1)
    places = random.permutation(places) if sequence == "random" else places
    traces = [traces[place] for place in places[int(odd["missing"]) :].tolist()]
    traces += traces[:1] if odd["repeated"] else []
    folder = tmp_path_factory.mktemp("segy")
    extended = ["more"] if odd["extended"] else None
    path = write(folder / "a.sgy", traces, code=code, order=order, extended=extended, tail=odd["tail"])
    survey = read_segy(path, SegyOptions(iline_byte=189, xline_byte=193))
    template, labels = template_of(survey), random.integers(0, 9, survey.shape).astype(np.uint8)
    write_segy_like(template, labels, folder / "out.sgy", null=0)
    width = FORMATS[code].width
    assert outside_samples(folder / "out.sgy", template, width) == outside_samples(path, template, width)
    assert (folder / "out.sgy").read_bytes()[:3600] == path.read_bytes()[:3600]
    back = read_segy(folder / "out.sgy", template.options, zeros_are_dead=False).data.values
    np.testing.assert_array_equal(back, np.where(np.isnan(survey.data.values), np.nan, labels))


def TraceSamples(path: Path) -> NDArray[np.float32]:  # noqa: N802 - stands beside the survey's arrays
    """Return all traces of a file in its own order."""
    layout = template_of(read_segy(path)).layout
    return layout.sample_format.decode(layout.raw_samples(np.fromfile(path, np.uint8)), layout.order)


@pytest.mark.parametrize("name", ["int8", "int16", "int32", "ieee", "ibm", "float64"])
@pytest.mark.parametrize("order", [">", "<"])
def test_another_format_changes_the_word_and_the_width(tmp_path: Path, name: str, order: str) -> None:
    path, out = make(tmp_path, 5, order), tmp_path / "out.sgy"
    template = template_of(read_segy(path))
    write_segy_like(template, classes(template.shape), out, sample_format=name)
    written = template_of(read_segy(out, zeros_are_dead=False)).layout
    assert written.sample_format.name == name
    assert outside_samples(out, template, written.sample_format.width) == outside_samples(path, template, 4)


@pytest.mark.parametrize("name", ["f3_small/f3.sgy", "f3_small/Format5msb.sgy", "npra_line_31-81/31_81_PR.sgy"])
def test_real_files_go_out_as_segyio_reads_them(shared_data: Path, tmp_path: Path, name: str) -> None:
    survey = read_segy(shared_data / "seismic" / name)
    labels = np.random.default_rng(0).integers(0, 6, survey.shape).astype(np.uint8)
    out = tmp_path / "out.sgy"
    write_segy_like(template_of(survey), labels, out)
    with segyio.open(str(out), ignore_geometry=True) as file:
        np.testing.assert_array_equal(file.trace.raw[:].reshape(survey.shape), labels)
    before, after = (np.fromfile(each, np.uint8) for each in (survey.path, out))
    assert before.size == after.size
    write_segy_like(
        template_of(survey), survey.data.values, out, overwrite=True
    ) if survey.sample_format != "int16" else None
    if survey.sample_format == "IEEE float":
        assert out.read_bytes() == survey.path.read_bytes()


def test_probabilities(tmp_path: Path) -> None:
    path, out = make(tmp_path), tmp_path / "out.sgy"
    template = template_of(read_segy(path))
    chances = np.random.default_rng(0).random(template.shape, np.float32)
    chances[0, 0, 0] = np.nan
    write_segy_like(template, chances, out, null=-9)
    assert read_segy(out).data[0, 0, 0].item() == -9
    np.testing.assert_array_equal(read_segy(out).data[2].values, chances[2])
    with pytest.raises(LabelError, match=r"Fractions.*--format ibm"):
        write_segy_like(template, chances, tmp_path / "b.sgy", sample_format="int16")


@pytest.mark.parametrize("order", ["inline", "crossline", "random"])
def test_blocks_of_any_order_of_traces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    monkeypatch.setattr(writer_module, "_BLOCK_BYTES", 2000)
    _, traces = cube(list(range(1, 9)), list(range(20, 30)))
    numbers = np.arange(80).reshape(8, 10)
    places = numbers.T.reshape(-1) if order == "crossline" else numbers.reshape(-1)
    if order == "random":
        places = np.random.default_rng(1).permutation(places)
    survey = read_segy(write(tmp_path / "a.sgy", [traces[place] for place in places.tolist()]))
    labels = classes(survey.shape)
    asked: list[int] = []

    class Spy:
        shape, dtype = labels.shape, labels.dtype

        def __getitem__(self, key: tuple[slice, ...]) -> NDArray[np.uint8]:
            asked.append(labels[key].size)
            return labels[key]

    seen: list[Progress] = []
    write_segy_like(template_of(survey), Spy(), tmp_path / "out.sgy", on_progress=seen.append)
    back = read_segy(tmp_path / "out.sgy", zeros_are_dead=False).data.values
    np.testing.assert_array_equal(back, np.where(labels == 255, -1, labels.astype(np.float32)))
    assert max(asked) <= labels.size // 2
    assert seen[-1].fraction == 1.0
    assert len(seen) > 5


def test_cut_trace_becomes_null_and_keeps_its_header(tmp_path: Path) -> None:
    _, traces = cube([1, 2], [1, 2, 3])
    path, out = write(tmp_path / "a.sgy", traces), tmp_path / "out.sgy"
    path.write_bytes(path.read_bytes()[:-21])
    template = template_of(read_segy(path))
    write_segy_like(template, classes(template.shape), out)
    before, after = path.read_bytes(), out.read_bytes()
    assert len(after) == len(before)
    end = template.layout.end
    assert after[end : end + 240] == before[end : end + 240]
    assert np.frombuffer(after[end + 240 : end + 264], ">f4").tolist() == [-1.0] * 6


@pytest.mark.parametrize("encoding", ["cp037", "ascii"])
def test_describe_fills_blank_lines_only(tmp_path: Path, encoding: str) -> None:
    _, traces = cube([1, 2], [1, 2])
    path, out = write(tmp_path / "a.sgy", traces, encoding=encoding), tmp_path / "out.sgy"
    template = template_of(read_segy(path))
    write_segy_like(template, classes(template.shape), out, describe=("predicted facies", "x" * 100))
    before, after = path.read_bytes(), out.read_bytes()
    lines = decode_text(after[:3200]).split("\n")
    assert lines[:4] == ["C 1 TEST SURVEY", "C 2 predicted facies", "C 3 " + "x" * 76, "C 4"]
    assert before[3200:3600] == after[3200:3600]
    with pytest.raises(UsageError, match="39 are blank"):
        write_segy_like(template, classes(template.shape), tmp_path / "b.sgy", describe=("x",) * 40)


def test_provenance_lies_beside(tmp_path: Path) -> None:
    path, out = make(tmp_path), tmp_path / "out.sgy"
    template = template_of(read_segy(path))
    write_segy_like(template, classes(template.shape), out, provenance={"seed": 3, "input": path})
    assert json.loads(sidecar_of(out).read_text())["seed"] == 3
    out.unlink()
    with pytest.raises(OutputError, match="exists"):
        write_segy_like(template, classes(template.shape), out, provenance={"seed": 4})
    assert not out.exists()


@pytest.mark.parametrize(
    ("name", "null", "dtype", "value", "error"),
    [
        ("uint8", -1, "u1", 1, UsageError),
        ("int8", 200, "u1", 1, UsageError),
        ("int16", 0.5, "u1", 1, UsageError),
        ("ieee", float("nan"), "u1", 1, UsageError),
        ("int8", -1, "u1", 200, LabelError),
        ("int8", -1, "i4", -129, LabelError),
        ("float13", -1, "u1", 1, UsageError),
        ("int16", -1, "c8", 1, LabelError),
    ],
)
def test_what_a_format_cannot_hold_is_refused(
    tmp_path: Path, name: str, null: float, dtype: str, value: int, error: type[Exception]
) -> None:
    path = make(tmp_path)
    template = template_of(read_segy(path))
    with pytest.raises(error) as caught:
        write_segy_like(
            template, np.full(template.shape, value, dtype), tmp_path / "x.sgy", sample_format=name, null=null
        )
    assert "\n" not in str(caught.value)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_refusals_leave_all_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, out = make(tmp_path), tmp_path / "out.sgy"
    template, before = template_of(read_segy(path)), path.read_bytes()
    labels = classes(template.shape)
    with pytest.raises(LabelError, match="3 x 4 x 12"):
        write_segy_like(template, labels[:, :, :-1], out)
    with pytest.raises(OutputError, match="survey itself"):
        write_segy_like(template, labels, path, overwrite=True)
    out.write_bytes(b"old")
    with pytest.raises(OutputError, match="exists"):
        write_segy_like(template, labels, out)

    def cancel(_: Progress) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        write_segy_like(template, labels, out, overwrite=True, on_progress=cancel)
    monkeypatch.setattr("napari_geofm.io.atomic.shutil.disk_usage", lambda _: type("Full", (), {"free": 100}))
    with pytest.raises(OutputError, match="are free"):
        write_segy_like(template, labels, tmp_path / "full.sgy")
    assert (path.read_bytes(), out.read_bytes()) == (before, b"old")
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([path.name, "out.sgy"])


def test_labels_come_back_with_their_traces_of_class_0(tmp_path: Path) -> None:
    _, traces = cube([1, 2], [1, 2, 3])
    survey = read_segy(write(tmp_path / "a.sgy", traces))
    labels = np.zeros(survey.shape, np.uint8)
    labels[1, 2, 4:] = 255
    write_segy_like(template_of(survey), labels, tmp_path / "out.sgy")
    np.testing.assert_array_equal(np.asarray(read_array(tmp_path / "out.sgy")[...]), labels)
