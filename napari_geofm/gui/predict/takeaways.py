"""What of a session can be taken home, and in which formats."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari_geofm.session import Session

__all__ = ["ENDINGS", "Takeaway", "formats_of", "takeaways_of"]

ENDINGS = {
    "SEG-Y (.sgy)": ".sgy",
    "NumPy (.npy)": ".npy",
    "table (.csv)": ".csv",
    "GeoTIFF (.tif)": ".tif",
    "polygons (.geojson)": ".geojson",
    "surfaces (.ply)": ".ply",
    "zarr (.zarr)": ".zarr",
    "numbers (.npz)": ".npz",
    "picture (.png)": ".png",
}
"""Formats in words, and the endings of their files."""

SUITED = {
    "seismic-3d": (".sgy", ".npy", ".zarr", ".csv", ".ply"),
    "seismic-2d": (".sgy", ".npy", ".zarr", ".csv"),
    "das": (".npy", ".zarr", ".csv"),
    "image": (".tif", ".npy", ".csv", ".geojson"),
    "tiles": (".npy", ".csv", ".geojson"),
}

FRACTIONS = ("confidence", "probabilities")


@dataclass(frozen=True, slots=True)
class Takeaway:
    """One thing that can be written to a file.

    Attributes
    ----------
    words
        What it is.
    quantity
        ``"labels"``, ``"confidence"``, ``"probabilities"``, or ``"features"`` of the section on the screen.
    source
        Where it lies now; None for features, which are computed.
    name
        What its file is called by default, after the survey's name and a hyphen.
    """

    words: str
    quantity: str
    source: Path | None
    name: str


def takeaways_of(session: "Session") -> list[Takeaway]:
    """Return what can be taken home: labels, predictions and what lies beside them, features of this section."""
    found = [Takeaway("my labels", "labels", session.labels_folder, "labels")]
    folder = session.folder / "predictions"
    for file in sorted(folder.glob("[!.]*.zarr")) if folder.is_dir() else []:
        quantity = next((each for each in FRACTIONS if file.stem.endswith(f"-{each}")), "labels")
        model = file.stem.removesuffix(f"-{quantity}")
        what = "prediction" if quantity == "labels" else quantity
        found.append(Takeaway(f"{what} by {model}", quantity, file, file.stem))
    return [*found, Takeaway("features of this section", "features", None, "features")]


def formats_of(session: "Session", what: Takeaway) -> list[str]:
    """Return the formats, in words, that hold what is taken home; SEG-Y only of what is SEG-Y."""
    survey = session.survey
    suited: tuple[str, ...] = SUITED.get(survey.kind, (".npy",))
    if what.quantity == "confidence":
        suited = tuple(ending for ending in suited if ending in {".sgy", ".npy", ".zarr", ".tif"})
    elif what.quantity == "probabilities":
        suited = (".npy", ".zarr")
    elif what.quantity == "features":
        suited = (".npz", ".png")
    if survey.path.suffix.lower() not in {".sgy", ".segy"}:
        suited = tuple(ending for ending in suited if ending != ".sgy")
    return [words for words, ending in ENDINGS.items() if ending in suited]
