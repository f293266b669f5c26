"""Geological settings drawn at random: structure, wavelet, noise, and what each unit looks like.

A network that has seen many of them cannot learn what a salt body or a channel of one style looks like; it has to learn
what tells any two kinds of reflections apart (domain randomisation, Tobin and others 2017).
"""

import dataclasses

import numpy as np

from napari_geofm.samples.styles import FACIES, SALT, STYLES, Facies, Setting, Style

__all__ = ["draw_setting"]


def draw_setting(rng: np.random.Generator, *, known_facies: bool = False) -> Setting:
    """Draw a setting.

    Parameters
    ----------
    rng
        Decides.
    known_facies
        Whether the units look as those of ``FACIES`` do, in a structure of its own.
    """
    style = _style(rng)
    facies = tuple(_facies(rng, place) for place in range(len(FACIES)))
    return Setting(style, FACIES if known_facies else facies)


def _style(rng: np.random.Generator) -> Style:
    gentle, folded = STYLES["shelf"], STYLES["foldbelt"]
    between = gentle.fold + (folded.fold - gentle.fold) * rng.uniform(-0.3, 1.3)
    thickness = rng.dirichlet(np.full(len(gentle.thickness), 6.0)) * rng.uniform(0.8, 0.95)
    relief = np.sort(rng.uniform(0.1, 1.3, len(gentle.relief)))
    shallow = float(rng.uniform(25, 70))
    return Style(
        thickness=tuple(thickness.tolist()),
        relief=tuple(relief.tolist()),
        fold=abs(float(between)),
        fold_lines=(float(rng.uniform(90, 200)), float(rng.uniform(250, 500))),
        asymmetry=float(rng.uniform(0, 1)),
        dip=float(rng.uniform(-0.08, 0.08)),
        variation=float(rng.uniform(0.2, 0.5)),
        n_faults=int(rng.integers(0, 14)),
        throw=float(rng.uniform(0.02, 0.11)),
        reverse=bool(rng.random() < 0.5),
        salt_crest=float(rng.uniform(0.2, 0.8)),
        salt_across=float(rng.uniform(15, 80)),
        salt_along=float(rng.uniform(60, 150)),
        salt_kind="diapir" if rng.random() < 0.5 else "pillow",
        hertz=(shallow, shallow * float(rng.uniform(0.5, 0.9))),
        phase_degrees=float(rng.uniform(-90, 90)),
        noise=float(rng.uniform(0.05, 0.5)),
    )


def _facies(rng: np.random.Generator, place: int) -> Facies:
    plain = FACIES[place]
    salt = place == SALT
    return dataclasses.replace(
        plain,
        impedance=float(rng.uniform(1.2, 1.5)) if salt else plain.impedance * _about(rng, 0.06),
        contrast=plain.contrast * _about(rng, 0.4) if salt else _between(rng, 0.012, 0.28),
        bed_ms=_between(rng, 8, 36),
        reach=_between(rng, 4, 80),
        shared=float(rng.uniform(0, 0.8)) if rng.random() < 0.7 else 0.0,
        wave_ms=_between(rng, 1.5, 44),
        wave_lines=_between(rng, 8, 60),
        wave_depth_ms=_between(rng, 36, 400),
    )


def _about(rng: np.random.Generator, deviation: float) -> float:
    return float(np.exp(rng.normal(0, deviation)))


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    """Return a number between two, evenly on a logarithmic scale."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
