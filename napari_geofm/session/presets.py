"""Class tables to begin with: the five tasks of the paper."""

from napari_geofm.core.classes import ClassTable

__all__ = ["PRESETS"]

PRESETS: dict[str, ClassTable] = {
    "Seismic facies": ClassTable.named(
        ["parallel", "chaotic", "clinoforms", "channel fill", "mass transport", "basement"]
    ),
    "Salt": ClassTable.named(["sediment", "salt"], ["#ccbb44", "#aa3377"]),
    "Faults": ClassTable.named(["unfaulted", "fault"], ["#4477aa", "#ee6677"]),
    "DAS events": ClassTable.named(
        ["noise", "P wave", "S wave", "surface wave", "vehicle"],
        ["#b39ddb", "#4477aa", "#ee6677", "#228833", "#ccbb44"],
    ),
    "Craters": ClassTable.named(["background", "crater"], ["#b39ddb", "#ee7733"]),
}
"""By the name that is offered; the first class of two is the background."""
