from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, LabelError, SourceError
from napari_geofm.io.labels import PlacedSection, colour_table, read_labels, shared_table
from napari_geofm.io.opening import open_survey

TABLE = ClassTable.named(["salt", "shale", "sand"], ["#ff0000", "#00ff00", "#0000ff"])


@pytest.fixture
def volume(tmp_path: Path) -> Survey:
    np.save(tmp_path / "survey.npy", np.zeros((3, 4, 5), np.float32))
    return open_survey(tmp_path / "survey.npy")


def labels_of(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    values = np.full(shape, 255, np.uint8)
    values.flat[1] = 2
    values.flat[-1] = 0
    return values


def save(path: Path, values: NDArray[Any]) -> Path:
    if path.suffix == ".npy":
        np.save(path, values)
    elif path.suffix == ".npz":
        np.savez(path, labels=values)
    elif path.suffix == ".zarr":
        import zarr

        group = zarr.create_group(path)
        array = group.create_array("labels", shape=values.shape, dtype=values.dtype)
        array[:] = values
    else:
        Image.fromarray(values).save(path)
    return path


@pytest.mark.parametrize("ending", [".npy", ".npz", ".zarr"])
def test_volumes_come_in_the_surveys_shape_and_order(volume: Survey, tmp_path: Path, ending: str) -> None:
    values = labels_of(volume.shape)
    labels = read_labels(save(tmp_path / f"labels{ending}", values), volume)
    np.testing.assert_array_equal(np.asarray(labels.values[:]), values)
    assert len(labels.classes) == 3
    place = At("inline", 2)
    section = labels.section(volume.places(place), volume.layout(place))
    assert section.shape == (5, 4)
    assert section[4, 3] == 0
    assert (section == 255).sum() == 19


@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.float32])
def test_minus_one_means_unlabelled_too(volume: Survey, tmp_path: Path, dtype: Any) -> None:
    values = np.full(volume.shape, -1, dtype)
    values[0, 0, 0] = 1
    labels = read_labels(save(tmp_path / "labels.npy", values), volume)
    assert np.asarray(labels.values[:]).dtype == np.uint8
    assert list(labels.labelled_slices(0)) == [(0, 1)]


def test_a_zarr_group_may_carry_origins_and_names(volume: Survey, tmp_path: Path) -> None:
    import zarr

    path = save(tmp_path / "labels.zarr", labels_of(volume.shape))
    group = zarr.open_group(path, mode="a")
    origin = group.create_array("origin", shape=volume.shape, dtype="u1")
    origin[0, 0, 1] = 1
    origin[2, 3, 4] = 4
    group.attrs["classes"] = [{"name": name, "colour": "#102030"} for name in ("a", "b", "c")]
    labels = read_labels(path, volume)
    assert labels.classes.names == ("a", "b", "c")
    place = At("inline", 2)
    human = labels.human(volume.places(place), volume.layout(place))
    assert (human == 255).all()
    place = At("inline", 0)
    assert labels.human(volume.places(place), volume.layout(place))[1, 0] == 2


def test_a_picture_of_a_section_is_in_display_order(volume: Survey, tmp_path: Path) -> None:
    shown = np.full((5, 4), 255, np.uint8)  # twt down, crossline across
    shown[4, 1] = 2
    path = save(tmp_path / "inline=1.png", shown)
    for labels in (
        read_labels(path, volume),
        read_labels(save(tmp_path / "any.png", shown), volume, at=At("inline", 1)),
    ):
        whole = np.asarray(labels.values[...])
        assert np.argwhere(whole != 255).tolist() == [[1, 1, 4]]
        assert whole[1, 1, 4] == 2
        assert list(labels.labelled_slices(0)) == [(1, 1)]
    with pytest.raises(LabelError, match=r"name the file after its section \(inline=0\.png\)"):
        read_labels(tmp_path / "any.png", volume)
    with pytest.raises(LabelError, match=r"turned\.png is 4 x 5 .* is 5 x 4"):
        read_labels(save(tmp_path / "turned.png", shown.T), volume, at=At("inline", 1))


def test_a_picture_of_a_line_and_of_an_image(tmp_path: Path) -> None:
    shown = np.full((6, 2), 255, np.uint8)
    shown[5, 0] = 1
    np.save(tmp_path / "line.npy", np.zeros((2, 6), np.float32))
    path = save(tmp_path / "labels.png", shown)
    line = read_labels(path, open_survey(tmp_path / "line.npy", kind="seismic-2d"))
    assert np.argwhere(np.asarray(line.values[:]) == 1).tolist() == [[0, 5]]
    np.save(tmp_path / "image.npy", np.zeros((6, 2), np.float32))
    image = read_labels(path, open_survey(tmp_path / "image.npy"))
    assert np.argwhere(np.asarray(image.values[:]) == 1).tolist() == [[5, 0]]


@given(
    st.integers(0, 2).flatmap(
        lambda d: st.tuples(
            st.just(d),
            st.integers(0, (3, 4, 5)[d] - 1),
            st.tuples(*[st.one_of(st.integers(0, n - 1), st.slices(n)) for n in (3, 4, 5)]),
        )
    )
)
def test_a_placed_section_is_a_volume(case: tuple[int, int, tuple[int | slice, ...]]) -> None:
    dimension, position, key = case
    shape = (3, 4, 5)
    inner = tuple(size for axis, size in enumerate(shape) if axis != dimension)
    section = np.arange(np.prod(inner), dtype=np.uint8).reshape(inner)
    whole = np.full(shape, 255, np.uint8)
    whole[(slice(None),) * dimension + (position,)] = section
    placed = PlacedSection(shape, dimension, position, section)
    np.testing.assert_array_equal(placed[key], whole[key])
    np.testing.assert_array_equal(placed[key[:1]], whole[key[:1]])


def test_colours_are_matched_exactly_or_snapped(tmp_path: Path) -> None:
    rgb = np.zeros((10, 10, 3), np.uint8)
    rgb[:5] = (255, 0, 0)
    rgb[5:] = (0, 255, 0)
    rgb[5, 0] = (10, 240, 12)  # near green
    rgb[5, 1] = (128, 128, 128)  # like nothing
    rgb[9, 9] = (255, 255, 255)  # paper
    path = save(tmp_path / "a.png", rgb)
    labels = np.asarray(read_labels(path, classes=TABLE).values[:])
    assert (labels[:5] == 0).all()
    assert (labels[5, 0], labels[5, 1], labels[9, 9]) == (1, 255, 255)
    assert (labels == 1).sum() == 48
    rgb[:5] = (120, 120, 0)
    with pytest.raises(LabelError, match="#787800, which is no class's"):
        read_labels(save(tmp_path / "b.png", rgb), classes=TABLE)


def test_transparent_pixels_are_unlabelled(tmp_path: Path) -> None:
    rgba = np.zeros((4, 4, 4), np.uint8)
    rgba[0, 0] = (0, 0, 255, 255)
    labels = read_labels(save(tmp_path / "a.png", rgba))
    assert labels.classes.names == ("#0000ff",)
    assert np.argwhere(np.asarray(labels.values[:]) == 0).tolist() == [[0, 0]]


def test_a_palette_picture_holds_indices_and_names_its_colours(tmp_path: Path) -> None:
    picture = Image.fromarray(np.array([[0, 1], [255, 1]], np.uint8), mode="P")
    picture.putpalette([0, 0, 255, 255, 0, 0] + [1, 2, 3] * 254)
    picture.save(tmp_path / "a.png", transparency=255)
    labels = read_labels(tmp_path / "a.png")
    assert np.asarray(labels.values[:]).tolist() == [[0, 1], [255, 1]]
    assert [info.colour for info in labels.classes] == ["#0000ff", "#ff0000"]
    # A table that knows these colours under other numbers has the last word.
    assert np.asarray(read_labels(tmp_path / "a.png", classes=TABLE).values[:]).tolist() == [[2, 0], [255, 0]]


def test_one_table_over_many_pictures(tmp_path: Path) -> None:
    for name, colours in (("a", [(0, 0, 0), (20, 70, 245)]), ("b", [(40, 90, 235), (0, 0, 0)])):
        save(tmp_path / f"{name}.png", np.array([colours], np.uint8))
    table = shared_table([tmp_path / "a.png", tmp_path / "b.png"])
    assert table.names == ("#000000", "#1446f5", "#285aeb")
    assert table == colour_table([tmp_path / "b.png", tmp_path / "a.png"])
    assert np.asarray(read_labels(tmp_path / "b.png", classes=table).values[:]).tolist() == [[2, 0]]
    save(tmp_path / "gray.png", np.zeros((2, 2), np.uint8))
    with pytest.raises(LabelError, match="give --classes"):
        shared_table([tmp_path / "a.png", tmp_path / "gray.png"])


def test_a_photograph_is_no_label_picture(tmp_path: Path) -> None:
    photo = np.random.default_rng(0).integers(0, 255, (60, 60, 3), np.uint8)
    with pytest.raises(LabelError, match="a photograph, not labels"):
        read_labels(save(tmp_path / "photo.png", photo))


def test_real_label_pictures(shared_data: Path) -> None:
    f3 = sorted((shared_data / "seismic/f3_facies/labels").glob("*.png"))
    table = colour_table(f3)
    assert len(table) == 10
    assert table.names[:2] == ("#000000", "#1446f5")
    assert len(read_labels(f3[0]).classes) == 10
    penobscot = sorted((shared_data / "seismic/penobscot/labels").glob("*.png"))
    smooth = colour_table(penobscot)
    assert smooth.rgb == (
        (0, 0, 0), (20, 70, 245), (40, 90, 235), (60, 110, 225), (80, 130, 215), (100, 150, 205), (120, 170, 195),
        (140, 190, 185),
    )  # fmt: skip
    labels = np.asarray(read_labels(penobscot[0], classes=smooth).values[:])
    assert (labels == 255).mean() < 0.002
    volume = read_labels(shared_data / "seismic/penobscot/penobscot_il1075-1090_labels_uint8.npz")
    assert volume.values.shape == (16, 481, 600)
    survey = open_survey(shared_data / "seismic/penobscot/penobscot_il1075-1090_int16.sgy")
    volume.check_fits(survey)


def test_tiles_take_a_folder_of_pictures(tmp_path: Path) -> None:
    (tmp_path / "tiles").mkdir()
    (tmp_path / "labels").mkdir()
    for name in ("a", "b"):
        save(tmp_path / f"tiles/{name}.png", np.zeros((3, 4), np.uint8))
    save(tmp_path / "labels/b.png", labels_of((3, 4)))
    survey = open_survey(tmp_path / "tiles")
    values = np.asarray(read_labels(tmp_path / "labels", survey).values[:])
    assert (values[0] == 255).all()
    assert (values[1, 0, 1], values[1, 2, 3]) == (2, 0)
    with pytest.raises(FormatError, match="only a folder of tiles"):
        read_labels(tmp_path / "labels")


def test_labels_that_do_not_fit_are_refused(volume: Survey, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=r"Labels have shape \(3, 4, 6\), survey survey\.npy has \(3, 4, 5\)"):
        read_labels(save(tmp_path / "a.npy", labels_of((3, 4, 6))), volume)
    with pytest.raises(LabelError, match="no labelled pixel"):
        read_labels(save(tmp_path / "b.npy", np.full(volume.shape, 255, np.uint8)), volume)
    with pytest.raises(LabelError, match="Label value 254: classes are 0 to 253"):
        read_labels(save(tmp_path / "c.npy", np.full(volume.shape, 254, np.uint8)), volume)
    with pytest.raises(LabelError, match="fractions"):
        read_labels(save(tmp_path / "d.npy", np.full(volume.shape, 0.5)), volume)
    with pytest.raises(LabelError, match="holds class 9, but there are 3 classes"):
        read_labels(save(tmp_path / "e.npy", np.full(volume.shape, 9, np.uint8)), volume, TABLE)
    with pytest.raises(SourceError, match="No label file"):
        read_labels(tmp_path / "none.npy", volume)
