"""How an interpreter likes to see a survey."""

import dataclasses
from dataclasses import dataclass
from typing import Any

__all__ = ["SessionSettings"]

LIMITS = {"percent": (50.0, 100.0), "exaggeration": (0.001, 1000.0), "brush": (1.0, 4096.0), "page": (0.0, 2.0**24),
          "sun_azimuth": (0.0, 360.0), "sun_height": (1.0, 90.0), "relief_strength": (0.01, 100.0)}  # fmt: skip
"""Lowest and highest values that can be shown; a document with others has the default."""


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """What is kept of the view.

    Attributes
    ----------
    colormap
        Of the amplitudes.
    percent
        Percentile of the magnitude at which amplitudes are clipped on the screen.
    flipped
        Whether the polarity is shown reversed.
    exaggeration
        Vertical exaggeration; 1 shows 1 ms as high as one trace is wide at the automatic scale.
    show_features, show_prediction
        Whether those layers are seen.
    show_rulers, show_legend, show_colorbar
        Whether header numbers along the edges, the classes' colours and the amplitudes' are shown over the section.
    live_probe
        Whether the probe is fitted after each stroke.
    brush
        Diameter of the brush in samples.
    page
        Samples of a window of a long recording, or along both sides of one of a large image; 0: the default.
    relief
        What is seen of a map of elevation: ``off`` (that only), ``over`` (hillshade over it), ``shade`` or ``slope``.
    sun_azimuth, sun_height
        Where the hillshade's sun stands, degrees clockwise from the map's top and above the horizon.
    relief_strength
        By what heights are multiplied in the hillshade on top of what suits the map.
    longitudes
        ``180``: they are told from -180 to 180 degrees; ``360``: from 0 to 360.
    """

    colormap: str = "gray"
    percent: float = 99.0
    flipped: bool = False
    exaggeration: float = 1.0
    show_features: bool = False
    show_prediction: bool = True
    show_rulers: bool = True
    show_legend: bool = True
    show_colorbar: bool = True
    live_probe: bool = False
    brush: int = 9
    page: int = 0
    relief: str = "off"
    sun_azimuth: float = 315.0
    sun_height: float = 45.0
    relief_strength: float = 1.0
    longitudes: str = "180"

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "SessionSettings":
        """Return settings from a document; what is unknown or of another type has its default."""
        defaults = {field.name: field.default for field in dataclasses.fields(cls)}
        fit = {name: value for name, value in plain.items() if name in defaults and _alike(value, defaults[name])}
        return cls(**{name: value for name, value in fit.items() if name not in LIMITS or _within(value, LIMITS[name])})


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _alike(value: object, default: object) -> bool:
    """Return whether a value may stand where a default stands: of its type, or a whole number for a fraction."""
    return type(value) is type(default) or (type(default) is float and type(value) is int)
