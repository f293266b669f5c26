"""How to fine-tune: method, decoder, minutes."""

from dataclasses import replace

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QLabel, QWidget

from napari_geofm.core.recipe import AUTO, Recipe
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.words import time_words

__all__ = ["FinetuneForm"]

METHODS = {"LoRA": "lora", "decoder only": "frozen", "all weights": "full"}
METHOD = "How much adapts: LoRA a small part of the network, 'decoder only' nothing of the encoder, 'all weights' all"
DECODERS = {
    "automatic": AUTO,
    "linear": "linear",
    "guided": "guided",
    "PUP": "pup",
    "MLA": "mla",
    "DPT": "dpt",
    "U-Net": "unet",
}


class FinetuneForm(QWidget):
    """Three choices, and what they cost."""

    changed = Signal()
    """Another choice was made."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.method, self.decoder, self.minutes = QComboBox(self), QComboBox(self), QDoubleSpinBox(self)
        self.method.addItems(list(METHODS))
        self.decoder.addItems(list(DECODERS))
        self.minutes.setRange(0.1, 600.0)
        self.minutes.setDecimals(1)
        self.minutes.setValue(1.0)
        self.minutes.setSuffix(" min")
        self.decoder.setToolTip(
            "What turns the encoder's features into classes. Automatic: guided, which draws edges to the sample, where "
            "sections are labelled all over, else linear; a U-Net has no encoder"
        )
        self.minutes.setToolTip("How long to train; it can be stopped earlier and the best is kept")
        self.cost = Note()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        for row, (word, field) in enumerate(
            (("Method", self.method), ("Decoder", self.decoder), ("Time", self.minutes))
        ):
            grid.addWidget(QLabel(word, self), row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(self.cost, 3, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        self.method.currentTextChanged.connect(self._tell)
        self.decoder.currentTextChanged.connect(self._suit)
        self.minutes.valueChanged.connect(self._tell)
        self._suit()

    def recipe(self) -> Recipe:
        """Return the recipe that was chosen."""
        decoder = DECODERS[self.decoder.currentText()]
        method = "full" if decoder == "unet" else METHODS[self.method.currentText()]
        found = Recipe.for_method(method, decoder)
        return replace(found, training=replace(found.training, minutes=self.minutes.value(), steps=0))

    def _suit(self) -> None:
        unet = DECODERS[self.decoder.currentText()] == "unet"
        self.method.setEnabled(not unet)
        self.method.setToolTip("Not now: a U-Net learns all its weights" if unet else METHOD)
        self._tell()

    def _tell(self) -> None:
        words = time_words(60 * self.minutes.value())
        self.cost.say(f"Takes {words} at most, and the start; sections can be looked at meanwhile.")
        self.changed.emit()
