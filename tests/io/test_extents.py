from pathlib import Path

import numpy as np

from napari_geofm.core.labels import UNLABELLED, LabelSet
from napari_geofm.core.paging import Paging
from napari_geofm.io.extents import data_extents
from napari_geofm.io.label_folder import CLASSES, LABELS, ORIGINS, read_label_folder
from napari_geofm.jobs.naming import Renumbered


def test_what_was_written_lies_within_the_extents(tmp_path: Path) -> None:
    file = tmp_path / "sparse"
    with file.open("wb") as stream:
        stream.truncate(10_000_000)
        for place in (5_000, 7_654_321):
            stream.seek(place)
            stream.write(b"label")
    extents = list(data_extents(file, 100))
    for place in (4_900, 7_654_221):
        assert any(low <= place and place + 5 <= high for low, high in extents)
    assert all(0 <= low < high <= 9_999_900 for low, high in extents)
    (tmp_path / "empty").write_bytes(b"")
    assert list(data_extents(tmp_path / "empty")) == []


def test_pages_that_hold_labels_are_found_without_reading_the_others(tmp_path: Path) -> None:
    shape = (600, 9000)
    paging = Paging(shape, (600, 1000), 1)
    for name in (LABELS, ORIGINS):
        np.lib.format.open_memmap(tmp_path / name, mode="w+", dtype=np.uint8, shape=shape).flush()
    labels = np.load(tmp_path / LABELS, mmap_mode="r+")
    labels[3, 4500], labels[599, 8999], labels[100, 1999] = 1, 2, 1
    labels.flush()
    found = read_label_folder(tmp_path)
    assert found.labelled_pages(paging) == [1, 4, 8]
    whole = LabelSet(np.asarray(found.values[:]), found.classes)
    assert whole.labelled_pages(paging) == [1, 4, 8]
    assert not (tmp_path / CLASSES).exists()


def test_sections_that_nobody_wrote_to_are_not_read(tmp_path: Path) -> None:
    """Of a session's labels, also where they are learned by a model with other numbers."""
    shape = (40, 200, 100)
    for name in (LABELS, ORIGINS):
        np.lib.format.open_memmap(tmp_path / name, mode="w+", dtype=np.uint8, shape=shape).flush()
    values = np.load(tmp_path / LABELS, mmap_mode="r+")
    values[20, 3:5, 7] = 2
    values.flush()
    found = read_label_folder(tmp_path)
    numbers = np.full(256, UNLABELLED, np.uint8)
    numbers[1] = 5
    renumbered = LabelSet(Renumbered(found.values, numbers, "labels", 2), found.classes)
    for labels in (found, renumbered):
        assert labels.untouched(slice(5, 15))
        assert not labels.untouched(slice(15, 25))
        assert list(labels.labelled_slices(0)) == [(20, 2)]
        assert list(labels.labelled_slices(1)) == [(3, 1), (4, 1)]
    own = renumbered.values
    assert isinstance(own, Renumbered)
    runs = own.labelled_runs()
    assert runs is not None
    (drawn,) = (part[part != UNLABELLED] for _, part in runs if (part == 5).any())
    assert drawn.tolist() == [5, 5]
