"""The paper's data from its public record: listed with sizes and checksums, fetched on, checked, unpacked."""

import hashlib
import json
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path, PurePosixPath
from typing import Any

from napari_geofm.core.paper_tasks import PaperTask
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.errors import SourceError
from napari_geofm.io.atomic import require_space
from napari_geofm.io.paper_data import find_task_folder

__all__ = ["DOI", "Listed", "fetch_paper_data", "listed"]

DOI = "10.5281/zenodo.12798750"
RECORD = "https://zenodo.org/api/records/12798750"
LIMIT_S = 20.0
"""Seconds without an answer after which the record counts as out of reach."""
UNPACKED = 5.5
"""Times the packed size that a packed file takes unpacked: 14 GB of 2.8."""
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the record: its name, size in bytes, MD5 and address."""

    name: str
    n_bytes: int
    md5: str
    url: str


def listed() -> tuple[Listed, ...]:
    """Ask the record for its files.

    Raises
    ------
    SourceError
        When it cannot be reached, or answers in another form.
    """
    try:
        with urllib.request.urlopen(urllib.request.Request(RECORD), timeout=LIMIT_S) as answer:
            plain: dict[str, Any] = json.load(answer)
        return tuple(_listed(each) for each in plain["files"])
    except (OSError, HTTPException) as error:
        raise SourceError(_unreachable(error)) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        msg = f"The record {DOI} answers in a form that is not known; fetch its files by hand into the data's folder"
        raise SourceError(msg) from None


def _listed(plain: dict[str, Any]) -> Listed:
    kind, _, md5 = str(plain["checksum"]).partition(":")
    name = str(plain["key"])
    if kind != "md5" or PurePosixPath(name).name != name:
        raise ValueError(name)
    return Listed(name, int(plain["size"]), md5, str(plain["links"]["self"]))


def fetch_paper_data(root: Path, tasks: Sequence[PaperTask], control: Control) -> Job[tuple[Path, ...]]:
    """Fetch what is missing of the tasks' data into a folder; a broken transfer goes on where it ended.

    Yields
    ------
    Progress
        In bytes.

    Returns
    -------
    tuple of Path
        The tasks' folders.

    Raises
    ------
    SourceError
        When the record cannot be reached, a transfer breaks, or a file has another checksum.
    OutputError
        When the disk has no room.
    """
    missing = [task for task in tasks if not _is_there(root, task)]
    if missing:
        yield Progress(0, 0, f"asking the record {DOI}")
        files = [file for file in listed() if _concerns(file, missing)]
        if not files:
            msg = f"The record {DOI} names no file for {', '.join(task.name for task in missing)}; fetch it by hand"
            raise SourceError(msg)
        root.mkdir(parents=True, exist_ok=True)
        require_space(root / "data", int((1 + UNPACKED) * sum(file.n_bytes for file in files)))
        for file in files:
            packed = yield from _fetched(file, root, control)
            yield from _unpacked(packed, root, control)
    return tuple(find_task_folder(root, task) for task in tasks)


def _is_there(root: Path, task: PaperTask) -> bool:
    try:
        find_task_folder(root, task)
    except SourceError:
        return False
    return True


def _concerns(file: Listed, tasks: Sequence[PaperTask]) -> bool:
    """Return whether a packed file may hold one of the tasks: by its name, or where it bears no task's name at all."""
    from napari_geofm.core.paper_tasks import TASKS

    if not file.name.lower().endswith(".zip"):
        return False
    named = [task.name for task in TASKS.values() if any(name.lower() in file.name.lower() for name in task.folders)]
    return not named or any(task.name in named for task in tasks)


def _fetched(file: Listed, root: Path, control: Control) -> Job[Path]:
    """Fetch one file beside the data; what is there of it already is kept."""
    packed, part = root / file.name, root / f"{file.name}.part"
    if not packed.exists():
        done = part.stat().st_size if part.exists() else 0
        if done > file.n_bytes:
            part.unlink()
            done = 0
        try:
            while done < file.n_bytes:
                for size in _received(file, part, done, control):
                    yield Progress(size, file.n_bytes, f"fetching {file.name}")
                if part.stat().st_size <= done:
                    raise HTTPException("nothing arrived")  # noqa: TRY301
                done = part.stat().st_size
        except (OSError, HTTPException) as error:
            raise SourceError(_unreachable(error)) from None
        yield from _checked(file, part, control)
        part.replace(packed)
    return packed


def _received(file: Listed, part: Path, done: int, control: Control) -> Iterator[int]:
    """Append what the record sends from a byte on; yields the size reached."""
    request = urllib.request.Request(file.url, headers={"Range": f"bytes={done}-"} if done else {})
    with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
        # A server that knows no ranges sends all again.
        continued = done > 0 and answer.status == 206
        size = done if continued else 0
        with part.open("ab" if continued else "wb") as stream:
            while chunk := answer.read(CHUNK):
                control.check()
                stream.write(chunk)
                size += len(chunk)
                yield size


def _checked(file: Listed, part: Path, control: Control) -> Job[None]:
    """Refuse, and remove, a file whose checksum is another."""
    digest, done = hashlib.md5(usedforsecurity=False), 0
    with part.open("rb") as stream:
        while chunk := stream.read(16 * CHUNK):
            control.check()
            digest.update(chunk)
            done += len(chunk)
            yield Progress(done, file.n_bytes, f"checking {file.name}")
    if digest.hexdigest() != file.md5:
        part.unlink()
        msg = f"{file.name} arrived with another checksum than the record names, and was removed; fetch it again"
        raise SourceError(msg)


def _unpacked(packed: Path, root: Path, control: Control) -> Job[None]:
    """Unpack a file into the folder, each member beside its place first; refused where one leads elsewhere."""
    try:
        with zipfile.ZipFile(packed) as archive:
            members = [(member, _parts(packed, member)) for member in archive.infolist() if not member.is_dir()]
            bare = {parts[0] for _, parts in members} <= {"train", "valid"}
            for place, (member, parts) in enumerate(members):
                control.check()
                _unpack(archive, member, (root / packed.stem if bare else root).joinpath(*parts))
                if place % 50 == 0:
                    yield Progress(place, len(members), f"unpacking {packed.name}")
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        msg = f"{packed} is no whole zip file ({error}); delete it, and fetch it again"
        raise SourceError(msg) from None
    # Only now: an interrupted unpacking begins anew with what was fetched.
    packed.unlink()


def _parts(packed: Path, member: zipfile.ZipInfo) -> tuple[str, ...]:
    """Return where a member goes, below the folder.

    Raises
    ------
    SourceError
        When it leads elsewhere.
    """
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    if not parts or ".." in parts or parts[0] == "/" or ":" in parts[0]:
        msg = f"{packed.name} holds {member.filename}, which leads out of the folder; nothing of it is unpacked"
        raise SourceError(msg)
    return parts


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    if target.exists() and target.stat().st_size == member.file_size:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.part")
    with archive.open(member) as source, beside.open("wb") as stream:
        while chunk := source.read(CHUNK):
            stream.write(chunk)
    beside.replace(target)


def _unreachable(error: Exception) -> str:
    """Return one line of why the record cannot be had."""
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        reason = f"it answered with HTTP status {error.code}"
    else:
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        reason = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return (
        f"The record {DOI} cannot be reached ({reason}); try again (what has arrived is kept), or fetch its zip files "
        "by hand and unpack them into the data's folder"
    )
