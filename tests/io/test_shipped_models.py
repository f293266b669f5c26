"""The models that are shipped: whole, small, described, and of use by their name."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.cli.parser import build_parser
from napari_geofm.io.models import find_model, read_model, zoo_folders
from napari_geofm.io.zoo import ZooModel, check_files, folder_bytes, zoo_models, zoo_models_for
from tests.conftest import REPOSITORY

SHIPPED = ("craters-1", "das-events-1")
HEADINGS = ("What it is for", "Data and licence", "Command", "Scores", "Where it fails")


@pytest.fixture(params=SHIPPED)
def shipped(request: pytest.FixtureRequest) -> ZooModel:
    return ZooModel.read(find_model(request.param))


def test_both_are_there_and_for_their_kind_of_survey() -> None:
    assert {model.name for model in zoo_models()} == set(SHIPPED)
    assert [model.name for model in zoo_models_for("image")] == ["craters-1"]
    assert [model.name for model in zoo_models_for("tiles")] == ["craters-1"]
    assert [model.name for model in zoo_models_for("das")] == ["das-events-1"]
    assert zoo_models_for("seismic-3d") == ()


def test_files_are_as_they_were_shipped_and_small(shipped: ZooModel) -> None:
    check_files(shipped)
    assert len(shipped.about.sha256) == len(list(shipped.folder.iterdir())) - 1
    assert folder_bytes(shipped.folder) < 8e6
    endings = {file.suffix for file in shipped.folder.iterdir()}
    assert endings == {".toml", ".md", ".png", ".safetensors"}


def test_the_card_says_what_must_be_known(shipped: ZooModel) -> None:
    card = read_model(shipped.folder).card
    for heading in HEADINGS:
        assert f"## {heading}" in card
    assert "python -m tools.train_" in card
    assert shipped.about.purpose
    assert shipped.about.licence
    assert shipped.about.scores
    told = " ".join(" ".join(shipped.about.scores).split())
    assert any(character.isdigit() for character in told)


def test_commands_that_a_card_names_are_there(shipped: ZooModel) -> None:
    known = {verb for action in build_parser()._actions for verb in action.choices or ()}
    named = re.findall(r"`geofm (\w+)", read_model(shipped.folder).card)
    assert set(named) <= known


def test_the_recipe_tells_the_data_and_no_place_on_a_disk(shipped: ZooModel) -> None:
    text = (shipped.folder / "recipe.toml").read_text()
    assert shipped.recipe.sources
    assert shipped.recipe.encoder.weights_sha256
    assert "/tmp" not in text
    assert str(Path.home()) not in text


def test_a_wheel_carries_the_zoo() -> None:
    wheel = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert "models" in wheel["only-include"]
    assert wheel["sources"]["models"] == "napari_geofm/models"
    assert any(folder.name == "models" for folder in zoo_folders())


def test_craters_are_found_on_relief_that_was_not_learned(dinov2_weights: Path) -> None:
    from napari_geofm.core.amplitude import fit_stretch
    from napari_geofm.jobs.specs import Where
    from napari_geofm.jobs.workbench import workbench
    from napari_geofm.samples.relief import ReliefSampleSpec, make_relief

    sample = make_relief(ReliefSampleSpec(seed=77, rows=192, columns=192, smallest_px=12, largest_px=60, density=4))
    predictor = workbench().predictor(find_model("craters-1"), Where())
    for values in (sample.elevation_m, sample.image.astype(np.float32)):
        picture = fit_stretch(values, predictor.recipe.input.percent, symmetric=False).apply(values)
        said = predictor.probabilities(picture)
        within = sample.mask == 1
        # Inside a crater it is likelier to be floor or rim than outside.
        crater = 1 - said[0]
        assert crater[within].mean() > 2 * crater[~within].mean()


def test_an_earthquake_is_found_in_a_recording_that_was_not_learned(dinov2_weights: Path, tmp_path: Path) -> None:
    from napari_geofm.compute.local import LocalCompute
    from napari_geofm.jobs.specs import SegmentSpec
    from napari_geofm.samples.das import DasSampleSpec, make_das, write_das

    spec = DasSampleSpec(seed=5, channels=120, samples=512, surface_waves=0, vehicles=0)
    sample = make_das(spec)
    write_das(sample, tmp_path / "quake.h5")
    out = tmp_path / "events.npy"
    LocalCompute().run(SegmentSpec(file=tmp_path / "quake.h5", model_folder=find_model("das-events-1"), output=out))
    found = np.load(out)
    assert found.shape == sample.strain_rate.shape
    event, seen = np.isin(sample.classes, (1, 2)), np.where(np.isin(found, (1, 2, 3)), 1.0, 0.0)
    quiet = np.arange(spec.samples)[None] < np.where(event.any(axis=1), event.argmax(axis=1), 0)[:, None] - 30
    assert seen[event].mean() > 0.8
    assert seen[quiet].mean() < 0.2
