"""How to fine-tune: what it begins with, method, decoder, minutes."""

from dataclasses import replace

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QLabel, QWidget

from napari_geofm.core.recipe import AUTO, Recipe
from napari_geofm.gui.learn.base_row import BaseRow
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.words import time_words

__all__ = ["FinetuneForm"]

METHODS = {"LoRA": "lora", "decoder only": "frozen", "all weights": "full"}
METHOD = "How much adapts: LoRA a small part of the network, 'decoder only' nothing of the encoder, 'all weights' all"
DECODER = (
    "What turns the encoder's features into classes. Automatic: guided, which draws edges to the sample, where "
    "sections are labelled all over, else linear; a U-Net has no encoder"
)
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
    """Four choices, and what they cost."""

    changed = Signal()
    """Another choice was made."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.base = BaseRow(self)
        self.method, self.decoder, self.minutes = QComboBox(self), QComboBox(self), QDoubleSpinBox(self)
        self.method.addItems(list(METHODS))
        self.decoder.addItems(list(DECODERS))
        self.minutes.setRange(0.1, 600.0)
        self.minutes.setDecimals(1)
        self.minutes.setValue(1.0)
        self.minutes.setSuffix(" min")
        self.minutes.setToolTip("How long to train; it can be stopped earlier and the best is kept")
        self.cost = Note()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        for row, (word, field) in enumerate(
            (
                ("Begin with", self.base),
                ("Method", self.method),
                ("Decoder", self.decoder),
                ("Time", self.minutes),
            )
        ):
            grid.addWidget(QLabel(word, self), row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(self.cost, 4, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        self.base.chosen.connect(self._suit)
        self.method.currentTextChanged.connect(self._tell)
        self.decoder.currentTextChanged.connect(self._suit)
        self.minutes.valueChanged.connect(self._tell)
        self._suit()

    def recipe(self) -> Recipe:
        """Return the recipe that was chosen; a model that is gone on from decides what is looked at."""
        decoder = DECODERS[self.decoder.currentText()]
        method = "full" if decoder == "unet" else METHODS[self.method.currentText()]
        found, made = Recipe.for_method(method, decoder), self.base.recipe
        if made is not None:
            taps = found.taps_from(made.encoder) if made.method == "probe" else made.encoder.taps
            encoder = replace(found.encoder, name=made.encoder.name, taps=taps, tuning=made.encoder.tuning)
            found = replace(found, encoder=encoder, input=made.input)
        return replace(found, training=replace(found.training, minutes=self.minutes.value(), steps=0))

    def _suit(self) -> None:
        made = self.base.recipe
        bound = made is not None and made.method != "probe"
        if made is not None and bound:
            # A model goes on as what it is; only a probe may become any of these.
            with QSignalBlocker(self.decoder), QSignalBlocker(self.method):
                self.decoder.setCurrentText(_word(DECODERS, made.decoder))
                self.method.setCurrentText(_word(METHODS, made.method))
        unet = DECODERS[self.decoder.currentText()] == "unet"
        self.decoder.setEnabled(not bound)
        self.method.setEnabled(not unet and not bound)
        reason = "\nNot now: a model goes on as what it is" if bound else ""
        self.decoder.setToolTip(DECODER + reason)
        self.method.setToolTip("Not now: a U-Net learns all its weights" if unet else METHOD + reason)
        self._tell()

    def _tell(self) -> None:
        words = time_words(60 * self.minutes.value())
        self.cost.say(f"Takes {words} at most, and the start; sections can be looked at meanwhile.")
        self.changed.emit()


def _word(words: dict[str, str], name: str) -> str:
    return next(word for word, value in words.items() if value == name)
