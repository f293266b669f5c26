"""What a model scored, kept in its folder beside the recipe, so that models can be compared later."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from napari_geofm.io.atomic import replacing

__all__ = ["ModelScores", "read_scores", "write_scores"]

SCORES = "scores.json"


@dataclass(frozen=True, slots=True)
class ModelScores:
    """Scores of one model.

    Attributes
    ----------
    classes
        Class names, in the order of their numbers.
    labelled
        Labelled samples per class that it learned from.
    held_out
        Samples of the strokes that were held out to score it; 0 where none could be spared.
    miou
        Mean IoU on the held-out strokes; NaN where none.
    iou
        IoU per class on the held-out strokes; NaN where the class has none there.
    seconds
        Time that the training took.
    before
        IoU per class of the model in use before, on the same strokes, or as scored when it was made; empty for none.
    before_name
        That model's name.
    same_strokes
        Whether both learned from the same labels, so that they were scored on the same strokes.
    gone_on
        Of a model that went on from another: whether that one's classes were forgotten, in a sentence; else empty.
    """

    classes: tuple[str, ...]
    labelled: tuple[int, ...]
    held_out: int
    miou: float
    iou: tuple[float, ...]
    seconds: float = 0.0
    before: tuple[float, ...] = ()
    before_name: str = ""
    same_strokes: bool = False
    gone_on: str = ""


def write_scores(folder: Path, scores: ModelScores) -> None:
    """Write the scores into a model's folder.

    Raises
    ------
    OutputError
        When the folder cannot be written.
    """
    plain = {key: _plain(value) for key, value in asdict(scores).items()}
    with replacing(folder / SCORES, overwrite=True) as beside:
        beside.write_text(json.dumps(plain, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_scores(folder: Path) -> ModelScores | None:
    """Return a model's scores; None where none are kept or the file is damaged: they are an extra."""
    try:
        plain: dict[str, Any] = json.loads((folder / SCORES).read_text(encoding="utf-8"))
        return ModelScores(
            classes=tuple(map(str, plain["classes"])),
            labelled=tuple(map(int, plain["labelled"])),
            held_out=int(plain["held_out"]),
            miou=_number(plain["miou"]),
            iou=tuple(map(_number, plain["iou"])),
            seconds=float(plain.get("seconds", 0.0)),
            before=tuple(map(_number, plain.get("before", ()))),
            before_name=str(plain.get("before_name", "")),
            same_strokes=bool(plain.get("same_strokes", False)),
            gone_on=str(plain.get("gone_on", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _plain(value: object) -> object:
    """Return what JSON has: it knows no NaN."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _number(value: object) -> float:
    return float(value) if isinstance(value, float | int) else math.nan
