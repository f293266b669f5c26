"""Pre-stack files: one offset, or the mean of each gather, and results back to SEG-Y."""

import copy
from pathlib import Path

import numpy as np
import pytest
import segyio
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, GeometryError
from napari_geofm.io.segy import SegyOptions, SegyTemplate, read_segy, write_segy_like
from napari_geofm.io.segy.stacking import StackVolume
from tests.io.segy.build import Trace, write

OFFSETS = (100, 300, 500, 700)


def gathers(
    n_ilines: int = 3, n_xlines: int = 4, offsets: tuple[int, ...] = OFFSETS, n_samples: int = 9, seed: int = 0
) -> tuple[NDArray[np.float32], list[Trace]]:
    """Return amplitudes (inline, crossline, offset, sample) and traces, gather by gather."""
    values = np.random.default_rng(seed).normal(size=(n_ilines, n_xlines, len(offsets), n_samples)).astype(np.float32)
    traces = [
        Trace(values[i, x, o], {189: 10 + i, 193: 20 + x, 37: offset, 1: 1 + o})
        for i in range(n_ilines)
        for x in range(n_xlines)
        for o, offset in enumerate(offsets)
    ]
    return values, traces


def template_of(path: Path, options: SegyOptions) -> SegyTemplate:
    template = read_segy(path, options).template
    assert isinstance(template, SegyTemplate)
    return template


def test_without_a_choice_the_choices_are_named(tmp_path: Path) -> None:
    _, traces = gathers()
    with pytest.raises(FormatError, match=r"about 4 offsets.*from 100 to 700.*--offset \d+\).*--stack") as caught:
        read_segy(write(tmp_path / "a.sgy", traces))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("asked", "place"), [(500, 2), (0, 0), (390, 1), (9999, 3)])
def test_the_nearest_offset_is_read(tmp_path: Path, asked: int, place: int) -> None:
    values, traces = gathers()
    survey = read_segy(write(tmp_path / "a.sgy", traces), SegyOptions(offset=asked))
    assert survey.shape == (3, 4, 9)
    np.testing.assert_array_equal(survey.data.values, values[:, :, place])
    np.testing.assert_array_equal(survey.data[:, 1, 3].values, values[:, 1, place, 3])
    assert any(f"offset {OFFSETS[place]} are read" in line for line in survey.odd)


def test_a_gather_without_the_offset_has_no_trace(tmp_path: Path) -> None:
    values, traces = gathers()
    del traces[5 * 4 + 2]
    survey = read_segy(write(tmp_path / "a.sgy", traces), SegyOptions(offset=500))
    truth = values[:, :, 2].copy()
    truth[1, 1] = np.nan
    np.testing.assert_array_equal(survey.data.values, truth)
    assert any("1 of 12 grid places" in line for line in survey.odd)


def test_offsets_that_vary_from_gather_to_gather(tmp_path: Path) -> None:
    values, traces = gathers()
    random = np.random.default_rng(1)
    moved = [Trace(t.samples, t.numbers | {37: t.numbers[37] + int(random.integers(-60, 61))}) for t in traces]
    survey = read_segy(write(tmp_path / "a.sgy", moved), SegyOptions(offset=510))
    np.testing.assert_array_equal(survey.data.values, values[:, :, 2])


def test_stack_is_the_mean_of_live_traces(tmp_path: Path) -> None:
    values, traces = gathers()
    traces[1] = Trace(np.zeros(9), traces[1].numbers)  # zeros: dead
    traces[6] = Trace(traces[6].samples, traces[6].numbers | {29: 2})  # marked dead
    for k in range(8, 12):
        traces[k] = Trace(np.zeros(9), traces[k].numbers)  # all of a gather
    del traces[-4:]  # no trace at the last place
    truth = values.copy()
    truth[0, 0, 1] = truth[0, 1, 2] = truth[0, 2] = truth[2, 3] = np.nan
    with np.errstate(invalid="ignore"):
        mean = np.nansum(truth, axis=2) / (~np.isnan(truth)).sum(axis=2)
    survey = read_segy(write(tmp_path / "a.sgy", traces), SegyOptions(stack=True))
    assert survey.shape == (3, 4, 9)
    np.testing.assert_allclose(survey.data.values, mean, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(survey.section("inline", 10).values, mean[0].T, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(survey.data[:, 2, 3:5].values, mean[:, 2, 3:5], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(survey.data[:, :, 4].values, mean[:, :, 4], rtol=1e-5, atol=1e-6)
    assert survey.data[1, 1, 3].item() == pytest.approx(mean[1, 1, 3], rel=1e-5)
    np.testing.assert_allclose(survey.data[::-1, [2, 0], ::3].values, mean[::-1, [2, 0], ::3], rtol=1e-5, atol=1e-6)
    assert any("mean of the live traces" in line for line in survey.odd)


@given(order=st.randoms(use_true_random=False), n_offsets=st.integers(2, 5), block=st.integers(1, 60))
def test_any_order_of_traces(
    tmp_path_factory: pytest.TempPathFactory, order: object, n_offsets: int, block: int
) -> None:
    values, traces = gathers(2, 3, (*OFFSETS[:n_offsets], 900))
    shuffled = [traces[k] for k in np.random.default_rng(block).permutation(len(traces)).tolist()]
    path = write(tmp_path_factory.mktemp("segy") / "a.sgy", shuffled)
    explicit = SegyOptions(iline_byte=189, xline_byte=193)
    np.testing.assert_array_equal(read_segy(path, SegyOptions(offset=900).over(explicit)).data.values, values[:, :, -1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("napari_geofm.io.segy.stacking._BLOCK_SAMPLES", block)
        stacked = read_segy(path, SegyOptions(stack=True).over(explicit)).data.values
    np.testing.assert_allclose(stacked, values.mean(axis=2), rtol=1e-4, atol=1e-6)


def test_real_prestack_equals_segyio(shared_data: Path) -> None:
    path = shared_data / "seismic" / "f3_small" / "small-ps.sgy"
    with segyio.open(str(path)) as file:
        truth = np.stack([[file.gather[i, x, o] for o in (1, 2)] for i in file.ilines for x in file.xlines])
    shape = (4, 3, 10)
    for place in (0, 1):
        survey = read_segy(path, SegyOptions(offset=place + 1))
        np.testing.assert_array_equal(survey.data.values, truth[:, place].reshape(shape))
    stacked = read_segy(path, SegyOptions(stack=True)).data.values
    np.testing.assert_allclose(stacked, truth.mean(axis=1).reshape(shape), rtol=1e-6)


def test_prestack_line(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(8, 4, 5)).astype(np.float32)
    traces = [
        Trace(values[c, o], {9: 500 + c + o, 21: 10 + c, 37: 100 * o, 13: o + 1}) for c in range(8) for o in range(4)
    ]
    path = write(tmp_path / "a.sgy", traces)
    with pytest.raises(FormatError, match="--stack"):
        read_segy(path)
    for survey, truth in (
        (read_segy(path, SegyOptions(offset=200)), values[:, 2]),
        (read_segy(path, SegyOptions(stack=True)), values.mean(axis=1)),
    ):
        assert (survey.kind, survey.axis("cdp").first, survey.axis("cdp").last) == ("seismic-2d", 10, 17)
        np.testing.assert_allclose(survey.data.values, truth, rtol=1e-5, atol=1e-6)


def test_a_choice_for_a_stacked_file_changes_nothing(tmp_path: Path) -> None:
    values, traces = gathers(offsets=(0,))
    survey = read_segy(write(tmp_path / "a.sgy", traces), SegyOptions(offset=500))
    np.testing.assert_array_equal(survey.data.values, values[:, :, 0])
    assert any("not pre-stack" in line for line in survey.odd)


def test_fingerprints_tell_what_is_read(tmp_path: Path) -> None:
    _, traces = gathers()
    path = write(tmp_path / "a.sgy", traces)
    choices = (SegyOptions(offset=100), SegyOptions(offset=300), SegyOptions(stack=True))
    assert len({read_segy(path, each).fingerprint for each in choices}) == 3


def test_stack_goes_to_another_process(tmp_path: Path) -> None:
    values, traces = gathers()
    volume = StackVolume(template_of(write(tmp_path / "a.sgy", traces), SegyOptions(stack=True)))
    copied = copy.deepcopy(volume)  # by the same way as to another process
    np.testing.assert_allclose(copied.read((1, slice(None), slice(None))), values[1].mean(axis=1), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("options", [SegyOptions(offset=500), SegyOptions(stack=True)])
def test_results_are_written_for_what_was_read(tmp_path: Path, options: SegyOptions) -> None:
    _, traces = gathers()
    path, out = write(tmp_path / "a.sgy", traces, tail=b"the end"), tmp_path / "out.sgy"
    template = template_of(path, options)
    classes = np.random.default_rng(0).integers(0, 5, template.shape).astype(np.uint8)
    write_segy_like(template, classes, out)
    before, after = path.read_bytes(), out.read_bytes()
    size = 240 + 4 * 9
    assert len(after) == 3600 + 12 * size + len("the end")
    assert after[:3600] == before[:3600]
    assert after[-7:] == b"the end"
    first = 2 if options.offset else 0
    for place in range(12):
        taken = 3600 + (4 * place + first) * size
        assert after[3600 + place * size :][:240] == before[taken : taken + 240]
    # What comes out is post-stack, and opens by itself as well as by the same choice.
    for again in (read_segy(out, zeros_are_dead=False), read_segy(out, options, zeros_are_dead=False)):
        np.testing.assert_array_equal(again.data.values, classes)


def test_a_cut_trace_of_a_prestack_file_is_left_out(tmp_path: Path) -> None:
    values, traces = gathers()
    path, out = write(tmp_path / "a.sgy", traces), tmp_path / "out.sgy"
    path.write_bytes(path.read_bytes()[:-10])
    template = template_of(path, SegyOptions(offset=100))
    write_segy_like(template, np.zeros(template.shape, np.uint8), out)
    assert out.stat().st_size == 3600 + 12 * (240 + 36)
    np.testing.assert_array_equal(read_segy(path, SegyOptions(offset=100)).data.values, values[:, :, 0])


@pytest.mark.parametrize("offset", [None, 0, 777])
def test_gathers_whose_offsets_are_not_told_are_stacked(tmp_path: Path, offset: int | None) -> None:
    values, traces = gathers()
    numbers = [{byte: n for byte, n in each.numbers.items() if byte != 37} for each in traces]
    numbers = [each | ({} if offset is None else {37: offset}) for each in numbers]
    path = write(tmp_path / "a.sgy", [Trace(each.samples, n) for each, n in zip(traces, numbers, strict=True)])
    with pytest.raises(GeometryError, match=r"only 12 different places.*--stack"):
        read_segy(path)
    survey = read_segy(path, SegyOptions(stack=True))
    assert np.allclose(survey.data.values, values.mean(axis=2), atol=1e-6)
    assert any("about 4 at each" in note for note in survey.odd)
    template = template_of(path, SegyOptions(stack=True))
    write_segy_like(template, np.ones(template.shape, np.uint8), tmp_path / "out.sgy")
    assert read_segy(tmp_path / "out.sgy", zeros_are_dead=False).shape == template.shape


def test_a_stack_of_what_is_no_gather_changes_nothing(tmp_path: Path) -> None:
    values, traces = gathers(offsets=(100,))
    survey = read_segy(write(tmp_path / "a.sgy", traces), SegyOptions(stack=True))
    assert np.array_equal(survey.data.values, values[:, :, 0])
    assert "not pre-stack: the choice of an offset or the stack changes nothing" in survey.odd


def test_the_number_within_a_gather_serves_for_the_offset(tmp_path: Path) -> None:
    values, traces = gathers()
    counted = [
        Trace(t.samples, {189: t.numbers[189], 193: t.numbers[193], 25: 1 + k % 4}) for k, t in enumerate(traces)
    ]
    path = write(tmp_path / "a.sgy", counted)
    with pytest.raises(GeometryError, match="--offset-byte"):
        read_segy(path)
    with pytest.raises(FormatError, match=r"4 in all from 1 to 4.*--offset 3\)"):
        read_segy(path, SegyOptions(offset_byte=25))
    first, third = (read_segy(path, SegyOptions(offset=number, offset_byte=25)) for number in (1, 3))
    np.testing.assert_array_equal(first.data.values, values[:, :, 0])
    np.testing.assert_array_equal(third.data.values, values[:, :, 2])
    assert first.fingerprint != third.fingerprint
