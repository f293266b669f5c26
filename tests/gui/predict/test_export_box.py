"""Exports of the step Predict, through its button: probabilities, pictures of the section, features of the survey."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QComboBox, QFileDialog

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.classes import ClassTable
from napari_geofm.core.progress import Progress, run_to_end
from napari_geofm.core.recipe import AUTO
from napari_geofm.gui.predict.export_box import ExportBox
from napari_geofm.gui.workspace import Workspace
from napari_geofm.io.opening import open_survey
from napari_geofm.io.result_files import result_job
from napari_geofm.io.results import ResultSpec
from napari_geofm.jobs.feature_volume_spec import FeatureVolumeResult, FeatureVolumeSpec
from napari_geofm.session import Session
from tests.gui.conftest import FakeEngine, stroke
from tests.gui.mouse import press

Saved = Callable[[Path], list[str]]


@pytest.fixture
def box(workspace: Workspace, qtbot: QtBot) -> ExportBox:
    box = ExportBox(workspace)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitExposed(box)
    return box


@pytest.fixture
def saved_as(monkeypatch: pytest.MonkeyPatch) -> Saved:
    """Answer the dialog for a file's name; the list gets the names that it offered."""

    def answer(name: Path) -> list[str]:
        offered: list[str] = []

        def chosen(_parent: object, _title: str, start: str, *_more: str) -> tuple[str, str]:
            offered.append(Path(start).name)
            return str(name), ""

        monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen)
        return offered

    return answer


@pytest.fixture
def fractions(session: Session) -> dict[str, NDArray[np.float32]]:
    """Leave what a prediction leaves beside it; return the arrays."""
    folder = session.folder / "predictions"
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for quantity in ("probabilities", "confidence"):
        spec = ResultSpec.of(session.survey, quantity, session.classes)
        values = np.random.default_rng(1).random(spec.stored_shape, np.float32)
        run_to_end(result_job(values, folder / f"probe-1-{quantity}.zarr", spec, overwrite=False))
        found[quantity] = values
    return found


def choose(box: QComboBox, words: str) -> None:
    """Go down the list to the entry that begins with ``words``."""
    box.setFocus()
    QtBot.keyClick(box, Qt.Key.Key_Home)  # type: ignore[no-untyped-call]
    for _ in range(box.count()):
        if not box.currentText().startswith(words):
            QtBot.keyClick(box, Qt.Key.Key_Down)  # type: ignore[no-untyped-call]
    assert box.currentText().startswith(words)


def test_probabilities_go_home_as_a_segy_for_each_class(
    box: ExportBox, session: Session, engine: FakeEngine, fractions: dict[str, NDArray[np.float32]], saved_as: Saved,
    tmp_path: Path,
) -> None:  # fmt: skip
    box.refresh()
    choose(box.what, "probabilities")
    choose(box.format, "SEG-Y")
    assert saved_as(tmp_path / "p.sgy") == []
    (tmp_path / "p_shale.sgy").write_text("precious")
    (tmp_path / "p_salt.sgy").write_text("precious")
    press(box.export)
    # The dialog could not ask about these: they bear the classes' names.
    assert "p_shale.sgy and 1 more exist" in box.question.text()
    QtBot.keyClick(box.question, Qt.Key.Key_Escape)  # type: ignore[no-untyped-call]
    assert not engine.jobs
    press(box.export)
    press(next(each for each in box.question.buttons() if each.text() == "Replace"))
    (job,) = engine.jobs
    assert not box.cancel.isHidden()
    job.progress(Progress(1, 2, "writing p_sand.sgy"))  # type: ignore[misc]
    assert box.bar.value() == 500
    job.done(LocalCompute().run(job.spec))
    assert box.note.text() == f"p_sand.sgy and 2 more written to {tmp_path}."
    there = np.isfinite(np.asarray(session.survey.section(session.place).values))
    assert there.any()
    for number, name in enumerate(session.classes.names):
        written = open_survey(tmp_path / f"p_{name}.sgy").section(session.place).values
        section = session.survey.section(session.place)
        expected = section.layout.to_display(fractions["probabilities"][(number, *section.places)])
        np.testing.assert_allclose(np.asarray(written)[there], expected[there], atol=1e-6)


def test_numbers_go_home_as_arrays(
    box: ExportBox, engine: FakeEngine, fractions: dict[str, NDArray[np.float32]], saved_as: Saved, tmp_path: Path
) -> None:
    box.refresh()
    for quantity, words, ending in (("confidence", "NumPy", ".npy"), ("probabilities", "zarr", ".zarr")):
        choose(box.what, quantity)
        choose(box.format, words)
        saved_as(tmp_path / f"{quantity}{ending}")
        press(box.export)
        engine.jobs[-1].done(LocalCompute().run(engine.jobs[-1].spec))
        assert f"{quantity}{ending} written" in box.note.text()
    np.testing.assert_array_equal(np.load(tmp_path / "confidence.npy"), fractions["confidence"])
    import zarr

    written = zarr.open(tmp_path / "probabilities.zarr", mode="r")
    array = written if isinstance(written, zarr.Array) else next(a for _, a in written.arrays() if a.ndim == 4)
    np.testing.assert_array_equal(array[:], fractions["probabilities"])


def test_a_picture_of_the_section_in_the_colours_of_its_classes(
    box: ExportBox, session: Session, engine: FakeEngine, saved_as: Saved, tmp_path: Path
) -> None:
    session.set_classes(ClassTable.named(["sand", "shale", "salt"]))
    stroke(session, 1)
    choose(box.what, "my labels")
    choose(box.format, "picture")
    offered = saved_as(tmp_path / "section.png")
    press(box.export)
    at = session.place
    assert offered == [f"tiny-labels-{at.axis}-{at.value:g}.png"]
    (job,) = engine.jobs
    assert job.spec.options.at == at
    session.save()
    job.done(LocalCompute().run(job.spec))
    picture = np.asarray(Image.open(tmp_path / "section.png"))
    assert picture.shape[:2] == session.survey.section(at).shape
    # Amplitudes alone are gray: the strokes, and they only, have a colour.
    coloured = np.ptp(picture.astype(int), axis=2) > 0
    assert coloured[12, 15]
    assert not coloured[25:].any()


def test_features_of_the_survey(
    box: ExportBox, session: Session, engine: FakeEngine, saved_as: Saved, tmp_path: Path
) -> None:
    choose(box.what, "features of the")
    assert [box.format.itemText(n) for n in range(box.format.count())] == [
        "SEG-Y (.sgy)", "NumPy (.npy)", "zarr (.zarr)",
    ]  # fmt: skip
    choose(box.format, "SEG-Y")
    offered = saved_as(tmp_path / "f.sgy")
    press(box.export)
    assert offered == ["tiny-features.sgy"]
    spec = engine.jobs[0].spec
    assert isinstance(spec, FeatureVolumeSpec)
    # The ones that the section's colours show; what an interrupted run has finished is taken over.
    assert (spec.output, spec.tuning, spec.at, spec.resume) == (tmp_path / "f.sgy", AUTO, None, True)
    press(box.cancel)
    assert engine.jobs[0].cancelled
    assert "an export to f.sgy goes on from the sections that are finished" in box.note.text()
    press(box.export)
    files = tuple(tmp_path / f"f_component-{number}.sgy" for number in (1, 2, 3))
    engine.jobs[1].done(FeatureVolumeResult(files, 12, 6, 2, 3.0))
    assert box.note.text() == (
        f"f_component-1.sgy and 2 more written to {tmp_path}. 2 of 6 sections were encoded already."
    )
    assert session.history[-1]["what"] == "exported f_component-1.sgy and 2 more"
    stroke(session, 1)
    choose(box.what, "my labels")
    saved_as(tmp_path / "l.npy")
    choose(box.format, "NumPy")
    press(box.export)
    press(box.cancel)
    assert "nothing was written" in box.note.text()
