"""The tool that tunes the encoder learns, and writes what the program reads."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.tiny import tiny_dino
from tools import tune_encoder


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """Return the weights of a small encoder that stands for DINOv2 meanwhile."""
    with tiny_dino(tmp_path) as weights:
        yield weights


def tuned(output: Path, monkeypatch: pytest.MonkeyPatch, *words: object) -> Path:
    monkeypatch.setattr(sys, "argv", ["tune_encoder", "--output", str(output), *map(str, words)])
    tune_encoder.main()
    return output


def test_it_changes_the_encoder_and_can_be_repeated_and_gone_on_with(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napari_geofm.core.recipe import Recipe
    from napari_geofm.nets.encoder import build_encoder
    from napari_geofm.nets.tuning import tune

    words = ("--steps", 2, "--surveys", 1, "--side", 8, "--rate", 1e-2)
    first = tuned(tmp_path / "a/tuning.safetensors", monkeypatch, *words)
    assert first.read_bytes() == tuned(tmp_path / "b/tuning.safetensors", monkeypatch, *words).read_bytes()
    encoder = build_encoder(Recipe.for_method("probe").encoder.name, taps=(3, 6))
    picture = torch.rand(1, 1, 56, 56)
    with torch.inference_mode():
        before = encoder(picture)[-1]
        tune(encoder.vit, encoder.spec, first)
        assert not torch.allclose(encoder(picture)[-1], before)
    on = tuned(tmp_path / "c/tuning.safetensors", monkeypatch, *words, "--start", first)
    assert on.read_bytes() != first.read_bytes()


def test_a_task_has_strokes_on_one_section_and_asks_of_another() -> None:
    tasks = tune_encoder.Tasks(tune_encoder.Surveys(1), 8, seed=0)
    for _ in range(3):
        task = tasks.draw()
        assert task.pictures.shape == (2, 112, 112)
        assert ((task.pictures >= 0) & (task.pictures <= 1)).all()
        torch.testing.assert_close(task.shares.sum(1), torch.ones(2, 8, 8))
        numbers = task.shares[0].argmax(0).flatten()[task.strokes]
        assert len(np.unique(numbers.numpy())) >= 2
        assert (task.shares[0].max(0).values.flatten()[task.strokes] > tune_encoder.PURE).all()
