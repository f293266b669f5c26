"""Asking for a survey's file or folder."""

from pathlib import Path

from qtpy.QtWidgets import QFileDialog, QWidget

from napari_geofm.session import recent_sessions

__all__ = ["ask_for_file"]

KINDS = (
    "All surveys (*.sgy *.segy *.SGY *.SEGY *.h5 *.hdf5 *.hdf *.tdms *.prodml *.nc *.tif *.tiff *.png *.jpg *.jp2"
    " *.cub *.img *.IMG *.lbl *.LBL *.xml *.vrt *.npy *.npz *.zgy *.seisnc *.dat *.bin *.raw *.vol)",
    "Seismic, SEG-Y (*.sgy *.segy *.SGY *.SEGY)",
    "DAS recordings (*.h5 *.hdf5 *.hdf *.tdms *.prodml *.nc)",
    "Images and elevation maps (*.tif *.tiff *.png *.jpg *.jp2 *.cub *.img *.IMG *.lbl *.LBL *.xml *.vrt)",
    "Volumes of other programs (*.npy *.npz *.nc *.seisnc *.h5 *.hdf5 *.zgy *.dat *.bin *.raw *.vol)",
    "All files (*)",
)


def ask_for_file(parent: QWidget, *, folder: bool = False) -> Path | None:
    """Ask for a survey; None where the interpreter thinks better of it.

    Parameters
    ----------
    parent
        The window.
    folder
        Ask for a folder of tiles or DAS recordings (or a ``.zarr`` array) instead of a file.
    """
    last = next((each.survey.parent for each in recent_sessions() if each.survey.parent.is_dir()), Path.home())
    if folder:
        name = QFileDialog.getExistingDirectory(
            parent, "Open a folder of DAS files or tiles, or a .zarr volume", str(last)
        )
    else:
        name, _ = QFileDialog.getOpenFileName(parent, "Open survey", str(last), ";;".join(KINDS))
    return Path(name) if name else None
