"""The tools that train the zoo's models: what they show, what is true of it, and that a model comes out."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.labels import UNLABELLED
from napari_geofm.io.models import read_model
from napari_geofm.io.zoo import ABOUT, ZooModel, check_files
from tests.tiny import tiny_dino
from tools import crater_pictures, train_craters, train_das_events
from tools.crater_lessons import MoonSplit, judged_pictures, learned_pictures
from tools.crater_pictures import BACKGROUND, CRATER, RIM, Discs, drawn, moon_part, synthetic_pictures
from tools.das_noise import Noise, read_noise
from tools.das_wavefields import NOISE, P, S, Wavefields


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """Return the weights of a small encoder that stands for DINOv2 meanwhile."""
    with tiny_dino(tmp_path) as weights:
        yield weights


@pytest.fixture
def maps(tmp_path: Path) -> Path:
    """Return a map of a plain with one hole, and the catalogues, which tell of it and of one elsewhere."""
    from PIL import Image

    lon, lat = np.meshgrid(np.arange(2880) / 16 - 180 + 1 / 32, 90 - np.arange(2880) / 16 - 1 / 32)
    away = np.hypot((lon + 100) * np.cos(np.deg2rad(40)), lat - 40) * crater_pictures.KM_PER_DEGREE
    folder = tmp_path / "maps"
    folder.mkdir()
    Image.fromarray(np.where(away < 100, 60, 180).astype(np.uint8)).save(folder / crater_pictures.MAP, quality=95)
    (folder / "HeadCraters_west.csv").write_text("Lon,Lat,Diam_km\n-100,40,200\n-20,10,50\n")
    (folder / "LROCCraters_west.csv").write_text(",Diameter (km),Long,Lat\n0,12,-101,41\n")
    return folder


def discs(*each: tuple[float, float, float]) -> Discs:
    rows, columns, radii = np.array(each, np.float64).T
    return Discs(rows, columns, radii, radii)


def test_a_crater_lies_where_the_map_shows_it(maps: Path) -> None:
    part = moon_part(maps, -110.0, -90.0)
    assert part.elevation.shape == (1920, 320)
    assert part.diameters_km.tolist() == [200.0, 12.0]
    large = Discs(*(values[:1] for values in (part.discs.row, part.discs.column, part.discs.down, part.discs.across)))
    distance = np.hypot(
        (np.arange(1920)[:, None] - large.row) / large.down, (np.arange(320)[None] - large.column) / large.across
    )
    dark = part.elevation < 120
    assert dark[distance < 0.98].all()
    assert not dark[distance > 1.02].any()


def test_labels_have_floors_rims_and_leave_the_smallest_open() -> None:
    labels = drawn((64, 64), discs((30, 30, 16), (30, 24, 4), (50, 55, 2), (8, 55, 1)), rim=True)
    assert labels[30, 38] == CRATER
    # The crest is the rim's middle; the smaller crater lies over the larger one.
    assert labels[30, 46] == labels[30, 45] == labels[30, 47] == RIM
    assert (labels[30, 24], labels[30, 28]) == (CRATER, RIM)
    assert labels[50, 55] == UNLABELLED
    assert labels[8, 55] == labels[0, 0] == BACKGROUND
    plain = drawn((64, 64), discs((30, 30, 16)), rim=False)
    assert set(np.unique(plain)) == {BACKGROUND, CRATER}
    assert plain.sum() == pytest.approx(np.pi * 16**2, rel=0.02)


def test_what_is_larger_or_finer_keeps_its_place() -> None:
    grown = discs((10, 20, 6)).scaled(2)
    assert (grown.row[0], grown.column[0], grown.down[0]) == (20.5, 40.5, 12)
    rng = np.random.default_rng(0)
    one, two = synthetic_pictures(2, 96, rng, rim=True)
    assert one.values.shape == two.labels.shape == (96, 96)
    assert {CRATER, RIM} <= set(np.unique(two.labels))


SPLIT = MoonSplit(west=-104.0, east=-97.0, judged_west=-100.0, judged_south=38.0, latitude=48.0)
"""The middle of the hole lies in what decides, half of it in what is learned."""


def test_the_moon_is_shown_as_elevation_worn_and_in_the_light(maps: Path) -> None:
    shown = learned_pictures(SPLIT.part(maps), SPLIT, np.random.default_rng(0), rim=True)
    assert len({each.name for each in shown}) == len(shown) == 14
    for each in shown:
        assert each.values.shape == each.labels.shape
        assert np.isfinite(each.values).all()
    plain, worn = (next(each for each in shown if each.name == name) for name in ("moon elevation x1 0", "moon worn 0"))
    assert np.ptp(worn.values) < 0.5 * np.ptp(plain.values)
    np.testing.assert_array_equal(worn.labels, plain.labels)


def test_what_decides_is_hidden_from_what_is_learned(maps: Path) -> None:
    part = SPLIT.part(maps)
    elevation, lit = judged_pictures(part, SPLIT, rim=True)
    assert elevation.values.shape == (160, 48)
    assert lit.values.shape == lit.labels.shape
    np.testing.assert_array_equal(elevation.values, part.elevation[:160, 64:])
    learned = learned_pictures(part, SPLIT, np.random.default_rng(0), rim=True)[0]
    assert (learned.labels[:160, 64:] == UNLABELLED).all()
    assert np.ptp(learned.values[:160, 64:]) == 0
    np.testing.assert_array_equal(learned.values[161:], part.elevation[161:])


def test_the_crater_model_is_made_by_one_command(
    tiny: Path, maps: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_craters, "SPLIT", SPLIT)
    words = ["--maps", maps, "--steps", 1, "--synthetic", 1, "--zoom", 0.5, "--taps", 1, 2]
    models = []
    for name in ("a", "b"):
        output = tmp_path / name
        monkeypatch.setattr(sys, "argv", ["train_craters", "--output", str(output), *map(str, words)])
        train_craters.main()
        models.append(read_model(output))
    first, second = models
    assert first.recipe.classes.names == ("background", "crater", "rim")
    assert first.recipe.sources[0].name == crater_pictures.MAP
    assert first.fingerprint == second.fingerprint
    assert {file.name for file in first.path.iterdir()} == {
        "recipe.toml", "card.md", "head.safetensors", "adapter.safetensors", ABOUT,
    }  # fmt: skip
    check_files(ZooModel.read(first.path))


def test_an_arrival_begins_where_its_class_does() -> None:
    rng = np.random.default_rng(3)
    for _ in range(12):
        noise = 1e-6 * rng.standard_normal((60, 300))
        made = Wavefields(60, 300, rng)
        found = made.over(noise)
        assert found.signal.shape == found.classes.shape == (60, 300)
        assert set(np.unique(found.classes)) <= {0, 1, 2, 3, 4, UNLABELLED}


def test_p_comes_before_s() -> None:
    rng, both = np.random.default_rng(1), 0
    for _ in range(20):
        classes = Wavefields(80, 400, rng).over(rng.standard_normal((80, 400))).classes
        for channel in classes:
            if (channel == P).any() and (channel == S).any():
                both += 1
                assert np.argmax(channel == P) < np.argmax(channel == S)
    assert both > 20


def test_noise_has_the_size_that_is_asked_for_and_holds_no_event() -> None:
    rng = np.random.default_rng(0)
    noise = Noise((rng.standard_normal((50, 120)), rng.standard_normal((12, 900))))
    for _ in range(8):
        window = noise.window(70, 200, rng)
        assert window.shape == (70, 200)
        assert np.isfinite(window).all()
        assert window.std() > 0.3
    assert NOISE == 0


def test_the_model_of_events_is_made_by_one_command(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napari_geofm.samples.das import DasSampleSpec, make_das, write_das

    folder = tmp_path / "recordings"
    folder.mkdir()
    write_das(make_das(DasSampleSpec(channels=64, samples=200)), folder / "gdr_1.h5")
    assert len(read_noise(folder, learned=False).recordings) == 1
    monkeypatch.setattr(train_das_events, "CHANNELS", 48)
    monkeypatch.setattr(train_das_events, "SAMPLES", 96)
    output = tmp_path / "m"
    words = ["--noise", folder, "--output", output, "--steps", 1, "--recordings", 3, "--crop", 4, "--taps", 1, 2]
    monkeypatch.setattr(sys, "argv", ["train_das_events", *map(str, words)])
    train_das_events.main()
    model = read_model(output)
    assert model.recipe.processing.chain == train_das_events.CHAIN
    assert model.recipe.classes.names[1] == "P wave"
    assert [source.name for source in model.recipe.sources] == ["gdr_1.h5", "synthetic wavefields"]
