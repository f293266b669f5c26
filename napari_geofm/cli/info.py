"""``geofm info``: what a file holds, with its own numbers."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from napari_geofm.cli.output import Result

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Describe each file; JSON is one object, or a list of them for several files."""
    from napari_geofm.io.opening import open_survey

    found = [_described(open_survey(Path(file))) for file in arguments.files]
    lines: list[str] = []
    for data in found:
        lines += [*_lines(data), ""]
    return Result(found[0] if len(found) == 1 else found, lines)


def _described(survey: Any) -> dict[str, Any]:
    dims = [
        {
            "name": axis.name,
            "size": axis.size,
            "first": axis.first,
            "last": axis.last,
            "step": axis.step,
            "units": axis.units,
        }
        for axis in survey.axes
    ]
    return {
        "file": str(survey.path),
        "kind": survey.kind,
        "dims": dims,
        "crs": survey.crs,
        "sample_format": survey.sample_format,
        "odd": list(survey.odd),
    }


def _lines(data: dict[str, Any]) -> list[str]:
    lines = [f"{data['file']}: {data['kind']}, {data['sample_format']}"]
    for dim in data["dims"]:
        unit = f" {dim['units']}" if dim["units"] else ""
        step = "uneven steps" if dim["step"] is None else f"step {dim['step']}{unit}"
        if dim["size"] == 1:
            step = "one only"
        lines.append(f"  {dim['name']:<10} {dim['first']} to {dim['last']}{unit}, {dim['size']} values, {step}")
    if data["crs"]:
        lines.append(f"  crs        {' '.join(str(data['crs']).split())[:100]}")
    return lines + [f"  note       {note}" for note in data["odd"]]
