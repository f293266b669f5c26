"""Before and after a fine-tune: what is swiped over the section."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from napari_geofm.gui.features.comparing import Comparing
from napari_geofm.gui.parts.note import Note

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["CompareBox"]


class CompareBox(QWidget):
    """Two switches; each says why it cannot be pressed.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.comparing = Comparing(workspace, self)
        self.features = QCheckBox("Swipe what the network sees", self)
        self.prediction = QCheckBox("Swipe the prediction", self)
        self.note = Note()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(3)
        for part in (self.features, self.prediction, self.note):
            whole.addWidget(part)
        self.features.clicked.connect(self.comparing.compare_features)
        self.prediction.clicked.connect(self.comparing.compare_prediction)
        self.comparing.changed.connect(self.refresh)
        self.comparing.session.model_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what is compared, and say what cannot be."""
        comparing, session = self.comparing, self.comparing.session
        model, earlier = session.model, session.earlier_model
        reasons = (comparing.features_reason(), comparing.prediction_reason())
        names = (
            f"Left of the line the network as it was, right of it as {model.name if model else ''} adapted it",
            f"Left of the line {earlier.name if earlier else ''}, right of it {model.name if model else ''}",
        )
        shown = (comparing.features_on, comparing.prediction_on)
        for box, reason, words, on in zip((self.features, self.prediction), reasons, names, shown, strict=True):
            box.setEnabled(not reason)
            box.setChecked(on)
            box.setToolTip(f"Not now: {reason}" if reason else words)
        if any(shown):
            lines = [words for words, on in zip(names, shown, strict=True) if on]
        else:
            lines = [reasons[0]] if reasons[0] else []
        self.note.say("\n".join(f"{line[0].upper()}{line[1:]}." for line in lines))
