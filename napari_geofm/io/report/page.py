"""A report as one HTML file that needs nothing else, or as one picture."""

import base64
import math
from collections.abc import Iterator
from html import escape
from pathlib import Path

from napari_geofm.errors import OutputError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.report.contents import Agreement, ClassShare, Report
from napari_geofm.io.report.pictures import stacked
from napari_geofm.io.sample_sizes import said_unit

__all__ = ["REPORT_ENDINGS", "require_report", "write_report"]

REPORT_ENDINGS = (".html", ".png")

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; max-width: 1100px; margin: 2em auto; padding: 0 1em; color: #1a1a1a; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 1.8em; }
table { border-collapse: collapse; margin: .5em 0; }
th, td { text-align: left; padding: .25em .9em .25em 0; border-bottom: 1px solid #ddd; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
img { max-width: 100%; height: auto; background: #fff; margin: .4em 0; }
.swatch { display: inline-block; width: .9em; height: .9em; border-radius: .2em; margin-right: .5em; }
@media print { body { max-width: none; } img { break-inside: avoid; } }
"""


def require_report(out: Path) -> None:
    """Refuse, before any work, an output of another ending.

    Raises
    ------
    OutputError
        When it is none of :data:`REPORT_ENDINGS`.
    """
    if out.suffix.lower() not in REPORT_ENDINGS:
        raise OutputError(
            f"{out.name}: a report is written as {' or '.join(REPORT_ENDINGS)}; choose one of these endings"
        )


def write_report(report: Report, out: Path, *, overwrite: bool = False) -> None:
    """Write a report.

    Raises
    ------
    OutputError
        When the ending is unknown, or the file exists or cannot be written.
    """
    require_report(out)
    with replacing(out, overwrite=overwrite) as beside:
        if out.suffix.lower() == ".html":
            beside.write_text("\n".join(_html(report)) + "\n", encoding="utf-8")
        else:
            beside.write_bytes(stacked([each.png for each in report.pictures], list(_lines(report))))


def _html(report: Report) -> Iterator[str]:
    title = escape(report.title)
    yield "<!DOCTYPE html>"
    yield f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head><body>'
    yield f"<h1>{title}</h1>"
    yield from _table(("", ""), [(escape(name), escape(value)) for name, value in report.facts], head=False)
    for what, shares in report.shares:
        yield f"<h2>Classes: {escape(what)}</h2>"
        yield from _shares(shares)
    if report.agreement is not None:
        yield "<h2>Prediction against labels</h2>"
        yield f"<p>{_agreed(report.agreement)}</p>"
        yield from _table(
            ("class", "IoU"), [(escape(name), _score(iou)) for name, iou in report.agreement.scores], numbers=(1,)
        )
    yield "<h2>Sections</h2>" if report.pictures else ""
    for each in report.pictures:
        data = base64.b64encode(each.png).decode("ascii")
        yield f'<img alt="{escape(each.title)}" src="data:image/png;base64,{data}">'
    if report.models:
        yield "<h2>Models</h2>"
        rows: list[tuple[str, ...]] = []
        for model in report.models:
            classes = ", ".join(f"{escape(name)} {_score(score)}" for name, score in model.scores) or "not scored"
            learned = escape(", ".join(model.sections)) or "not known"
            rows.append((escape(model.name), escape(model.method), _score(model.miou), classes, learned))
        yield from _table(("model", "method", "mean IoU", "IoU on held-out strokes", "learned from"), rows)
    yield "</body></html>"


def _shares(shares: tuple[ClassShare, ...]) -> Iterator[str]:
    unit = next((each.unit for each in shares if each.volume is not None), "")
    what = "area by time" if "*" in unit else "volume"
    heads = ("class", "samples", "share", *((f"{what} ({said_unit(unit)})",) if unit else ()))
    rows = []
    for each in shares:
        swatch = f'<span class="swatch" style="background: {escape(each.colour)}"></span>{escape(each.name)}'
        volume = (_size(each.volume),) if each.volume is not None else ()
        rows.append((swatch, f"{each.samples:,}", f"{each.share:.1%}", *volume))
    yield from _table(heads, rows, numbers=(1, 2, 3))


def _table(
    heads: tuple[str, ...], rows: list[tuple[str, ...]], *, head: bool = True, numbers: tuple[int, ...] = ()
) -> Iterator[str]:
    yield "<table>"
    if head:
        yield "<tr>" + "".join(f"<th>{escape(each)}</th>" for each in heads) + "</tr>"
    for row in rows:
        cells = (
            f'<td class="number">{cell}</td>' if n in numbers else f"<td>{cell}</td>" for n, cell in enumerate(row)
        )
        yield "<tr>" + "".join(cells) + "</tr>"
    yield "</table>"


def _lines(report: Report) -> Iterator[str]:
    """Return the report's words for a picture."""
    yield report.title
    for name, value in report.facts:
        yield f"{name}: {value}"[:110]
    for what, shares in report.shares:
        yield ""
        yield f"classes: {what}"
        for each in shares:
            volume = "" if each.volume is None else f", {_size(each.volume)} {said_unit(each.unit)}"
            yield f"    {each.name}: {each.samples:,} samples, {each.share:.1%}{volume}"
    if report.agreement is not None:
        yield ""
        yield _agreed(report.agreement)
        for name, iou in report.agreement.scores:
            yield f"    {name}: IoU {_score(iou)}"
    for model in report.models:
        yield f"model {model.name} ({model.method}): mean IoU {_score(model.miou)}"


def _agreed(found: Agreement) -> str:
    """Return in a sentence how well prediction and labels agree, and what that does not tell."""
    if not found.samples:
        return "No sample is both labelled and predicted."
    right = f"{found.right:.1%} of {found.samples:,} samples that are labelled and predicted are right"
    return f"Mean IoU {_score(found.miou)}; {right}. Labels that the model learned from are among them."


def _size(volume: float) -> str:
    return f"{volume:,.{0 if volume >= 100 else 3}f}"


def _score(value: float) -> str:
    return "not scored" if math.isnan(value) else f"{value:.2f}"
