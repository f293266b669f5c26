"""What is told is seen whole, and without what only the command line can be told."""

from collections.abc import Callable
from typing import Any

from napari._qt.dialogs.qt_notification import NapariQtNotification
from napari.utils.notifications import Notification, NotificationSeverity

from napari_geofm.gui.parts.telling import READ_MS, tell
from tests.gui.conftest import told

LONG = "Cannot read survey.sgy: No such file or directory; is its disk still there?"


def shown(words: str) -> Any:
    """Tell, and return the notification; napari's fixtures keep it from showing them by itself."""
    NapariQtNotification.show_notification(Notification(words, NotificationSeverity.ERROR))
    tell(words)
    return NapariQtNotification._instances[-1]


def test_a_long_sentence_is_shown_whole_and_alone(make_napari_viewer: Callable[..., Any]) -> None:
    make_napari_viewer(show=True)
    first = shown(LONG)
    assert first.property("expanded")
    assert first.timer.interval() == READ_MS > NapariQtNotification.DISMISS_AFTER
    second = shown("It is gone")
    assert not second.property("expanded")
    assert first.isHidden()
    assert first not in NapariQtNotification._instances
    assert told()[-1] == "It is gone"
    second.close()


def test_what_the_command_line_can_be_told_is_left_out() -> None:
    tell("cube.sgy gives sample format 99; say what it is, as in --sample-format ieee")
    assert told()[-1] == "cube.sgy gives sample format 99"
