"""What the scripts share that draw the documentation's pictures: a viewer of their own, and small files."""

from pathlib import Path

__all__ = ["IMAGES", "keep", "own_environment"]

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
"""Where the documentation's pictures lie."""

COLOURS = 256
"""The pictures are kept with a palette, a third of the size; a section's grays and a dozen class colours fit in."""


def own_environment(folder: Path) -> dict[str, str]:
    """Return variables with which a viewer keeps its sessions and preferences in a folder, and no one else's."""
    return {"XDG_DATA_HOME": str(folder), "NAPARI_CONFIG": str(folder / "napari.yaml"), "PYTHONWARNINGS": "ignore"}


def keep(picture: Path, target: Path) -> None:
    """Write a picture of the window as a small PNG file."""
    from PIL import Image

    target.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(picture) as full:
        # By the room that colours take, not by how often they occur: a class with one stroke keeps its own.
        small = full.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=3)
    small.save(target, optimize=True)
