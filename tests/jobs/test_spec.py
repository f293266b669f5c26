"""Specs travel; bodies are found by name, in the house only."""

import dataclasses
import importlib
import pkgutil
from pathlib import Path
from typing import Any

import pytest

import napari_geofm.jobs
from napari_geofm.compute.local import LocalCompute
from napari_geofm.compute.parcel import Parcel
from napari_geofm.core.progress import Control, Progress
from napari_geofm.errors import CancelledError, JobError
from napari_geofm.io.segy import SegyOptions
from napari_geofm.jobs.spec import JobSpec, load_body, start_body
from napari_geofm.jobs.specs import FinetuneSpec, SourceSpec
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


def every_spec() -> list[type[JobSpec[Any]]]:
    """Return all specs of the house that name a survey's file."""
    for module in pkgutil.iter_modules(napari_geofm.jobs.__path__):
        if module.name.endswith(("spec", "specs")):
            importlib.import_module(f"napari_geofm.jobs.{module.name}")
    found = [each for each in JobSpec.__subclasses__() if each.__module__.startswith("napari_geofm.jobs")]
    return [each for each in found if "file" in {field.name for field in dataclasses.fields(each)}]


def test_every_spec_of_a_survey_carries_how_it_is_read() -> None:
    specs = every_spec()
    assert len(specs) >= 10
    for each in specs:
        names = {field.name: field for field in dataclasses.fields(each)}
        assert each.reads in names, each
        needed = {name: Path("a.sgy") for name, field in names.items() if field.default is dataclasses.MISSING}
        missing = {name: value for name, value in needed.items() if names[name].default_factory is dataclasses.MISSING}
        spec = each(**missing)  # type: ignore[arg-type]
        options = SegyOptions(offset=500)
        assert getattr(spec.as_read(Path("a.sgy"), options), each.reads) == options
        assert spec.as_read(Path("b.sgy"), options) == spec
        said = spec.as_read(Path("a.sgy"), SegyOptions(stack=True))
        assert said.as_read(Path("a.sgy"), options) == said


def test_sources_carry_how_they_are_read() -> None:
    sources = (SourceSpec(Path("a.sgy"), Path("l")), SourceSpec(Path("b.sgy"), Path("l")))
    spec = FinetuneSpec(sources, Path("m")).as_read(Path("a.sgy"), SegyOptions(stack=True))
    assert [source.options for source in spec.sources] == [SegyOptions(stack=True), None]
