"""What dascore is asked: which vendor's format a file is in, what it holds, and its samples."""

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from napari_geofm.errors import FormatError, GeometryError
from napari_geofm.io.das.quietly import quietly

__all__ = ["RAW_ENDING", "XML_BINARY", "XML_NAME", "Vendor", "is_xml_binary", "read_patch", "scan_file", "vendor_of"]

_NEVER = frozenset({"PICKLE"})
"""Formats that are not even looked for: to find out whether a file is one of them, dascore runs what is in it."""

_HDF_MARK = b"\x89HDF\r\n\x1a\n"


class Vendor(NamedTuple):
    """A format as dascore names it."""

    name: str
    version: str


XML_BINARY = Vendor("XMLBinary", "1")
"""A folder whose files are bare numbers; one ``metadata.xml`` speaks for all of them."""

XML_NAME, RAW_ENDING = "metadata.xml", ".raw"
"""Names in such a folder."""


def is_xml_binary(path: Path) -> bool:
    """Return whether a file is one of bare numbers beside the description of a recording."""
    return path.suffix.lower() == RAW_ENDING and (path.parent / XML_NAME).is_file()


@lru_cache(maxsize=2)
def _scanned_folder(folder: Path, changed_ns: int) -> dict[str, Any]:
    """Return dascore's attributes of all files of such a folder, by name: asked once, and not for each file."""
    del changed_ns
    from dascore.io import FiberIO

    found = FiberIO.manager.get_fiberio(format=XML_BINARY.name, version=XML_BINARY.version).scan(folder)
    return {Path(str(each.path)).name: each for each in found}


def vendor_of(path: Path, likely: Vendor | None = None) -> Vendor:
    """Return the format of a file.

    Parameters
    ----------
    path
        The file.
    likely
        A format that is tried first: that of the file beside it.

    Raises
    ------
    FormatError
        When dascore knows none that fits.
    """
    if is_xml_binary(path):
        return XML_BINARY
    with quietly(path):
        from dascore.io import FiberIO
        from dascore.utils.io import IOResourceManager

        ways = FiberIO.manager.yield_fiberio(extension=path.suffix[1:] or None, input_type="file")
        first = FiberIO.manager.yield_fiberio(likely.name, likely.version) if likely is not None else ()
        with IOResourceManager(path) as handles:
            for way in (*first, *ways):
                found = None if way.name in _NEVER else _asked(way, handles)
                if found is not None:
                    return found
    _require_whole_hdf(path)
    msg = f"{path.name} is in no DAS format that is known here; convert it to one, such as ProdML or DASDAE"
    raise FormatError(msg)


def _require_whole_hdf(path: Path) -> None:
    """Refuse an HDF5 file that does not open: no reader knows what it was."""
    import h5py

    with quietly(path):
        with path.open("rb") as stream:
            head = stream.read(8)
        if head == _HDF_MARK:
            h5py.File(path, "r").close()


def _asked(way: Any, handles: Any) -> Vendor | None:
    """Return what one vendor's reader says of a file; whatever it raises, it is none of that vendor's."""
    handle: Any = None
    try:
        handle = handles.get_resource(way.get_format._required_type)
        found = way.get_format(handle, _pre_cast=True)
    except PermissionError:
        raise
    except Exception:  # noqa: BLE001 - each reader is given every file, and stumbles over others' in its own way
        return None
    finally:
        if hasattr(handle, "seek"):
            handle.seek(0)
    return Vendor(str(found[0]), str(found[1])) if found else None


def scan_file(path: Path, vendor: Vendor) -> Any:
    """Return dascore's attributes of the only recording in a file.

    Raises
    ------
    FormatError
        When it is damaged.
    GeometryError
        When it holds several recordings, or none.
    """
    with quietly(path):
        if vendor == XML_BINARY:
            return _scanned_folder(path.parent, path.parent.stat().st_mtime_ns)[path.name]
        from dascore.io import FiberIO

        # dascore.scan() passes over what is damaged without a word.
        found = list(FiberIO.manager.get_fiberio(format=vendor.name, version=vendor.version).scan(path))
    if len(found) != 1:
        msg = f"{path.name} holds {len(found)} recordings; split it so that a file holds one"
        raise GeometryError(msg)
    return found[0]


def read_patch(path: Path, vendor: Vendor, **limits: Any) -> Any:
    """Return dascore's patch of a file, or of the part between ``limits``; None where these hold nothing.

    Raises
    ------
    FormatError
        When the file is damaged.
    """
    with quietly(path):
        import dascore

        spool = dascore.read(path, file_format=vendor.name, file_version=vendor.version, **limits)
        return spool[0] if len(spool) else None
