from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import UNLABELLED, LabelSet, Origin
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.region import Region
from napari_geofm.errors import AxisError, GeoFMError, LabelError, UsageError
from napari_geofm.jobs.collect import Collection, choose_along, collect
from napari_geofm.jobs.specs import FinetuneSpec, SourceSpec
from napari_geofm.jobs.workbench import Workbench
from tests.tiny import DEAD, TinySurvey

Collect = Callable[..., Collection]
SHAPE = (6, 96, 96)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEOFM_CACHE", str(tmp_path_factory.mktemp("cache")))
        return Workbench()


@pytest.fixture
def collected(survey: TinySurvey, bench: Workbench, tmp_path: Path) -> Collect:
    """Return a function that collects labels, given as an array, from the tiny survey."""

    def run(labels: NDArray[Any], *, known: ClassTable | None = None, **options: Any) -> Collection:
        np.save(tmp_path / "labels.npy", labels)
        sources = options.pop("sources", (SourceSpec(survey.file, tmp_path / "labels.npy"),))
        spec = FinetuneSpec(sources, tmp_path / "model", Recipe(), **options)
        return collect(spec, bench, known or ClassTable(()))

    return run


def nothing() -> NDArray[np.uint8]:
    return np.full(SHAPE, UNLABELLED, np.uint8)


def two_classes() -> NDArray[np.uint8]:
    """Return strokes of two classes on inlines 1000 and 1030."""
    labels = nothing()
    labels[0, 10:20, 30] = 0
    labels[3, 50:60, 70] = 1
    return labels


@pytest.mark.parametrize(("dimension", "name"), [(0, "inline"), (1, "crossline"), (2, "twt")])
def test_sections_are_cut_where_most_strokes_lie(
    survey: TinySurvey, bench: Workbench, collected: Collect, dimension: int, name: str
) -> None:
    labels = nothing()
    section = [slice(None)] * 3
    section[dimension] = slice(4, 5)
    labels[tuple(section)] = 1
    labels[0, 0, 0] = 0
    assert choose_along(bench.survey(survey.file), LabelSet(labels, ClassTable.numbered(2))) == name
    found = collected(labels)
    assert found.along == name
    assert len(found.training) == 2
    assert all(example.name.startswith(f"{name}=") for example in found.training)


def test_of_equal_directions_the_inline_is_taken(survey: TinySurvey, bench: Workbench) -> None:
    labels = nothing()
    labels[2, 2, 2] = 0
    assert choose_along(bench.survey(survey.file), LabelSet(labels, ClassTable.numbered(1))) == "inline"


def test_examples_are_in_display_order_with_the_numbers_of_the_headers(collected: Collect) -> None:
    labels = two_classes()
    found = collected(labels)
    assert [example.name for example in found.training] == ["inline=1000", "inline=1030"]
    np.testing.assert_array_equal(found.training[0].labels, labels[0].T)
    np.testing.assert_array_equal(found.training[1].human, labels[3].T)
    assert found.classes.names == ("class 0", "class 1")
    (record,) = found.sources
    assert (record.name, record.sections) == ("tiny.sgy", ("inline=1000", "inline=1030"))
    assert record.low == -record.high
    for example in found.training:
        assert example.picture.shape == (96, 96)
        assert 0 <= example.picture.min() < example.picture.max() <= 1
    assert found.training[0].key != found.training[1].key


def test_the_direction_can_be_given(collected: Collect) -> None:
    found = collected(two_classes(), along="crossline")
    assert found.along == "crossline"
    assert len(found.training) == 20
    with pytest.raises(UsageError, match="can be cut along inline, crossline, twt"):
        collected(two_classes(), along="cdp")


def test_only_the_area_of_interest_is_learned_from(collected: Collect) -> None:
    labels = two_classes()
    labels[0, 60, 30] = 1
    found = collected(labels, region=Region.parse(["inline=1000:1010", "crossline=2010:2060", "twt=100:200"]))
    (example,) = found.training
    assert example.name == "inline=1000"
    assert example.picture.shape == (26, 51)
    assert example.counts(2).tolist() == [10, 1]
    with pytest.raises(LabelError, match="no labelled pixel on recorded traces in the chosen area"):
        collected(labels, region=Region.parse(["inline=1050:1050"]))
    with pytest.raises(LabelError, match="one class only"):
        collected(labels, region=Region.parse(["inline=1030:1030"]))
    with pytest.raises(AxisError, match="holds nothing"):
        collected(labels, region=Region.parse(["inline=7:8"]))
    with pytest.raises(AxisError, match="no axis 'depth'"):
        collected(labels, region=Region.parse(["depth=7:8"]))


def test_a_dead_trace_is_neither_learned_from_nor_filled(collected: Collect) -> None:
    labels = two_classes()
    labels[DEAD[0], DEAD[1] - 2 : DEAD[1] + 3] = 1
    for rest in (None, "0"):
        (example,) = [e for e in collected(labels, rest_is=rest).training if e.name == "inline=1020"]
        assert not example.valid[:, DEAD[1]].any()
        assert example.valid.sum() == 95 * 96
        for drawn in (example.labels, example.human):
            assert (drawn[:, DEAD[1]] == UNLABELLED).all()
            assert (drawn[:, DEAD[1] - 1] == 1).all()


def test_labels_on_a_dead_trace_alone_are_none(collected: Collect) -> None:
    labels = nothing()
    labels[DEAD] = 1
    with pytest.raises(LabelError, match="no labelled pixel on recorded traces"):
        collected(labels)


@pytest.mark.parametrize(
    ("word", "number", "names"),
    [
        ("1", 1, ("salt", "sand")),
        ("sand", 1, ("salt", "sand")),
        ("4", 4, ("salt", "sand", "class 2", "class 3", "class 4")),
    ],
)
def test_the_rest_of_labelled_sections_is_a_class(
    collected: Collect, word: str, number: int, names: tuple[str, ...]
) -> None:
    labels = nothing()
    labels[1, 10:20, 30] = 0
    found = collected(labels, known=ClassTable.named(["salt", "sand"]), rest_is=word)
    (example,) = found.training
    assert found.classes.names == names
    assert example.counts(number + 1)[[0, number]].tolist() == [10, 96 * 96 - 10]
    np.testing.assert_array_equal(example.human, example.labels)


@pytest.mark.parametrize("word", ["rock", "254", "255", "-1", "²", ""])
def test_a_rest_that_is_no_class_is_refused(collected: Collect, word: str) -> None:
    labels = nothing()
    labels[1, 10:20, 30] = 0
    with pytest.raises(LabelError) as caught:
        collected(labels, known=ClassTable.named(["salt", "sand"]), rest_is=word)
    assert "\n" not in str(caught.value)


def test_one_class_alone_is_refused_with_the_remedy(collected: Collect) -> None:
    labels = nothing()
    labels[1, 10:20, 30] = 1
    with pytest.raises(LabelError, match=r"one class only \(1, 'sand'\).* --rest-is CLASS"):
        collected(labels, known=ClassTable.named(["salt", "sand"]))
    with pytest.raises(LabelError, match="one class only"):
        collected(labels, known=ClassTable.named(["salt", "sand"]), rest_is="1")


def test_no_label_at_all_is_refused(collected: Collect) -> None:
    with pytest.raises(LabelError, match=r"labels\.npy holds no labelled pixel"):
        collected(nothing())


@pytest.mark.parametrize("shape", [(6, 96, 95), (96, 96, 6), (96, 96), (1, 6, 96, 96)])
def test_labels_of_another_shape_are_refused_with_both_shapes(collected: Collect, shape: tuple[int, ...]) -> None:
    labels = np.zeros(shape, np.uint8)
    labels[0] = 1
    with pytest.raises(GeoFMError, match=r"\(6, 96, 96\)") as caught:
        collected(labels)
    assert "\n" not in str(caught.value)


def test_a_class_beyond_the_table_is_refused(collected: Collect) -> None:
    with pytest.raises(LabelError, match="holds class 1, but there are 1 classes"):
        collected(two_classes(), known=ClassTable.named(["salt"]))


def test_only_what_a_human_drew_counts_as_human(survey: TinySurvey, bench: Workbench, tmp_path: Path) -> None:
    import zarr

    labels = two_classes()
    origins = np.where(labels != UNLABELLED, Origin.HUMAN, Origin.NONE).astype(np.uint8)
    origins[3] = np.where(labels[3] != UNLABELLED, Origin.INTERPOLATED, Origin.NONE)
    group = zarr.create_group(tmp_path / "labels.zarr")
    group.create_array("labels", data=labels)
    group.create_array("origin", data=origins)
    spec = FinetuneSpec((SourceSpec(survey.file, tmp_path / "labels.zarr"),), tmp_path / "model")
    drawn, filled = collect(spec, bench, ClassTable(())).training
    assert drawn.counts(2).tolist() == [10, 0]
    np.testing.assert_array_equal(drawn.human, drawn.labels)
    assert filled.counts(2).tolist() == [0, 10]
    assert (filled.human == UNLABELLED).all()


def test_splits_are_kept_apart_and_a_test_split_is_not_touched(
    survey: TinySurvey, collected: Collect, tmp_path: Path
) -> None:
    other = nothing()
    other[5, :10, :10] = 0
    np.save(tmp_path / "other.npy", other)
    sources = (
        SourceSpec(survey.file, tmp_path / "labels.npy"),
        SourceSpec(survey.file, tmp_path / "other.npy", "valid"),
        SourceSpec(tmp_path / "not there.sgy", tmp_path / "other.npy", "test"),
    )
    found = collected(two_classes(), sources=sources)
    assert [example.name for example in found.training] == ["inline=1000", "inline=1030"]
    assert [example.name for example in found.validation] == ["inline=1050"]
    with pytest.raises(LabelError, match="one class only"):
        collected(two_classes(), sources=(SourceSpec(survey.file, tmp_path / "other.npy"),))
    with pytest.raises(LabelError, match=r"inline=1050 has samples that are labelled for train and for valid"):
        collected(two_classes(), sources=(*sources[:2], SourceSpec(survey.file, tmp_path / "other.npy")))


def test_a_rest_of_a_new_name_is_a_new_class(collected: Collect) -> None:
    labels = nothing()
    labels[1, 10:20, 30] = 0
    found = collected(labels, rest_is="background")
    assert found.classes.names == ("class 0", "background")
    assert found.training[0].counts(2).tolist()[0] == 10


def test_a_volume_and_a_line_can_be_learned_from_together(
    survey: TinySurvey, collected: Collect, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    np.save(tmp_path / "line.npy", rng.normal(size=(40, 50)).astype(np.float32))
    drawn = np.full((40, 50), UNLABELLED, np.uint8)
    drawn[5, 5:9] = 2
    np.save(tmp_path / "line labels.npy", drawn)
    pair = (
        SourceSpec(survey.file, tmp_path / "labels.npy"),
        SourceSpec(tmp_path / "line.npy", tmp_path / "line labels.npy"),
    )
    for sources in (pair, pair[::-1]):
        found = collected(two_classes(), sources=sources)
        assert {example.name for example in found.training} == {"inline=1000", "inline=1030", "whole"}
        assert found.along == "inline"
        assert len(found.classes) == 3
