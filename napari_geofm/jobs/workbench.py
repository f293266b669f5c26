"""What a worker keeps between jobs: open surveys, their stretches, encoders, and features."""

import dataclasses
import os
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.amplitude import Stretch
from napari_geofm.core.progress import Control, Job, run_to_end
from napari_geofm.core.recipe import AUTO, EncoderRecipe, Recipe
from napari_geofm.core.survey import Survey
from napari_geofm.errors import ModelError
from napari_geofm.jobs.cache import FeatureCache, cache_key
from napari_geofm.jobs.specs import Where

if TYPE_CHECKING:
    from napari_geofm.io.file_options import FileOptions
    from napari_geofm.io.models import ModelFolder
    from napari_geofm.nets.extract import Extractor
    from napari_geofm.nets.predictor import Predictor
    from napari_geofm.nets.weights import WeightsFile

__all__ = ["Workbench", "workbench"]

T = TypeVar("T")

KEPT = 4
"""Surveys and encoders that are kept open at once, each."""

REMEMBERED = 16
"""Results of views that are remembered, of each kind: some 2 MB each."""


class Workbench:
    """Open surveys, encoders and features of one process; made anew after a worker was killed."""

    def __init__(self) -> None:
        from napari_geofm.nets.weights_cache import cache_folder

        self.folder = cache_folder()
        self.cache = FeatureCache(self.folder / "features")
        self._kept: dict[str, OrderedDict[Hashable, Any]] = {}
        self._shelves: dict[str, dict[str, Any]] = {}

    def shelf(self, name: str) -> dict[str, Any]:
        """Return a dictionary that lives as long as the process."""
        return self._shelves.setdefault(name, {})

    def survey(self, path: Path, options: "FileOptions | None" = None, model: Path | None = None) -> Survey:
        """Return the survey at ``path``, opened once while the file, and how it is to be read, stay as they are.

        A model looks at what is processed as what it learned from was: its chain takes the place of that in the
        options. Masked channels are the recording's own and stay masked.
        """
        from napari_geofm.io.file_options import with_chain
        from napari_geofm.io.folders import stamp_of
        from napari_geofm.io.opening import open_survey
        from napari_geofm.io.raster.said import recall_said
        from napari_geofm.io.segy import recall

        if model is not None:
            options = with_chain(options, self.model(model).recipe.processing.steps)
        read_as = (options, recall(path), recall_said(path))
        key = (str(path.resolve()), *stamp_of(path), read_as)
        return self._keep("surveys", key, lambda: open_survey(path, options=options, remembered=options is None))

    def stretch(self, survey: Survey, percent: float) -> Stretch:
        """Return the survey's stretch, fitted once."""
        from napari_geofm.io.stretches import stretch_of

        return self._keep("stretches", (survey.fingerprint, percent), lambda: stretch_of(survey, percent))

    def weights(self, encoder: EncoderRecipe, local: Path | None = None) -> "WeightsFile":
        """Return the encoder's weights, found in the documented order, with the tuning that is added to them."""
        from napari_geofm.io.tunings import find_tuning
        from napari_geofm.nets.weights import resolve_weights

        found = self._keep("weights", (encoder.name, str(local)), lambda: resolve_weights(encoder.name, local=local))
        if encoder.tuning in {"", AUTO}:
            return found
        tuning = self._keep("tunings", encoder.tuning, lambda: find_tuning(encoder.tuning))
        return dataclasses.replace(found, tuning=tuning.path, tuning_sha256=tuning.sha256)

    def extractor(self, recipe: Recipe, device: str, precision: str, local: Path | None = None) -> "Extractor":
        """Return the encoder without adapter, tuned as the recipe says, with the recipe's input rules."""
        from napari_geofm.nets.devices import choose_device, choose_precision
        from napari_geofm.nets.encoder import build_encoder
        from napari_geofm.nets.extract import Extractor

        where = choose_device(device)
        bf16 = choose_precision(precision, where) == "bf16"
        weights = self.weights(recipe.encoder, local)
        # One network serves all that look at it differently.
        key = (weights.sha256, weights.tuning_sha256, str(where))
        network = self._keep("encoders", key, lambda: build_encoder(recipe.encoder.name, weights=weights))
        whole = Extractor(network, recipe.input, where, bf16=bf16, identity=weights.identity)
        return whole.with_taps(recipe.encoder.taps)

    def model(self, folder: Path) -> "ModelFolder":
        """Return a model's recipe and tensors, read once while its folder stays as it is."""
        from napari_geofm.io.models import find_model, read_model

        path = find_model(str(folder))
        stamp = tuple(sorted((file.name, file.stat().st_mtime_ns) for file in path.iterdir()))
        return self._keep("models", (str(path.resolve()), stamp), lambda: read_model(path))

    def predictor(self, folder: Path, where: Where) -> "Predictor":
        """Return a trained model ready for use."""
        from napari_geofm.nets.build import load_predictor

        model = self.model(folder)
        recipe = model.recipe
        weights = self.weights(recipe.encoder, where.weights) if recipe.decoder != "unet" else None
        if weights is not None and weights.sha256 != recipe.encoder.weights_sha256:
            msg = (
                f"Model {folder.name} was trained on other weights of {recipe.encoder.name} (sha256 "
                f"{recipe.encoder.weights_sha256[:12]}) than those in use ({weights.sha256[:12]}, {weights.source}); "
                "give the right file with --weights, or train again"
            )
            raise ModelError(msg)
        if weights is not None and weights.tuning_sha256 != recipe.encoder.tuning_sha256:
            msg = (
                f"Model {folder.name} was trained on another edition of the tuning {recipe.encoder.tuning} than the "
                "one that is installed; install the program's version that it was made with, or train again"
            )
            raise ModelError(msg)
        identity = model.fingerprint if model.adapter else recipe.encoder.identity

        def make() -> "Predictor":
            probe = recipe.method == "probe"
            return load_predictor(
                recipe,
                model.adapter,
                model.head,
                weights,
                device=where.device,
                precision=where.precision,
                identity=identity,
                frozen=self.extractor(recipe, where.device, where.precision, where.weights) if probe else None,
            )

        return self._keep("predictors", (model.fingerprint, where), make)

    def features(
        self,
        extractor: "Extractor",
        picture: NDArray[np.float32],
        key: str,
        control: Control | None = None,
    ) -> NDArray[np.float16]:
        """Return the stacked taps of a picture from the cache, or encode it.

        Parameters
        ----------
        extractor
            The encoder with its input rules; one without an identity is asked each time.
        picture
            float32, ``(rows, columns)``, 0..1.
        key
            The picture's name.
        control
            Looked at before every block of the encoder; None: not looked at.

        Returns
        -------
        ndarray of float16, shape ``(taps * channels, tokens down, tokens across)``.
        """
        return run_to_end(self.encoding(extractor, picture, key, control))

    def encoding(
        self, extractor: "Extractor", picture: NDArray[np.float32], key: str, control: Control | None = None
    ) -> Job[NDArray[np.float16]]:
        """Return the stacked taps of a picture as :meth:`features` does, and tell how many windows are encoded."""
        from napari_geofm.nets.watching import watched_steps

        taps = extractor.encoder.taps
        held = self.cache.get(_address(extractor, key, taps)) if extractor.identity else None
        # Those that feature maps are made with: 3, 6, 9, 12 of twelve blocks.
        every = extractor.encoder.spec.taps
        if held is None and extractor.identity and set(taps) < set(every):
            # What was encoded for a feature map serves a model that looks at part of it.
            whole = self.cache.get(_address(extractor, key, every))
            if whole is not None:
                levels = whole.reshape(len(every), -1, *whole.shape[1:])
                held = np.concatenate([levels[every.index(tap)] for tap in taps])
        if held is not None:
            return held
        steps = extractor.encoding(picture)
        encoded = yield from (watched_steps(extractor.encoder, control.check, steps) if control is not None else steps)
        if not extractor.identity:
            return encoded.stacked().astype(np.float16)
        return self.cache.put(_address(extractor, key, taps), encoded.stacked())

    def texture(self, extractor: "Extractor", picture: NDArray[np.float32], key: str) -> NDArray[np.float16]:
        """Return the texture of a picture, float16 ``(channels, tokens down, tokens across)``, likewise."""
        address = cache_key(texture=key, patch=extractor.encoder.patch_px, input=repr(extractor.recipe))
        held = self.cache.get(address)
        return held if held is not None else self.cache.put(address, extractor.texture(picture))

    def held(self, shelf: str, key: Hashable) -> Any:
        """Return what was remembered for ``key``; None where nothing was, or is any more."""
        kept = self._kept.get(shelf)
        return kept.get(key) if kept is not None else None

    def remembered(self, shelf: str, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made for ``key``, or make it; the last :data:`REMEMBERED` of a shelf are kept."""
        return self._keep(shelf, key, make, REMEMBERED)

    def _keep(self, shelf: str, key: Hashable, make: Callable[[], T], limit: int = KEPT) -> T:
        held = self._kept.setdefault(shelf, OrderedDict())
        if key not in held:
            held[key] = make()
            while len(held) > limit:
                held.popitem(last=False)
        held.move_to_end(key)
        found: T = held[key]
        return found


def _address(extractor: "Extractor", key: str, taps: tuple[int, ...]) -> str:
    """Return the address of a picture's stacked taps."""
    return cache_key(
        picture=key,
        encoder=extractor.identity,
        taps=taps,
        input=repr(extractor.recipe),
        precision="bf16" if extractor.bf16 else "fp32",
        device=extractor.device.type,
    )


_BENCHES: dict[int, Workbench] = {}


def workbench() -> Workbench:
    """Return this process's workbench."""
    if os.getpid() not in _BENCHES:
        _BENCHES[os.getpid()] = Workbench()
    return _BENCHES[os.getpid()]
