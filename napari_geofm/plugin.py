"""What napari calls: a reader that hands over to a session, sample data, the commands that open a survey."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari_geofm.gui.opening.opening import Opening

__all__ = ["SAMPLE", "ask_for_folder", "ask_for_survey", "make_opener", "reader"]

Nothing = list[tuple[None]]

SAMPLE = "geofm://sample/"
"""How the manifest names samples: napari hands these to the reader, as it does files."""


def reader(path: str | list[str]) -> Callable[[Any], Nothing]:
    """Return what opens a survey in the current viewer; napari itself gets no layer, and waits for nothing."""
    names = path if isinstance(path, list) else [path]

    def hand_over(_path: Any) -> Nothing:
        opening = _current()
        if opening is not None:
            for name in names:
                _open(opening, name)
        # napari's word for "read, and there is no layer to add".
        return [(None,)]

    return hand_over


def make_opener() -> Any:
    """Return a widget that opens a survey in the current viewer: buttons, and the surveys opened last."""
    from napari import current_viewer

    from napari_geofm.gui.opening.starting import opener

    return opener(current_viewer())


def ask_for_survey() -> None:
    """Ask for a file, and open it."""
    opening = _current()
    if opening is not None:
        opening.ask()


def ask_for_folder() -> None:
    """Ask for a folder, of the files of a DAS recording or of tiles, and open it."""
    opening = _current()
    if opening is not None:
        opening.ask(folder=True)


def _current() -> "Opening | None":
    """Return what opens surveys in the current viewer: the whole one, since what napari hands to plugins is not."""
    from napari import current_viewer

    from napari_geofm.gui.opening.opening import opening_of

    viewer = current_viewer()
    return opening_of(viewer) if viewer is not None else None


def _open(opening: "Opening", name: str) -> None:
    from napari_geofm.samples.files import SAMPLES, sample_file

    kind = name.removeprefix(SAMPLE)
    if kind in SAMPLES and kind != name:
        opening.open(Path(SAMPLES[kind]), partial(sample_file, kind))
    else:
        opening.open(Path(name))
