"""The step Predict: section, part of the survey, resume, export, device."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog

from napari_geofm.core.progress import Progress
from napari_geofm.core.region import At
from napari_geofm.gui.dock.device_line import DeviceLine
from napari_geofm.gui.predict.predict_panel import PredictPanel
from napari_geofm.gui.workspace import Workspace
from napari_geofm.jobs.export_spec import ExportSpec
from napari_geofm.jobs.specs import FeatureResult, SegmentResult
from napari_geofm.jobs.view_specs import DeviceResult, EstimateResult, EstimateSpec, PredictionResult, PredictionSpec
from napari_geofm.session import Session
from tests.gui.conftest import FakeEngine, plain_prediction, stroke, told
from tests.gui.mouse import press
from tests.gui.trained import result


@pytest.fixture
def panel(workspace: Workspace, qtbot: QtBot) -> PredictPanel:
    panel = PredictPanel(workspace)
    panel.resize(300, 600)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


@pytest.fixture
def model(session: Session) -> None:
    folder = session.new_model_folder("probe")
    result(folder)
    session.use_model(folder)


def test_no_model_no_prediction(panel: PredictPanel) -> None:
    for button in (panel.section.predict, panel.volume.start):
        assert not button.isEnabled()
        assert "press Probe first" in button.toolTip()
    assert "press Probe first" in panel.section.note.text()


@pytest.mark.usefixtures("model")
def test_predict_this_section(panel: PredictPanel, workspace: Workspace, engine: FakeEngine) -> None:
    press(panel.section.predict)
    asked = [view for view in engine.views if isinstance(view.spec, PredictionSpec)][-1]
    assert (asked.spec.at, asked.spec.model_folder) == (workspace.session.place, workspace.session.model)
    assert "predicting" in panel.section.note.text()
    classes, confidence = plain_prediction(workspace)
    asked.done(PredictionResult(asked.spec.at, classes, confidence, ("sand", "shale", "salt")))
    assert workspace.view.prediction is not None
    assert (workspace.viewer.layers["prediction"].data == classes + 1).all()
    assert panel.section.note.text() == "With probe-1."
    panel.section.shown.click()
    assert not workspace.viewer.layers["prediction"].visible
    panel.confidence.click()
    assert workspace.viewer.layers["confidence"].visible


@pytest.mark.usefixtures("model")
def test_a_large_section_shows_how_far_it_is_and_is_cancelled(
    panel: PredictPanel, workspace: Workspace, engine: FakeEngine
) -> None:
    box = panel.section
    press(box.predict)
    asked = [view for view in engine.views if isinstance(view.spec, PredictionSpec)][-1]
    assert asked.progress is not None
    assert box.bar.isHidden()
    asked.progress(Progress(20, 81, "predicting"))
    assert "20 of 81 parts" in box.note.text()
    assert (box.bar.value(), box.bar.isHidden()) == (247, False)
    press(box.cancel)
    assert asked.cancelled
    assert "cancelled" in box.note.text()
    assert box.bar.isHidden()
    press(box.predict)
    again = engine.views[-1]
    assert again is not asked
    assert "predicting" in box.note.text()
    assert again.progress is not None
    again.progress(Progress(1, 81, "predicting"))
    workspace.session.go_to(At("inline", 1040))
    assert again.cancelled
    assert engine.views[-1].spec.at == At("inline", 1040)
    assert box.bar.isHidden()


@pytest.mark.usefixtures("model")
def test_survey_progress_cancel_and_resume(panel: PredictPanel, session: Session, engine: FakeEngine) -> None:
    press(panel.volume.start)
    (job,) = engine.jobs
    assert job.spec.output.parent == session.folder / "predictions"
    assert job.spec.resume
    assert job.progress is not None
    job.progress(Progress(0, 6, "segmenting inline=1000"))
    job.progress(Progress(3, 6, "segmenting inline=1003"))
    assert "nline 1003" in panel.volume.note.text()
    assert "left" in panel.volume.note.text()
    assert panel.volume.bar.value() == 500
    # What an interrupted run leaves.
    output = job.spec.output
    output.with_name(f".{output.name}.partial").mkdir()
    press(panel.volume.cancel)
    assert job.cancelled
    assert panel.volume.start.text().startswith("Go on")
    press(panel.volume.start)
    engine.jobs[1].done(SegmentResult(output, 6, 6, 3, 3, 2.0))
    assert "3 of 6" in panel.volume.note.text()


@pytest.mark.usefixtures("model")
def test_part_of_the_survey(panel: PredictPanel, workspace: Workspace, engine: FakeEngine) -> None:
    area = panel.volume.area
    whole = panel.volume.output
    area.only.click()
    area.limits["crossline"][0].setValue(area.limits["crossline"][0].minimum() + 2)
    region = area.region()
    assert {name for name, _, _ in region.limits} == set(workspace.session.survey.dims)
    press(panel.volume.start)
    assert engine.jobs[0].spec.region == region
    assert engine.jobs[0].spec.output != whole
    area.take_view()
    section = workspace.view.section
    assert section is not None
    low, high = (field.value() for field in area.limits[section.columns.name])
    values = section.columns.values
    assert low in values
    assert high in values
    assert low < high


def test_export_labels(panel: PredictPanel, session: Session, engine: FakeEngine) -> None:
    box = panel.export
    assert not box.export.isEnabled()
    assert "nothing is labelled" in box.export.toolTip()
    stroke(session, 1)
    assert box.export.isEnabled()
    target = session.folder.parent / "out.sgy"
    box.write(target)
    (job,) = engine.jobs
    assert isinstance(job.spec, ExportSpec)
    assert (job.spec.labels, job.spec.output) == (session.labels_folder, target)
    assert "being written" in box.export.toolTip()
    assert box.folder.isHidden()
    job.done(target)
    assert "out.sgy written" in box.note.text()
    assert not box.folder.isHidden()
    assert session.history[-1]["what"] == "exported out.sgy"


def test_an_export_is_cancelled(panel: PredictPanel, session: Session, engine: FakeEngine) -> None:
    stroke(session, 1)
    panel.export.write(session.folder.parent / "out.npy")
    press(panel.export.cancel)
    assert engine.jobs[0].cancelled
    assert "nothing was written" in panel.export.note.text()
    assert panel.export.export.isEnabled()
    assert panel.export.cancel.isHidden()


def test_the_survey_is_never_written_over(panel: PredictPanel, session: Session, engine: FakeEngine) -> None:
    stroke(session, 1)
    panel.export.write(session.survey.path)
    assert not engine.jobs
    assert "never written to" in told()[-1]


def test_a_file_that_the_dialog_did_not_ask_about_is_asked_about(
    panel: PredictPanel, session: Session, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    stroke(session, 1)
    target = session.folder.parent / "home.sgy"
    target.write_text("precious")
    suggested: list[str] = []

    def chosen(_parent: object, _title: str, start: str, *_more: str) -> tuple[str, str]:
        suggested.append(start)
        return str(target.with_suffix("")), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen)
    press(panel.export.export)
    assert suggested == [str(session.survey.path.with_name("tiny-labels.sgy"))]
    assert not engine.jobs
    QtBot.keyClick(panel.export.question, Qt.Key.Key_Escape)  # type: ignore[no-untyped-call]
    assert not engine.jobs
    press(panel.export.export)
    replace = next(each for each in panel.export.question.buttons() if each.text() == "Replace")
    press(replace)
    assert engine.jobs[0].spec.output == target


def test_what_a_prediction_left_goes_home_too(panel: PredictPanel, session: Session, engine: FakeEngine) -> None:
    folder = session.folder / "predictions"
    for name in ("probe-1.zarr", "probe-1-confidence.zarr", "probe-1-probabilities.zarr", ".probe-2.zarr.partial"):
        (folder / name).mkdir(parents=True)
    box = panel.export
    box.refresh()
    listed = [box.what.itemText(place) for place in range(box.what.count())]
    assert set(listed) == {
        "my labels",
        "prediction by probe-1",
        "confidence by probe-1",
        "probabilities by probe-1",
        "features of this section",
        "features of the survey",
    }
    box.what.setCurrentText("confidence by probe-1")
    formats = {box.format.itemText(place) for place in range(box.format.count())}
    assert formats == {"SEG-Y (.sgy)", "NumPy (.npy)", "zarr (.zarr)", "picture (.png)"}
    box.write(session.folder.parent / "sure.sgy")
    assert engine.jobs[0].spec.quantity == "confidence"
    assert engine.jobs[0].spec.labels == folder / "probe-1-confidence.zarr"


def test_features_of_this_section_go_home(panel: PredictPanel, session: Session, engine: FakeEngine) -> None:
    box = panel.export
    box.what.setCurrentText("features of this section")
    box.format.setCurrentText("picture (.png)")
    target = session.folder.parent / "features.png"
    box.write(target)
    asked = engine.views[-1]
    assert (asked.spec.at, asked.spec.exact, asked.spec.coloured) == (session.place, False, True)
    asked.done(FeatureResult(np.zeros((7, 7, 3), np.uint8), None, (96, 96), 14.0))
    assert target.exists()
    assert not box.folder.isHidden()


@pytest.mark.usefixtures("model")
def test_time_and_disk_are_told_first(panel: PredictPanel, session: Session, engine: FakeEngine) -> None:
    box = panel.volume
    box.cost.ask()
    asked = engine.aheads[-1]
    assert isinstance(asked.spec, EstimateSpec)
    asked.done(EstimateResult("CPU", 1.0, 60.0, 10, 0.1, 20.0, 240, 732.0, 1.5))
    assert box.cost.text() == "About 12 min for 240 sections, 1.4 GB on disk."
    asked.done(EstimateResult("CPU", 1.0, 60.0, 10, 0.1, 20.0, 1, 3.0, 1.5))
    assert box.cost.text().startswith("About 3.0 s for 1 section,")
    box.confidence.click()
    box.probabilities.click()
    # A class is a byte, a confidence four, and so is each of three probabilities.
    assert "23.7 GB on disk" in box.cost.text() or "where" in box.cost.text()
    press(box.start)
    spec = engine.jobs[0].spec
    assert spec.confidence.name == f"{spec.output.stem}-confidence.zarr"
    assert spec.probabilities.name == f"{spec.output.stem}-probabilities.zarr"


def test_device_line(workspace: Workspace, engine: FakeEngine, qtbot: QtBot) -> None:
    line = DeviceLine(workspace)
    qtbot.addWidget(line)
    line.ask()
    engine.views[-1].done(DeviceResult("Some CPU", False, 11.24, "vit_small_patch14_dinov2, cache, sha256 12"))
    assert line.device.text() == "CPU, no GPU, 11 GB free. DINOv2 S/14 (cache)."
    assert "Some CPU" in line.toolTip()
    assert "sha256 12" in line.toolTip()
    assert "a fine-tune minutes" in line.expect.text()


def test_narrow(panel: PredictPanel) -> None:
    assert panel.minimumSizeHint().width() <= 300
    panel.volume.area.only.click()
    assert panel.minimumSizeHint().width() <= 300


def test_a_report_of_what_is_labelled(workspace: Workspace, engine: FakeEngine, tmp_path: Path, qtbot: QtBot) -> None:
    from napari_geofm.compute.local import LocalCompute
    from napari_geofm.gui.predict.report_row import ReportRow

    stroke(workspace.session, 1)
    row = ReportRow(workspace)
    qtbot.addWidget(row)
    out = tmp_path / "report.html"
    row.write(out)
    asked = engine.jobs[-1]
    assert not row.report.isEnabled()
    assert asked.spec.sections == (workspace.session.place,)
    workspace.session.save()
    asked.done(LocalCompute().run(asked.spec))
    assert row.note.text() == f"report.html written to {tmp_path}."
    assert not row.open.isHidden()
    text = out.read_text()
    assert "shale" in text
    assert text.count("data:image/png;base64,") == 1
    row.write(tmp_path / "again.html")
    row.job.stop()
    assert engine.jobs[-1].cancelled
    assert row.report.isEnabled()


def test_a_report_of_many_lines_shows_them_from_end_to_end(
    workspace: Workspace, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napari_geofm.gui.predict import report_row

    monkeypatch.setattr(report_row, "MOST_SECTIONS", 3)
    session = workspace.session
    for line in session.survey.axes[0].values.tolist():
        session.go_to(At("inline", line))
        stroke(session, 1)
    row = report_row.ReportRow(workspace)
    qtbot.addWidget(row)
    lines = session.survey.axes[0].values.tolist()
    assert [at.value for at in row.spec(tmp_path / "r.html").sections] == [lines[-1], lines[0], lines[-2]]


def test_bodies_of_a_size(workspace: Workspace, engine: FakeEngine, tmp_path: Path, qtbot: QtBot) -> None:
    from napari_geofm.gui.predict.export_box import ExportBox

    stroke(workspace.session, 1)
    box = ExportBox(workspace)
    qtbot.addWidget(box)
    assert box.least.isHidden()
    box.format.setCurrentText("surfaces (.ply)")
    assert not box.least.isHidden()
    assert box.least.text() == "bodies of at least 1 sample"
    box.least.setValue(50)
    assert box.least.text() == "bodies of at least 50 samples"
    box.write(tmp_path / "bodies.ply")
    assert engine.jobs[-1].spec.options.minimum == 50
    assert not engine.jobs[-1].spec.options.velocity
    box.job.stop()
    # Volumes of a survey in time are known with a velocity only.
    assert box.average.text() == "no velocity: area by time"
    box.average.setValue(2200)
    assert box.least.suffix() == " m³"
    box.write(tmp_path / "bodies.ply")
    assert engine.jobs[-1].spec.options.velocity == 2200
    box.job.stop()
    box.format.setCurrentText("SEG-Y (.sgy)")
    assert box.least.isHidden()
    assert box.average.isHidden()
    box.write(tmp_path / "labels.sgy")
    assert engine.jobs[-1].spec.options.minimum == 0
    assert engine.jobs[-1].spec.options.velocity is None


def test_a_report_is_not_replaced_unasked(
    workspace: Workspace, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    from napari_geofm.gui.predict.report_row import ReportRow

    row = ReportRow(workspace)
    qtbot.addWidget(row)
    row.show()
    (tmp_path / "line.html").write_text("precious")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "line"), "(*.html)"))
    press(row.report)
    assert not engine.jobs
    assert "line.html exists" in row.question.text()
    QtBot.keyClick(row.question, Qt.Key.Key_Escape)  # type: ignore[no-untyped-call]
    assert not engine.jobs
    # A name that is free needs no question.
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "other"), "(*.png)"))
    press(row.report)
    assert engine.jobs[0].spec.output == tmp_path / "other.png"
