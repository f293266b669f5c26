"""Draw the documentation's pictures of the viewer: the demo's steps in both themes and two sizes of the window.

``.venv/bin/python -m tools.draw_viewer`` writes docs/images/viewer/THEME-WIDTH/STEP.png; it needs Xvfb and the weights.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from napari_geofm.cli.screens import in_virtual_screen
from tools.pictures import IMAGES, keep, own_environment

OUTPUT = IMAGES / "viewer"
SIZES = ("1366x768", "1600x1000")
THEMES = ("dark", "light")


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
    with tempfile.TemporaryDirectory(prefix="geofm-pictures-") as name:
        folder = Path(name)
        words = ["-m", "napari_geofm.gui.tour", str(folder / "out"), "--minutes", minutes, "--size", size]
        in_virtual_screen([*words, "--theme", theme], own_environment(folder / "own"))
        target = OUTPUT / f"{theme}-{size.partition('x')[0]}"
        shutil.rmtree(target, ignore_errors=True)
        for picture in sorted((folder / "out").glob("[0-9]*-*.png")):
            keep(picture, target / f"{picture.stem.partition('-')[2]}.png")


if __name__ == "__main__":
    raise SystemExit(main())
