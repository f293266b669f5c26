"""What is said of a model that went on from another: what fell, by how much, and when nothing can be told."""

import math

import pytest

from napari_geofm.core.guard import FORGOTTEN, ClassGuard, Guard

ROWS = (ClassGuard("sand", 0.8, 0.78, 0.3, 0.6), ClassGuard("salt", 0.9, 0.7), ClassGuard("coal", new_now=0.5))


def test_a_class_is_forgotten_beyond_the_margin() -> None:
    guard = Guard("lora-1", ROWS, 500, 300)
    assert guard.forgotten == ("salt",)
    assert "'salt' fell from 0.90 to 0.70" in guard.verdict()
    assert not ClassGuard("sand", 0.8, 0.8 - FORGOTTEN + 1e-6).forgotten
    assert not ClassGuard("coal").forgotten


def test_a_class_that_is_never_said_any_more_and_one_that_vanished_from_the_truth() -> None:
    assert ClassGuard("salt", 0.9, 0.0).forgotten
    assert not ClassGuard("salt", math.nan, 0.0).forgotten


def test_means_are_of_what_was_known() -> None:
    guard = Guard("lora-1", ROWS, 500, 300)
    assert guard.earlier == pytest.approx((0.85, 0.74))
    assert guard.new == pytest.approx((0.15, 0.55))
    assert [word for word, _ in guard.columns] == ["earlier labels", "new labels"]


def test_nothing_held_out_is_said() -> None:
    guard = Guard("lora-1", (ClassGuard("sand"),), 0, 0)
    assert "cannot be told" in guard.verdict()
    assert "no held-out labels of lora-1 are at hand" in guard.verdict()
    assert "were edited since" in Guard("lora-1", (ClassGuard("sand"),), edited=7).verdict()
    assert guard.columns == ()
    assert all(math.isnan(value) for value in (*guard.earlier, *guard.new))
