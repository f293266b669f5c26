"""Why a file cannot be written, in a line for the user."""

import errno
from pathlib import Path

from napari_geofm.errors import OutputError

__all__ = ["why_not_begun", "why_not_written"]

_REASONS = {
    errno.ENOSPC: "there is no space left on the disk; free some, or write elsewhere",
    errno.EDQUOT: "the disk quota is used up; free some, or write elsewhere",
    errno.EFBIG: "the file system does not take files of this size; write elsewhere",
    errno.EROFS: "the file system is read-only; write elsewhere",
    errno.EACCES: "the folder is read-only; write elsewhere or change its permissions",
    errno.EPERM: "the folder is read-only; write elsewhere or change its permissions",
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose another place",
    errno.EISDIR: "it is a folder; give the name of a file",
    errno.EEXIST: "a part of the path is a file, not a folder; choose another place",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.EIO: "the disk reports an error; write elsewhere",
}


def why_not_begun(target: Path) -> str:
    """Return the line for a folder that is there and yet takes nothing: those of the system's own numbers, as /proc."""
    return f"Cannot write {target}: {target.parent} takes no new files; write elsewhere"


def why_not_written(target: Path, error: BaseException) -> str | None:
    """Return the line for the user, or None when the error is not about writing."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(error, OutputError):
        # Libraries wrap the system's error in their own; the number of the first one that tells counts.
        if isinstance(seen, OSError):
            number = errno.ENOSPC if _wrote_short(seen) else seen.errno
            if number in _REASONS:
                return f"Cannot write {target}: {_REASONS[number]}"
        seen = seen.__cause__ or seen.__context__
    return None


def _wrote_short(error: OSError) -> bool:
    """Whether this is numpy's "9216 requested and 3040 written", which a full disk makes and which has no number."""
    return error.errno is None and " requested and " in str(error)
