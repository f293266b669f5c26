"""A folder of DAS files as one continuous recording with its gaps."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from napari_geofm.core.das.facts import lasting
from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, GeometryError, SourceError
from napari_geofm.io.das.checks import grid_notes, listed, require_alike, trait_notes
from napari_geofm.io.das.finding import FoundFile, das_files
from napari_geofm.io.das.growing import content_of, fitted_as
from napari_geofm.io.das.header import DasHeader
from napari_geofm.io.das.index import FolderIndex, Report, known_headers, write_index
from napari_geofm.io.das.instants import instant
from napari_geofm.io.das.joining import Overlap, join
from napari_geofm.io.das.recording import Recording
from napari_geofm.io.das.survey import survey_of

__all__ = ["read_das_folder"]

_MOST_COMPARED = 32
"""Overlaps whose samples are compared; of more, these are spread over the recording."""


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of a folder that open."""

    found: Sequence[FoundFile]
    headers: Sequence[DasHeader]

    @property
    def names(self) -> list[str]:
        return [file.name for file in self.found]


def read_das_folder(
    path: Path | str, on_progress: Report | None = None, files: Sequence[FoundFile] | None = None
) -> Survey:
    """Open a folder of DAS files as one recording; samples are read when they are asked for.

    Parameters
    ----------
    path
        The folder; files in its sub-folders count as :func:`~napari_geofm.io.das.finding.das_files` says.
    on_progress
        Takes each Progress while headers are read, which is long the first time; what it raises ends the work.
    files
        The folder's files, where they are known already.

    Returns
    -------
    Survey
        As :func:`~napari_geofm.io.das.reader.read_das` has it; ``odd`` tells of gaps, overlaps, and files left out.

    Raises
    ------
    SourceError
        When there is no such folder.
    FormatError
        When it holds no DAS file that can be read.
    GeometryError
        When its files are no single recording.
    """
    folder = Path(path).absolute()
    if not folder.is_dir():
        msg = f"No folder {folder}; check the path"
        raise SourceError(msg)
    found = das_files(folder) if files is None else files
    if not found:
        msg = f"Folder {folder.name} holds no DAS recording (.h5, .hdf5, .tdms, .nc, ...); give a folder of them"
        raise FormatError(msg)
    headers, refused, index = known_headers(folder, found, on_progress)
    _leave_out(headers, refused)
    if not headers:
        name, why = next(iter(refused.items()))
        msg = f"Folder {folder.name} holds no DAS recording that can be read: {name} {why}"
        raise FormatError(msg)
    require_alike(folder.name, headers)
    opened = _Files(
        [file for file in found if file.name in headers], [headers[f.name] for f in found if f.name in headers]
    )
    survey = _joined(folder, opened, refused, index)
    if index.changed:
        write_index(folder, index)
    return survey


def _joined(folder: Path, files: _Files, refused: Mapping[str, str], index: FolderIndex) -> Survey:
    grid = join(files.headers, files.names)
    recording = Recording([file.path for file in files.found], files.headers, grid, folder.name)
    odd = [
        *trait_notes([header.traits for header in files.headers]),
        *grid_notes(grid, files.headers),
        *_overlap_notes(recording, files, index),
    ]
    cut = [f"{name} ({header.lack})" for name, header in zip(files.names, files.headers, strict=True) if header.lack]
    if cut:
        odd.append(f"{_counted(len(cut), 'file')} cut short: {listed(cut)}")
    if refused:
        words = [f"{name} ({why})" if len(refused) == 1 else name for name, why in refused.items()]
        total = len(refused) + len(files.headers)
        odd.append(f"{len(refused)} of {total} files cannot be read and {_are(len(refused))} left out: {listed(words)}")
    fingerprint = _fingerprint(files.found)
    survey = survey_of(folder, fingerprint, recording, files.headers, tuple(odd))
    return replace(
        survey,
        content=content_of(folder, files.found, grid),
        fitted_as=fitted_as(fingerprint, files.found, grid.size, index),
    )


def _leave_out(headers: dict[str, DasHeader], refused: dict[str, str]) -> None:
    """Move files that have no place on a time grid to those that are refused.

    Raises
    ------
    GeometryError
        When no file has a date.
    """
    undated = [name for name, header in headers.items() if not header.traits.dated]
    if len(headers) > 1 and len(undated) == len(headers):
        msg = f"No file has a date ({listed(undated)}): their order in time is not known; open them one by one"
        raise GeometryError(msg)
    for name, header in list(headers.items()):
        if len(headers) > 1 and not header.traits.dated:
            refused[name] = "has no date"
        elif header.uneven is not None:
            refused[name] = "has samples at uneven times"
        else:
            continue
        del headers[name]


def _overlap_notes(recording: Recording, files: _Files, index: FolderIndex) -> list[str]:
    """Return what is to be said of samples that two files hold.

    Raises
    ------
    GeometryError
        When files overlap by half and differ.
    """
    overlaps = recording.grid.overlaps
    if not overlaps:
        return []
    every = -(-len(overlaps) // _MOST_COMPARED)
    differ = [each for each in overlaps[::every] if not _agree(each, recording, files, index)]
    longest = max(overlaps, key=lambda each: each.count)
    step = recording.grid.step_ns / 1e9
    notes = [f"{_counted(len(overlaps), 'overlap')} of files, up to {lasting(longest.count * step)}: used once"]
    for each in differ:
        if 2 * each.count > each.of:
            later = files.headers[each.later]
            begin = later.start_ns + round((each.later_first - later.runs[0].first) * later.traits.step_ns)
            both = f"{files.names[each.earlier]} and {files.names[each.later]}"
            msg = (
                f"{both} both cover {lasting(each.count * step)} from {instant(begin)} on with different samples: a "
                "clock jumped, or these are two recordings; move one out"
            )
            raise GeometryError(msg)
    if differ:
        pairs = [f"{files.names[each.earlier]} and {files.names[each.later]}" for each in differ]
        notes.append(f"overlapping samples differ, those of the earlier file are used: {listed(pairs)}")
    return notes


def _agree(overlap: Overlap, recording: Recording, files: _Files, index: FolderIndex) -> bool:
    """Return whether two files agree, from the last opening where neither has changed."""
    pair = [files.found[number] for number in (overlap.earlier, overlap.later)]
    key = "|".join(f"{file.name}|{file.size}|{file.changed_ns}" for file in pair)
    key = f"{key}|{overlap.earlier_first}|{overlap.later_first}|{overlap.count}"
    if key not in index.agree:
        index.agree[key], index.changed = recording.agrees(overlap), True
    return index.agree[key]


def _fingerprint(files: Sequence[FoundFile]) -> str:
    """Return a hash of names, sizes and times of change: it changes when a file does, and costs no reading."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}|{file.size}|{file.changed_ns}\n".encode())
    return digest.hexdigest()[:32]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
