"""The layers of the current section: amplitude, features, prediction, confidence, labels."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QTimer

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.gui.canvas.section_labels import SectionLabels

if TYPE_CHECKING:
    from napari import Viewer
    from napari.layers import Image, Labels

__all__ = ["SectionLayers", "class_colours", "inside_section"]

Scale = tuple[float, float]

THUMBNAILS_MS = 250
"""Small pictures in the layer list follow when no section has come for so long."""


class SectionLayers:
    """Two-dimensional layers in display order that show one section after another.

    Parameters
    ----------
    viewer
        Where they are added, lowest first: the amplitude at once, the others by :meth:`add_rest`.
    """

    def __init__(self, viewer: "Viewer") -> None:
        from napari.layers import Image, Labels

        blank = np.zeros((2, 2), np.float32)
        self._viewer = viewer
        self._look = ("", (0.0, 0.0))
        self.amplitude: Image = viewer.add_image(blank, name="amplitude", colormap="gray", contrast_limits=(-1, 1))
        self.features = Image(np.zeros((2, 2, 4), np.uint8), name="features", rgb=True, opacity=0.7, visible=False)
        self.confidence = Image(
            blank, name="confidence", colormap="viridis", contrast_limits=(0, 1), opacity=0.6, visible=False
        )
        self.prediction = Labels(np.zeros((2, 2), np.uint8), name="prediction", opacity=0.45)
        self.labels = SectionLabels(np.zeros((2, 2), np.uint8), name="labels", opacity=0.75)
        self.features.interpolation2d = "linear"
        self.prediction.editable = False
        self._behind: set[Image | Labels] = set()
        self._soon = QTimer()
        self._soon.setSingleShot(True)
        self._soon.setInterval(THUMBNAILS_MS)
        self._soon.timeout.connect(self._draw_thumbnails)

    def add_rest(self) -> None:
        """Add the other layers, each of which takes napari as long as the first."""
        for layer in self.all[1:]:
            self._viewer.add_layer(layer)
        self._viewer.layers.selection.active = self.labels

    def close(self) -> None:
        """Have nothing follow."""
        self._soon.stop()

    @property
    def all(self) -> "tuple[Image | Labels, ...]":
        """All of them."""
        return self.amplitude, self.features, self.confidence, self.prediction, self.labels

    def show(self, values: NDArray[np.float32], labels: NDArray[np.uint8], scale: Scale) -> None:
        """Show a section: amplitudes (NaN where there is no trace) and inside labels, both ``(rows, columns)``."""
        self.hide_features()
        self.hide_prediction()
        self._exchange(self.amplitude, values, new=True)
        self.show_labels(labels)
        self.rescale(scale)

    def show_labels(self, labels: NDArray[np.uint8]) -> None:
        """Show other labels of the same section; napari's own undo begins anew."""
        self._exchange(self.labels, labels)
        self.labels._reset_history()

    def show_features(self, colours: NDArray[np.uint8], token_px: float) -> None:
        """Show a feature map, uint8 ``(tokens down, tokens across, 3)``, over the section."""
        shape = (int(self.amplitude.data.shape[0]), int(self.amplitude.data.shape[1]))
        inside = inside_section(colours, token_px, shape)
        self._exchange(self.features, np.dstack([inside, np.full(inside.shape[:2], 255, np.uint8)]))
        down, across = (min(side / tokens, token_px) for side, tokens in zip(shape, inside.shape, strict=False))
        self._place_features((down, across))

    def show_prediction(self, classes: NDArray[np.uint8], confidence: NDArray[np.float32]) -> None:
        """Show outside classes (255 none) and confidences of the section."""
        self._exchange(self.prediction, np.where(classes == UNLABELLED, 0, classes + 1).astype(np.uint8))
        self._exchange(self.confidence, confidence)

    def hide_features(self) -> None:
        """Let the feature map go, which is another section's."""
        self._blank(self.features)

    def hide_prediction(self) -> None:
        """Let the prediction go, which is another section's."""
        self._blank(self.prediction)
        self._blank(self.confidence)

    def colour_amplitude(self, colours: Any, limits: tuple[float, float]) -> None:
        """Show the amplitudes in a napari colour map, between two limits."""
        # What is the same is left alone: napari builds its shaders anew for a colour map that is set. And so what was
        # chosen in napari's own controls stays from section to section.
        before, self._look = self._look, (colours.name, limits)
        if colours.name != before[0]:
            self.amplitude.colormap = colours
        if limits != before[1]:
            self.amplitude.contrast_limits = limits

    def rescale(self, scale: Scale) -> None:
        """Give all layers another height and width of a sample."""
        down, across = (float(each) for each in np.divide(self.features.scale, self.amplitude.scale))
        for layer in (self.amplitude, self.confidence, self.prediction, self.labels):
            if tuple(layer.scale) != tuple(scale):
                layer.scale = scale
        self._place_features((down, across))

    def _exchange(self, layer: "Image | Labels", data: NDArray[Any], *, new: bool = False) -> None:
        """Give a layer other samples; ``new``: they are known to differ.

        Of the same shape they are written over the old ones: napari's own way tells everybody of a change of extent,
        which takes as long as drawing the section.
        """
        held = layer.data
        if held.shape != data.shape or held.dtype != data.dtype:
            layer.data = np.array(data)
        elif new or not np.array_equal(held, data):
            held[...] = data
            self._refresh(layer)

    def _blank(self, layer: "Image | Labels") -> None:
        """Leave nothing to be seen of a layer, in the shape that it has."""
        if layer.data.any():
            layer.data[...] = 0
            self._refresh(layer)

    def _refresh(self, layer: "Image | Labels") -> None:
        # What napari's own refresh does where slices are cut at once, without looking that up, which takes longer.
        if layer.visible:
            layer.set_view_slice()
            layer.events.set_data()
        self._behind.add(layer)
        self._soon.start()

    def _draw_thumbnails(self) -> None:
        for layer in self._behind:
            layer._update_thumbnail()
        self._behind.clear()

    def _place_features(self, token_px: Scale) -> None:
        """Put the feature map over the section; its tokens are some samples high and wide."""
        sides = tuple(float(side) for side in self.amplitude.scale)
        # The first token's middle lies half a token into the section.
        places = {
            "scale": tuple(side * token for side, token in zip(sides, token_px, strict=True)),
            "translate": tuple(side * (token - 1) / 2 for side, token in zip(sides, token_px, strict=True)),
        }
        for name, wanted in places.items():
            if not np.allclose(getattr(self.features, name), wanted):
                setattr(self.features, name, wanted)

    def recolour(self, table: ClassTable) -> None:
        """Give the classes their colours."""
        colours = class_colours(table)
        self.labels.colormap = colours
        self.prediction.colormap = colours


def inside_section(colours: NDArray[np.uint8], token_px: float, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a feature map without what reaches beyond the section, at as many tokens.

    The last tokens down and across look at padding in part: their colours would lie beside the section.

    Parameters
    ----------
    colours
        uint8, ``(tokens down, tokens across, 3)``.
    token_px
        Samples per token.
    shape
        Rows and columns of the section.

    Returns
    -------
    ndarray of uint8, of the same shape; from edge to edge it is as long as the section, where it was longer.
    """
    from PIL import Image

    down, across = (min(side / token_px, tokens) for side, tokens in zip(shape, colours.shape, strict=False))
    size = (colours.shape[1], colours.shape[0])
    if (across, down) == size:
        return colours
    picture = Image.fromarray(np.ascontiguousarray(colours)).resize(
        size, Image.Resampling.BILINEAR, box=(0.0, 0.0, across, down)
    )
    return np.asarray(picture)


def class_colours(table: ClassTable) -> Any:
    """Return napari's colour map of inside values: 0 is transparent, class k is at k + 1."""
    from napari.utils.colormaps import DirectLabelColormap

    found: dict[int | None, Any] = {None: "transparent", 0: "transparent"}
    found |= {number + 1: info.colour for number, info in enumerate(table)}
    return DirectLabelColormap(color_dict=found)
