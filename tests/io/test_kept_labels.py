"""The labels that a model's folder keeps: the same back, and one line for a file that is none of this program's."""

import io
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_geofm.core.region import At, Region
from napari_geofm.core.section_place import SectionPlace
from napari_geofm.errors import ModelError
from napari_geofm.io.kept_labels import FORMAT, KEPT, KeptSection, pack_kept, read_kept


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
    name = os.fsdecode(b"/d/caf\xe9 \xc3\xbc.sgy")
    kept = replace(section_of(), place=replace(section_of().place, file=Path(name), labels=Path(name)))
    (tmp_path / KEPT).write_bytes(pack_kept([kept]))
    found = read_kept(tmp_path, 3)
    assert found is not None
    assert found[0].place == kept.place
    assert os.fsencode(found[0].place.file) == b"/d/caf\xe9 \xc3\xbc.sgy"


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


def test_no_archive_a_link_and_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
    (folder / KEPT).unlink()
    monkeypatch.setattr("napari_geofm.io.kept_labels.MOST_BYTES", 1000)
    with zipfile.ZipFile(folder / KEPT, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("about.npy", bytes(2000))
    with pytest.raises(ModelError, match="damaged"):
        read_kept(folder, 3)
