"""``geofm doctor``: each check finds what it is there to find; what cannot be run is said."""

import threading
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_geofm.cli import checkup, doctor
from napari_geofm.cli.checkup import CHECKS, Checkup, Finding
from napari_geofm.cli.parser import build_parser
from napari_geofm.compute.handle import Handle
from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.progress import Control, Progress
from napari_geofm.errors import CancelledError, JobError
from napari_geofm.io.labels import read_labels
from napari_geofm.io.opening import open_survey
from napari_geofm.jobs.exhaust import ExhaustSpec
from napari_geofm.jobs.spec import JobSpec, start_body
from napari_geofm.jobs.specs import Where
from tests.cli.conftest import Geofm


class ThreadCompute(LocalCompute):
    """Runs jobs beside the caller, so that they can be cancelled: a worker that has the tests' tiny encoder."""

    def submit_job(self, spec: JobSpec[Any]) -> Handle[Any]:
        control = Control()
        handle: Handle[Any] = Handle(1, spec, lambda _: control.cancel())

        def work() -> None:
            try:
                for progress in start_body(spec, control):
                    handle.report(progress)
                handle.finish(None)
            except CancelledError:
                pass

        self.thread = threading.Thread(target=work)
        self.thread.start()
        return handle

    def close(self) -> None:
        self.thread.join()


def arguments(*words: str) -> Namespace:
    return build_parser().parse_args(["doctor", "--quiet", *words])


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Checkup:
    """A small survey to check with."""
    folder = tmp_path_factory.mktemp("doctor")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doctor, "SIDE", 112)
        return Checkup(LocalCompute(), Where(), folder, doctor.prepare(folder))


def checked(prepared: Checkup, name: str, **changed: Any) -> Finding:
    """Return what one check finds."""
    import dataclasses

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkup, "CHECKS", {name: CHECKS[name]})
        (finding,) = dataclasses.replace(prepared, **changed).run()
    return finding


def test_a_healthy_machine_passes_every_check(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "SIDE", 112)
    with ThreadCompute() as compute:
        findings = doctor.examine(arguments(), compute, tmp_path, is_gpu=False)
    assert [finding.check for finding in findings] == list(CHECKS)
    by_name = {finding.check: finding for finding in findings}
    agreement = by_name.pop("CPU and GPU agree")
    assert (agreement.outcome, agreement.remark) == ("not run", "there is no GPU to compare with")
    assert {name: finding.remark for name, finding in by_name.items() if finding.outcome != "ok"} == {}
    assert "sha256" in by_name["device and weights"].remark
    assert "20 steps" in by_name["20 steps of LoRA"].remark
    assert "no model left" in by_name["cancel"].remark
    assert "64 tokens" in by_name["encode"].remark
    assert not (tmp_path / "cancelled").exists()


def test_the_survey_has_one_stroke_for_each_class_and_several(prepared: Checkup) -> None:
    from scipy import ndimage

    survey = open_survey(prepared.file)
    for name, single in (("single", True), ("strokes", False)):
        labels = read_labels(prepared.folder / f"{name}.npy", survey, None)
        labels.check_fits(survey)
        drawn = np.asarray(labels.values[1])
        counts = [ndimage.label(drawn == number)[1] for number in np.unique(drawn[drawn != 255])]
        assert len(counts) >= 3
        assert (max(counts) == 1) is single


def test_features_that_are_no_numbers_are_found(tiny: Path, prepared: Checkup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "_taps", lambda *_: np.full((4, 9), np.nan, np.float32))
    finding = checked(prepared, "encode")
    assert (finding.outcome, finding.remark) == ("failed", "features hold numbers that are none")


def test_a_training_that_changes_nothing_is_found(
    tiny: Path, prepared: Checkup, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = checkup._recipe

    def idle(steps: int) -> Any:
        import dataclasses

        plain = recipe(steps)
        return dataclasses.replace(plain, training=dataclasses.replace(plain.training, stop_after=0))

    monkeypatch.setattr(checkup, "_recipe", idle)
    finding = checked(prepared, "20 steps of LoRA")
    assert finding.outcome == "failed"
    assert "0 layers changed" in finding.remark


def test_what_the_worker_refuses_is_told_and_the_rest_is_checked(
    tiny: Path, prepared: Checkup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead(*_: object) -> Any:
        raise JobError("The worker process ended (signal 9) while training; it has been started again.")

    monkeypatch.setitem(CHECKS, "probe", dead)
    monkeypatch.setattr(checkup, "CHECKS", {name: CHECKS[name] for name in ("probe", "out of memory")})
    first, second = prepared.run()
    assert (first.outcome, "signal 9" in first.remark) == ("failed", True)
    assert second.outcome == "ok"


def test_memory_that_is_not_refused_is_found(prepared: Checkup, monkeypatch: pytest.MonkeyPatch) -> None:
    class Generous(LocalCompute):
        def run(self, spec: Any, report: Callable[[Progress], None] | None = None) -> Any:
            return "More memory was given than there is."

    assert checked(prepared, "out of memory", compute=Generous()).outcome == "failed"


def test_running_out_of_memory_is_one_line() -> None:
    with pytest.raises(JobError, match=r"^Out of memory while asking for too much memory"):
        LocalCompute().run(ExhaustSpec(Where("cpu")))


@pytest.mark.parametrize(("error", "outcome"), [(0.0, "ok"), (0.5, "failed")])
def test_features_that_differ_are_found(
    prepared: Checkup, monkeypatch: pytest.MonkeyPatch, error: float, outcome: str
) -> None:
    truth = np.random.default_rng(0).normal(size=(8, 50)).astype(np.float32)
    monkeypatch.setattr(checkup, "_taps", lambda _, where: truth + np.float32(error if where.device == "cuda" else 0.0))
    assert checked(prepared, "CPU and GPU agree", is_gpu=True).outcome == outcome


def test_without_a_gpu_it_says_what_was_not_run(geofm: Geofm, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the worker as well, where no patch reaches: it is told by the environment that there is no device."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    ran = geofm("doctor", "--gpu")
    assert ran.status == 1
    rows = ran.out.splitlines()
    assert len(rows) == len(CHECKS) + 1
    assert all("not run" in row and "PyTorch finds none" in row for row in rows[:-1])
    assert rows[-1] == f"Not run: {', '.join(CHECKS)}."
    assert ran.err == ""
