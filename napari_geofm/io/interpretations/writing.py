"""Horizons and fault sticks as other programs read them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError, OutputError, UsageError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.interpretations.grid_writing import cps3_grid_lines, irap_grid_lines
from napari_geofm.io.interpretations.lattice import Lattice
from napari_geofm.io.interpretations.line_writing import horizon_rows, stick_rows
from napari_geofm.io.interpretations.track import Track

__all__ = ["HORIZON_FORMATS", "STICK_FORMATS", "write_horizon", "write_sticks"]

HORIZON_FORMATS = {
    "opendtect": "OpendTect ASCII (inline, crossline, X, Y, time or depth)",
    "xyz": "X Y Z: IRAP points, EarthVision, Petrel points",
    "charisma": "Charisma lines, as Petrel reads them",
    "irap": "IRAP classic grid (a map, turned as the survey is)",
    "cps3": "CPS-3 grid (a map, north up)",
    "csv": "table with titles",
}
"""Formats of horizons and what they are, for the user."""

STICK_FORMATS = {
    "opendtect": "OpendTect ASCII (X, Y, time or depth, stick, node)",
    "charisma": "Charisma fault sticks, as Petrel reads them",
    "cps3": "CPS-3 lines",
    "csv": "table with titles",
}
"""Formats of fault sticks and what they are, for the user."""


def write_horizon(
    horizon: Horizon, survey: Survey, out: Path | str, *, form: str = "opendtect", overwrite: bool = False
) -> None:
    """Write a horizon's picks; traces without one are left out.

    Parameters
    ----------
    horizon, survey
        The picks, and the survey whose numbers and coordinates they get.
    out
        The file.
    form
        One of :data:`HORIZON_FORMATS`. Times are in ms, depths in the survey's unit. A survey without coordinates has
        inline and crossline (a 2-D line: the trace's number) in the place of X and Y.
    overwrite
        Whether an existing file is replaced.

    Raises
    ------
    LabelError
        When there is no pick.
    UsageError, OutputError
        When the format does not exist, has no 2-D form for a line, or needs X and Y that the survey has not; when the
        file cannot be written.
    """
    _require_form(form, HORIZON_FORMATS)
    if not horizon.picked:
        raise LabelError(f"Horizon '{horizon.name}' has no pick, so there is nothing to write")
    _write(Path(out), _rows(horizon, survey, form), overwrite=overwrite)


def _rows(horizon: Horizon, survey: Survey, form: str) -> Iterator[str]:
    if survey.kind == "seismic-2d":
        return horizon_rows(horizon, Track.of(survey), form)
    lattice = Lattice.of(survey)
    if form == "irap":
        return irap_grid_lines(horizon.z, lattice)
    if form == "cps3":
        return cps3_grid_lines(horizon.z, lattice, horizon.name)
    rows, columns = np.nonzero(np.isfinite(horizon.z))
    inline, crossline = (
        axis.values.astype(np.float64)[places]
        for axis, places in ((lattice.inlines, rows), (lattice.crosslines, columns))
    )
    picks = np.column_stack([inline, crossline, horizon.z[rows, columns].astype(np.float64)])
    return _horizon_lines(horizon.name, picks, lattice, form)


def write_sticks(
    faults: tuple[FaultSticks, ...],
    survey: Survey,
    out: Path | str,
    *,
    form: str = "opendtect",
    overwrite: bool = False,
) -> None:
    """Write fault sticks; sticks of several faults are numbered through, since not every format holds names.

    Raises
    ------
    LabelError
        When there is no stick.
    UsageError, OutputError
        As :func:`write_horizon`.
    """
    _require_form(form, STICK_FORMATS)
    if not any(fault.sticks for fault in faults):
        raise LabelError("There is no fault stick to write; import or choose some first")
    if survey.kind == "seismic-2d":
        lines = stick_rows(faults, Track.of(survey), form)
    else:
        lines = _stick_lines(faults, Lattice.of(survey), form)
    _write(Path(out), lines, overwrite=overwrite)


def _require_form(form: str, known: dict[str, str]) -> None:
    if form not in known:
        raise UsageError(f"Format '{form}': choose one of {', '.join(known)}")


def _horizon_lines(name: str, picks: NDArray[np.float64], lattice: Lattice, form: str) -> Iterator[str]:
    unit = lattice.samples.units or "samples"
    xy = lattice.xy(picks[:, 0], picks[:, 1])
    if form == "charisma" and xy is None:
        raise UsageError(f"Charisma needs X and Y, and {lattice.name} has none in its headers; write opendtect or csv")
    table = picks if xy is None else np.column_stack([picks[:, :2], *xy, picks[:, 2]])
    titles = ["Inline", "Crossline", "Z"] if xy is None else ["Inline", "Crossline", "X", "Y", "Z"]
    line: Callable[..., str]
    if form == "opendtect":
        yield f"# Horizon: {name}"
        for place, title in enumerate(titles, start=1):
            yield f"# {place}: {title}{f' ({unit})' if title == 'Z' else ''}"
        yield "# - - - - - - - - - -"
        line = _joined("\t")
    elif form == "csv":
        yield ",".join(titles[:-1]).lower() + f",{lattice.samples.name} ({unit})"
        line = _joined(",")
    elif form == "xyz":
        table = table[:, -3:]
        line = _joined(" ")
    else:

        def line(i: float, c: float, x: float, y: float, z: float) -> str:
            return f"INLINE : {i:>8.10g} XLINE : {c:>8.10g} {x:16.4f} {y:16.4f} {z:14.6f}"

    for row in table.tolist():
        yield line(*row)


def _joined(separator: str) -> Callable[..., str]:
    return lambda *numbers: separator.join(_number(number) for number in numbers)


def _number(number: float) -> str:
    # A tenth of a millimetre, a tenth of a microsecond: what float32 picks hold.
    return f"{number:.4f}".rstrip("0").rstrip(".")


def _stick_lines(faults: tuple[FaultSticks, ...], lattice: Lattice, form: str) -> Iterator[str]:
    unit = lattice.samples.units or "samples"
    mapped = lattice.matrix is not None
    if form in {"charisma", "cps3"} and not mapped:
        raise UsageError(
            f"This format needs X and Y, and {lattice.name} has none in its headers; write opendtect or csv"
        )
    titles = ["X", "Y"] if mapped else ["Inline", "Crossline"]
    if form == "opendtect":
        for place, title in enumerate([*titles, f"Z ({unit})", "StickIndex", "NodeIndex"], start=1):
            yield f"# {place}: {title}"
    elif form == "csv":
        yield ",".join(["fault", *titles, f"{lattice.samples.name} ({unit})", "stick", "node"]).lower()
    elif form == "cps3":
        yield "FFASCI,0,COMPUTER"
    number = 0
    for fault in faults:
        for stick in fault.sticks:
            xy = lattice.xy(stick[:, 0], stick[:, 1])
            places = stick[:, :2] if xy is None else np.column_stack(xy)
            if form == "cps3":
                yield f"->{fault.name} {number + 1}"
            for node, (place, pick) in enumerate(zip(places.tolist(), stick.tolist(), strict=True)):
                yield _stick_line(form, fault.name, place, pick, number, node)
            number += 1


def _stick_line(form: str, name: str, place: list[float], pick: list[float], stick: int, node: int) -> str:
    x, y = (_fine(number) for number in place)
    z = _number(pick[2])
    if form == "opendtect":
        return f"{x}\t{y}\t{z}\t{stick}\t{node}"
    if form == "csv":
        words = name.replace(",", " ").replace('"', " ")
        return f"{words},{x},{y},{z},{stick},{node}"
    if form == "cps3":
        return f"{x} {y} {z}"
    return f"INLINE- {pick[0]:>10.4f} XLINE- {pick[1]:>10.4f} {x:>16} {y:>16} {z:>12} {name} {stick}"


def _fine(number: float) -> str:
    # Fractions of lines, in surveys without coordinates, need more digits than metres do.
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _write(out: Path, lines: Iterator[str], *, overwrite: bool) -> None:
    with replacing(out, overwrite=overwrite) as beside:
        try:
            with beside.open("w", encoding="utf-8", newline="\n") as stream:
                stream.writelines(f"{line}\n" for line in lines)
        except UnicodeEncodeError as error:
            raise OutputError(f"{out}: the name cannot be written as text ({error.reason}); rename it first") from error
