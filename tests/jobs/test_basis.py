"""Colours at once, replaced once, and alike before and after an adaptation."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.region import At
from napari_geofm.errors import OutputError, UsageError
from napari_geofm.io.models import read_model, write_model
from napari_geofm.jobs import workbench
from napari_geofm.jobs.specs import FeatureResult, FeaturesSpec
from napari_geofm.jobs.view_specs import BasisResult, BasisSpec
from tests.tiny import TinySurvey, quick, taught


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A process and a cache that hold nothing."""
    monkeypatch.setattr(workbench, "_BENCHES", {})
    monkeypatch.setenv("GEOFM_CACHE", str(tmp_path / "own"))
    return tmp_path / "own" / "bases"


def at_once(survey: TinySurvey, number: int, model: Path | None = None, tap: int | None = None) -> FeatureResult:
    return LocalCompute().run(
        FeaturesSpec(survey.file, At("inline", number), model_folder=model, tap=tap, provisional=True)
    )


def colours(found: FeatureResult) -> NDArray[np.uint8]:
    assert found.colours is not None
    return found.colours


def changed_much(model: Path, output: Path) -> Path:
    """Write the same model with an adapter that turns everything over."""
    kept, random = read_model(model), np.random.default_rng(0)
    adapter = {name: random.normal(size=value.shape).astype(np.float32) for name, value in kept.adapter.items()}
    write_model(output, kept.recipe, "", adapter, kept.head)
    return output


def test_the_first_map_waits_for_no_other_section(
    tiny: Path, survey: TinySurvey, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napari_geofm.nets.extract import Extractor

    pictures: list[object] = []
    encode = Extractor.encoding
    monkeypatch.setattr(Extractor, "encoding", lambda self, picture: pictures.append(picture) or encode(self, picture))
    found = at_once(survey, 1010)
    assert (found.provisional, found.tap, len(pictures)) == (True, 6, 1)
    assert not fresh.exists()
    # Stretched to itself, the section takes up the whole range of colours.
    assert colours(found).min() == 0
    assert colours(found).max() == 255


def test_provisional_colours_stay_until_the_surveys_replace_them_once(
    tiny: Path, survey: TinySurvey, fresh: Path
) -> None:
    first = at_once(survey, 1000)
    other = at_once(survey, 1040)
    assert other.provisional
    np.testing.assert_array_equal(colours(at_once(survey, 1000)), colours(first))
    assert LocalCompute().run(BasisSpec(survey.file)) == BasisResult(6, fitted=True)
    final = at_once(survey, 1000)
    assert not final.provisional
    assert (colours(final) != colours(first)).any()
    assert LocalCompute().run(BasisSpec(survey.file)) == BasisResult(6, fitted=False)
    # What the command line gives, which never was provisional.
    exact = LocalCompute().run(FeaturesSpec(survey.file, At("inline", 1000)))
    assert not exact.provisional
    np.testing.assert_array_equal(colours(exact), colours(final))


def test_colours_of_the_command_line_do_not_depend_on_what_was_seen_before(
    tiny: Path, survey: TinySurvey, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = colours(LocalCompute().run(FeaturesSpec(survey.file, At("inline", 1000))))
    written = {file.name: file.read_bytes() for file in fresh.iterdir()}
    for file in fresh.iterdir():
        file.unlink()
    monkeypatch.setattr(workbench, "_BENCHES", {})
    for number in (1050, 1000, 1020):
        at_once(survey, number)
    again = colours(LocalCompute().run(FeaturesSpec(survey.file, At("inline", 1000))))
    np.testing.assert_array_equal(again, alone)
    assert {file.name: file.read_bytes() for file in fresh.iterdir()} == written


def test_an_adapted_model_keeps_the_colours_of_what_it_left_as_it_was(
    tiny: Path, survey: TinySurvey, fresh: Path, tmp_path: Path
) -> None:
    """LoRA with a rate near zero changes nothing to speak of: before and after look the same; and tell apart if not."""
    still = taught(survey, tmp_path / "still", quick("lora", steps=1, adapter_rate=1e-7)).output
    wild = changed_much(still, tmp_path / "wild")
    compute = LocalCompute()
    for model in (None, still, wild):
        compute.run(BasisSpec(survey.file, model, tap=6))
    before = colours(at_once(survey, 1020, tap=6)).astype(int)
    after, changed = (at_once(survey, 1020, model) for model in (still, wild))
    assert after.tap == changed.tap == 6
    assert not after.provisional
    np.testing.assert_allclose(colours(after), before, atol=3)
    assert np.abs(colours(changed) - before).mean() > 3 * np.abs(colours(after) - before).mean()


def test_provisional_colours_of_an_adapted_model_are_likened_too(
    tiny: Path, survey: TinySurvey, fresh: Path, tmp_path: Path
) -> None:
    still = taught(survey, tmp_path / "still", quick("lora", steps=1, adapter_rate=1e-7)).output
    before, after = at_once(survey, 1020, tap=6), at_once(survey, 1020, still)
    assert before.provisional
    assert after.provisional
    np.testing.assert_allclose(colours(after).astype(int), colours(before), atol=3)


def test_other_blocks_can_be_looked_at(tiny: Path, survey: TinySurvey, probe: Path) -> None:
    whole = at_once(survey, 1020)
    maps = {tap: at_once(survey, 1020, tap=tap) for tap in (3, 5, 12)}
    assert {tap: found.tap for tap, found in maps.items()} == {3: 3, 5: 5, 12: 12}
    assert whole.tap == 6
    assert (colours(maps[12]) != colours(whole)).any()
    assert (colours(maps[3]) != colours(maps[5])).any()
    # A probe sees as the encoder does, at its own block.
    np.testing.assert_array_equal(colours(at_once(survey, 1020, probe)), colours(whole))
    with pytest.raises(UsageError, match="Block 13 is none of the encoder's; choose one from 1 to 12"):
        at_once(survey, 1020, tap=13)


def test_a_model_without_encoder_has_no_colours(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    unet = taught(survey, tmp_path / "unet", quick("full", "unet", steps=1, batch=1)).output
    with pytest.raises(OutputError, match="U-Net"):
        LocalCompute().run(BasisSpec(survey.file, unet))
