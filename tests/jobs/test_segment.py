import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.region import At, Region
from napari_geofm.errors import GeoFMError, ModelError, OutputError, UsageError
from napari_geofm.io.coverage import Coverage, coverages
from napari_geofm.jobs import pieces
from napari_geofm.jobs.specs import SegmentSpec, Where
from tests.tiny import DEAD, TinySurvey, left_beside, segmented, taught, write_weights

if TYPE_CHECKING:
    from napari_geofm.core.progress import Progress

SHAPE = (6, 96, 96)


def test_results_have_the_surveys_shape_and_fit_each_other(whole: Path) -> None:
    classes, confidence, probabilities = (np.load(whole / f"{name}.npy") for name in ("classes", "conf", "prob"))
    assert (classes.shape, classes.dtype) == (SHAPE, np.uint8)
    assert (confidence.shape, confidence.dtype) == (SHAPE, np.float32)
    assert (probabilities.shape, probabilities.dtype) == ((3, *SHAPE), np.float32)
    live = classes != 255
    np.testing.assert_array_equal(classes[live], probabilities.argmax(0)[live])
    np.testing.assert_allclose(probabilities.sum(0)[live], 1, atol=1e-5)
    ordered = np.sort(probabilities, axis=0)
    np.testing.assert_allclose(confidence[live], (ordered[-1] - ordered[-2])[live], atol=1e-6)
    assert set(np.unique(classes[live])) <= {0, 1, 2}


def test_a_dead_trace_has_no_class_and_no_confidence(whole: Path) -> None:
    classes, confidence, probabilities = (np.load(whole / f"{name}.npy") for name in ("classes", "conf", "prob"))
    dead = np.zeros(SHAPE, bool)
    dead[DEAD] = True
    np.testing.assert_array_equal(classes == 255, dead)
    np.testing.assert_array_equal(np.isnan(confidence), dead)
    np.testing.assert_array_equal(np.isnan(probabilities).all(0), dead)


def test_the_same_model_gives_the_same_bytes(survey: TinySurvey, probe: Path, whole: Path, tmp_path: Path) -> None:
    again = segmented(survey, probe, tmp_path / "a.npy")
    assert again.output.read_bytes() == (whole / "classes.npy").read_bytes()


def test_a_section_is_the_same_alone_and_leaves_the_rest_empty(
    survey: TinySurvey, probe: Path, whole: Path, tmp_path: Path
) -> None:
    found = segmented(survey, probe, tmp_path / "a.npy", at=At("inline", 1020), confidence=tmp_path / "c.npy")
    assert found.blocks_total == 1
    classes, all_classes = np.load(tmp_path / "a.npy"), np.load(whole / "classes.npy")
    np.testing.assert_array_equal(classes[2], all_classes[2])
    assert (np.delete(classes, 2, axis=0) == 255).all()
    assert np.isnan(np.delete(np.load(tmp_path / "c.npy"), 2, axis=0)).all()


def test_along_another_direction_every_sample_gets_a_class(survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    found = segmented(survey, probe, tmp_path / "a.npy", along="twt", region=Region.parse(["twt=0:28"]))
    assert found.blocks_total == 8
    classes = np.load(tmp_path / "a.npy")
    assert (classes[:, :, 8:] == 255).all()
    assert (classes[:, :, :8] == 255).sum() == 8


def test_beyond_the_area_of_interest_nothing_is_said(survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    region = Region.parse(["inline=1010:1020", "crossline=2005:2050", "twt=40:200"])
    segmented(survey, probe, tmp_path / "a.npy", region=region, probabilities=tmp_path / "p.npy")
    inside = np.zeros(SHAPE, bool)
    inside[1:3, 5:51, 10:51] = True
    live = inside.copy()
    live[DEAD] = False
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy") != 255, live)
    np.testing.assert_array_equal(~np.isnan(np.load(tmp_path / "p.npy")[0]), live)


def test_a_picture_holds_the_section_in_display_order(
    survey: TinySurvey, probe: Path, whole: Path, tmp_path: Path
) -> None:
    from PIL import Image

    segmented(survey, probe, tmp_path / "a.png", at=At("crossline", 2040), confidence=tmp_path / "c.png")
    segmented(survey, probe, tmp_path / "a.npy", at=At("crossline", 2040))
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.mode == "P"
        np.testing.assert_array_equal(np.asarray(picture), np.load(tmp_path / "a.npy")[:, 40].T)
    with Image.open(tmp_path / "c.png") as picture:
        assert picture.size == (6, 96)
    with pytest.raises(OutputError, match="a PNG holds one section"):
        segmented(survey, probe, tmp_path / "volume.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npy", "a.npy.json", "a.png", "c.png"]


def test_a_large_section_is_the_same_in_tiles_and_as_a_picture(
    survey: TinySurvey, probe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PIL import Image

    monkeypatch.setattr(pieces, "LARGEST_PX", 64)
    monkeypatch.setattr(pieces, "CORE_PX", 48)
    monkeypatch.setattr(pieces, "HALO_PX", 28)
    region = Region.parse(["crossline=2010:2090"])
    for name in ("a.png", "a.npy"):
        found = segmented(survey, probe, tmp_path / name, at=At("inline", 1010), region=region)
        assert found.blocks_total == 4
    classes = np.load(tmp_path / "a.npy")[1, 10:91]
    assert (classes != 255).all()
    with Image.open(tmp_path / "a.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), classes.T)


@pytest.mark.parametrize("name", ["a.zarr", "a.sgy", "a.npz"])
def test_every_format_holds_the_same_classes(
    survey: TinySurvey, probe: Path, whole: Path, tmp_path: Path, name: str
) -> None:
    from napari_geofm.io.labels import read_labels

    segmented(survey, probe, tmp_path / name)
    read = np.asarray(read_labels(tmp_path / name).values[:])
    np.testing.assert_array_equal(read, np.load(whole / "classes.npy"))
    if name == "a.sgy":
        import segyio

        with segyio.open(tmp_path / name, strict=False) as there, segyio.open(survey.file, strict=False) as ours:
            assert (there.tracecount, int(there.format)) == (ours.tracecount, int(ours.format))
            assert dict(there.header[7]) == dict(ours.header[7])


def test_lora_segments_too(survey: TinySurvey, lora: Path, tmp_path: Path) -> None:
    found = segmented(survey, lora, tmp_path / "a.npy", at=At("inline", 1000))
    classes = np.load(found.output)[0]
    assert (classes < 3).all()
    assert segmented(survey, lora, tmp_path / "b.npy", at=At("inline", 1000)).output.read_bytes() == (
        found.output.read_bytes()
    )


def test_progress_names_the_section(survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    heard: list[Progress] = []
    LocalCompute().run(SegmentSpec(survey.file, probe, tmp_path / "a.npy"), heard.append)
    shown = [(progress.done, progress.total, progress.text) for progress in heard if "inline" in progress.text]
    assert shown == [(place, 6, f"segmenting inline={1000 + 10 * place}") for place in range(6)]


def test_an_output_that_exists_is_kept(survey: TinySurvey, probe: Path, whole: Path, tmp_path: Path) -> None:
    for option in ("output", "confidence"):
        (tmp_path / "there.npy").write_bytes(b"mine")
        paths = {"output": tmp_path / "a.npy"} | {option: tmp_path / "there.npy"}
        with pytest.raises(OutputError, match="exists and is kept"):
            segmented(survey, probe, **paths)
        assert (tmp_path / "there.npy").read_bytes() == b"mine"
        assert [path.name for path in tmp_path.iterdir()] == ["there.npy"]
    segmented(survey, probe, tmp_path / "there.npy", overwrite=True)
    assert (tmp_path / "there.npy").read_bytes() == (whole / "classes.npy").read_bytes()


def test_two_outputs_of_one_name_are_refused(survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="named for two outputs"):
        segmented(survey, probe, tmp_path / "a.npy", confidence=tmp_path / "sub/../a.npy")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"at": At("inline", 1005)}, "inline 1005 does not occur"),
        ({"at": At("depth", 5)}, "no axis 'depth'"),
        ({"along": "depth"}, "can be cut along inline, crossline, twt"),
        ({"region": Region.parse(["twt=9000:9001"])}, "holds nothing"),
        ({"output": Path("a.txt")}, "results are written as"),
        ({"output": Path("a.tif")}, "a GeoTIFF holds one image"),
        ({"probabilities": Path("p.png"), "at": At("inline", 1000)}, "a PNG holds one section of classes"),
        ({"where": Where(device="abacus")}, "Device 'abacus'"),
        ({"where": Where(precision="fp8")}, "Precision 'fp8'"),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_nothing(
    survey: TinySurvey, probe: Path, tmp_path: Path, options: dict[str, Any], error: str
) -> None:
    paths = {name: tmp_path / value for name, value in options.items() if isinstance(value, Path)}
    with pytest.raises(GeoFMError, match=error) as caught:
        segmented(survey, probe, **({"output": tmp_path / "a.npy"} | options | paths))
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_room_is_seen_before_the_work(
    survey: TinySurvey, probe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(OutputError, match="free some space, or write elsewhere"):
        segmented(survey, probe, tmp_path / "a.npy")
    assert list(tmp_path.iterdir()) == []


def copied(model: Path, to: Path, old: str, new: str) -> Path:
    """Return a copy of a model whose recipe was edited."""
    shutil.copytree(model, to)
    recipe = to / "recipe.toml"
    text = recipe.read_text()
    assert old in text
    recipe.write_text(text.replace(old, new))
    return to


@pytest.mark.parametrize("method", ["probe", "lora"])
def test_a_model_for_other_classes_than_its_recipe_says_is_refused(
    survey: TinySurvey, request: pytest.FixtureRequest, tmp_path: Path, method: str
) -> None:
    more = '\n[[classes]]\nname = "coal"\ncolour = "#000000"\n'
    text = (request.getfixturevalue(method) / "recipe.toml").read_text()
    last = text[text.rindex("[[classes]]") :] if "[[classes]]" in text else None
    edited = tmp_path / "edited"
    shutil.copytree(request.getfixturevalue(method), edited)
    if last is not None:
        (edited / "recipe.toml").write_text(text + more)
    else:
        assert "classes = [\n" in text
        entry = 'classes = [\n    { name = "coal", colour = "#000000" },\n'
        (edited / "recipe.toml").write_text(text.replace("classes = [\n", entry))
    with pytest.raises(ModelError, match="head"):
        segmented(survey, edited, tmp_path / "a.npy")
    assert [path.name for path in tmp_path.iterdir()] == ["edited"]


def test_a_model_for_other_weights_is_refused(survey: TinySurvey, probe: Path, lora: Path, tmp_path: Path) -> None:
    other = write_weights(tmp_path / "other.safetensors", seed=1)
    for model in (probe, lora):
        with pytest.raises(ModelError, match="trained on other weights"):
            segmented(survey, model, tmp_path / "a.npy", where=Where(weights=other))
    assert [path.name for path in tmp_path.iterdir()] == ["other.safetensors"]


@pytest.mark.parametrize("name", ["vit_base_patch14_dinov2", "vit_of_nobody"])
def test_a_model_for_another_encoder_is_refused(survey: TinySurvey, probe: Path, tmp_path: Path, name: str) -> None:
    edited = copied(probe, tmp_path / "edited", '"vit_small_patch14_dinov2"', f'"{name}"')
    with pytest.raises(GeoFMError, match=name) as caught:
        segmented(survey, edited, tmp_path / "a.npy")
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["edited"]


def test_an_adapter_of_another_rank_is_refused(survey: TinySurvey, lora: Path, tmp_path: Path) -> None:
    edited = copied(lora, tmp_path / "edited", "rank = 8", "rank = 4")
    with pytest.raises(ModelError, match="adapter does not fit"):
        segmented(survey, edited, tmp_path / "a.npy")


def test_a_model_trained_anew_in_the_same_folder_is_read_anew(survey: TinySurvey, tmp_path: Path) -> None:
    model = taught(survey, tmp_path / "model").output
    first = segmented(survey, model, tmp_path / "a.npy").output.read_bytes()
    labels = survey.drawn
    labels[labels != 255] = 2 - labels[labels != 255]
    np.save(tmp_path / "other.npy", labels)
    from napari_geofm.jobs.specs import SourceSpec

    taught(survey, model, sources=(SourceSpec(survey.file, tmp_path / "other.npy"),), overwrite=True)
    assert segmented(survey, model, tmp_path / "b.npy").output.read_bytes() != first


def test_the_survey_is_never_written_to(survey: TinySurvey, probe: Path) -> None:
    before = survey.file.read_bytes()
    with pytest.raises(OutputError, match="is the survey itself"):
        segmented(survey, probe, survey.file, overwrite=True)
    assert survey.file.read_bytes() == before
    assert left_beside(survey.file) == []


def test_a_result_tells_how_it_was_made(survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    segmented(survey, probe, tmp_path / "a.sgy")
    (sidecar,) = tmp_path.glob("*.json")
    told = json.loads(sidecar.read_text())
    assert told["survey"]["file"] == "tiny.sgy"
    assert told["model"] == "probe"
    assert {"model_fingerprint", "recipe", "classes", "program"} <= told.keys()


def test_a_result_tells_what_it_covers(survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    region = Region((("twt", 100.0, 200.0),))
    output = tmp_path / "a.zarr"
    segmented(survey, probe, output, region=region, along="crossline", confidence=tmp_path / "a-confidence.zarr")
    assert coverages(tmp_path, "probe") == [Coverage("crossline", region.limits)]
