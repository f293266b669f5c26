"""What the synthetic seismic is made of: the facies, and the geological styles in which they are laid down."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["FACIES", "SALT", "STREAMS", "STYLES", "Facies", "Setting", "Style"]


@dataclass(frozen=True, slots=True)
class Facies:
    """How one unit looks on seismic data.

    Parameters
    ----------
    name
        For legends and class lists.
    impedance
        Mean acoustic impedance, relative to 1.
    contrast
        Standard deviation of the logarithm of the beds' impedance: the strength of the reflections within.
    bed_ms
        Mean bed thickness in ms of two-way time.
    reach
        Distance in lines over which a bed keeps its character: the continuity of the reflections.
    shared
        Part of the beds' variance that is the same everywhere, 0..1.
    wave_ms, wave_lines, wave_depth_ms
        Height, length and vertical reach of the waves in the bedding: hummocks, or the disorder of a slide.
    """

    name: str
    impedance: float
    contrast: float
    bed_ms: float
    reach: float
    shared: float
    wave_ms: float
    wave_lines: float
    wave_depth_ms: float


FACIES = (
    Facies("parallel drape", 0.90, 0.060, 10.0, 60.0, 0.65, 2.0, 60.0, 400.0),
    Facies("channel complex", 1.00, 0.130, 17.0, 9.0, 0.10, 12.0, 14.0, 60.0),
    Facies("clinoforms", 0.96, 0.150, 15.0, 45.0, 0.50, 3.0, 40.0, 200.0),
    Facies("mass transport", 1.01, 0.240, 13.0, 4.0, 0.00, 44.0, 8.0, 36.0),
    Facies("transparent shale", 0.93, 0.012, 16.0, 50.0, 0.50, 2.0, 50.0, 300.0),
    Facies("strong parallel", 1.08, 0.160, 20.0, 70.0, 0.75, 2.0, 60.0, 400.0),
    Facies("basement", 1.18, 0.260, 24.0, 8.0, 0.00, 40.0, 18.0, 90.0),
    Facies("salt", 1.38, 0.030, 18.0, 4.0, 0.00, 40.0, 9.0, 50.0),
)
"""The classes of the truth: the position in this tuple is the class number; from top to bottom, then salt."""

SALT = 7
"""Class number of the salt."""


@dataclass(frozen=True, slots=True)
class Style:
    """The geological setting of a synthetic survey; lengths in time are fractions of the record's length.

    Parameters
    ----------
    thickness
        Mean thickness of the units above the basement, from top to bottom.
    relief
        How much of the fold each unit's base takes part in; a jump makes an angular unconformity.
    fold, fold_lines
        Standard deviation of the folds, and their shortest and longest wavelength in lines.
    asymmetry
        0: sinusoidal folds; 1: tight anticlines between broad synclines.
    dip
        Regional dip, per 100 lines.
    variation
        Standard deviation of the logarithm of a unit's thickness.
    n_faults, throw, reverse
        Number of faults, their largest throw, and whether they shorten the section.
    salt_crest, salt_across, salt_along, salt_kind
        Two-way time of the salt's crest, half its width and length in lines, and its shape.
    hertz, phase_degrees
        Central frequency of the wavelet at the top and the bottom of the record, and its constant phase.
    noise
        Standard deviation of the noise over that of the signal.
    salt_bodies
        Number of salt bodies, spread over the survey.
    salt_overhang
        By how much of its width a diapir's head is wider than its stem.
    withdrawal
        Part of its depth by which a layer has sunk where the salt has gone into the bodies around: 0 for no minibasins.
    """

    thickness: tuple[float, ...]
    relief: tuple[float, ...]
    fold: float
    fold_lines: tuple[float, float]
    asymmetry: float
    dip: float
    variation: float
    n_faults: int
    throw: float
    reverse: bool
    salt_crest: float
    salt_across: float
    salt_along: float
    salt_kind: Literal["diapir", "pillow"]
    hertz: tuple[float, float]
    phase_degrees: float
    noise: float
    salt_bodies: int = 1
    salt_overhang: float = 0.45
    withdrawal: float = 0.0


@dataclass(frozen=True, slots=True)
class Setting:
    """A style of its own, with facies that look as nowhere else.

    Parameters
    ----------
    style
        The geology.
    facies
        As many as ``FACIES``, in their order; the last is the salt.
    """

    style: Style
    facies: tuple[Facies, ...] = FACIES


STYLES = {
    "shelf": Style(
        thickness=(0.15, 0.12, 0.19, 0.13, 0.13, 0.15),
        relief=(0.25, 0.35, 0.45, 0.55, 1.10, 1.15),
        fold=0.055,
        fold_lines=(180.0, 440.0),
        asymmetry=0.2,
        dip=0.045,
        variation=0.32,
        n_faults=9,
        throw=0.075,
        reverse=False,
        salt_crest=0.38,
        salt_across=36.0,
        salt_along=110.0,
        salt_kind="diapir",
        hertz=(46.0, 30.0),
        phase_degrees=0.0,
        noise=0.16,
    ),
    "foldbelt": Style(
        thickness=(0.13, 0.13, 0.15, 0.14, 0.16, 0.14),
        relief=(0.45, 0.60, 0.75, 0.85, 1.15, 1.20),
        fold=0.105,
        fold_lines=(130.0, 280.0),
        asymmetry=0.9,
        dip=-0.03,
        variation=0.32,
        n_faults=8,
        throw=0.085,
        reverse=True,
        salt_crest=0.60,
        salt_across=60.0,
        salt_along=90.0,
        salt_kind="pillow",
        hertz=(40.0, 25.0),
        phase_degrees=35.0,
        noise=0.22,
    ),
    "minibasins": Style(
        thickness=(0.12, 0.15, 0.11, 0.17, 0.16, 0.12),
        relief=(0.10, 0.15, 0.20, 0.25, 0.40, 0.45),
        fold=0.035,
        fold_lines=(220.0, 500.0),
        asymmetry=0.5,
        dip=0.015,
        variation=0.45,
        n_faults=16,
        throw=0.055,
        reverse=False,
        salt_crest=0.26,
        salt_across=20.0,
        salt_along=46.0,
        salt_kind="diapir",
        hertz=(34.0, 22.0),
        phase_degrees=-70.0,
        noise=0.30,
        salt_bodies=7,
        salt_overhang=0.75,
        withdrawal=0.26,
    ),
}
"""The styles by name: develop on the first two, test on the last."""

STREAMS = {"shelf": 0, "foldbelt": 1, "": 2, "minibasins": 3}
"""Stream of random numbers of each style, and of settings without a name; another style leaves earlier ones alone."""
