"""The step Predict: section, part of the survey, resume, export, device."""

import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.core.progress import Progress
from napari_geofm.gui.device_line import DeviceLine
from napari_geofm.gui.predict_panel import PredictPanel
from napari_geofm.gui.workspace import Workspace
from napari_geofm.jobs.export_spec import ExportSpec
from napari_geofm.jobs.specs import SegmentResult
from napari_geofm.jobs.view_specs import DeviceResult, PredictionResult, PredictionSpec
from napari_geofm.session import Session
from tests.gui.conftest import FakeEngine, plain_prediction, stroke
from tests.gui.mouse import press
from tests.gui.test_learn_panel import result


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
    for button in (panel.predict, panel.volume.start):
        assert not button.isEnabled()
        assert "press Probe first" in button.toolTip()
    assert "press Probe first" in panel.note.text()


@pytest.mark.usefixtures("model")
def test_predict_this_section(panel: PredictPanel, workspace: Workspace, engine: FakeEngine) -> None:
    press(panel.predict)
    asked = [view for view in engine.views if isinstance(view.spec, PredictionSpec)][-1]
    assert (asked.spec.at, asked.spec.model_folder) == (workspace.session.place, workspace.session.model)
    classes, confidence = plain_prediction(workspace)
    asked.done(PredictionResult(asked.spec.at, classes, confidence, ("sand", "shale", "salt")))
    assert workspace.view.prediction is not None
    assert (workspace.viewer.layers["prediction"].data == classes + 1).all()
    panel.shown.click()
    assert not workspace.viewer.layers["prediction"].visible
    panel.confidence.click()
    assert workspace.viewer.layers["confidence"].visible


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
    assert not panel.export.export.isEnabled()
    assert "nothing is labelled" in panel.export.export.toolTip()
    stroke(session, 1)
    assert panel.export.export.isEnabled()
    target = session.folder.parent / "out.sgy"
    panel.export.write(target)
    (job,) = engine.jobs
    assert isinstance(job.spec, ExportSpec)
    assert (job.spec.labels, job.spec.output) == (session.labels_folder, target)
    job.done(target)
    assert "out.sgy written" in panel.export.note.text()


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
