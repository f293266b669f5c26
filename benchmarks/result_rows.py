"""Results of long benchmarks, a JSON line each: written as they are found, so that an interrupted run goes on."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

Row = dict[str, Any]


def read_rows(file: Path) -> list[Row]:
    """Return the results so far; none where there is no file."""
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


def add_row(file: Path, row: Row) -> None:
    """Keep a result, and show it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(row) + "\n")
    sys.stderr.write(json.dumps(row) + "\n")


def found(rows: Sequence[Row]) -> set[tuple[str, str]]:
    """Return case and method of each result."""
    return {(row["case"], row["method"]) for row in rows}


def spread(values: Sequence[float]) -> str:
    """Return mean and standard deviation.

    >>> spread([0.5, 0.7])
    '0.600 ±0.100'
    """
    return f"{np.mean(values):.3f} ±{np.std(values):.3f}"
