"""``geofm evaluate``: score a prediction against the truth."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from napari_geofm.cli.output import Result

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Return IoU per class, mIoU, mPA and pixel accuracy over the whole data set; 255 in the truth is not scored."""
    import numpy as np

    from napari_geofm.core.labels import UNLABELLED, checked_classes
    from napari_geofm.core.scores import paper_scores, score
    from napari_geofm.errors import LabelError
    from napari_geofm.io.class_table import read_class_table
    from napari_geofm.io.scored_pair import read_scored_pair

    table = read_class_table(Path(arguments.classes)) if arguments.classes else None
    truth, prediction = read_scored_pair(Path(arguments.truth), Path(arguments.prediction), table)
    if tuple(truth.values.shape) != tuple(prediction.values.shape):
        msg = (
            f"Truth has shape {tuple(truth.values.shape)}, prediction {tuple(prediction.values.shape)}; "
            "compare arrays of one shape and order"
        )
        raise LabelError(msg)
    pairs, missing = [], 0
    for slab in _slabs(truth.values.shape):
        true = checked_classes(np.asarray(truth.values[slab]))
        predicted = checked_classes(np.asarray(prediction.values[slab]))
        # Dead traces and what lies outside an area of interest have no prediction: counted, said, and not scored.
        missing += int(np.count_nonzero((predicted == UNLABELLED) & (true != UNLABELLED)))
        pairs.append((np.where(predicted == UNLABELLED, np.uint8(UNLABELLED), true), predicted))
    top = max([int(part[part != 255].max(initial=0)) for pair in pairs for part in pair], default=0)
    count = max(top + 1, len(table) if table else 0)
    scores = score(pairs, count)
    if scores.pixels == 0:
        msg = f"Truth {arguments.truth} has no labelled pixel that is predicted too; there is nothing to score"
        raise LabelError(msg)
    names = list((table or truth.classes).names)
    names += [f"class {number}" for number in range(len(names), count)]
    data: dict[str, Any] = {
        "classes": names[:count],
        "iou": scores.iou.tolist(),
        "accuracy": scores.accuracy.tolist(),
        "miou": scores.miou,
        "mpa": scores.mpa,
        "pixel_accuracy": scores.pixel_accuracy,
        "pixels": scores.pixels,
        "unpredicted": missing,
    }
    if arguments.paper:
        paper = paper_scores(pairs, count)
        data["paper"] = {"miou": paper.miou, "mpa": paper.mpa}
    return Result(data, _lines(data))


def _slabs(shape: tuple[int, ...]) -> list[Any]:
    """Return the parts that are scored one by one: each section of a volume, or the whole picture."""
    return list(range(shape[0])) if len(shape) == 3 else [slice(None)]


def _lines(data: dict[str, Any]) -> list[str]:
    width = max(len(name) for name in data["classes"])
    lines = [f"{'class':<{width}}     IoU  accuracy"]
    for name, iou, accuracy in zip(data["classes"], data["iou"], data["accuracy"], strict=True):
        lines.append(f"{name:<{width}}  {iou:6.3f}    {accuracy:6.3f}")
    lines.append(f"mIoU {data['miou']:.4f}  mPA {data['mpa']:.4f}  pixel accuracy {data['pixel_accuracy']:.4f}")
    if data["unpredicted"]:
        lines.append(f"{data['unpredicted']} labelled samples have no prediction (255) and are not scored")
    if "paper" in data:
        lines.append(f"paper's form, per section: mIoU {data['paper']['miou']:.4f}  mPA {data['paper']['mpa']:.4f}")
    return lines
