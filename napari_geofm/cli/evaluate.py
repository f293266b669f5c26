"""``geofm evaluate``: score a prediction against the truth."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_geofm.cli.output import Result
from napari_geofm.core.labels import UNLABELLED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from napari_geofm.core.tally import Tally

__all__ = ["run"]

MOST_TOLERANCE_PX = 200


def run(arguments: Namespace) -> Result:
    """Return IoU and boundary F1 per class, mIoU, mPA and pixel accuracy over the data set; 255 is not scored."""
    from napari_geofm.core.tally import Tally
    from napari_geofm.errors import LabelError
    from napari_geofm.io.atomic import require_absent
    from napari_geofm.io.class_table import read_class_table
    from napari_geofm.io.scored_pair import read_scored_pair

    if arguments.plot:
        require_absent(Path(arguments.plot).expanduser(), overwrite=arguments.overwrite)
    table = read_class_table(Path(arguments.classes)) if arguments.classes else None
    truth, prediction = read_scored_pair(Path(arguments.truth), Path(arguments.prediction), table)
    pairs, missing = _pairs(truth.values, prediction.values)
    top = max([int(part[part != UNLABELLED].max(initial=0)) for pair in pairs for part in pair], default=0)
    count = max(top + 1, len(table) if table else 0)
    tally = Tally(count, tolerance_px=_tolerance(arguments))
    for pair in pairs:
        tally.add(*pair)
    if tally.scores.pixels == 0:
        msg = f"Truth {arguments.truth} has no labelled pixel that is predicted too; there is nothing to score"
        raise LabelError(msg)
    names = list((table or truth.classes).names)
    names += [f"class {number}" for number in range(len(names), count)]
    data = {"classes": names[:count], **_figures(tally), "unpredicted": missing}
    if arguments.paper:
        data["paper"] = {"miou": tally.paper.miou, "mpa": tally.paper.mpa}
    if arguments.plot:
        _plot(arguments, tally)
        data["plot"] = Path(arguments.plot)
    return Result(data, _lines(data))


def _pairs(truth: Any, prediction: Any) -> "tuple[list[tuple[NDArray[np.uint8], NDArray[np.uint8]]], int]":
    """Return truth and prediction section by section, and how many labelled samples have no prediction."""
    import numpy as np

    from napari_geofm.core.labels import checked_classes
    from napari_geofm.errors import LabelError

    if tuple(truth.shape) != tuple(prediction.shape):
        msg = (
            f"Truth has shape {tuple(truth.shape)}, prediction {tuple(prediction.shape)}; "
            "compare arrays of one shape and order"
        )
        raise LabelError(msg)
    pairs, missing = [], 0
    for slab in _slabs(truth.shape):
        true = checked_classes(np.asarray(truth[slab]))
        predicted = checked_classes(np.asarray(prediction[slab]))
        # Dead traces and what lies outside an area of interest have no prediction: counted, said, and not scored.
        missing += int(np.count_nonzero((predicted == UNLABELLED) & (true != UNLABELLED)))
        pairs.append((np.where(predicted == UNLABELLED, np.uint8(UNLABELLED), true), predicted))
    return pairs, missing


def _figures(tally: "Tally") -> dict[str, Any]:
    """Return the scores over all sections as one."""
    scores, boundaries = tally.scores, tally.boundaries
    return {
        "iou": scores.iou.tolist(),
        "accuracy": scores.accuracy.tolist(),
        "miou": scores.miou,
        "mpa": scores.mpa,
        "pixel_accuracy": scores.pixel_accuracy,
        "boundary_f1": boundaries.f1.tolist(),
        "mean_boundary_f1": boundaries.mean_f1,
        "pixels": scores.pixels,
    }


def _tolerance(arguments: Namespace) -> float | None:
    """Return the distance within which a boundary counts as found; None for the usual share of the diagonal."""
    from napari_geofm.errors import UsageError

    given: float | None = arguments.tolerance
    if given is not None and not 0 <= given <= MOST_TOLERANCE_PX:
        msg = f"--tolerance {given:g}: must be 0 to {MOST_TOLERANCE_PX} samples"
        raise UsageError(msg)
    return given


def _plot(arguments: Namespace, tally: "Tally") -> None:
    """Draw how the mIoU of single sections is distributed."""
    from napari_geofm.io.score_plots import draw_distributions

    name, path = Path(arguments.prediction).name, Path(arguments.plot).expanduser()
    values = {name: [each.miou for each in tally.samples]}
    draw_distributions(path, values, f"{name} against {Path(arguments.truth).name}", overwrite=arguments.overwrite)


def _slabs(shape: tuple[int, ...]) -> list[Any]:
    """Return the parts that are scored one by one: each section of a volume, or the whole picture."""
    return list(range(shape[0])) if len(shape) == 3 else [slice(None)]


def _lines(data: dict[str, Any]) -> list[str]:
    width = max(len(name) for name in data["classes"])
    lines = [f"{'class':<{width}}     IoU  accuracy  boundary F1"]
    columns = (data[name] for name in ("classes", "iou", "accuracy", "boundary_f1"))
    for name, iou, accuracy, f1 in zip(*columns, strict=True):
        lines.append(f"{name:<{width}}  {iou:6.3f}    {accuracy:6.3f}       {f1:6.3f}")
    means = (
        ("mIoU", "miou"),
        ("mPA", "mpa"),
        ("pixel accuracy", "pixel_accuracy"),
        ("boundary F1", "mean_boundary_f1"),
    )
    lines.append("  ".join(f"{words} {data[name]:.4f}" for words, name in means))
    if data["unpredicted"]:
        lines.append(f"{data['unpredicted']} labelled samples have no prediction (255) and are not scored")
    if "paper" in data:
        lines.append(f"paper's form, per section: mIoU {data['paper']['miou']:.4f}  mPA {data['paper']['mpa']:.4f}")
    return lines
