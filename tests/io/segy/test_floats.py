"""Floats that are not what the header says are told; those that are, never."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_geofm.io.segy import SegyOptions, read_segy
from napari_geofm.io.segy.floats import mistaken_float
from napari_geofm.io.segy.formats import format_named
from tests.io.segy.build import Trace, write

RANDOM = np.random.default_rng(0)
HONEST = {
    "amplitudes": RANDOM.laplace(size=5000) * 1e4,
    "small amplitudes": RANDOM.normal(size=5000) * 1e-6,
    "whole numbers": RANDOM.integers(-128, 128, 5000),
    "velocities": RANDOM.uniform(1500, 6000, 5000),
    "one octave and a half": RANDOM.uniform(2.5, 8.0, 5000),
    "probabilities": RANDOM.random(5000),
    "classes": RANDOM.integers(0, 6, 5000),
    "constant": np.full(5000, 7.0),
    "zeros": np.zeros(5000),
}


def stored(values: NDArray[np.generic], word: str, order: str) -> NDArray[np.generic]:
    return np.frombuffer(format_named(word).encode(values.astype(np.float32), order).tobytes(), f"{order}u4")


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("name", HONEST)
def test_honest_floats_are_believed(name: str, order: str) -> None:
    assert mistaken_float(stored(HONEST[name], "ibm", order), "ibm") is None
    assert mistaken_float(stored(HONEST[name], "ieee", order), "f4") is None


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("name", ["amplitudes", "small amplitudes"])
def test_amplitudes_give_themselves_away(name: str, order: str) -> None:
    assert mistaken_float(stored(HONEST[name], "ieee", order), "ibm") == "ieee"
    assert mistaken_float(stored(HONEST[name], "ibm", order), "f4") == "ibm"


def test_a_few_samples_prove_nothing() -> None:
    assert mistaken_float(stored(HONEST["amplitudes"][:500], "ieee", ">"), "ibm") is None


@pytest.mark.parametrize(("said", "code", "word"), [(1, 5, "ieee"), (5, 1, "ibm")])
def test_the_note_names_the_remedy_and_the_remedy_helps(tmp_path: Path, said: int, code: int, word: str) -> None:
    values = RANDOM.normal(size=(4, 5, 400)).astype(np.float32)
    traces = [Trace(values[i, j], {189: i, 193: j}) for i in range(4) for j in range(5)]
    path = write(tmp_path / "a.sgy", traces, code=code, binary={3225: ("h", said)})
    notes = [note for note in read_segy(path).odd if "samples look like" in note]
    assert len(notes) == 1
    assert f"--sample-format {word}" in notes[0]
    survey = read_segy(path, SegyOptions(sample_format=word))
    assert np.allclose(survey.data.values, values, rtol=1e-6)
    assert not any("look like" in note for note in survey.odd)
