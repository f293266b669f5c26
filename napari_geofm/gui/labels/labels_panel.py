"""The step Labels: classes, tools, the rest of a section, its neighbours, accepting, what is labelled so far."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_geofm.gui.labels.accept_box import AcceptBox
from napari_geofm.gui.labels.carry_box import ACCEPT_KEY, CarryBox
from napari_geofm.gui.labels.class_list import ClassList
from napari_geofm.gui.labels.class_menu import ClassMenu
from napari_geofm.gui.labels.label_tools import LabelTools
from napari_geofm.gui.labels.labelled_sections import LabelledSections
from napari_geofm.gui.labels.rest_row import RestRow
from napari_geofm.gui.parts.heading import Heading
from napari_geofm.gui.parts.note import Note

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["LabelsPanel"]


class LabelsPanel(QWidget):
    """Everything that makes labels.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.session = workspace.session
        self.read_only = Note("Another viewer has this session open: labels can be seen here, not changed.")
        self.read_only.setVisible(self.session.read_only)
        self.classes = ClassList(self.session, {number: f"Alt+{number + 1}" for number in range(9)})
        self.menu = ClassMenu(self.classes)
        self.tools = LabelTools(workspace)
        self.rest = RestRow(workspace)
        self.carry = CarryBox(workspace)
        self.accept = AcceptBox(workspace, ACCEPT_KEY, self.carry.carrying)
        self.sections = LabelledSections(workspace)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        for part in (self.read_only, self.classes, self.menu, self.tools):
            whole.addWidget(part)
        whole.addWidget(self.rest)
        carrying = Heading("Carry to neighbours")
        for each in (carrying, self.carry):
            whole.addWidget(each)
            # Lines, recordings and images have no neighbours.
            each.setVisible(self.session.survey.kind == "seismic-3d")
        whole.addWidget(self.accept.heading)
        whole.addWidget(self.accept)
        whole.addWidget(Heading("Labelled so far"))
        whole.addWidget(self.sections)
        self.classes.chosen.connect(self._chosen)

    def choose(self, number: int) -> None:
        """Paint with class ``number`` from now on (what the number keys do)."""
        self.classes.choose(number)

    def _chosen(self, number: int) -> None:
        layer = self.tools.layer
        if layer is not None:
            layer.selected_label = number + 1
            if str(layer.mode) in {"pan_zoom", "erase", "pick"}:
                self.tools.take("paint")
