"""The labels that a model's folder keeps: the same back, and one line for a file that is none of this program's."""

import io
import json
import math
import os
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_geofm.core.region import At, Region
from napari_geofm.core.section_place import SectionPlace
from napari_geofm.errors import ModelError
from napari_geofm.io.kept_labels import FORMAT, KEPT, KeptSection, fitting, pack_kept, read_kept


def section_of(at: str = "inline=1010", *, matrix: bool = True) -> KeptSection:
    rng = np.random.default_rng(0)
    labels = rng.choice(np.array([0, 1, 2, 255], np.uint8), (40, 50))
    human = (labels != 255) & (rng.random(labels.shape) < 0.5)
    place = SectionPlace(
        Path("/d/ü.sgy"), "f" * 32, Path("/d/l.npy"), at, -1.5, 2.5, Region((("twt", 0.0, 9.0),)), "{}"
    )
    counts = np.arange(9).reshape(3, 3) if matrix else None
    return KeptSection(place, labels, human, human & (rng.random(labels.shape) < 0.5), counts, apart=not matrix)


def packed(folder: Path, **changes: Any) -> Path:
    """Write a section, with changes to what is said of it, and arrays in place of its own."""
    with np.load(io.BytesIO(pack_kept([section_of()]))) as arrays:
        held = dict(arrays)
    about = json.loads(held["about"].tobytes())
    arrays = {name: value for name, value in changes.items() if isinstance(value, np.ndarray)}
    about["format"] = changes.pop("format", FORMAT)
    about["sections"][0] |= {name: value for name, value in changes.items() if name not in arrays}
    held |= {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)} | arrays
    np.savez(folder / KEPT, **held)
    return folder


def test_what_is_kept_is_what_was_learned(tmp_path: Path) -> None:
    sections = [section_of(), section_of("whole", matrix=False)]
    (tmp_path / KEPT).write_bytes(pack_kept(sections))
    found = read_kept(tmp_path, 3)
    assert found is not None
    for one, other in zip(found, sections, strict=True):
        assert (one.place, one.apart) == (other.place, other.apart)
        for name in ("labels", "human", "held"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    np.testing.assert_array_equal(found[0].matrix, sections[0].matrix)
    assert found[1].matrix is None
    assert (found[0].place.where, found[1].place.where) == (At("inline", 1010.0), At())
    assert pack_kept(sections) == pack_kept(sections)


def test_paths_of_bytes_that_are_no_utf_8_come_back(tmp_path: Path) -> None:
    name = os.fsdecode(b"/d/d\xe9 \xc3\xbc.sgy")
    kept = replace(section_of(), place=replace(section_of().place, file=Path(name), labels=Path(name)))
    (tmp_path / KEPT).write_bytes(pack_kept([kept]))
    found = read_kept(tmp_path, 3)
    assert found is not None
    assert found[0].place == kept.place
    assert os.fsencode(found[0].place.file) == b"/d/d\xe9 \xc3\xbc.sgy"


def test_strokes_pack_into_little(tmp_path: Path) -> None:
    labels = np.full((700, 900), 255, np.uint8)
    labels[100:110, 200:400] = 1
    drawn = labels != 255
    kept = KeptSection(section_of().place, labels, drawn, drawn)
    assert len(pack_kept([kept] * 20)) < 20 * 5_000


def test_a_model_that_keeps_none(tmp_path: Path) -> None:
    assert read_kept(tmp_path, 3) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"labels_0": np.full((40, 50), 7, np.uint8)},
        {"labels_0": np.zeros((40, 51), np.uint8)},
        {"labels_0": np.zeros((40, 50), np.int64)},
        {"labels_0": np.array([{"a": 1}], object)},
        {"matrix": [[1]]},
        {"matrix": [[-1] * 3] * 3},
        {"at": "nowhere"},
        {"low": 2.5},
        {"low": float("nan")},
        {"region": [["twt"]]},
        {"format": "new"},
    ],
)
def test_a_damaged_or_hostile_file_is_one_line(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match="is damaged; remove it to go on") as caught:
        read_kept(packed(tmp_path, **changes), 3)
    assert "\n" not in str(caught.value)


def test_a_newer_format_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=f"format {FORMAT + 1}, newer than this program's"):
        read_kept(packed(tmp_path, format=FORMAT + 1), 3)


def test_no_archive_and_a_link(tmp_path: Path) -> None:
    (tmp_path / KEPT).write_text("no archive")
    with pytest.raises(ModelError, match="damaged"):
        read_kept(tmp_path, 3)
    (tmp_path / KEPT).unlink()
    (tmp_path / "elsewhere.npz").write_bytes(pack_kept([section_of()]))
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / KEPT).symlink_to(tmp_path / "elsewhere.npz")
    with pytest.raises(ModelError, match="leads elsewhere"):
        read_kept(folder, 3)


def of_size(side: int) -> KeptSection:
    """Return a section that packs into next to nothing."""
    labels, drawn = np.zeros((side, side), np.uint8), np.ones((side, side), bool)
    return KeptSection(section_of().place, labels, drawn, ~drawn)


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same file is read where it may be so large, so it is refused for its size and for nothing else."""
    (tmp_path / KEPT).write_bytes(pack_kept([of_size(3000)]))
    assert (tmp_path / KEPT).stat().st_size < 100_000
    assert read_kept(tmp_path, 3) is not None
    monkeypatch.setattr("napari_geofm.io.kept_labels.MOST_BYTES", 10_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(ModelError, match="is damaged; remove it"):
            read_kept(tmp_path, 3)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def npy(shape: tuple[int, ...], data: bytes = b"", descr: str = "|u1") -> bytes:
    """Return an array's file that says it is of a shape, whatever it holds."""
    into = io.BytesIO()
    np.lib.format.write_array_header_1_0(into, {"descr": descr, "fortran_order": False, "shape": shape})
    return into.getvalue() + data


@pytest.mark.parametrize("shape", [(10**8, 10**7), (10**5, 10**5), (-1, 40), ()])
def test_a_shape_without_its_bytes_takes_no_memory(tmp_path: Path, shape: tuple[int, ...]) -> None:
    with zipfile.ZipFile(io.BytesIO(pack_kept([section_of()]))) as sound, zipfile.ZipFile(tmp_path / KEPT, "w") as made:
        for name in sound.namelist():
            made.writestr(name, npy(shape, bytes(2000)) if name == "labels_0.npy" else sound.read(name))
    tracemalloc.start()
    try:
        with pytest.raises(ModelError, match="is damaged; remove it"):
            read_kept(tmp_path, 3)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("changes", [{"format": math.inf}, {"matrix": [[10**30] * 3] * 3}, {"low": 10**400}])
def test_numbers_beyond_numbers_are_one_line(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match="is damaged; remove it"):
        read_kept(packed(tmp_path, **changes), 3)


def test_a_json_too_deep_is_one_line(tmp_path: Path) -> None:
    np.savez(tmp_path / KEPT, about=np.frombuffer(b"[" * 200_000, np.uint8))
    with pytest.raises(ModelError, match="is damaged; remove it"):
        read_kept(tmp_path, 3)


@pytest.mark.parametrize("way", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("spoilt", [False, True])
def test_members_that_numpy_would_not_pack_so_are_not_unpacked(tmp_path: Path, way: int, spoilt: bool) -> None:
    sound = zipfile.ZipFile(io.BytesIO(pack_kept([section_of()])))
    with sound, zipfile.ZipFile(tmp_path / KEPT, "w", way) as made:
        for name in sound.namelist():
            made.writestr(name, sound.read(name))
    if spoilt:
        held = bytearray((tmp_path / KEPT).read_bytes())
        held[60:90] = bytes(30)
        (tmp_path / KEPT).write_bytes(held)
    with pytest.raises(ModelError, match="is damaged; remove it"):
        read_kept(tmp_path, 3)


def test_an_encrypted_member_is_one_line(tmp_path: Path) -> None:
    held = bytearray(pack_kept([section_of()]))
    held[held.index(b"PK\x03\x04") + 6] |= 1
    held[held.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / KEPT).write_bytes(held)
    with pytest.raises(ModelError, match="is damaged; remove it"):
        read_kept(tmp_path, 3)


def test_of_more_labels_than_can_be_read_again_as_many_are_kept_as_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sections = [replace(section_of(), place=replace(section_of().place, at=f"inline={n}")) for n in range(100)]
    assert fitting(sections) == tuple(sections)
    assert fitting([]) == ()
    monkeypatch.setattr("napari_geofm.io.kept_labels.MOST_BYTES", 300_000)
    kept = fitting(sections)
    places = [int(each.place.at.partition("=")[2]) for each in kept]
    assert 40 < len(kept) < 60  # of 6.5 kB each
    assert (places[0], places[-1]) == (0, 99)
    assert set(np.diff(places)) <= {1, 2, 3}
    (tmp_path / KEPT).write_bytes(pack_kept(kept))
    found = read_kept(tmp_path, 3)
    assert found is not None
    assert len(found) == len(kept)
    monkeypatch.setattr("napari_geofm.io.kept_labels.MOST_BYTES", 5000)
    assert fitting(sections) == ()
