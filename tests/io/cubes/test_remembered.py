from pathlib import Path

from napari_geofm.io.cubes.reading import AxisNumbers, Reading
from napari_geofm.io.cubes.remembered import recall, remember
from napari_geofm.io.opening import open_survey
from tests.io.cubes.build import WHOLE, zarr_group

AXES = {"inline": AxisNumbers(1000, 2), "crossline": AxisNumbers(values=(1.0, 2.0))}
RAW = Reading(WHOLE.shape, "float32", axes=AXES)


def test_the_answer_holds_for_the_file_and_for_like_ones(tmp_path: Path, own_memory: Path) -> None:
    for name in ("a.dat", "b.dat", "c.raw"):
        (tmp_path / name).write_bytes(WHOLE.tobytes())
    remember(tmp_path / "a.dat", RAW)
    assert recall(tmp_path / "a.dat") == RAW
    assert recall(tmp_path / "b.dat") == RAW
    assert recall(tmp_path / "c.raw") == Reading()
    (tmp_path / "b.dat").write_bytes(b"of another size")
    assert recall(tmp_path / "b.dat") == Reading()
    assert [each.name for each in own_memory.rglob("*.json")] == ["volumes.json"]


def test_what_was_said_opens_the_file_by_its_name_alone(tmp_path: Path) -> None:
    (tmp_path / "a.dat").write_bytes(WHOLE.tobytes())
    remember(tmp_path / "a.dat", Reading(WHOLE.shape, "float32"))
    assert open_survey(tmp_path / "a.dat").shape == WHOLE.shape
    path = zarr_group(tmp_path / "b.zarr", WHOLE, ("", "", ""), {})
    remember(path, Reading(dims=("twt", "inline", "crossline")))
    assert open_survey(path).shape == (6, 7, 5)


def test_a_damaged_memory_is_an_empty_one(tmp_path: Path, own_memory: Path) -> None:
    (tmp_path / "a.dat").write_bytes(WHOLE.tobytes())
    remember(tmp_path / "a.dat", RAW)
    file = next(own_memory.rglob("volumes.json"))
    for text in ("{", "[1]", '[{"path": "a", "like": "", "reading": {"shape": ["x"]}}]'):
        file.write_text(text, encoding="utf-8")
        assert recall(tmp_path / "a.dat") == Reading()
    remember(tmp_path / "a.dat", RAW)
    assert recall(tmp_path / "a.dat") == RAW
