"""SEG-Y in: formats, geometry, what is odd."""

import copy
from pathlib import Path

import numpy as np
import pytest
import segyio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, GeometryError, UsageError
from napari_geofm.io.segy import SegyTemplate, is_segy, read_segy, text_header
from napari_geofm.io.segy.formats import FORMATS
from napari_geofm.io.segy.volume import TraceVolume
from tests.io.segy.build import Trace, cube, write

REAL = {
    "f3_small/F3_very_small.sgy": ((11, 11, 463), "IBM float"),
    "f3_small/Format5msb.sgy": ((23, 18, 75), "IEEE float"),
    "f3_small/Format8msb.sgy": ((23, 18, 75), "int8"),
    "f3_small/f3.sgy": ((23, 18, 75), "int16"),
    "f3_small/f3-lsb.sgy": ((23, 18, 75), "int16"),
    "f3_small/small.sgy": ((5, 5, 50), "IBM float"),
    "penobscot/penobscot_il1075-1090_int16.sgy": ((16, 481, 600), "int16"),
}


def template_of(survey: Survey) -> SegyTemplate:
    assert isinstance(survey.template, SegyTemplate)
    return survey.template


@pytest.mark.parametrize("name", REAL)
def test_real_volumes_equal_segyio(shared_data: Path, name: str) -> None:
    path = shared_data / "seismic" / name
    survey = read_segy(path)
    assert (survey.kind, survey.shape, survey.sample_format) == ("seismic-3d", *REAL[name])
    endian = "little" if template_of(survey).layout.order == "<" else "big"
    with segyio.open(str(path), endian=endian) as file:
        np.testing.assert_array_equal(survey.axis("inline").values, file.ilines)
        np.testing.assert_array_equal(survey.axis("crossline").values, file.xlines)
        np.testing.assert_allclose(survey.axis("twt").values.astype(np.float64), file.samples)
        iline, xline = int(file.ilines[-1]), int(file.xlines[1])
        np.testing.assert_array_equal(survey.section("inline", iline).values, file.iline[iline].T)
        np.testing.assert_array_equal(survey.section("crossline", xline).values, file.xline[xline].T)
        middle = survey.shape[2] // 2
        time = float(survey.axis("twt").values[middle])
        np.testing.assert_array_equal(survey.section("twt", time).values, file.depth_slice[middle])


def test_double_floats_little_endian_equal_the_integers_they_were_made_of(shared_data: Path) -> None:
    folder = shared_data / "seismic" / "f3_small"
    double, integer = read_segy(folder / "Format6lsb.sgy"), read_segy(folder / "f3.sgy")
    assert double.sample_format == "IEEE double"
    np.testing.assert_array_equal(double.data.values, integer.data.values)


def test_real_line(shared_data: Path) -> None:
    path = shared_data / "seismic" / "npra_line_31-81" / "31_81_PR.sgy"
    survey = read_segy(path)
    assert (survey.kind, survey.dims, survey.shape) == ("seismic-2d", ("cdp", "twt"), (534, 1501))
    assert (survey.axis("cdp").first, survey.axis("cdp").last) == (101, 634)
    with segyio.open(str(path), ignore_geometry=True) as file:
        np.testing.assert_array_equal(survey.section(survey.whole()).values, file.trace.raw[:].T)


def test_real_prestack_is_refused(shared_data: Path) -> None:
    with pytest.raises(FormatError, match=r"pre-stack.*--offset 1\).*--stack"):
        read_segy(shared_data / "seismic" / "f3_small" / "small-ps.sgy")


def test_survey_affine_of_a_rotated_survey(shared_data: Path) -> None:
    affine = template_of(read_segy(shared_data / "seismic" / "f3_small" / "f3.sgy")).affine
    assert affine is not None
    assert affine.rms < 0.1
    assert np.hypot(*affine.matrix[:, 1]) == pytest.approx(25.0, abs=0.05)  # F3's bins are 25 m


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("code", sorted(FORMATS))
def test_every_format_and_byte_order(tmp_path: Path, code: int, order: str) -> None:
    values, traces = cube([3, 5], [10, 11, 12])
    signed = FORMATS[code].range[0] < 0
    if signed:
        values[0, 0] *= -1
        traces[0] = Trace(values[0, 0], traces[0].numbers)
    path = write(tmp_path / "a.sgy", traces, code=code, order=order)
    assert is_segy(path)
    survey = read_segy(path)
    assert survey.sample_format == FORMATS[code].words
    np.testing.assert_array_equal(survey.data.values, values)
    np.testing.assert_array_equal(survey.data[1, :, 3].values, values[1, :, 3])


@st.composite
def geometries(draw: st.DrawFn) -> tuple[NDArray[np.int64], NDArray[np.int64], str, list[int], int]:
    """Draw inline and crossline numbers, an order of traces, missing ones, and how many repeat another."""
    ilines = np.unique(np.array(draw(st.lists(st.integers(1, 3000), min_size=2, max_size=6, unique=True))))
    first, step = draw(st.integers(1, 500)), draw(st.integers(1, 7))
    xlines = first + step * np.arange(draw(st.integers(3, 7)))
    order = draw(st.sampled_from(["inline", "crossline", "random"]))
    n_traces = ilines.size * xlines.size
    missing = draw(st.lists(st.integers(0, n_traces - 1), max_size=n_traces // 5, unique=True))
    return ilines, xlines, order, missing, draw(st.integers(0, 2))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(geometries(), st.randoms(use_true_random=False), st.data())
def test_any_geometry_equals_take(
    tmp_path_factory: pytest.TempPathFactory,
    geometry: tuple[NDArray[np.int64], NDArray[np.int64], str, list[int], int],
    random: object,
    data: st.DataObject,
) -> None:
    ilines, xlines, order, missing, n_repeats = geometry
    truth = np.random.default_rng(5).normal(size=(ilines.size, xlines.size, 9)).astype(np.float32)
    cells = np.arange(ilines.size * xlines.size).reshape(truth.shape[:2])
    sequence = (cells.T if order == "crossline" else cells).reshape(-1)
    if order == "random":
        sequence = np.random.default_rng(6).permutation(sequence)
    sequence = sequence[~np.isin(sequence, missing)]
    path = tmp_path_factory.mktemp("segy") / "any.sgy"
    write_by_segyio(path, ilines, xlines, truth, np.concatenate([sequence, sequence[:n_repeats]]))
    survey = read_segy(path, iline_byte=189, xline_byte=193)

    occurring = np.unravel_index(sequence, cells.shape)
    rows, columns = np.unique(occurring[0]), np.unique(occurring[1])
    truth.reshape(-1, 9)[missing] = np.nan
    truth = truth[np.ix_(rows, columns)]
    np.testing.assert_array_equal(survey.axis("inline").values, ilines[rows])
    np.testing.assert_array_equal(survey.axis("crossline").values, xlines[columns])
    assert any("repeat" in line for line in survey.odd) == (n_repeats > 0)
    for axis, size in enumerate(truth.shape):
        place = data.draw(st.integers(0, size - 1))
        key = tuple(place if axis == other else slice(None) for other in range(3))
        np.testing.assert_array_equal(survey.data[key].values, np.take(truth, place, axis))
    step = data.draw(st.sampled_from([-2, -1, 1, 2, 3]))
    np.testing.assert_array_equal(survey.data[::step, 1:, ::step].values, truth[::step, 1:, ::step])
    chosen = data.draw(st.lists(st.integers(0, truth.shape[1] - 1), min_size=1, max_size=4))
    np.testing.assert_array_equal(survey.data[1:, chosen, 2].values, truth[1:, chosen, 2])


def write_by_segyio(
    path: Path,
    ilines: NDArray[np.int64],
    xlines: NDArray[np.int64],
    truth: NDArray[np.float32],
    sequence: NDArray[np.int64],
) -> None:
    spec = segyio.spec()
    spec.format, spec.samples, spec.tracecount = 5, np.arange(truth.shape[2]) * 2.0, sequence.size
    with segyio.create(str(path), spec) as file:
        for trace, cell in enumerate(sequence.tolist()):
            i, j = divmod(cell, xlines.size)
            file.header[trace] = {189: int(ilines[i]), 193: int(xlines[j]), 115: truth.shape[2], 117: 2000, 29: 1}
            file.trace[trace] = truth[i, j]


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values, traces = cube([1, 2, 3], [1, 2, 3, 4])
    survey = read_segy(write(tmp_path / "a.sgy", traces))
    asked: list[tuple[object, ...]] = []
    read = TraceVolume.read

    def spy(self: TraceVolume, key: tuple[int | slice | NDArray[np.integer], ...]) -> NDArray[np.float32]:
        asked.append(key)
        return read(self, key)

    monkeypatch.setattr(TraceVolume, "read", spy)
    part = survey.data[1]
    assert not asked
    np.testing.assert_array_equal(part.values, values[1])
    assert [key[0] for key in asked] == [1]


@pytest.mark.parametrize("pair", [(9, 21), (5, 21), (17, 13), (73, 77)])
def test_common_bytes_are_found(tmp_path: Path, pair: tuple[int, int]) -> None:
    values, traces = cube([100, 102, 104, 106], [7, 8, 9, 10, 11], bytes_at=pair)
    survey = read_segy(write(tmp_path / "a.sgy", traces))
    np.testing.assert_array_equal(survey.data.values, values)
    assert any(f"bytes {pair[0]} and {pair[1]}" in line for line in survey.odd)


def test_bytes_given_are_used(tmp_path: Path) -> None:
    _, traces = cube([100, 102], [7, 8, 9], bytes_at=(221, 225))
    path = write(tmp_path / "a.sgy", traces)
    assert read_segy(path).kind == "seismic-2d"  # nothing tells where the numbers are
    survey = read_segy(path, iline_byte=221, xline_byte=225)
    assert (survey.axis("inline").step, survey.shape) == (2, (2, 3, 12))
    assert survey.fingerprint != read_segy(path).fingerprint


def test_bytes_that_make_no_grid(tmp_path: Path) -> None:
    traces = [Trace(np.ones(5), {1: k, 5: 3 * k, 189: k % 4, 193: k // 4}) for k in range(40)]
    path = write(tmp_path / "a.sgy", traces)
    with pytest.raises(GeometryError, match="no grid"):
        read_segy(path, iline_byte=1, xline_byte=5)
    with pytest.raises(GeometryError, match="only 1 different place:"):
        read_segy(path, iline_byte=221, xline_byte=225)
    for byte in (0, 238, -4):
        with pytest.raises(UsageError, match="Header byte"):
            read_segy(path, iline_byte=byte)


def test_dead_and_zero_traces(tmp_path: Path) -> None:
    values, traces = cube([1, 2, 3], [1, 2, 3, 4])
    traces[1] = Trace(values[0, 1], traces[1].numbers | {29: 2})
    traces[6] = Trace(np.zeros(12), traces[6].numbers)
    values[2, 3, :11] = 0.0  # zeros but for one sample: alive
    traces[11] = Trace(values[2, 3], traces[11].numbers)
    path = write(tmp_path / "a.sgy", traces)
    truth = values.copy()
    truth[0, 1] = truth[1, 2] = np.nan
    for key in ((slice(None), slice(None), 4), (1,), (slice(None), 3, slice(2, 5)), (2, 3, 1), (1, 2, 1)):
        np.testing.assert_array_equal(read_segy(path).data[key].values, truth[key])
    odd = " ".join(read_segy(path).odd)
    assert "1 trace is marked dead" in odd
    assert "only zeros" in odd
    truth[1, 2] = 0.0
    np.testing.assert_array_equal(read_segy(path, zeros_are_dead=False).data.values, truth)


@pytest.mark.parametrize(
    ("delay", "scalar", "first"),
    [(0, 0, 0.0), (500, 0, 500.0), (-20, 1, -20.0), (5, 10, 50.0), (5, -10, 0.5), (7, 77, 7.0)],
)
def test_delay_recording_time(tmp_path: Path, delay: int, scalar: int, first: float) -> None:
    _, traces = cube([1, 2], [1, 2])
    traces = [Trace(each.samples, each.numbers | {109: delay, 215: scalar}) for each in traces]
    axis = read_segy(write(tmp_path / "a.sgy", traces)).axis("twt")
    assert (axis.first, axis.step, axis.units) == (first, 4.0, "ms")


def test_delays_that_differ_are_told(tmp_path: Path) -> None:
    _, traces = cube([1, 2], [1, 2])
    traces[3] = Trace(traces[3].samples, traces[3].numbers | {109: 8})
    assert any("0 to 8 ms" in line for line in read_segy(write(tmp_path / "a.sgy", traces)).odd)


def test_sample_interval(tmp_path: Path) -> None:
    _, traces = cube([1, 2], [1, 2])
    zero = {3217: ("H", 0)}
    from_trace = [Trace(each.samples, each.numbers | {117: 2000}) for each in traces]
    assert read_segy(write(tmp_path / "a.sgy", from_trace, binary=zero)).axis("twt").step == 2.0
    no_interval = [Trace(each.samples, each.numbers | {117: 0}) for each in traces]
    path = write(tmp_path / "b.sgy", no_interval, binary=zero)
    survey = read_segy(path)
    assert survey.axis("twt").step == 4.0
    assert any("4 ms is assumed" in line for line in survey.odd)
    assert read_segy(path, interval_ms=1.5).axis("twt").step == 1.5
    fine = {3501: ("B", 2), 3273: ("d", 62.5)}
    assert read_segy(write(tmp_path / "c.sgy", no_interval, binary=zero | fine)).axis("twt").step == 0.0625


def test_depth_in_metres_and_feet(tmp_path: Path) -> None:
    _, traces = cube([1, 2], [1, 2])
    survey = read_segy(write(tmp_path / "m.sgy", traces, binary={3255: ("h", 1)}), domain="depth")
    assert (survey.dims[2], survey.axis("depth").step, survey.axis("depth").units) == ("depth", 4.0, "m")
    survey = read_segy(write(tmp_path / "f.sgy", traces, binary={3255: ("h", 2)}), domain="depth")
    assert survey.axis("depth").units == "ft"
    assert any("feet" in line for line in survey.odd)


@pytest.mark.parametrize("order", [">", "<"])
def test_revision_two(tmp_path: Path, order: str) -> None:
    values, traces = cube([1, 2], [1, 2, 3])
    two = {3501: ("B", 2), 3221: ("H", 0), 3269: ("I", 12), 3297: ("I", 16909060), 3529: ("i", 1)}
    path = write(tmp_path / "a.sgy", traces, order=order, binary=two, extended=["one", "two"], tail=b"\x07" * 3200)
    survey = read_segy(path)
    np.testing.assert_array_equal(survey.data.values, values)
    assert "2 extended text headers" in survey.odd
    ended = write(
        tmp_path / "b.sgy",
        traces,
        order=order,
        binary=two | {3505: ("h", -1)},
        extended=["x", "((SEG: EndText))"],
        tail=b"\x07" * 3200,
    )
    np.testing.assert_array_equal(read_segy(ended).data.values, values)
    ended.write_bytes(ended.read_bytes()[:-3200])  # and the trailer that the header promises is not there
    np.testing.assert_array_equal(read_segy(ended).data.values, values)


def test_text_headers(tmp_path: Path) -> None:
    _, traces = cube([1, 2], [1, 2])
    for encoding, odd in (("cp037", False), ("ascii", True)):
        path = write(tmp_path / f"{encoding}.sgy", traces, encoding=encoding)
        lines = text_header(path).split("\n")
        assert len(lines) == 40
        assert lines[0] == "C 1 TEST SURVEY"
        assert any("ASCII" in line for line in read_segy(path).odd) == odd


def test_line_without_numbers_counts_traces(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).normal(size=(7, 10)).astype(np.float32)
    survey = read_segy(write(tmp_path / "a.sgy", [Trace(each) for each in samples]))
    assert (survey.kind, survey.axis("cdp").first, survey.axis("cdp").last) == ("seismic-2d", 1, 7)
    assert any("counted from 1" in line for line in survey.odd)
    np.testing.assert_array_equal(survey.data[2:5, 3:].values, samples[2:5, 3:])


def test_line_with_repeated_and_falling_cdp(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).normal(size=(5, 10)).astype(np.float32)
    cdps = [40, 30, 30, 20, 10]
    survey = read_segy(write(tmp_path / "a.sgy", [Trace(s, {21: c}) for s, c in zip(samples, cdps, strict=True)]))
    assert survey.axis("cdp").values.tolist() == [10, 20, 30, 40]
    np.testing.assert_array_equal(survey.data.values, samples[[4, 3, 1, 0]])


def test_one_inline_is_a_line(tmp_path: Path) -> None:
    _, traces = cube([1080], list(range(200, 230)))
    survey = read_segy(write(tmp_path / "a.sgy", traces))
    assert (survey.kind, survey.axis("cdp").first) == ("seismic-2d", 200)
    assert read_segy(tmp_path / "a.sgy", iline_byte=189, xline_byte=193).shape == (1, 30, 12)


def test_prestack_line_is_refused(tmp_path: Path) -> None:
    traces = [Trace(np.ones(5), {21: cdp, 37: 100 * k}) for cdp in range(1, 9) for k in range(4)]
    with pytest.raises(FormatError, match="about 4 offsets"):
        read_segy(write(tmp_path / "a.sgy", traces))


def test_crossline_sorted_is_a_view_and_told(tmp_path: Path) -> None:
    values, traces = cube([1, 2, 3], [1, 2, 3, 4])
    swapped = [traces[i * 4 + j] for j in range(4) for i in range(3)]
    survey = read_segy(write(tmp_path / "a.sgy", swapped))
    assert "traces are sorted by crossline" in survey.odd
    assert TraceVolume(template_of(survey)).is_regular
    np.testing.assert_array_equal(survey.data.values, values)


def test_fingerprint_is_the_contents(tmp_path: Path) -> None:
    _, traces = cube([1, 2], [1, 2])
    first, second = write(tmp_path / "a.sgy", traces), write(tmp_path / "b.sgy", traces)
    assert read_segy(first).fingerprint == read_segy(second).fingerprint
    second.write_bytes(second.read_bytes()[:-1] + b"\x55")
    assert read_segy(first).fingerprint != read_segy(second).fingerprint


def test_volume_goes_to_another_process_without_its_bytes(tmp_path: Path) -> None:
    values, traces = cube([1, 2], [1, 2], n_samples=5000)
    volume = TraceVolume(template_of(read_segy(write(tmp_path / "a.sgy", traces))))
    assert set(volume.__getstate__()) == {"template", "zeros_are_dead"}
    copied = copy.deepcopy(volume)  # by the same way as to another process
    np.testing.assert_array_equal(copied.read((1, slice(None), slice(None))), values[1])
