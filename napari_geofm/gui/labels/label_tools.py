"""Tools that change the labels: brush, eraser, fill, polygon, and the brush's size."""

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from napari.layers import Labels

    from napari_geofm.gui.workspace import Workspace

__all__ = ["LabelTools"]

TOOLS = (
    ("Paint", "paint", "P", "Paint with the chosen class"),
    ("Erase", "erase", "E", "Take labels away"),
    ("Fill", "fill", "F", "Fill an enclosed area with the chosen class"),
    ("Polygon", "polygon", "3", "Click the corners of an area; Enter or double-click closes it"),
    ("Move", "pan_zoom", "Z", "Move and zoom the section; nothing is painted"),
)
"""Word, napari's mode of the labels layer, napari's key, and what it does."""

CHOSEN = "QPushButton { padding: 3px 2px; } QPushButton:checked { background-color: #4a6bd0; color: white; }"
"""napari's themes give push buttons no look of their own when they are checked; this one is read in both."""

LARGEST = 60
"""Brush sizes go up to this many samples."""


class LabelTools(QWidget):
    """Buttons for napari's own label tools, which keep their keys; each also makes the labels layer the active one."""

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(3)
        for word, mode, key, what in TOOLS:
            button = QPushButton(self)
            button.setText(word)
            button.setCheckable(True)
            button.setStyleSheet(CHOSEN)
            button.setToolTip(f"{what} ({key})")
            button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
            button.clicked.connect(lambda _on=False, wanted=mode: self.take(wanted))
            group.addButton(button)
            row.addWidget(button, 1)
            self.buttons[mode] = button
        self.brush = QSlider(Qt.Orientation.Horizontal, self)
        self.brush.setRange(1, LARGEST)
        self.brush.setToolTip("Size of the brush in samples ([ and ])")
        self.brush_text = QLabel(self)
        self.brush_text.setMinimumWidth(24)
        brush = QHBoxLayout()
        brush.addWidget(QLabel("Brush", self))
        brush.addWidget(self.brush, 1)
        brush.addWidget(self.brush_text)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(3)
        whole.addLayout(row)
        whole.addLayout(brush)
        self.brush.valueChanged.connect(self._sized)
        self._follow(self.layer)
        workspace.viewer.layers.events.inserted.connect(self._inserted)

    @property
    def layer(self) -> "Labels | None":
        """The labels layer, or None where there is none yet."""
        layers = self._workspace.viewer.layers
        return next((layer for layer in layers if layer.name == "labels"), None)

    def take(self, mode: str) -> None:
        """Take a tool, and make the labels layer the active one."""
        layer = self.layer
        if layer is None:
            return
        self._workspace.viewer.layers.selection.active = layer
        layer.mode = mode
        self._show_mode()

    def _inserted(self, event: object) -> None:
        if getattr(getattr(event, "value", None), "name", "") == "labels":
            self._follow(self.layer)

    def _follow(self, layer: "Labels | None") -> None:
        self.setEnabled(layer is not None and not self._workspace.session.read_only)
        if layer is None:
            return
        layer.brush_size = self._workspace.session.settings.brush
        self.brush.setValue(int(layer.brush_size))
        self.brush_text.setText(str(int(layer.brush_size)))
        layer.events.mode.connect(self._show_mode)
        layer.events.brush_size.connect(self._show_size)
        self._show_mode()

    def _sized(self, size: int) -> None:
        self.brush_text.setText(str(size))
        if self.layer is not None:
            self.layer.brush_size = size
        # It is the same when the survey is opened again.
        if size != self._workspace.session.settings.brush:
            self._workspace.session.change(brush=size)

    def _show_mode(self) -> None:
        if self.layer is not None:
            button = self.buttons.get(str(self.layer.mode))
            if button is not None:
                button.setChecked(True)

    def _show_size(self) -> None:
        if self.layer is not None:
            self.brush.setValue(int(self.layer.brush_size))
