"""A file whose copying was broken off, told apart from one that only lacks a piece of its very last trace."""

import numpy as np

from napari_geofm.errors import FormatError
from napari_geofm.io.segy.geometry import Grid, file_order
from napari_geofm.io.segy.layout import TRACE_HEADER, Bytes, SegyLayout
from napari_geofm.io.segy.template import SegyTemplate

__all__ = ["refuse_truncated"]


def refuse_truncated(template: SegyTemplate, file: Bytes) -> None:
    """Refuse a volume that ends inside a trace and leaves its last line unfinished.

    A last trace cut short is common and harmless as long as it is the last of its line too; that is told as an oddity.
    Of a 2-D line nobody knows how long it should be, so it is never refused.

    Raises
    ------
    FormatError
        When, besides the trace that is cut, the last line lacks traces at its end that the line before has.
    """
    layout, grid = template.layout, template.grid
    # Of gathers, the traces that are read do not follow each other in the file.
    if not _ends_inside_a_trace(layout) or not grid.is_areal or template.kept is not None:
        return
    if file_order(grid.index) is None:
        return  # in no order, no line is the last
    lost = _lost_places(grid, _cut_numbers(template, file))
    if lost > 1:
        raise FormatError(
            f"{layout.path} is truncated: it ends inside trace {layout.n_traces + 1}, and the last line lacks {lost} "
            "of its traces; copy the file again from where it is whole"
        )


def _ends_inside_a_trace(layout: SegyLayout) -> bool:
    rest = layout.size - layout.start - layout.n_traces * layout.trace_bytes
    return layout.cut or 0 < rest < TRACE_HEADER


def _cut_numbers(template: SegyTemplate, file: Bytes) -> tuple[int, int] | None:
    """Return inline and crossline number of the trace that is cut; None where its header is cut too."""
    layout = template.layout
    header = file[layout.start + layout.n_traces * layout.trace_bytes :][:TRACE_HEADER]
    if header.size < TRACE_HEADER:
        return None
    bytes_and_widths = zip((template.iline_byte, template.xline_byte), template.widths, strict=True)
    first, second = (
        int(np.frombuffer(header[byte - 1 : byte - 1 + width].tobytes(), f"{layout.order}i{width}")[0])
        for byte, width in bytes_and_widths
    )
    return first, second


def _lost_places(grid: Grid, cut: tuple[int, int] | None) -> int:
    """Return how many traces, the cut one among them, the last line lacks beyond its last whole trace."""
    # Traces that repeat another's numbers are not in the grid.
    last = int(grid.index.max())
    order = np.argwhere((grid.index <= last) & (grid.index > last - 2))
    # Traces of one line follow each other: the number that the last two share is the line's.
    slow = 0 if len(order) < 2 or order[0, 0] == order[1, 0] else 1
    index = grid.index if slow == 0 else grid.index.T
    line, place = (int(each) for each in np.argwhere(index == last)[0])
    if cut is not None and cut[slow] != int(grid.lines[slow][line]):
        # The cut trace begins a line of its own: all that the line before it holds is to come.
        return int(np.count_nonzero(index[line] >= 0))
    others = [row for row in (line - 1, line + 1) if 0 <= row < len(index) and (index[row] >= 0).any()]
    if not others:
        return 0
    before = max(others, key=lambda row: int(index[row].max()))
    ascending = place == 0 or bool((index[line, :place] >= 0).any())
    beyond = index[before, place + 1 :] if ascending else index[before, :place]
    return int(np.count_nonzero(beyond >= 0))
