"""The one table of keys, and what binds them; napari's own keys keep their meaning."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from napari_geofm.gui.telling import telling

if TYPE_CHECKING:
    from napari_geofm.gui.dock import Dock

__all__ = ["Key", "bind_keys", "key_list"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key: as napari writes it, as people read it, what it does, and the action."""

    key: str
    shown: str
    what: str
    act: Callable[[], Any]


def key_list(dock: "Dock") -> list[Key]:
    """Return all keys of a workspace."""
    session, labels = dock.workspace.session, dock.labels
    keys = [
        Key(".", ".", "next section", partial(session.step, 1)),
        Key(",", ",", "section before", partial(session.step, -1)),
        Key("PageDown", "Page Down", "ten sections on", partial(session.step, 10)),
        Key("PageUp", "Page Up", "ten sections back", partial(session.step, -10)),
        Key("Alt-Left", "Alt+Left", "back to where you were", session.back),
        Key("Alt-Right", "Alt+Right", "forward again", session.forward),
        Key("Alt-F", "Alt+F", "feature map on or off", partial(_toggle, dock, "show_features")),
        Key("Alt-P", "Alt+P", "prediction on or off", partial(_toggle, dock, "show_prediction")),
        Key("Alt-L", "Alt+L", "fit the probe to the strokes", dock.learn.probe.click),
        Key("Control-Enter", "Ctrl+Return", "accept the prediction as labels", labels.accept.accept.click),
        Key("Control-Z", "Ctrl+Z", "take the last step back", session.undo),
        Key("Control-Shift-Z", "Ctrl+Shift+Z", "do it again", session.redo),
    ]
    keys += [
        Key(f"Alt-{letter}", f"Alt+{letter}", f"sections along {axis}", partial(session.turn, axis))
        for letter, axis in zip("IXT", session.survey.cuts, strict=False)
    ]
    keys += [
        Key(f"Alt-{n + 1}", f"Alt+{n + 1}", f"paint with class {n + 1}", partial(_choose, dock, n)) for n in range(9)
    ]
    return [*keys, Key("Shift-/", "?", "this list", dock.show_keys)]


def bind_keys(dock: "Dock") -> None:
    """Bind the keys to the viewer, and undo to the labels layer, whose own would not know of other sections."""
    viewer, layer = dock.workspace.viewer, dock.workspace.view.layers.labels
    for key in key_list(dock):
        target = layer if key.key in {"Control-Z", "Control-Shift-Z"} else viewer
        target.bind_key(key.key, _bound(key.act), overwrite=True)


def _choose(dock: "Dock", number: int) -> None:
    if number < len(dock.workspace.session.classes):
        dock.labels.choose(number)


def _toggle(dock: "Dock", name: str) -> None:
    session = dock.workspace.session
    session.change(**{name: not getattr(session.settings, name)})


def _bound(act: Callable[[], Any]) -> Callable[[Any], None]:
    """Return what napari calls: with the viewer or layer, which the action does not need; refusals are told."""

    def pressed(_target: Any) -> None:
        with telling():
            act()

    return pressed
