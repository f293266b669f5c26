"""One rule for the same class: names, numbers where nobody has named anything, and what was renamed."""

import pytest

from napari_geofm.core.same_classes import counterparts


@pytest.mark.parametrize(
    ("known", "now", "found"),
    [
        # Counted from 0 by the command line, from 1 by a session: the names would say one class further.
        (["class 0", "class 1"], ["class 1", "class 2"], (0, 1)),
        (["class 1", "class 2"], ["class 0", "class 1", "class 2"], (0, 1)),
        (["class 0", "class 1", "class 2"], ["class 1", "class 2"], (0, 1, None)),
        (["sand", "shale"], ["class 1", "class 2"], (0, 1)),
        (["class 0", "class 1"], ["sand", "class 2"], (0, 1)),
        (["class 1", "class 2"], ["sand", "shale"], (0, 1)),
        # Which of two was deleted and which was named cannot be told.
        (["class 1", "class 2"], ["sand"], (None, None)),
        # What is left of a session whose first class was deleted is known by name.
        (["class 1", "class 2", "class 3"], ["class 2", "class 3"], (None, 0, 1)),
        (["class 1", "shale"], ["shale", "class 1"], (1, 0)),
        (["sand", "shale", "salt"], ["salt", "class 2", "sand"], (2, 1, 0)),
        (["sand", "shale", "salt"], ["salt", "coal", "sand"], (2, None, 0)),
    ],
)
def test_which_class_is_which(known: list[str], now: list[str], found: tuple[int | None, ...]) -> None:
    assert counterparts(known, now, renamed=False) == found


def test_a_new_name_in_an_old_place_is_a_new_name_in_the_same_session_only() -> None:
    known, now = ["sand", "shale", "salt"], ["salt", "coal", "sand"]
    assert counterparts(known, now, renamed=True) == (2, 1, 0)
    assert counterparts(known, now[:2], renamed=True) == (None, None, 0)
