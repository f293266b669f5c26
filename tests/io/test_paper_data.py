from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.paper_tasks import NETWORKS, PUBLISHED, TASKS
from napari_geofm.errors import FormatError, GeoFMError, SourceError
from napari_geofm.io.paper_data import PaperPictures, find_task_folder, read_split
from tests.paper_miniature import COUNTS, SHAPES, picture_of, small_tasks, write_miniature


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    with small_tasks():
        yield write_miniature(tmp_path / "data")


@pytest.mark.parametrize("name", SHAPES)
def test_every_task_is_found_and_read_picture_by_picture(data: Path, name: str) -> None:
    task = TASKS[name]
    folder = find_task_folder(data, task)
    assert folder == data / task.folders[0]
    for split, count in COUNTS.items():
        pictures = read_split(folder, task, split)
        assert (len(pictures), pictures.numbers) == (count, tuple(range(count)))
        image, labels = picture_of(task, 1 + 100 * (split == "valid"))
        np.testing.assert_allclose(pictures[1].picture, image / 255, atol=1e-6)
        np.testing.assert_array_equal(pictures[1].labels, labels)
        assert pictures[1].name == f"{split}/1"
        assert [each.name for each in pictures[1:]] == [f"{split}/{number}" for number in range(1, count)]
        assert isinstance(pictures[:2], PaperPictures)


def test_the_tasks_are_those_of_the_paper() -> None:
    """Tables S1 and S2, spot by spot."""
    assert {name: (task.learned, task.tested) for name, task in TASKS.items()} == {
        "facies": (250, 45), "salt": (3000, 1000), "crater": (1000, 199), "das": (115, 28), "fault": (1081, 269),
    }  # fmt: skip
    assert TASKS["facies"].shape == (1006, 782)
    assert PUBLISHED["miou"]["fault", "mla"] == 0.7613
    assert PUBLISHED["miou"]["das", "dpt"] == 0.8672
    assert PUBLISHED["mpa"]["facies", "unet"] == 0.7693
    assert len(PUBLISHED["mpa"]) == len(TASKS) * (len(NETWORKS) - 1)


def test_the_data_may_lie_deeper_and_be_named_otherwise(data: Path, tmp_path: Path) -> None:
    (data / "deepFault").rename(data / "deepfault")
    (tmp_path / "above").mkdir()
    data.rename(tmp_path / "above" / "data")
    assert find_task_folder(tmp_path / "above", TASKS["fault"]).name == "deepfault"
    assert find_task_folder(tmp_path / "above" / "data" / "das", TASKS["das"]).name == "das"


def test_a_value_that_is_none_is_neither_fed_nor_scored(data: Path) -> None:
    task = TASKS["das"]
    file = data / "das" / "train" / "image" / "0.dat"
    values = np.fromfile(file, "<f4")
    values[:5] = np.nan
    values.tofile(file)
    example = read_split(data / "das", task, "train")[0]
    assert (example.labels[0, :5] == 255).all()
    assert (example.picture[0, :5] == 0.5).all()
    assert (example.labels != 255).sum() == example.labels.size - 5


def test_what_does_not_fit_is_said_in_one_line(data: Path) -> None:
    task, train = TASKS["das"], data / "das" / "train"
    cases: list[tuple[str, type[GeoFMError], str]] = []

    def told(kind: type[GeoFMError], words: str) -> None:
        with pytest.raises(kind, match=words) as caught:
            read_split(find_task_folder(data, task), task, "train")[0]
        assert "\n" not in str(caught.value)
        cases.append((words, kind, str(caught.value)))

    labels = (train / "label" / "0.dat").read_bytes()
    (train / "label" / "0.dat").write_bytes(b"\x02" + labels[1:])
    told(FormatError, "0.dat holds class 2; das has 0 to 1")
    (train / "label" / "0.dat").write_bytes(labels[:-1])
    told(FormatError, "has 675 bytes, not the 676 of 26 x 26")
    (train / "label" / "0.dat").unlink()
    told(SourceError, "image has 0.dat and .*label has not")
    for file in (train / "label").iterdir():
        file.unlink()
    told(SourceError, "holds no files named 0.dat")
    (train / "label").rmdir()
    told(SourceError, "label is not there; das lies in das/train")
    (data / "das").rename(data / "something")
    told(SourceError, "has no folder das with train and valid in it; give the data's folder, or add --fetch")
    assert len(cases) == 6
