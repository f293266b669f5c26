"""A run's record as JSON, and back."""

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

from napari_geofm.errors import FormatError
from napari_geofm.io.atomic import replacing
from napari_geofm.jobs.benchmark_spec import RunRecord

__all__ = ["as_plain", "read_record", "write_record"]


def as_plain(record: RunRecord) -> dict[str, Any]:
    """Return a record as JSON has it, which knows no NaN."""
    return {key: _plain(value) for key, value in dataclasses.asdict(record).items()}


def write_record(path: Path, record: RunRecord) -> None:
    """Write a record, over the one before.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    with replacing(path, overwrite=True) as beside:
        beside.write_text(json.dumps(as_plain(record), indent=1) + "\n", encoding="utf-8")


def read_record(path: Path) -> RunRecord | None:
    """Return a record; None where there is none yet.

    Raises
    ------
    FormatError
        When it is damaged.
    """
    if not path.exists():
        return None
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        return RunRecord(**{key: _value(value) for key, value in plain.items()})
    except (OSError, ValueError, TypeError, AttributeError):
        msg = f"{path} is no record of a run; delete it, and the run is made anew"
        raise FormatError(msg) from None


def _plain(value: object) -> object:
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _value(value: object) -> Any:
    if isinstance(value, list):
        return tuple(_value(each) for each in value)
    return math.nan if value is None else value
