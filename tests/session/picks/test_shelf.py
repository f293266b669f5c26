import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.polygon import Polygon
from napari_geofm.core.region import At
from napari_geofm.session import Session
from tests.session.conftest import SHAPE

TOP = Horizon("Top", np.where(np.indices(SHAPE[:2])[0] == 2, np.nan, 4.5).astype(np.float32))
FAULT = FaultSticks("F1", (np.array([[0.0, 1, 2], [0, 2, 9]]), np.array([[4.0, 1, 2], [4, 2, 5], [4, 3, 9]])))
SALT = Polygon("salt", At("crossline", 3), (np.array([[0.0, 1], [3, 1], [3, 8]]),))


def test_what_is_imported_is_there_again(opened: Callable[[], Session]) -> None:
    session = opened()
    session.picks.add([TOP, FAULT], "picks.dat")
    session.picks.add([SALT])
    session.picks.change(1, name="Top Sand", colour="#123456", visible=False)
    session.close()
    top, fault, salt = opened().picks.items
    assert (top.name, top.colour, top.visible, top.source) == ("Top Sand", "#123456", False, "picks.dat")
    assert isinstance(top.what, Horizon)
    np.testing.assert_array_equal(top.what.z, TOP.z)
    assert isinstance(fault.what, FaultSticks)
    for one, other in zip(fault.what.sticks, FAULT.sticks, strict=True):
        np.testing.assert_array_equal(one, other)
    assert isinstance(salt.what, Polygon)
    assert (salt.what.at, len(salt.what.rings)) == (SALT.at, 1)


def test_names_are_told_apart_and_numbers_never_given_twice(session: Session) -> None:
    news: list[int] = []
    session.picks.changed.connect(lambda: news.append(1))
    first, second = session.picks.add([TOP, TOP])
    assert (first.name, second.name) == ("Top", "Top 2")
    assert first.colour != second.colour
    session.picks.remove(second.number)
    (third,) = session.picks.add([TOP])
    assert third.number == 3
    assert len(news) == 3
    session.picks.change(third.number, visible=True)
    assert len(news) == 3
    assert [each.name for each in session.picks.of_kind("horizon")] == ["Top", "Top 2"]
    assert sorted(path.name for path in (session.folder / "interpretations").iterdir()) == [
        "1.npz",
        "3.npz",
        "list.json",
    ]


def test_damage_costs_no_more_than_what_is_damaged(opened: Callable[[], Session]) -> None:
    session = opened()
    session.picks.add([TOP, FAULT, Horizon("other", np.zeros((2, 2), np.float32))])
    folder = session.folder / "interpretations"
    session.close()
    (folder / "2.npz").write_bytes(b"PK\x03\x04 cut short")
    again = opened()
    assert [each.name for each in again.picks.items] == ["Top"]
    assert any("'F1' cannot be read" in notice for notice in again.notices)
    assert any("'other' cannot be read (it has 2 x 2 traces" in notice for notice in again.notices)
    again.close()
    for text in ("{", "[]", json.dumps({"next": 2, "interpretations": [3]})):
        (folder / "list.json").write_text(text)
        damaged = opened()
        assert damaged.picks.items == ()
        assert any("import" in notice for notice in damaged.notices)
        damaged.close()


def test_a_second_viewer_sees_them_and_keeps_nothing(opened: Callable[[], Session], file: Path) -> None:
    session = opened()
    session.picks.add([TOP])
    second = opened()
    assert second.read_only
    assert [each.name for each in second.picks.items] == ["Top"]
    second.picks.add([FAULT])
    second.picks.remove(1)
    assert [each.name for each in second.picks.items] == ["F1"]
    second.close()
    session.close()
    assert [each.name for each in opened().picks.items] == ["Top"]


def test_a_full_disk_takes_nothing_in(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    from napari_geofm.errors import OutputError

    def full(*_args: object, **_arrays: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OutputError, match="no space left"):
        session.picks.add([TOP])
    assert session.picks.items == ()
