"""The same rock, recorded differently."""

import dataclasses

import numpy as np
import pytest
import torch

from tools.recording import Recording


def section() -> torch.Tensor:
    """Return layers with a broad spectrum, a little dipping."""
    rng = np.random.default_rng(0)
    trace = rng.standard_normal(300)
    rows = np.arange(120)[:, None] + np.arange(160)[None] // 8
    return torch.from_numpy(trace[rows].astype(np.float32))


def energy(found: torch.Tensor, low: float, high: float) -> float:
    """Return the share of the energy between two frequencies, cycles per sample, down the traces."""
    power = torch.fft.rfft(found, dim=0).abs().square().sum(1)
    frequency = torch.fft.rfftfreq(found.shape[0])
    return float(power[(frequency >= low) & (frequency < high)].sum() / power.sum())


def test_nothing_asked_for_changes_nothing() -> None:
    before = section()
    torch.testing.assert_close(Recording().of(before, np.random.default_rng(1)), before)


@pytest.mark.parametrize(
    ("recording", "low", "high"),
    [(Recording(high_cut=0.15), 0.25, 0.51), (Recording(low_cut=0.03), 0.0, 0.01), (Recording(tilt=-1.0), 0.2, 0.51)],
)
def test_a_band_is_cut(recording: Recording, low: float, high: float) -> None:
    before = section()
    assert energy(recording.of(before, np.random.default_rng(1)), low, high) < 0.5 * energy(before, low, high)


def test_a_quarter_turn_of_the_phase_leaves_the_spectrum_and_twice_turns_the_polarity() -> None:
    before, rng = section() - section().mean(), np.random.default_rng(1)
    turned = Recording(phase=np.pi / 2).of(before, rng)
    correlation = float((turned * before).mean() / before.square().mean())
    assert abs(correlation) < 0.1
    inner = slice(20, -20)
    twice = Recording(phase=np.pi / 2).of(turned, rng)
    assert float((twice * before)[inner].mean() / before[inner].square().mean()) < -0.8


def test_mixing_smooths_across_and_not_down() -> None:
    before = section()
    found = Recording(mixing=2.0).of(before, np.random.default_rng(1))
    across = [float(torch.fft.rfft(each, dim=1).abs().square()[:, 40:].sum()) for each in (before, found)]
    assert across[1] < 0.2 * across[0]
    assert found.diff(dim=0).abs().mean() > 0.5 * before.diff(dim=0).abs().mean()


@pytest.mark.parametrize("part", ["uneven", "coherent"])
def test_gain_and_noise_are_of_each_section(part: str) -> None:
    recording, before = dataclasses.replace(Recording(), **{part: 0.5}), section()
    first, second = (recording.of(before, np.random.default_rng(seed)) for seed in (1, 2))
    assert not torch.allclose(first, second, atol=0.05)
    for found in (first, second):
        assert float((found * before).mean() / before.square().mean()) > 0.6


def test_every_drawn_recording_keeps_shape_and_spread_and_is_finite() -> None:
    rng, before = np.random.default_rng(3), section()
    for _ in range(50):
        found = Recording.draw(rng).of(before, rng)
        assert found.shape == before.shape
        assert torch.isfinite(found).all()
        torch.testing.assert_close(found.std(), before.std(), rtol=1e-3, atol=0)
