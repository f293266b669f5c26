"""A place for work that is half done, beside where it goes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from napari_geofm.errors import OutputError
from napari_geofm.io.atomic import TEMP_MARK
from napari_geofm.io.unwritable import why_not_begun, why_not_written

__all__ = ["work_folder"]


@contextmanager
def work_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside ``target`` to work in, and remove it at the end.

    Raises
    ------
    OutputError
        When nothing can be written there (read-only folder, no disk space).
    """
    try:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            made = TemporaryDirectory(prefix=TEMP_MARK, dir=target.parent)
        except FileNotFoundError as error:
            raise OutputError(why_not_begun(target)) from error
        with made as folder:
            yield Path(folder)
    except OSError as error:
        line = why_not_written(target, error)
        if line is None:
            raise
        raise OutputError(line) from error
