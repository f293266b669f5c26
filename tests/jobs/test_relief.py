"""A model that sees the relief of a map of elevation."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.region import At
from napari_geofm.errors import RecipeError, UsageError
from napari_geofm.io.opening import open_survey
from napari_geofm.jobs.picture import picture_key, picture_of
from napari_geofm.jobs.specs import FeaturesSpec, FinetuneSpec, SegmentSpec, SourceSpec
from napari_geofm.jobs.workbench import workbench
from tests.io.raster.build import MOON, placed, write_tif
from tests.tiny import quick


@dataclasses.dataclass(frozen=True)
class Cratered:
    """A map of elevation, its labels, and where its craters are."""

    file: Path
    labels: Path
    truth: np.ndarray


@pytest.fixture(scope="module")
def cratered(tmp_path_factory: pytest.TempPathFactory) -> Cratered:
    folder = tmp_path_factory.mktemp("relief")
    rows, columns = np.mgrid[:120, :160]
    elevation = 30.0 * columns + np.random.default_rng(0).normal(0, 2, rows.shape)
    truth = np.zeros(rows.shape, np.uint8)
    for row, column in ((30, 30), (80, 60), (40, 120), (90, 130)):
        reach = np.hypot(rows - row, columns - column)
        elevation -= 400 * np.clip(1 - (reach / 14) ** 2, 0, None)
        truth[reach < 14] = 1
    elevation[:6] = -9999
    file = write_tif(
        folder / "dem.tif", elevation.astype(np.float32), crs=MOON, transform=placed(0.01, -0.01), nodata=-9999
    )
    strokes = np.full(truth.shape, 255, np.uint8)
    strokes[::5] = truth[::5]
    np.save(folder / "labels.npy", strokes)
    return Cratered(file, folder / "labels.npy", truth)


def relief(recipe: Recipe) -> Recipe:
    return dataclasses.replace(recipe, input=dataclasses.replace(recipe.input, channels="relief"))


def test_the_picture_has_three_channels_and_a_name_of_its_own(cratered: Cratered) -> None:
    survey = open_survey(cratered.file)
    section = survey.section(At.parse("window=10,20,60,80"))
    stretch = workbench().stretch(survey, 99.0)
    grey, seen = (picture_of(survey, section, stretch, channels) for channels in ("grey", "relief"))
    assert (grey.values.shape, seen.values.shape) == ((60, 80), (60, 80, 3))
    assert grey.key == picture_key(survey, section.places, stretch) != seen.key
    # A crater lies below its surroundings, and its walls are steep.
    assert seen.values[20, 10, 0] < 0.3
    assert seen.values[20, 20, 2] > seen.values[20, 10, 2] + 0.2


@pytest.mark.parametrize(("method", "decoder"), [("probe", "linear"), ("lora", "guided"), ("full", "unet")])
def test_a_model_learns_predicts_and_is_read_again(
    tiny: Path, cratered: Cratered, tmp_path: Path, method: str, decoder: str
) -> None:
    model, out = tmp_path / "model", tmp_path / "out.npy"
    source = SourceSpec(cratered.file, cratered.labels)
    LocalCompute().run(FinetuneSpec((source,), model, relief(quick(method, decoder))))
    assert Recipe.read(model / "recipe.toml").input.channels == "relief"
    LocalCompute().run(SegmentSpec(cratered.file, model, out))
    found = np.load(out)
    assert found.shape == cratered.truth.shape
    assert (found[:6] == 255).all()
    assert set(np.unique(found[6:])) <= {0, 1}


def test_the_feature_map_shows_what_was_fed(tiny: Path, cratered: Cratered, tmp_path: Path) -> None:
    model = tmp_path / "model"
    LocalCompute().run(FinetuneSpec((SourceSpec(cratered.file, cratered.labels),), model, relief(quick())))
    found = LocalCompute().run(FeaturesSpec(cratered.file, At(), model_folder=model, exact=True)).feature_map
    assert found is not None
    red, green, blue = found.image
    assert np.abs(red - green).max() > 0.1
    assert np.abs(green - blue).max() > 0.1


def test_other_surveys_are_refused(tiny: Path, cratered: Cratered, tmp_path: Path) -> None:
    plain = write_tif(tmp_path / "a.tif", np.arange(14400, dtype=np.uint16).reshape(120, 120))
    np.save(tmp_path / "l.npy", np.arange(14400).reshape(120, 120) // 100 % 2)
    with pytest.raises(UsageError, match=r"a\.tif is not known to be a map of elevation"):
        LocalCompute().run(FinetuneSpec((SourceSpec(plain, tmp_path / "l.npy"),), tmp_path / "model", relief(quick())))


def test_channels_that_do_not_exist_are_refused() -> None:
    with pytest.raises(RecipeError, match=r"input\.channels"):
        Recipe.from_dict({"input": {"channels": "infrared"}})
