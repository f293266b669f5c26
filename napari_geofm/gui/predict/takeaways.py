"""What of a session can be taken home, and in which formats."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from napari_geofm.io.result_source import component_names, numbers_in, spec_of
from napari_geofm.io.results import PLANES, ResultSpec, outputs_of
from napari_geofm.jobs.feature_volume_spec import MOST_COMPONENTS

if TYPE_CHECKING:
    from napari_geofm.session import Session

__all__ = ["ENDINGS", "Takeaway", "files_of", "formats_of", "takeaways_of"]

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
    "seismic-3d": (".sgy", ".npy", ".zarr", ".csv", ".ply", ".png"),
    "seismic-2d": (".sgy", ".npy", ".zarr", ".csv", ".png"),
    "das": (".npy", ".zarr", ".csv", ".png"),
    "image": (".tif", ".npy", ".csv", ".geojson", ".png"),
    "tiles": (".npy", ".csv", ".geojson", ".png"),
}

HELD = {
    "confidence": (".sgy", ".npy", ".zarr", ".tif", ".png"),
    "probabilities": (".sgy", ".npy", ".zarr", ".png"),
    "features": (".sgy", ".npy", ".zarr"),
}
"""Endings of files that hold numbers with a fraction, of those that suit the survey."""

FRACTIONS = ("confidence", "probabilities")


@dataclass(frozen=True, slots=True)
class Takeaway:
    """One thing that can be written to a file.

    Attributes
    ----------
    words
        What it is.
    quantity
        ``"labels"``, ``"confidence"``, ``"probabilities"`` or ``"features"``.
    source
        Where it lies now; None for features, which are computed.
    name
        What its file is called by default, after the survey's name and a hyphen.
    whole
        Whether it is of the whole survey, or of the section on the screen alone.
    """

    words: str
    quantity: str
    source: Path | None
    name: str
    whole: bool = True


def takeaways_of(session: "Session") -> list[Takeaway]:
    """Return what can be taken home: labels, predictions and what lies beside them, features."""
    found = [Takeaway("my labels", "labels", session.labels_folder, "labels")]
    folder = session.folder / "predictions"
    for file in sorted(folder.glob("[!.]*.zarr")) if folder.is_dir() else []:
        quantity = next((each for each in FRACTIONS if file.stem.endswith(f"-{each}")), "labels")
        model = file.stem.removesuffix(f"-{quantity}")
        what = "prediction" if quantity == "labels" else quantity
        found.append(Takeaway(f"{what} by {model}", quantity, file, file.stem))
    section = Takeaway("features of this section", "features", None, "features", whole=False)
    return [*found, section, Takeaway("features of the survey", "features", None, "features")]


def formats_of(session: "Session", what: Takeaway) -> list[str]:
    """Return the formats, in words, that hold what is taken home; SEG-Y only of what is SEG-Y."""
    survey = session.survey
    suited: tuple[str, ...] = SUITED.get(survey.kind, (".npy",))
    if not what.whole:
        suited = (".npz", ".png")
    elif what.quantity in HELD:
        suited = tuple(ending for ending in (*suited, ".zarr") if ending in HELD[what.quantity])
    if survey.path.suffix.lower() not in {".sgy", ".segy"}:
        suited = tuple(ending for ending in suited if ending != ".sgy")
    return [words for words, ending in ENDINGS.items() if ending in suited]


def files_of(session: "Session", what: Takeaway, output: Path) -> tuple[Path, ...]:
    """Return the files that are written: several where a format holds one class or component only.

    Raises
    ------
    GeoFMError
        When what is to be taken home cannot be read.
    """
    survey = session.survey
    if what.quantity not in PLANES or not what.whole:
        return (output,)
    if what.source is None:
        return outputs_of(output, ResultSpec.of(survey, what.quantity, component_names(MOST_COMPONENTS)))
    return outputs_of(output, spec_of(what.source, numbers_in(what.source, survey), survey, what.quantity))
