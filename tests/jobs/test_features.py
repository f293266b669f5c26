from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.features import FeatureMap
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.region import At, Region
from napari_geofm.errors import CancelledError, OutputError
from napari_geofm.jobs import features, workbench
from napari_geofm.jobs.specs import FeatureResult, FeaturesSpec
from napari_geofm.jobs.workbench import Workbench
from tests.tiny import TinySurvey, quick, taught


def seen(survey: TinySurvey, number: int = 1000, **options: Any) -> FeatureResult:
    return LocalCompute().run(FeaturesSpec(survey.file, At("inline", number), **options))


def colours(found: FeatureResult) -> NDArray[np.uint8]:
    assert found.colours is not None
    return found.colours


@pytest.fixture
def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what this process holds, as a new one would; what is on disk stays."""
    monkeypatch.setattr(workbench, "_BENCHES", {})


@pytest.fixture
def own_folder(new_process: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GEOFM_CACHE", str(tmp_path / "own"))
    return tmp_path / "own"


def test_a_section_has_a_colour_for_each_token(tiny: Path, survey: TinySurvey) -> None:
    found = seen(survey)
    assert (found.shape, found.token_px) == ((96, 96), 14.0)
    assert colours(found).shape == (7, 7, 3)
    assert colours(found).dtype == np.uint8
    assert found.feature_map is None
    assert len(np.unique(colours(found).reshape(-1, 3), axis=0)) > 5


def test_full_precision_taps_come_past_the_cache(tiny: Path, survey: TinySurvey) -> None:
    found = seen(survey, exact=True, coloured=False)
    assert found.colours is None
    assert found.feature_map is not None
    assert list(found.feature_map.taps) == [3, 6, 9, 12]
    assert found.feature_map.image.shape == (3, 98, 98)
    for tap in found.feature_map.taps.values():
        assert tap.shape == (16, 7, 7)
        assert tap.dtype == np.float32
        assert (tap.astype(np.float16).astype(np.float32) != tap).any()


def test_the_basis_is_fitted_once_and_the_same_in_another_process(
    tiny: Path, survey: TinySurvey, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Progress] = []
    first = LocalCompute().run(FeaturesSpec(survey.file, At("inline", 1000)), heard.append)
    assert 3 <= sum("fitting colours" in progress.text for progress in heard) <= 5
    (kept,) = (own_folder / "bases").iterdir()
    written = kept.read_bytes()
    for forget in (False, True):
        if forget:
            monkeypatch.setattr(workbench, "_BENCHES", {})
        heard.clear()
        again = LocalCompute().run(FeaturesSpec(survey.file, At("inline", 1000)), heard.append)
        assert not any("fitting colours" in progress.text for progress in heard)
        np.testing.assert_array_equal(colours(again), colours(first))
    # Fitted anew it is the same to the byte, too: signs and stretch are fixed.
    kept.unlink()
    monkeypatch.setattr(workbench, "_BENCHES", {})
    np.testing.assert_array_equal(colours(seen(survey)), colours(first))
    assert kept.read_bytes() == written


@pytest.mark.parametrize("damage", ["cut", "empty", "garbage", "other"])
def test_a_damaged_basis_is_fitted_anew(
    tiny: Path, survey: TinySurvey, own_folder: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    first = colours(seen(survey))
    (kept,) = (own_folder / "bases").iterdir()
    whole = kept.read_bytes()
    if damage == "other":
        with kept.open("wb") as stream:
            np.savez(stream, mean=np.zeros(3))
    else:
        kept.write_bytes({"cut": whole[: len(whole) // 2], "empty": b"", "garbage": b"PK\x03\x04" * 9}[damage])
    monkeypatch.setattr(workbench, "_BENCHES", {})
    np.testing.assert_array_equal(colours(seen(survey)), first)
    assert kept.read_bytes() == whole


def test_a_colour_means_the_same_on_every_line(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    """A line that occurs twice is coloured the same both times, though its neighbours differ."""
    lines = np.stack([survey.sample.amplitude[place] for place in (0, 1, 2, 3, 4, 0, 5)])
    np.save(tmp_path / "lines.npy", lines)
    one, other = (LocalCompute().run(FeaturesSpec(tmp_path / "lines.npy", At("inline", number))) for number in (0, 5))
    np.testing.assert_array_equal(colours(one), colours(other))
    # Tokens of one projection have one colour on all lines, so the basis is not fitted line by line.
    third = LocalCompute().run(FeaturesSpec(tmp_path / "lines.npy", At("inline", 2)))
    assert (colours(third) != colours(one)).any()


def test_what_was_encoded_is_not_encoded_again(tiny: Path, survey: TinySurvey, monkeypatch: pytest.MonkeyPatch) -> None:
    from napari_geofm.nets.extract import Extractor

    first = colours(seen(survey, 1020))
    calls: list[object] = []
    encode = Extractor.encoding

    def counted(self: Extractor, picture: NDArray[np.float32]) -> Job[FeatureMap]:
        calls.append(picture)
        return encode(self, picture)

    monkeypatch.setattr(Extractor, "encoding", counted)
    np.testing.assert_array_equal(colours(seen(survey, 1020)), first)
    monkeypatch.setattr(workbench, "_BENCHES", {})
    np.testing.assert_array_equal(colours(seen(survey, 1020)), first)
    assert calls == []
    seen(survey, 1020, region=Region.parse(["twt=0:200"]))
    assert len(calls) == 1


def test_a_part_of_the_taps_is_taken_from_all(tiny: Path, survey: TinySurvey, own_folder: Path) -> None:
    """What a feature map cached serves a probe that looks at fewer taps, bit for bit."""
    bench, recipe = Workbench(), quick()
    picture = np.random.default_rng(0).random((40, 50)).astype(np.float32)
    few = bench.extractor(recipe, "cpu", "fp32")
    assert few.encoder.taps == (3, 6)
    alone = bench.features(few, picture, "alone")
    from napari_geofm.core.recipe import Recipe

    bench.features(bench.extractor(Recipe(), "cpu", "fp32"), picture, "both")
    few_of_all = bench.features(few, picture, "both")
    assert alone.tobytes() == np.ascontiguousarray(few_of_all).tobytes()


def test_an_encoder_without_an_identity_is_never_mistaken_for_another(tiny: Path, own_folder: Path) -> None:
    from napari_geofm.nets.extract import Extractor

    bench, picture = Workbench(), np.random.default_rng(0).random((40, 50)).astype(np.float32)
    known = bench.extractor(quick(), "cpu", "fp32")
    unknown = Extractor(known.encoder, known.recipe, known.device)
    other = Extractor(known.encoder, known.recipe, known.device, identity="other")
    first = bench.features(known, picture, "one")
    assert first.tobytes() == bench.features(unknown, picture, "one").tobytes()
    inverted = [bench.features(each, 1 - picture, "one") for each in (known, unknown, other)]
    assert inverted[0].tobytes() == first.tobytes()
    assert inverted[1].tobytes() == inverted[2].tobytes() != first.tobytes()


def test_models_have_colours_of_their_own(tiny: Path, survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    """A probe sees as the tuned encoder does; published, and adapted, it has a basis of its own."""
    lora = taught(survey, tmp_path / "lora", quick("lora", steps=2, adapter_rate=0.1)).output
    maps = {name: colours(seen(survey, model_folder=model)) for name, model in (("", None), ("p", probe), ("l", lora))}
    np.testing.assert_array_equal(maps[""], maps["p"])
    maps["published"] = colours(seen(survey, tuning=""))
    assert (maps[""] != maps["published"]).any()
    # Well stretched: a basis of other features would leave a map nearly black, white or gray.
    for found in maps.values():
        assert found.min() < 64
        assert found.max() > 192


def test_a_network_without_encoder_has_no_feature_map(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    unet = taught(survey, tmp_path / "unet", quick("full", "unet", steps=1, batch=1)).output
    with pytest.raises(OutputError, match="is a U-Net, which has no feature map"):
        seen(survey, model_folder=unet)


def test_a_fit_of_colours_can_be_cancelled(tiny: Path, survey: TinySurvey, own_folder: Path) -> None:
    control = Control()
    job = features.run(FeaturesSpec(survey.file, At("inline", 1000)), control)
    while "fitting colours" not in next(job).text:
        pass
    control.cancel()
    with pytest.raises(CancelledError):
        list(job)
    assert not (own_folder / "bases").exists()


def test_a_cache_that_cannot_be_written_costs_speed_only(
    tiny: Path, survey: TinySurvey, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = colours(seen(survey))
    (own_folder.parent / "file").touch()
    monkeypatch.setenv("GEOFM_CACHE", str(own_folder.parent / "file"))
    monkeypatch.setattr(workbench, "_BENCHES", {})
    np.testing.assert_array_equal(colours(seen(survey)), first)


@pytest.mark.parametrize("shape", [(40, 1500), (1100, 60), (1, 1), (5, 200)])
def test_images_of_every_shape_have_colours(tiny: Path, tmp_path: Path, shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).random(shape).astype(np.float32)
    np.save(tmp_path / "image.npy", picture)
    found = LocalCompute().run(FeaturesSpec(tmp_path / "image.npy"))
    assert colours(found).shape == (-(-shape[0] // 14), -(-shape[1] // 14), 3)


def test_a_dead_survey_is_gray_and_no_error(tiny: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "dead.npy", np.full((3, 30, 40), np.nan, np.float32))
    assert colours(LocalCompute().run(FeaturesSpec(tmp_path / "dead.npy", At("inline", 1)))).shape == (3, 3, 3)
