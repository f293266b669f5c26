"""What a label file speaks of, and whether a model's labels were read from it."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.region import Region
from napari_geofm.core.section_place import SectionPlace
from napari_geofm.errors import AxisError
from napari_geofm.io.label_folder import LABELS
from napari_geofm.io.label_source import LabelSource, one_name
from napari_geofm.io.opening import open_survey
from napari_geofm.io.placed_section import PlacedSection
from tests.tiny import write_survey


def place_of(labels: Path, fingerprint: str = "f") -> SectionPlace:
    return SectionPlace(Path("s"), fingerprint, labels, "inline=1", 0.0, 1.0)


def test_a_whole_file_speaks_of_what_was_looked_at_and_a_picture_of_its_section(tmp_path: Path) -> None:
    survey = open_survey(write_survey(tmp_path).file, remembered=False)
    values = np.zeros(survey.shape, np.uint8)
    path = tmp_path / "strokes.npy"
    whole = LabelSource.of(path, values, survey, Region())
    assert whole.box == (slice(0, 6), slice(0, 96), slice(0, 96))
    assert (whole.labels, whole.fingerprint) == (path.resolve(), survey.fingerprint)
    some = Region.parse(["inline=1010:1030"])
    assert LabelSource.of(path, values, survey, some).box[0] == slice(1, 4)
    section = PlacedSection(survey.shape, 0, 2, values[2])
    assert LabelSource.of(path, section, survey, Region()).box == (slice(2, 3), slice(0, 96), slice(0, 96))
    outside = LabelSource.of(path, PlacedSection(survey.shape, 0, 5, values[5]), survey, some)
    assert outside.box[0].start >= outside.box[0].stop
    with pytest.raises(AxisError, match="holds nothing"):
        LabelSource.of(path, values, survey, Region.parse(["inline=1:2"]))


def test_one_file_has_many_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "survey.geofm" / "labels"
    folder.mkdir(parents=True)
    np.save(folder / LABELS, np.zeros(3, np.uint8))
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    names = [folder, folder.parent, tmp_path / "link", Path("link"), folder / ".." / "labels"]
    assert {one_name(name) for name in names} == {folder.resolve()}
    source = LabelSource(folder.resolve(), "f", ())
    assert all(source.says_all_of(place_of(name)) for name in names)
    assert not source.says_all_of(place_of(folder, "g"))
    assert not source.says_all_of(place_of(tmp_path / "other"))


def test_a_loop_of_links_and_a_name_too_long_are_other_files(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    source = LabelSource(tmp_path / "labels.npy", "f", ())
    for name in (tmp_path / "a", tmp_path / (1000 * "a"), Path("/a\0b")):
        assert not source.says_all_of(place_of(name))


@pytest.mark.parametrize("name", ["//host/share/labels.npy", r"\\host\share\labels.npy", "/dev/stdin"])
def test_a_share_that_a_model_names_is_not_asked_for(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    for method in ("resolve", "is_file", "is_dir", "stat", "exists"):
        monkeypatch.setattr(Path, method, lambda self, *_, **__: asked.append(self))
    assert not LabelSource(Path("/labels.npy"), "f", ()).says_all_of(place_of(Path(name)))
    assert LabelSource(Path(name), "f", ()).says_all_of(place_of(Path(name)))
    assert asked == []
