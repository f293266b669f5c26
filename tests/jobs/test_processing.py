"""A model looks at what is processed as what it learned from was."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import zarr

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.das.bad_channels import BadChannels
from napari_geofm.core.das.chain import Chain
from napari_geofm.core.das.processing import Processing
from napari_geofm.core.recipe import ProcessingRecipe, Recipe
from napari_geofm.core.region import At
from napari_geofm.io.models import read_recipe
from napari_geofm.jobs.find_events_spec import FindEventsSpec
from napari_geofm.jobs.specs import FeaturesSpec, FinetuneSpec, SegmentSpec, SourceSpec
from napari_geofm.jobs.view_specs import PredictionSpec
from napari_geofm.samples import DasSampleSpec, make_das, write_das

run = LocalCompute().run
SAMPLE = make_das(DasSampleSpec(channels=60, samples=300, seed=5))
CHAIN = "bandpass 2-20 Hz; median; scale robust; root"
SEEN = Processing(Chain.parse(CHAIN), BadChannels.parse("10-12"))


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("das") / "fibre.h5"
    write_das(SAMPLE, file)
    return file


@pytest.fixture(scope="module")
def labels(recording: Path) -> Path:
    drawn = np.full(SAMPLE.classes.shape, 255, np.uint8)
    drawn[20:24] = np.minimum(SAMPLE.classes[20:24], 1)
    drawn[10:12] = 1
    np.save(recording.with_name("labels.npy"), drawn)
    return recording.with_name("labels.npy")


def taught(recording: Path, labels: Path, output: Path, options: Processing | None, **recipe: object) -> Recipe:
    whole = dataclasses.replace(Recipe.for_method(), **recipe)  # type: ignore[arg-type]
    run(FinetuneSpec((SourceSpec(recording, labels, options=options),), output, recipe=whole))
    return read_recipe(output)


@pytest.fixture(scope="module")
def model(tiny: Path, recording: Path, labels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("models") / "quakes"
    assert taught(recording, labels, output, SEEN).processing == ProcessingRecipe(CHAIN)
    return output


def test_what_the_recipe_says_wins_over_how_the_recording_was_seen(
    tiny: Path, recording: Path, labels: Path, tmp_path: Path
) -> None:
    kept = taught(recording, labels, tmp_path / "m", SEEN, processing=ProcessingRecipe("median"))
    assert kept.processing.chain == "median"
    assert "processed: median" in (tmp_path / "m" / "card.md").read_text()
    assert taught(recording, labels, tmp_path / "plain", None).processing == ProcessingRecipe()


def test_predictions_are_of_the_recording_processed_by_the_models_chain(
    model: Path, recording: Path, tmp_path: Path
) -> None:
    window = At.parse("time=0/3")
    plain = run(PredictionSpec(recording, window, model))
    seen = run(PredictionSpec(recording, window, model, options=dataclasses.replace(SEEN, bad=BadChannels())))
    other = run(PredictionSpec(recording, window, model, options=Processing(Chain.parse("root"))))
    np.testing.assert_array_equal(plain.classes, seen.classes)
    np.testing.assert_array_equal(plain.classes, other.classes)
    # Masked channels are not predicted, whatever the model learned from.
    masked = run(PredictionSpec(recording, window, model, options=SEEN))
    assert (masked.classes[:, 10:13] == 255).all()
    assert (masked.classes[:, 13:] != 255).all()
    run(SegmentSpec(recording, model, tmp_path / "p.npy", at=window))
    np.testing.assert_array_equal(np.load(tmp_path / "p.npy").T, plain.classes)


def test_a_model_that_decimates_predicts_on_the_recordings_own_grid(
    tiny: Path, recording: Path, tmp_path: Path
) -> None:
    drawn = np.full((30, 150), 255, np.uint8)
    drawn[8:12, :70], drawn[8:12, 80:] = 0, 1
    np.save(tmp_path / "labels.npy", drawn)
    chain = ProcessingRecipe("decimate 2; stack 2")
    taught(recording, tmp_path / "labels.npy", tmp_path / "m", None, processing=chain)
    seen = run(PredictionSpec(recording, At(), tmp_path / "m"))
    assert seen.classes.shape == seen.confidence.shape == (300, 60)
    # Each of the fewer samples stands for those around it.
    np.testing.assert_array_equal(seen.classes[1:299:2], seen.classes[2:300:2])
    np.testing.assert_array_equal(seen.classes[:, ::2], seen.classes[:, 1::2])
    run(SegmentSpec(recording, tmp_path / "m", tmp_path / "p.npy", confidence=tmp_path / "c.npy"))
    np.testing.assert_array_equal(np.load(tmp_path / "p.npy").T, seen.classes)
    np.testing.assert_array_equal(np.load(tmp_path / "c.npy").T, seen.confidence)
    # What of a window lies between two of the fewer samples is predicted, too, and nothing else.
    run(SegmentSpec(recording, tmp_path / "m", tmp_path / "w.npy", at=At.parse("time=0.51/1 distance=50:130")))
    window = np.load(tmp_path / "w.npy") != 255
    assert window[5:14, 51:151].all()
    assert window.sum() == 9 * 100
    colours = run(FeaturesSpec(recording, model_folder=tmp_path / "m"))
    assert colours.colours is not None
    assert colours.shape == (300, 60)
    assert colours.colours.shape[0] * colours.token_px >= 300


def test_labels_painted_on_the_recording_teach_a_model_that_decimates(
    tiny: Path, recording: Path, tmp_path: Path
) -> None:
    drawn = np.full((60, 300), 255, np.uint8)
    # On single channels, as strokes are.
    drawn[21:29:4, :140], drawn[21:29:4, 160:] = 0, 1
    np.save(tmp_path / "labels.npy", drawn)
    source = SourceSpec(recording, tmp_path / "labels.npy")
    recipe = dataclasses.replace(Recipe.for_method(), processing=ProcessingRecipe("decimate 2; stack 2"))
    result = run(FinetuneSpec((source,), tmp_path / "m", recipe=recipe))
    # A stroke that ends within a pair of samples labels the pair.
    assert result.labelled == (142, 140)


def test_pages_of_a_long_recording_come_back_on_its_own_grid(tiny: Path, tmp_path: Path) -> None:
    sample = make_das(DasSampleSpec(channels=16, samples=9001, seed=2))
    write_das(sample, tmp_path / "long.h5")
    drawn = np.full((16, 9001), 255, np.uint8)
    drawn[2:6, :200], drawn[2:6, 240:400] = 0, 1
    np.save(tmp_path / "labels.npy", drawn)
    taught(
        tmp_path / "long.h5", tmp_path / "labels.npy", tmp_path / "m", None, processing=ProcessingRecipe("decimate 2")
    )
    result = run(SegmentSpec(tmp_path / "long.h5", tmp_path / "m", tmp_path / "p.zarr"))
    assert result.blocks_total > 1
    found = np.asarray(zarr.open_group(tmp_path / "p.zarr")["prediction"][:])  # type: ignore[index]
    assert found.shape == (16, 9001)
    assert (found != 255).all()
    np.testing.assert_array_equal(found[:, 1:9000:2], found[:, 2::2])
    # Events are found in it as in any prediction: in the recording's own times.
    events = run(FindEventsSpec(tmp_path / "long.h5", labels=tmp_path / "p.zarr"))
    assert all(0 <= event.start_s <= 90 for event in events.events)


def test_masked_channels_are_not_learned(tiny: Path, recording: Path, labels: Path, tmp_path: Path) -> None:
    drawn = np.load(labels)
    result = run(FinetuneSpec((SourceSpec(recording, labels, options=SEEN),), tmp_path / "m"))
    assert sum(result.labelled) == int((drawn[20:24] != 255).sum())


def test_features_follow_the_chain(model: Path, recording: Path) -> None:
    def seen(options: Processing | None, folder: Path | None = None) -> np.ndarray:
        found = run(FeaturesSpec(recording, options=options, model_folder=folder, exact=True, coloured=False))
        assert found.feature_map is not None
        return found.feature_map.taps[6]

    assert not np.array_equal(seen(None), seen(Processing(Chain.parse("root"))))
    # With a model its own chain is meant.
    np.testing.assert_array_equal(seen(None, model), seen(Processing(Chain.parse("root")), model))


def test_going_on_keeps_the_chain_and_rehearses(model: Path, recording: Path, labels: Path, tmp_path: Path) -> None:
    drawn = np.load(labels)
    more = np.full_like(drawn, 255)
    more[40:44] = np.minimum(SAMPLE.classes[40:44], 1)
    np.save(tmp_path / "more.npy", more)
    source = SourceSpec(recording, tmp_path / "more.npy", options=Processing(Chain.parse("root")))
    result = run(FinetuneSpec((source,), tmp_path / "later", base_model=model))
    assert read_recipe(tmp_path / "later").processing.chain == CHAIN
    assert not any("not rehearsed" in note for note in result.notes)
