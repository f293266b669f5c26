"""``geofm doctor`` with the real encoder, in the worker that the viewer uses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from napari_geofm.cli.checkup import CHECKS


@pytest.mark.slow
@pytest.mark.weights
def test_this_machine_is_healthy(dinov2_weights: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "napari_geofm", "doctor", "--device", "cpu", "--json"],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    data = json.loads(done.stdout)
    assert data["healthy"] is True
    outcomes = {finding["check"]: finding["outcome"] for finding in data["findings"]}
    assert outcomes.pop("CPU and GPU agree") == "not run"
    assert set(outcomes.values()) == {"ok"}


@pytest.mark.slow
@pytest.mark.weights
def test_the_gpu_is_healthy(dinov2_weights: Path) -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip(f"no CUDA device here: not run on a GPU are {', '.join(CHECKS)}")
    done = subprocess.run(
        [sys.executable, "-m", "napari_geofm", "doctor", "--gpu"],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not run" not in done.stdout
