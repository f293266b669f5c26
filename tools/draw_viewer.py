"""Draw the documentation's pictures of the viewer: the demo's steps in both themes and two sizes of the window.

``.venv/bin/python tools/draw_viewer.py`` writes docs/images/viewer/THEME-WIDTH/STEP.png; it needs Xvfb and the weights.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from napari_geofm.cli.screens import in_virtual_screen

OUTPUT = Path(__file__).resolve().parents[1] / "docs" / "images" / "viewer"
SIZES = ("1366x768", "1600x1000")
THEMES = ("dark", "light")
COLOURS = 256
"""The pictures are kept with a palette, a third of the size; a section's grays and a dozen class colours fit in."""


def main() -> int:
    """Draw what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", default="0.4", help="of the fine-tune")
    parser.add_argument("--only", default="", help="such as dark-1366x768")
    asked = parser.parse_args()
    for theme in THEMES:
        for size in SIZES:
            if asked.only in {"", f"{theme}-{size}"}:
                print(f"{theme}, {size}", flush=True)
                draw(theme, size, asked.minutes)
    return 0


def draw(theme: str, size: str, minutes: str) -> None:
    """Go through the steps once, and keep a picture of each."""
    from PIL import Image

    with tempfile.TemporaryDirectory(prefix="geofm-pictures-") as name:
        folder = Path(name)
        environment = {
            "XDG_DATA_HOME": str(folder / "own"),
            "NAPARI_CONFIG": str(folder / "own" / "napari.yaml"),
            "PYTHONWARNINGS": "ignore",
        }
        words = ["-m", "napari_geofm.gui.tour", str(folder / "out"), "--minutes", minutes, "--size", size]
        in_virtual_screen([*words, "--theme", theme], environment)
        target = OUTPUT / f"{theme}-{size.partition('x')[0]}"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for picture in sorted((folder / "out").glob("[0-9]*-*.png")):
            with Image.open(picture) as full:
                # By the room that colours take, not by how often they occur: a class with one stroke keeps its own.
                small = full.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=3)
            small.save(target / f"{picture.stem.partition('-')[2]}.png", optimize=True)


if __name__ == "__main__":
    raise SystemExit(main())
