from pathlib import Path

import numpy as np

from napari_geofm.core.labels import LabelSet
from napari_geofm.core.paging import Paging
from napari_geofm.io.extents import data_extents
from napari_geofm.io.label_folder import CLASSES, LABELS, ORIGINS, read_label_folder


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
