from pathlib import Path

import numpy as np
import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.progress import Control, Progress
from napari_geofm.core.region import At
from napari_geofm.errors import CancelledError, UsageError
from napari_geofm.io.arrays import read_array
from napari_geofm.jobs import viewing, workbench
from napari_geofm.jobs.specs import FeaturesSpec, SegmentSpec, Where
from napari_geofm.jobs.view_specs import DeviceSpec, PredictionSpec, SimilaritySpec
from napari_geofm.jobs.workbench import Workbench
from tests.tiny import DEAD, TinySurvey, quick, taught


@pytest.fixture
def own_bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A process and a cache that hold nothing."""
    monkeypatch.setattr(workbench, "_BENCHES", {})
    monkeypatch.setenv("GEOFM_CACHE", str(tmp_path / "own"))


def test_a_section_on_screen_is_predicted_as_in_the_volume(survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    at = At("inline", 1000 + 10 * DEAD[0])
    with LocalCompute() as compute:
        compute.run(FeaturesSpec(survey.file, at))
        seen = compute.run(PredictionSpec(survey.file, at, probe))
        compute.run(SegmentSpec(survey.file, probe, tmp_path / "all.npy", confidence=tmp_path / "sure.npy"))
    volume, sure = (np.asarray(read_array(tmp_path / name)[DEAD[0]]).T for name in ("all.npy", "sure.npy"))
    np.testing.assert_array_equal(seen.classes, volume)
    np.testing.assert_allclose(seen.confidence, sure, atol=1e-3)
    assert (seen.classes[:, DEAD[1]] == UNLABELLED).all()
    assert np.isnan(seen.confidence[:, DEAD[1]]).all()
    assert seen.at == at


def test_the_device_is_told_in_words(tiny: Path) -> None:
    with LocalCompute() as compute:
        found = compute.run(DeviceSpec())
    assert found.device
    assert found.free_gb > 0
    assert "sha256" in found.weights


def encodings(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list that grows with each section that is encoded."""
    from napari_geofm.nets.extract import Extractor

    found: list[object] = []
    encode = Extractor.encoding
    monkeypatch.setattr(Extractor, "encoding", lambda self, picture: found.append(picture) or encode(self, picture))
    return found


def test_a_section_on_screen_is_encoded_once(
    tiny: Path, survey: TinySurvey, probe: Path, own_bench: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Map, similarity and the probe's answer share one encoding, and a hit equals a miss bit for bit."""
    at = At("inline", 1030)
    compute = LocalCompute()
    alone = compute.run(PredictionSpec(survey.file, at, probe))
    near = compute.run(SimilaritySpec(survey.file, at, 10, 10))
    monkeypatch.setattr(workbench, "_BENCHES", {})
    monkeypatch.setenv("GEOFM_CACHE", str(survey.file.parent / "another cache"))
    encoded = encodings(monkeypatch)
    compute.run(FeaturesSpec(survey.file, at, provisional=True))
    shared = compute.run(PredictionSpec(survey.file, at, probe))
    again = compute.run(SimilaritySpec(survey.file, at, 10, 10))
    compute.run(FeaturesSpec(survey.file, at, model_folder=probe, provisional=True))
    assert len(encoded) == 1
    assert shared.classes.tobytes() == alone.classes.tobytes()
    assert shared.confidence.tobytes() == alone.confidence.tobytes()
    assert again.similarity.tobytes() == near.similarity.tobytes()


def test_probes_share_one_network(tiny: Path, survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    """A live probe is a new model after each stroke: the encoder is not built anew for it."""
    bench = Workbench()
    other = taught(survey, tmp_path / "other", quick(steps=2)).output
    where = Where()
    assert bench.predictor(probe, where).net.vit is bench.predictor(other, where).net.vit


def test_what_another_model_said_is_remembered(
    tiny: Path, survey: TinySurvey, lora: Path, own_bench: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napari_geofm.nets.predictor import DecoderPredictor

    at, compute = At("inline", 1030), LocalCompute()
    first = compute.run(PredictionSpec(survey.file, at, lora))
    kept = first.classes.copy()
    first.classes[:] = 7  # whoever asked may write into it
    monkeypatch.setattr(DecoderPredictor, "_window", None)
    np.testing.assert_array_equal(compute.run(PredictionSpec(survey.file, at, lora)).classes, kept)


@pytest.mark.parametrize("method", ["probe", "lora"])
def test_a_prediction_is_cancelled_within_the_network(
    tiny: Path, survey: TinySurvey, own_bench: None, request: pytest.FixtureRequest, method: str
) -> None:
    looks = 0

    def cancelled() -> bool:
        nonlocal looks
        looks += 1
        return looks == 5

    job = viewing.predict(
        PredictionSpec(survey.file, At("inline", 1000), request.getfixturevalue(method)), Control(cancelled)
    )
    with pytest.raises(CancelledError):
        list(job)
    assert looks == 5
    # The next one is answered as if nothing had been.
    assert LocalCompute().run(PredictionSpec(survey.file, At("inline", 1000), request.getfixturevalue(method))).names


def test_similar_is_what_the_token_is(tiny: Path, survey: TinySurvey) -> None:
    at = At("inline", 1000 + 10 * DEAD[0])
    found = LocalCompute().run(SimilaritySpec(survey.file, at, 50, 60, tap=12))
    assert found.token == (3, 4)
    assert found.similarity.shape == (96, 96)
    assert found.similarity.dtype == np.float32
    assert np.isnan(found.similarity[:, DEAD[1]]).all()
    assert np.nanmax(found.similarity) <= 1 + 1e-5
    assert np.nanmin(found.similarity) >= -1 - 1e-5
    assert found.similarity[3 * 14 + 7, 4 * 14 + 7] > 0.9
    taps = LocalCompute().run(FeaturesSpec(survey.file, at, exact=True, coloured=False)).feature_map
    assert taps is not None
    tokens = taps.taps[12].astype(np.float64)
    tokens -= tokens.mean(axis=(1, 2), keepdims=True)
    one, other = tokens[:, 3, 4], tokens[:, 0, 1]
    expected = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    # Between the middles of tokens it is interpolated; in the middle of one of an even number, nearly its own.
    assert found.similarity[6:8, 20:22].mean() == pytest.approx(expected, abs=0.08)


def test_the_same_is_looked_for_on_another_section(tiny: Path, survey: TinySurvey) -> None:
    here, there = At("inline", 1000), At("inline", 1030)
    compute = LocalCompute()
    asked = compute.run(SimilaritySpec(survey.file, here, 50, 60))
    assert np.linalg.norm(asked.direction) == pytest.approx(1)
    same = compute.run(SimilaritySpec(survey.file, here, direction=asked.direction))
    assert same.token is None
    np.testing.assert_allclose(same.similarity, asked.similarity, atol=1e-5)
    other = compute.run(SimilaritySpec(survey.file, there, direction=asked.direction))
    assert other.at == there
    assert other.direction == pytest.approx(asked.direction)
    # Which of its own places that is most like does not change with who asks.
    row, column = np.unravel_index(int(np.nanargmax(other.similarity)), other.similarity.shape)
    back = compute.run(SimilaritySpec(survey.file, there, int(row), int(column)))
    assert np.dot(back.direction, asked.direction) == pytest.approx(np.nanmax(other.similarity), abs=0.1)
    with pytest.raises(UsageError, match="Direction of 3 numbers"):
        compute.run(SimilaritySpec(survey.file, there, direction=(1.0, 0.0, 0.0)))


@pytest.mark.parametrize("place", [(-1, 0), (0, 96), (96, 0)])
def test_a_place_that_is_not_on_the_section_is_refused(tiny: Path, survey: TinySurvey, place: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match="is not on inline=1000"):
        LocalCompute().run(SimilaritySpec(survey.file, At("inline", 1000), *place))


def test_the_last_token_reaches_the_edge(tiny: Path, survey: TinySurvey) -> None:
    assert LocalCompute().run(SimilaritySpec(survey.file, At("inline", 1000), 95, 95)).token == (6, 6)


def test_a_large_section_tells_how_much_is_done_and_leaves_nothing_on_the_network(
    tiny: Path, survey: TinySurvey, lora: Path, own_bench: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two parts the network may serve another, whose cancel is not this one's."""
    from napari_geofm.core.windows import Window
    from napari_geofm.nets import predictor

    monkeypatch.setattr(predictor, "plan_tokens", lambda grid, _: [Window(0, 0, *grid)] * 3)
    net = workbench.workbench().predictor(lora, Where()).net
    told: list[tuple[float, float]] = []
    left: list[int] = []

    def report(news: Progress) -> None:
        told.append((news.done, news.total))
        left.append(sum(len(part._forward_pre_hooks) for part in net.modules()))

    LocalCompute().run(PredictionSpec(survey.file, At("inline", 1030), lora), report)
    assert told[-3:] == [(0, 3), (1, 3), (2, 3)]
    assert not any(left)
