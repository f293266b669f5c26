"""``geofm info``: what a file holds, with its own numbers."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_geofm.cli.coordinates import coordinate_lines, coordinates_of
from napari_geofm.cli.grounds import ground_lines, ground_of
from napari_geofm.cli.output import Result, tell_error
from napari_geofm.cli.processing import opening_hints
from napari_geofm.cli.recording import recording_lines, recording_of
from napari_geofm.cli.segy import remember_options, segy_options
from napari_geofm.cli.spectrum import require_spectrum, spectrum_lines

if TYPE_CHECKING:
    from napari_geofm.io.segy import SegyLook

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Describe each file; JSON is one object, or a list of them for several files.

    Of several files those that open are described, whatever becomes of the others: each of those has one line on
    stderr and an ``error`` in the JSON, and the exit status is the worst that one of them would have alone.
    """
    from napari_geofm.errors import GeoFMError

    found: list[dict[str, Any]] = []
    lines: list[str] = []
    status = 0
    opening_hints(arguments)  # Options that cannot be are told of once, not for each file.
    require_spectrum(arguments)
    for file in map(Path, arguments.files):
        try:
            data, told = _told(file, arguments)
        except GeoFMError as error:
            if len(arguments.files) == 1:
                raise
            status = max(status, error.exit_status)
            told = []
            data = {"file": str(file), "error": str(error)}
            tell_error(error, arguments, _naming(file, str(error)))
        found.append(data)
        lines += [*told, ""] if told else []
    return Result(found[0] if len(found) == 1 else found, lines, status)


def _told(file: Path, arguments: Namespace) -> tuple[dict[str, Any], list[str]]:
    """Return what is known of a file, as data and as lines.

    Raises
    ------
    GeoFMError
        When it does not open, and no headers are asked for that may tell why.
    """
    from napari_geofm.errors import GeoFMError
    from napari_geofm.io.opening import open_survey
    from napari_geofm.io.segy import is_segy

    looked = arguments.headers is not None and is_segy(file)
    more: list[str] = []
    try:
        survey = open_survey(file, **opening_hints(arguments))
        data = _described(survey)
    except GeoFMError as error:
        if not looked:
            raise
        # Whoever asks for the headers wants to know why it does not open.
        data = {"file": str(file), "error": str(error)}
    else:
        remember_options(arguments, [file])
        if arguments.spectrum:
            data["spectrum"], more = spectrum_lines(survey, arguments)
    lines = _lines(data) + more
    if looked:
        data["headers"], told = _looked(file, arguments)
        lines += told
    return data, lines


def _naming(file: Path, line: str) -> str:
    """Return an error's line with the file in it: of several, each line says which it means.

    >>> _naming(Path("a/b.sgy"), "b.sgy is empty"), _naming(Path("a/b.sgy"), "Shape 0: each size is 1 or more")
    ('b.sgy is empty', 'a/b.sgy: Shape 0: each size is 1 or more')
    """
    return line if file.name in line else f"{file}: {line}"


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
        "coordinates": coordinates_of(survey),
        "ground": ground_of(survey),
        "recording": recording_of(survey),
        "sample_format": survey.sample_format,
        "odd": list(survey.odd),
    }


def _lines(data: dict[str, Any]) -> list[str]:
    if "error" in data:
        return [f"{data['file']}: cannot be opened as it is", f"  because    {data['error']}"]
    lines = [f"{data['file']}: {data['kind']}, {data['sample_format']}"]
    for dim in data["dims"]:
        unit = f" {dim['units']}" if dim["units"] else ""
        step = "uneven steps" if dim["step"] is None else f"step {dim['step']}{unit}"
        if dim["size"] == 1:
            step = "one only"
        count = f"{dim['size']} value{'s' * (dim['size'] != 1)}"
        lines.append(f"  {dim['name']:<10} {dim['first']} to {dim['last']}{unit}, {count}, {step}")
    lines += coordinate_lines(data["coordinates"])
    lines += ground_lines(data["ground"])
    lines += recording_lines(data["recording"])
    if data["crs"]:
        lines.append(f"  crs        {' '.join(str(data['crs']).split())[:100]}")
    return lines + [f"  note       {note}" for note in data["odd"]]


def _looked(file: Path, arguments: Namespace) -> tuple[dict[str, Any], list[str]]:
    """Return what a SEG-Y file's headers offer, as data and as lines."""
    from napari_geofm.io.segy import SegyOptions, look_at

    look = look_at(file, segy_options(arguments) or SegyOptions())
    table = look.table(max(1, arguments.headers)).used()
    data = {
        "text": look.text.split("\n"),
        "named": {role: list(numbers) for role, numbers in look.hints.items()},
        "doubt": look.doubt,
        "candidates": [
            {
                "iline_byte": each.lines.iline,
                "xline_byte": each.lines.xline,
                "score": round(each.score, 3),
                "inlines": each.n_ilines,
                "crosslines": each.n_xlines,
                "fill": each.fill,
                "named": each.named,
            }
            for each in look.candidates
        ],
        "fields": [{"byte": each.byte, "width": each.width, "name": each.name} for each in table.fields],
        "traces": table.values.tolist(),
    }
    return data, [*_candidate_lines(look), *_table_lines(table), *_text_lines(look.text)]


def _candidate_lines(look: "SegyLook") -> list[str]:
    lines = ["", "  inline and crossline may be in"]
    for each in look.candidates:
        fill = "" if each.fill is None else f", {each.fill:.0%} of the grid"
        named = ", named by the text header" if each.named else ""
        counts = f"{each.n_ilines} x {each.n_xlines} lines{fill}"
        lines.append(f"    {each.words:<22} score {each.score:.2f}: {counts}{named}")
    if not look.candidates:
        lines[-1] = "  no bytes number the lines of a volume"
        lines += [f"  a line's traces are numbered in byte {look.cdp_byte}"] if look.cdp_byte else []
    return lines


def _table_lines(table: Any) -> list[str]:
    """Return the table on its side: a field a line, so that eighty columns hold it."""
    lines = ["", f"  {'byte':>4}  {'trace header':<28}" + "".join(f"{'trace ' + str(t + 1):>12}" for t in table.traces)]
    for column, each in enumerate(table.fields):
        numbers = "".join(f"{number:>12}" for number in table.values[:, column].tolist())
        lines.append(f"  {each.byte:>4}  {each.name:<28}{numbers}")
    return lines


def _text_lines(text: str) -> list[str]:
    return ["", *(f"  {line}" for line in text.split("\n") if line[3:].strip())]
