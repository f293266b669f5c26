"""One key, and what it does to a button."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from napari.utils.notifications import show_info

if TYPE_CHECKING:
    from napari_geofm.gui.dock.dock import Dock
    from napari_geofm.gui.parts.step_button import StepButton

__all__ = ["Key", "press", "press_in"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key: as Qt and people write it, what it does (empty for nothing now), the action, and whether it repeats."""

    shown: str
    what: str
    act: Callable[[], Any]
    repeats: bool = False


def press(button: "StepButton") -> None:
    """Press a button, or say why it cannot be pressed."""
    if button.isEnabled():
        button.click()
    else:
        show_info(f"Not now: {button.reason}.")


def press_in(dock: "Dock", step: str, button: "StepButton") -> None:
    """Press a button of a step, which comes to the front: what comes of it is told there."""
    dock.open_step(step)
    press(button)
