import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_geofm.errors import OutputError
from napari_geofm.io.score_plots import draw_along, draw_distributions, draw_overall


def test_distributions_of_any_kind_are_drawn_and_kept(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    values = {
        "PUP": np.clip(rng.normal(0.8, 0.05, 45), 0, 1).tolist(),
        "all alike": [0.5] * 7,
        "one": [0.3],
        "some unscored": [0.2, math.nan, 0.4],
        "none": [math.nan],
        "U-Net": np.clip(rng.normal(0.5, 0.2, 45), 0, 1).tolist(),
    }
    draw_distributions(tmp_path / "a.png", values, "facies")
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.height > 400
    with pytest.raises(OutputError, match="exists and is kept"):
        draw_distributions(tmp_path / "a.png", values, "facies")
    draw_distributions(tmp_path / "b.svg", {}, "nothing")
    assert (tmp_path / "b.svg").read_bytes().startswith(b"<?xml")


def test_scores_along_and_overall_are_drawn(tmp_path: Path) -> None:
    draw_along(
        tmp_path / "a.png", {"PUP": [0.7, 0.6], "U-Net": [0.5, math.nan]}, "facies", "lines from the last learned"
    )
    found = {"PUP": (0.68, 0.70), "U-Net": (0.5,), "failed": (math.nan,)}
    draw_overall(tmp_path / "b.png", found, {"PUP": 0.6885, "U-Net": 0.549}, "facies", "mIoU")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.png"]
