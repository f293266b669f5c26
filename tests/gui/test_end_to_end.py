"""A whole sitting at a real survey: real mouse, real worker, real encoder, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segyio
from PIL import Image
from safetensors.numpy import load_file

from tests.conftest import REPOSITORY

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.usefixtures("dinov2_weights")]


@pytest.fixture(scope="module")
def sitting(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("sitting")
    survey = shared_data / "seismic" / "penobscot"
    environment = os.environ | {
        "XDG_DATA_HOME": str(folder / "own"),
        "NAPARI_CONFIG": str(folder / "own" / "napari.yaml"),
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONWARNINGS": "ignore",
    }
    words = [
        survey / "penobscot_il1075-1090_int16.sgy",
        survey / "penobscot_il1075-1090_labels_uint8.npz",
        folder,
    ]
    ended = subprocess.run(
        [sys.executable, REPOSITORY / "tests" / "gui" / "sitting.py", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert "Traceback" not in ended.stderr
    return {"folder": folder, **json.loads(ended.stdout)}


def test_what_was_painted_on_one_line_is_found_on_another(sitting: dict[str, Any]) -> None:
    assert sitting["scored"] - sitting["stroked"] == 15
    assert sitting["probe"] > 0.6
    # Flat layers make place alone a good guess: the network has to know more than that.
    assert sitting["probe"] > sitting["position"] + 0.05


def test_stepping_there_shows_the_same_as_going_there(sitting: dict[str, Any]) -> None:
    assert sitting["stepped_to_the_same"]


def test_a_fine_tune_changed_the_adapter(sitting: dict[str, Any]) -> None:
    adapter = load_file(Path(sitting["lora_model"]) / "adapter.safetensors")
    # The linear decoder reads the sixth block: nothing behind it has anything to learn.
    read = [name for name in adapter if "lora_B" in name and int(name.split("blocks.")[1].split(".")[0]) < 6]
    assert len(read) == 12
    assert all(np.abs(adapter[name]).max() > 0 for name in read)


def test_the_segy_taken_home_is_the_layer(sitting: dict[str, Any]) -> None:
    folder = sitting["folder"]
    layer = np.load(sitting["layer"]).astype(int)
    with segyio.open(folder / "prediction.sgy") as taken, segyio.open(folder / "survey.sgy") as survey:
        line = taken.iline[sitting["scored"]].T
        assert np.array_equal(line, np.where(layer == 0, -1, layer - 1))
        assert taken.header[100] == survey.header[100]
        assert bytes(taken.text[0]) == bytes(survey.text[0])


def test_no_torch_in_the_viewer(sitting: dict[str, Any]) -> None:
    assert sitting["torch"] == []


def test_pictures_show_something(sitting: dict[str, Any]) -> None:
    assert len(sitting["pictures"]) >= 8
    for name in sitting["pictures"]:
        with Image.open(sitting["folder"] / name) as picture:
            assert picture.size == (1366, 768)
            # The canvas, which is in the middle.
            assert np.asarray(picture.convert("L"))[200:600, 400:1000].std() > 10, name
