from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_geofm.core.classes import ClassTable
from napari_geofm.errors import LabelError, SourceError
from napari_geofm.io.scored_pair import read_scored_pair


def test_a_prediction_may_hold_classes_that_the_truth_lacks(tmp_path: Path) -> None:
    np.save(tmp_path / "t.npy", np.array([[0, 1]], np.uint8))
    np.save(tmp_path / "p.npy", np.array([[0, 5]], np.uint8))
    truth, prediction = read_scored_pair(tmp_path / "t.npy", tmp_path / "p.npy")
    assert np.asarray(prediction.values[:]).tolist() == [[0, 5]]
    assert len(truth.classes) == len(prediction.classes) == 6


def test_colours_keep_their_numbers_where_one_is_absent(tmp_path: Path) -> None:
    red, green, blue = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    Image.fromarray(np.array([[blue, red]], np.uint8)).save(tmp_path / "t.png")  # no green
    palette = Image.fromarray(np.array([[2, 1]], np.uint8), mode="P")
    palette.putpalette([*red, *green, *blue])
    palette.save(tmp_path / "p.png")
    truth, prediction = read_scored_pair(tmp_path / "t.png", tmp_path / "p.png")
    assert np.asarray(truth.values[:]).tolist() == [[2, 0]]
    assert np.asarray(prediction.values[:]).tolist() == [[2, 1]]
    Image.fromarray(np.array([[blue, green]], np.uint8)).save(tmp_path / "q.png")
    truth, prediction = read_scored_pair(tmp_path / "t.png", tmp_path / "q.png")
    assert truth.classes.names == ("#0000ff", "#00ff00", "#ff0000")
    assert np.asarray(truth.values[:]).tolist() == [[0, 2]]
    assert np.asarray(prediction.values[:]).tolist() == [[0, 1]]


def test_a_table_has_the_last_word(tmp_path: Path) -> None:
    Image.fromarray(np.array([[(0, 0, 255)]], np.uint8)).save(tmp_path / "t.png")
    np.save(tmp_path / "p.npy", np.array([[1]], np.uint8))
    table = ClassTable.named(["salt", "sand"], ["#ff0000", "#0000ff"])
    truth, prediction = read_scored_pair(tmp_path / "t.png", tmp_path / "p.npy", table)
    assert np.asarray(truth.values[:]).tolist() == np.asarray(prediction.values[:]).tolist() == [[1]]
    np.save(tmp_path / "q.npy", np.array([[2]], np.uint8))
    with pytest.raises(LabelError, match="holds class 2, but there are 2 classes"):
        read_scored_pair(tmp_path / "t.png", tmp_path / "q.npy", table)
    with pytest.raises(SourceError, match="check the path"):
        read_scored_pair(tmp_path / "none.png", tmp_path / "p.npy")
