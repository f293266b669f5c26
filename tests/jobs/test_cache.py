import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from napari_geofm.jobs.cache import FeatureCache, cache_key

FEATURES = arrays(np.float32, array_shapes(min_dims=3, max_dims=3, max_side=4), elements=st.floats(-6e4, 6e4, width=32))


def map_of(seed: int, channels: int = 8) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(channels, 5, 10)).astype(np.float32)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*"))


def stored(cache: FeatureCache, key: str, seed: int) -> NDArray[np.float16]:
    """Put a map, and wait until the disk has it."""
    found = cache.put(key, map_of(seed))
    cache.settle()
    return found


@given(FEATURES)
def test_a_hit_in_memory_equals_a_miss_bit_for_bit(features: NDArray[np.float32]) -> None:
    cache = FeatureCache(None)
    miss = cache.put("a", features)
    hit = cache.get("a")
    assert hit is not None
    assert miss.dtype == hit.dtype == np.float16
    assert miss.tobytes() == hit.tobytes()


def test_a_hit_on_disk_equals_a_miss_bit_for_bit(tmp_path: Path) -> None:
    key = cache_key(picture="inline=5", taps=(3, 6))
    miss = stored(FeatureCache(tmp_path), key, 0)
    hit = FeatureCache(tmp_path).get(key)
    assert hit is not None
    assert (hit.shape, hit.tobytes()) == (miss.shape, miss.tobytes())
    assert FeatureCache(tmp_path).get(cache_key(picture="inline=6", taps=(3, 6))) is None


def test_keys_tell_everything_apart() -> None:
    parts: list[dict[str, object]] = [
        {"picture": "a", "taps": (3, 6)},
        {"picture": "a", "taps": (3, 9)},
        {"picture": "b", "taps": (3, 6)},
        {"picture": "a", "taps": (3, 6), "device": "cpu"},
        {},
    ]
    assert len({cache_key(**part) for part in parts}) == 5
    assert cache_key(a=1, b=2) == cache_key(b=2, a=1)


@pytest.mark.parametrize(
    "damage", ["empty", "cut", "garbage", "huge", "other type", "pickle", "broken header", "folder"]
)
def test_a_damaged_file_is_a_miss_and_is_mended(tmp_path: Path, damage: str) -> None:
    stored(FeatureCache(tmp_path), "ab", 0)
    (file,) = files(tmp_path)
    whole = file.read_bytes()
    match damage:
        case "empty":
            file.write_bytes(b"")
        case "cut":
            file.write_bytes(whole[:-7])
        case "garbage":
            file.write_bytes(os.urandom(300))
        case "huge":
            file.write_bytes(whole.replace(b"(8, 5, 10)", b"(8, 5, 10" + b"0" * 12 + b")")[: len(whole)])
        case "other type":
            with file.open("wb") as stream:
                np.save(stream, map_of(0))
        case "pickle":
            with file.open("wb") as stream:
                np.save(stream, np.array([{}], object), allow_pickle=True)
        case "broken header":
            file.write_bytes(whole.replace(b"(8, 5, 10)", b'(8, 5, """'))
        case _:
            file.unlink()
            file.mkdir()
    cache = FeatureCache(tmp_path)
    assert cache.get("ab") is None
    again = stored(cache, "ab", 0)
    held = cache.get("ab")
    assert held is not None
    assert held.tobytes() == again.tobytes()
    if damage != "folder":
        assert FeatureCache(tmp_path).get("ab") is not None


def test_memory_lets_go_of_what_was_not_used_for_longest() -> None:
    cache = FeatureCache(None, memory_mb=2.5 * map_of(0).size * 2 / 1e6)
    for number in (0, 1):
        cache.put(str(number), map_of(number))
    assert cache.get("0") is not None
    cache.put("2", map_of(2))
    assert [cache.get(str(number)) is not None for number in range(3)] == [True, False, True]
    cache.put("large", map_of(3, channels=100))
    assert [cache.get(name) is not None for name in ("0", "2", "large")] == [False, False, True]


def test_the_same_key_counts_once() -> None:
    cache = FeatureCache(None, memory_mb=2.5 * map_of(0).size * 2 / 1e6)
    cache.put("a", map_of(0))
    for _ in range(10):
        cache.put("b", map_of(1))
    assert cache.get("a") is not None


def test_the_disk_is_trimmed_to_its_limit_oldest_first(tmp_path: Path) -> None:
    one = map_of(0).size * 2 + 128
    cache = FeatureCache(tmp_path, disk_gb=4.5 * one / 1e9)
    for number in range(8):
        stored(cache, f"{number:02d}", number)
        file = tmp_path / f"{number:02d}" / f"{number:02d}.npy"
        if file.exists():
            os.utime(file, (1000 + number, 1000 + number))
    assert sum(file.stat().st_size for file in files(tmp_path)) <= 4.5 * one
    assert [file.stem for file in files(tmp_path)] == ["04", "05", "06", "07"]


def test_what_is_read_is_not_trimmed_next(tmp_path: Path) -> None:
    for number in range(3):
        stored(FeatureCache(tmp_path), f"{number:02d}", number)
        os.utime(tmp_path / f"{number:02d}" / f"{number:02d}.npy", (1000 + number, 1000 + number))
    one = map_of(0).size * 2 + 128
    cache = FeatureCache(tmp_path, disk_gb=3.5 * one / 1e9)
    assert cache.get("00") is not None
    stored(cache, "03", 3)
    assert [file.stem for file in files(tmp_path)] == ["00", "02", "03"]


def test_a_folder_that_cannot_be_written_costs_speed_only(tmp_path: Path) -> None:
    # A file where the folder should be: refused to root as well.
    (tmp_path / "features").write_text("in the way")
    cache = FeatureCache(tmp_path / "features")
    miss = stored(cache, "ab", 0)
    held = cache.get("ab")
    assert held is not None
    assert held.tobytes() == miss.tobytes()
    assert (tmp_path / "features").read_text() == "in the way"


def test_a_full_disk_costs_speed_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    cache = FeatureCache(tmp_path)
    stored(cache, "ab", 0)
    assert cache.get("ab") is not None
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_forgetting_drops_memory_and_disk(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path)
    cache.put("ab", map_of(0))
    cache.forget()
    assert cache.get("ab") is None
    assert files(tmp_path) == []
