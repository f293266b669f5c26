"""DAS recordings on disk: one file of any vendor, or a folder of files as one recording with its gaps."""

from napari_geofm.io.das.finding import DAS_ENDINGS, MORE_ENDINGS, das_files
from napari_geofm.io.das.folder import read_das_folder
from napari_geofm.io.das.reader import read_das

__all__ = ["DAS_ENDINGS", "MORE_ENDINGS", "das_files", "read_das", "read_das_folder"]
