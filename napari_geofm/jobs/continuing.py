"""Going on from an earlier model: what it decides, what it is refused for, and its tensors in a wider network."""

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.recipe import AUTO, GENTLE_RATE, Recipe, TrainingRecipe
from napari_geofm.errors import ModelError

if TYPE_CHECKING:
    from napari_geofm.io.models import ModelFolder
    from napari_geofm.nets.model import SegmentationNet
    from napari_geofm.nets.probe import ProbeHead
    from napari_geofm.nets.unet import UNet

__all__ = ["begins_anew", "check_same_weights", "continue_net", "going_on", "remembering", "widened"]

Arrays = Mapping[str, NDArray[np.float32]]

DECIDED = ("surroundings", "texture", "levelling", "smooth_rows", "smooth_columns")
"""Of the probe's settings what an earlier model decides: how it sees, and how it answers."""


def begins_anew(base: "ModelFolder | None") -> bool:
    """Return whether a network begins without an earlier model's tensors: there is none, or it is a probe."""
    return base is None or base.recipe.method == "probe"


def going_on(recipe: Recipe, base: "ModelFolder") -> Recipe:
    """Return a job's recipe as the earlier model that it goes on from has it: what is looked at, and how.

    A probe may become anything that sees with the same encoder; other models go on as what they are.

    Raises
    ------
    ModelError
        When the recipe has another encoder, method or decoder.
    """
    theirs, name = base.recipe, base.path.name
    if recipe.decoder == AUTO and theirs.method != "probe":
        recipe = recipe.with_decoder(theirs.decoder)
    probe = theirs.method == "probe" and recipe.decoder != "unet"
    same = probe or (theirs.method, theirs.decoder) == (recipe.method, recipe.decoder)
    if not same or theirs.encoder.name != recipe.encoder.name:
        msg = (
            f"Model {name} is {theirs.method} with {theirs.decoder} on {theirs.encoder.name}; go on with the same, "
            f"not {recipe.method} with {recipe.decoder} on {recipe.encoder.name}"
        )
        raise ModelError(msg)
    taps = recipe.taps_from(theirs.encoder) if probe else theirs.encoder.taps
    encoder = dataclasses.replace(recipe.encoder, taps=taps, tuning=theirs.encoder.tuning)
    kept = {each: getattr(theirs.probe, each) for each in DECIDED}
    settings = dataclasses.replace(recipe.probe, **kept)
    recipe = dataclasses.replace(
        recipe, encoder=encoder, input=theirs.input, processing=theirs.processing, probe=settings
    )
    if begins_anew(base):
        return recipe
    # What is gentle to a head that begins as the probe of these strokes would never bring it to other strokes.
    rate = recipe.training.head_rate
    rate = TrainingRecipe().head_rate if rate == GENTLE_RATE else rate
    training = dataclasses.replace(recipe.training, probe_start=theirs.training.probe_start, head_rate=rate)
    return dataclasses.replace(recipe, adapter=theirs.adapter, training=training)


def check_same_weights(recipe: Recipe, base: "ModelFolder") -> None:
    """Refuse a model that was trained on other weights than those in use.

    Raises
    ------
    ModelError
        When it was.
    """
    theirs, ours = base.recipe.encoder, recipe.encoder
    if theirs.weights_sha256 != ours.weights_sha256:
        msg = (
            f"Model {base.path.name} was trained on other weights of {ours.name} (sha256 {theirs.weights_sha256[:12]}) "
            f"than those in use ({ours.weights_sha256[:12]}); give the right file with --weights, or train anew"
        )
        raise ModelError(msg)
    if theirs.tuning_sha256 != ours.tuning_sha256:
        msg = (
            f"Model {base.path.name} was trained on another edition of the tuning {ours.tuning} than the one that is "
            "installed; install the program's version that it was made with, or train anew"
        )
        raise ModelError(msg)


def continue_net(base: "ModelFolder", recipe: Recipe, net: "SegmentationNet | UNet", start: "ProbeHead | None") -> None:
    """Put an earlier model's tensors into a network of the same make.

    Parameters
    ----------
    base
        The earlier model.
    recipe
        What the network is of.
    net
        It is written into.
    start
        A probe of all classes, whose rows new classes begin with where the head has a linear map on the taps; None, and
        elsewhere: zeros. What is said of the classes that were known is the same at first, beside each other.

    Raises
    ------
    ModelError
        When they do not fit.
    """
    from napari_geofm.nets.build import load_parts

    before = len(base.recipe.classes)
    head = widened(base.head, before, len(recipe.classes))
    weight = head.get("linear.weight")
    rows = None if start is None else start.weight[:, :, None, None]
    if start is not None and weight is not None and rows is not None and rows.shape == weight.shape:
        learned = np.any(start.weight != 0, axis=1)
        learned[:before] = False
        head["linear.weight"] = np.where(learned[:, None, None, None], rows, weight)
        head["linear.bias"] = np.where(learned, start.bias, head["linear.bias"])
    load_parts(net, base.adapter, head)


def widened(head: Arrays, before: int, now: int) -> dict[str, NDArray[np.float32]]:
    """Return a head's tensors with rows for new classes, zero, wherever a layer gives one score per class."""
    if before == now:
        return dict(head)
    last = {"linear.weight", "linear.bias", *(name for name in head if ".classify." in f".{name}")}
    return {
        name: np.concatenate([value, np.zeros((now - before, *value.shape[1:]), value.dtype)])
        if name in last and value.shape[0] == before
        else value
        for name, value in head.items()
    }


def remembering(head: "ProbeHead", base: "ModelFolder | None", labelled: NDArray[np.int64]) -> "ProbeHead":
    """Return a probe with an earlier one's map for classes that it knew and that nothing is labelled now.

    Parameters
    ----------
    head
        As fitted anew: a class without labels would never be said.
    base
        The earlier model; None, or one that is no probe, leaves the head as it is.
    labelled
        Labelled samples per class.
    """
    from napari_geofm.nets.probe import ProbeHead

    if base is None or base.recipe.method != "probe":
        return head
    weight, bias = base.head["probe.weight"], base.head["probe.bias"]
    silent = [number for number in range(len(base.recipe.classes)) if not labelled[number]]
    if not silent or weight.shape[1:] != head.weight.shape[1:] or len(weight) > len(head.weight):
        return head
    ours, theirs = head.weight.copy(), head.bias.copy()
    ours[silent], theirs[silent] = weight[silent], bias[silent]
    return ProbeHead(ours, theirs)
