"""The dock: where one is, above; the steps of an interpretation behind tabs; what is wanted all the time, below."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QHBoxLayout, QTabWidget, QToolButton, QVBoxLayout, QWidget

from napari_geofm.gui.dock.device_line import DeviceLine
from napari_geofm.gui.dock.job_line import JobLine
from napari_geofm.gui.dock.key_list import KeyList
from napari_geofm.gui.dock.keys import bind_keys, told_keys
from napari_geofm.gui.features.features_panel import FeaturesPanel
from napari_geofm.gui.history.session_box import SessionBox
from napari_geofm.gui.history.session_line import SessionLine
from napari_geofm.gui.labels.labels_panel import LabelsPanel
from napari_geofm.gui.learn.learn_panel import LearnPanel
from napari_geofm.gui.learn.quick_row import QuickRow
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.page import Page
from napari_geofm.gui.predict.predict_panel import PredictPanel
from napari_geofm.gui.survey.image_windows import ImageWindows
from napari_geofm.gui.survey.navigation import Navigation
from napari_geofm.gui.survey.survey_panel import SurveyPanel
from napari_geofm.gui.survey.time_windows import TimeWindows

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["WIDTH", "Dock"]

WIDTH = 320
"""Widest, in pixels, at a window of 1366 x 768."""

TABS = "QTabBar::tab { padding: 4px 5px; margin: 0px 1px 0px 0px; min-width: 0px; font-size: 11px; }"
"""Five words side by side in the narrow dock."""

WHAT = {
    "Survey": "What is open, and how it looks",
    "Features": "What the network sees",
    "Labels": "Classes, tools, and what is labelled",
    "Learn": "Fine-tune, and the models so far",
    "Predict": "Predict the survey, and take results home",
}


class Dock(QWidget):
    """All steps.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        session = workspace.session
        self.navigation = Navigation(session)
        self.navigation.left.connect(workspace.viewer.window._qt_viewer.canvas.native.setFocus)
        self.time, self.image = TimeWindows(session, workspace.view), ImageWindows(session)
        for row in (self.time, self.image):
            row.left.connect(workspace.viewer.window._qt_viewer.canvas.native.setFocus)
        self.survey = SurveyPanel(workspace)
        self.survey.what.setToolTip("\n".join(session.survey.odd))
        self.features = FeaturesPanel(workspace)
        self.labels = LabelsPanel(workspace)
        self.learn = LearnPanel(workspace)
        self.predict = PredictPanel(workspace)
        self.quick = QuickRow(self.learn.training)
        self.notices = Note("\n".join(session.notices))
        session.notice.connect(self._notice)
        self.session_line, self.session_box = SessionLine(session), SessionBox(session)
        self.tabs = QTabWidget(self)
        self._lay_out()
        self.setMinimumWidth(300)
        self.setMaximumWidth(WIDTH)
        bind_keys(self)

    def open_step(self, name: str) -> None:
        """Bring a step to the front: "Survey", "Features", "Labels", "Learn" or "Predict"."""
        self.tabs.setCurrentIndex(list(WHAT).index(name))

    def show_keys(self) -> KeyList:
        """Show the list of keys over the canvas; Escape, ? or a click closes it."""
        shown = KeyList.toggled(self.workspace.viewer, told_keys(self))
        # The next survey has other keys.
        self.destroyed.connect(shown.close)
        return shown

    def _lay_out(self) -> None:
        bar = self.tabs.tabBar()
        if bar is not None:
            bar.setUsesScrollButtons(False)
            bar.setExpanding(True)
            bar.setStyleSheet(TABS)
            bar.setFocusPolicy(bar.focusPolicy().NoFocus)
        panels = (self.survey, self.features, self.labels, self.learn, self.predict)
        for (name, what), panel in zip(WHAT.items(), panels, strict=True):
            self.tabs.setTabToolTip(self.tabs.addTab(Page(panel), name), what)
        self.open_step("Labels")
        keys = QToolButton(self)
        keys.setText("?")
        keys.setToolTip("All keys (?)")
        keys.clicked.connect(self.show_keys)
        last = QHBoxLayout()
        last.addWidget(DeviceLine(self.workspace), 1)
        last.addWidget(keys)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 2, 4, 4)
        whole.setSpacing(4)
        survey = self.survey.layout()
        if survey is not None:
            survey.addWidget(self.session_box)
        whole.addWidget(self.notices)
        whole.addWidget(self.session_line)
        for row in (self.navigation, self.time, self.image):
            whole.addWidget(row)
        whole.addWidget(self.tabs, 1)
        whole.addWidget(self.quick)
        whole.addWidget(JobLine(self.workspace.engine))
        whole.addLayout(last)

    def _notice(self, _text: str) -> None:
        self.notices.say("\n".join(self.workspace.session.notices[-3:]))
