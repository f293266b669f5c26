"""The one table of keys, and what binds them; napari's own keys keep their meaning.

They are Qt's shortcuts of the window, not napari's key bindings: they work wherever the focus is but for text that is
typed, repeat while they are held, and may be signs that napari has no word for.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.utils.notifications import show_info
from qtpy.QtGui import QKeySequence
from qtpy.QtWidgets import QShortcut

from napari_geofm.gui.dock.key import Key, press, press_in
from napari_geofm.gui.dock.kind_keys import kind_keys
from napari_geofm.gui.learn.guard_box import KEYS as GUARD
from napari_geofm.gui.opening.opening_bar import OpeningBar
from napari_geofm.gui.parts.job_box import CANCEL_KEY, JobBox
from napari_geofm.gui.parts.telling import telling

if TYPE_CHECKING:
    from napari_geofm.core.region import At
    from napari_geofm.gui.dock.dock import Dock
    from napari_geofm.gui.predict.section_box import SectionBox
    from napari_geofm.session import Session

__all__ = ["bind_keys", "key_list", "told_keys"]

SLICES = {"inline": "inlines", "crossline": "crosslines", "twt": "time slices", "depth": "depth slices"}


OTHERS = (
    ("P  E  F", "brush, eraser, fill"),
    ("3  Z", "polygon, move and zoom"),
    ("[  ]", "smaller or larger brush"),
    ("Ctrl+wheel", "step through the sections"),
)
"""What napari and the mouse do, and people look for in the list of keys."""

SECTIONS = ("section", "look at", "where you were", "forward", "three dimensions", "labels on", "carried")
"""Words of keys that do nothing where there is one section only."""

LINES = ("look at", "three dimensions", "labels on", "labels to", "carried")
"""Words of keys that do nothing where there are windows."""


def key_list(dock: "Dock") -> list[Key]:
    """Return all keys of a workspace."""
    session, labels = dock.workspace.session, dock.labels
    turn = session.turn
    keys = [
        Key(".", "next section", partial(session.step, 1), repeats=True),
        Key(",", "section before", partial(session.step, -1), repeats=True),
        Key("Page Down", "ten sections on", partial(session.step, 10), repeats=True),
        Key("Page Up", "ten sections back", partial(session.step, -10), repeats=True),
        Key("Alt+Left", "back to where you were", session.back),
        Key("Alt+Right", "forward again", session.forward),
        Key("K", "next labelled section", partial(_labelled, dock, 1)),
        Key("Shift+K", "labelled section before", partial(_labelled, dock, -1)),
        Key("W", "what the network sees, on or off", partial(_toggle, dock, "show_features")),
        Key("H", "prediction, on or off", partial(_toggle, dock, "show_prediction")),
        Key("J", "what looks like the place I click, on or off", dock.features.similar.toggle.click),
        Key("G", "legend of the classes, on or off", partial(_toggle, dock, "show_legend")),
        Key("Shift+D", "the survey in three dimensions, and back", dock.workspace.volume.toggle),
        Key("Q", "how sure the model is, on or off", dock.predict.confidence.click),
        *_learning(dock),
        Key("Shift+S", "predict the survey", partial(press_in, dock, "Predict", dock.predict.volume.start)),
        Key("Shift+E", "export", partial(press_in, dock, "Predict", dock.predict.export.export)),
        Key("Shift+R", "report", partial(press_in, dock, "Predict", dock.predict.report.report)),
        Key(CANCEL_KEY, "cancel what takes long", partial(_cancel, dock)),
        Key("Ctrl+Return", "accept what is proposed", partial(press, labels.accept.accept)),
        Key("Ctrl+Z", "take the last step back", dock.quick.take_back, repeats=True),
        Key("Ctrl+Shift+Z", "do it again", dock.quick.do_again, repeats=True),
    ]
    keys += _carrying(dock)
    keys += kind_keys(dock)
    keys += [
        Key(f"Shift+{letter}", f"look at {SLICES.get(axis, f'sections along {axis}')}", partial(turn, axis))
        for letter, axis in zip("IXT", session.survey.cuts, strict=False)
    ]
    if not dock.survey.headers.isHidden():
        keys.append(Key("Shift+H", "the headers", partial(press_in, dock, "Survey", dock.survey.headers)))
    if not dock.survey.copy.start.isHidden():
        keys.append(Key("Shift+F", "fast copy", partial(press_in, dock, "Survey", dock.survey.copy.start)))
    names = session.classes.names
    keys += [
        Key(f"Alt+{n + 1}", f"paint with {names[n]}" if n < len(names) else "", partial(_choose, dock, n))
        for n in range(9)
    ]
    return [*keys, Key("?", "this list", dock.show_keys)]


def _learning(dock: "Dock") -> list[Key]:
    """Return the keys of probe, fine-tune, and what is done with a new model."""
    guard = dock.learn.guard
    return [
        Key("N", "learn from the strokes: probe", partial(press, dock.quick.probe)),
        Key("Shift+N", "fine-tune", partial(press, dock.learn.finetune)),
        Key(GUARD["keep"], "keep the new model", partial(press, guard.keep)),
        Key(GUARD["revert"], "back to the earlier model", partial(press, guard.revert)),
        Key(GUARD["both"], "keep both models", partial(press, guard.both)),
    ]


def _carrying(dock: "Dock") -> list[Key]:
    """Return the keys of labels that are carried to neighbours."""
    box = dock.labels.carry
    return [
        Key("Ctrl+.", "labels to the next section", partial(press, box.next)),
        Key("Ctrl+,", "labels to the section before", partial(press, box.back)),
        Key("Alt+.", "labels on, line by line", partial(press, box.on)),
        Key("Alt+Backspace", "reject what was carried", partial(press, box.reject)),
    ]


def told_keys(dock: "Dock") -> list[Key]:
    """Return what the list of keys shows: what does something in this survey, and napari's keys for painting."""
    session = dock.workspace.session
    windows = session.paging is not None
    idle = LINES if windows else () if session.survey.cuts else SECTIONS
    keys = [*key_list(dock)[:-1], *(Key(shown, what, _nothing) for shown, what in OTHERS), key_list(dock)[-1]]
    told = [key for key in keys if key.what and not any(word in key.what for word in idle)]
    # The same keys step through windows.
    return [replace(key, what=key.what.replace("section", "window")) for key in told] if windows else told


def bind_keys(dock: "Dock") -> None:
    """Bind the keys to the window; they go with the dock."""
    window = dock.workspace.viewer.window._qt_window
    for key in key_list(dock):
        shortcut = QShortcut(QKeySequence(key.shown.replace("Page Down", "PgDown").replace("Page Up", "PgUp")), window)
        shortcut.setAutoRepeat(key.repeats)
        shortcut.activated.connect(_bound(key.act))
        dock.destroyed.connect(shortcut.deleteLater)


def _nothing() -> None:
    """Leave a key to napari."""


def _cancel(dock: "Dock") -> None:
    """Cancel what the boxes of the dock have running."""
    boxes: list[JobBox | SectionBox] = [*dock.findChildren(JobBox), dock.predict.section]
    running = [box for box in boxes if box.running]
    for box in running:
        box.stop()
    carrying = dock.labels.carry.carrying
    bar = dock.workspace.viewer.window._qt_window.findChild(OpeningBar)
    if bar is not None and bar.isVisible():
        bar.cancelled.emit()
    elif carrying.running:
        carrying.stop()
    elif not running:
        show_info("Not now: nothing is running that is cancelled by this key.")


def _choose(dock: "Dock", number: int) -> None:
    if number < len(dock.workspace.session.classes):
        dock.labels.choose(number)


def _labelled(dock: "Dock", way: int) -> None:
    """Go to the next labelled section on this axis, or the one before; from the last on to the first."""
    session = dock.workspace.session
    places = session.labelled_sections(session.place.axis or None)
    if not places or not session.place.axis:
        return
    here = _position(session, session.place)
    numbers = [_position(session, place) for place in places]
    ahead = [number for number in numbers if (number - here) * way > 0]
    wanted = (ahead or numbers)[0 if way > 0 else -1]
    session.go_to(places[numbers.index(wanted)])


def _position(session: "Session", at: "At") -> int:
    """Return where a section lies along its axis, or a window in the order in which windows are stepped through."""
    if session.paging is None:
        return session.survey.axis(at.axis).index(at.value if at.value is not None else "")
    first, second = (place.start for place in session.survey.places(at) if isinstance(place, slice))
    return int(session.paging.numbers(np.array([first]), np.array([second]))[0])


def _toggle(dock: "Dock", name: str) -> None:
    session = dock.workspace.session
    session.change(**{name: not getattr(session.settings, name)})


def _bound(act: Callable[[], Any]) -> Callable[[], None]:
    """Return what Qt calls; what is refused is told."""

    def pressed() -> None:
        with telling():
            act()

    return pressed
