"""The keys that only one kind of data has: windows, interpretations, processing, events, relief, craters."""

from functools import partial
from typing import TYPE_CHECKING

from napari_geofm.gui.craters.craters_box import KEYS as CRATERS
from napari_geofm.gui.dock.key import Key, press, press_in
from napari_geofm.gui.events.events_box import KEYS as EVENTS
from napari_geofm.gui.picks.picks_box import INTERPRETED

if TYPE_CHECKING:
    from napari_geofm.gui.dock.dock import Dock

__all__ = ["kind_keys"]


def kind_keys(dock: "Dock") -> list[Key]:
    """Return the keys of what is open that others have not."""
    ways = (_windows, _interpreting, _processing, _craters, _events, _image)
    return [key for keys_of in ways for key in keys_of(dock)]


def _windows(dock: "Dock") -> list[Key]:
    """Return the keys that go through a recording or an image in all four directions."""
    session = dock.workspace.session
    if not session.survey.paged or (session.survey.kind == "das" and session.survey.paging().counts[0] == 1):
        return []
    ways = {"Left": ("to the left", (0, -1)), "Right": ("to the right", (0, 1))}
    if session.survey.kind == "image":
        ways |= {"Up": ("above", (-1, 0)), "Down": ("below", (1, 0))}
    return [
        Key(f"Shift+{key}", f"window {where}", partial(session.shift, *way), repeats=True)
        for key, (where, way) in ways.items()
    ]


def _interpreting(dock: "Dock") -> list[Key]:
    """Return the keys of interpretations."""
    picks = dock.survey.picks
    if dock.workspace.session.survey.kind not in INTERPRETED:
        return []
    what = "interpretations" if picks.seismic else "polygons"
    keys = [
        Key("Shift+O", f"import {what}", partial(press_in, dock, "Survey", picks.importing)),
        Key("Shift+W", f"{what}, on or off", picks.session.picks.show_or_hide),
        Key("Shift+M", f"make labels of {what}", partial(press_in, dock, "Survey", picks.fill)),
        Key("Shift+G", f"go to the chosen {what[:-1]}", picks.go_there),
    ]
    return [*keys, *([Key("Shift+B", "a horizon between two classes", picks.start_boundary)] if picks.seismic else [])]


def _processing(dock: "Dock") -> list[Key]:
    """Return the keys of what a recording goes through before it is seen."""
    if dock.workspace.session.survey.kind != "das":
        return []
    box = dock.survey.processing
    return [
        Key("Shift+U", "apply the steps to the recording", partial(press_in, dock, "Survey", box.apply)),
        Key("U", "as recorded, or as processed", partial(press, box.original)),
        Key("Shift+Q", "spectrum, on or off", partial(press_in, dock, "Survey", dock.survey.spectrum.toggle)),
        Key("Shift+C", "find bad channels", partial(press_in, dock, "Survey", box.channels.looking)),
    ]


def _craters(dock: "Dock") -> list[Key]:
    """Return the keys of craters, which images have."""
    box = dock.predict.craters
    if box is None:
        return []
    return [
        Key(CRATERS["find"], "find craters", partial(press_in, dock, "Predict", box.finding)),
        Key(CRATERS["show"], "circles of craters, on or off", box.show_or_hide),
        Key(
            CRATERS["adjust"],
            "adjust and draw circles, on or off",
            partial(press_in, dock, "Predict", box.adjust),
        ),
        Key(CRATERS["remove"], "remove the chosen crater", partial(press, box.remove)),
        Key(CRATERS["undo"], "take back a change of the craters", box.take_back),
        Key(CRATERS["redo"], "do it again", box.do_again),
    ]


def _events(dock: "Dock") -> list[Key]:
    """Return the keys of a fibre recording's events."""
    box = dock.predict.events
    if box is None:
        return []
    return [
        Key(EVENTS["find"], "find events", partial(press_in, dock, "Predict", box.start)),
        Key(EVENTS["next"], "next event", partial(box.table.step, 1), repeats=True),
        Key(EVENTS["before"], "event before", partial(box.table.step, -1), repeats=True),
        Key(EVENTS["delete"], "take the chosen events out", partial(press_in, dock, "Predict", box.delete)),
        Key(EVENTS["export"], "export the events", partial(press_in, dock, "Predict", box.export)),
        Key(EVENTS["importing"], "labels from picks", partial(press_in, dock, "Predict", box.importing)),
    ]


def _image(dock: "Dock") -> list[Key]:
    """Return the keys of an image's place and relief."""
    keys: list[Key] = []
    if not dock.survey.place.isHidden():
        keys.append(
            Key("Shift+P", "the place of the image", partial(press_in, dock, "Survey", dock.survey.place.place))
        )
    if not dock.survey.relief.isHidden():
        keys.append(Key("Shift+L", "relief, on or off", dock.survey.relief.toggle))
    return keys
