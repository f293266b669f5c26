"""Specs travel; bodies are found by name, in the house only."""

import dataclasses

import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.compute.parcel import Parcel
from napari_geofm.core.progress import Control, Progress
from napari_geofm.errors import CancelledError, JobError
from napari_geofm.jobs.spec import load_body, start_body
from napari_geofm.jobs.warm import WarmSpec, run
from tests.compute.toys import Outside, Plain, Train, View


def test_spec_travels_and_cannot_change() -> None:
    spec = Train(3, model="facies")
    assert Parcel.pack(spec).unpack() == spec
    assert (spec.lane, spec.title, View(1).lane, View(1).model) == ("job", "training", "view", None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        spec.steps = 4  # type: ignore[misc]
    assert not hasattr(spec, "__dict__")


def test_body_is_found_by_name() -> None:
    assert load_body(WarmSpec()) is run
    with pytest.raises(JobError, match="below napari_geofm"):
        load_body(Outside())
    with pytest.raises(JobError, match="below napari_geofm"):
        load_body(Train(1))  # no hook


def test_body_is_a_generator_function() -> None:
    with pytest.raises(JobError, match="returned int"):
        start_body(Plain(), Control(), ("tests.",))


def test_warm_imports_what_it_is_told_or_says_what_is_missing() -> None:
    heard: list[Progress] = []
    assert LocalCompute().run(WarmSpec(("json", "csv")), heard.append) == ("json", "csv")
    assert [progress.text for progress in heard] == ["loading json", "loading csv"]
    with pytest.raises(JobError, match=r"no_such_module cannot be imported .* install napari-geofm again"):
        LocalCompute().run(WarmSpec(("no_such_module",)))


def test_warm_can_be_cancelled() -> None:
    control = Control()
    job = run(WarmSpec(("json",)), control)
    control.cancel()
    with pytest.raises(CancelledError):
        next(job)
