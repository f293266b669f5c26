"""Synthetic data with truth, for the demo, the tests and training; deterministic by seed."""

from napari_geofm.samples.das import DAS_CLASSES, DasSample, DasSampleSpec, make_das, write_das
from napari_geofm.samples.relief import ReliefSample, ReliefSampleSpec, make_relief, write_relief
from napari_geofm.samples.seismic import (
    FACIES,
    SeismicSample,
    SeismicSampleSpec,
    make_seismic,
    write_labels_npy,
    write_segy,
)
from napari_geofm.samples.strokes import draw_strokes

__all__ = [
    "DAS_CLASSES",
    "FACIES",
    "DasSample",
    "DasSampleSpec",
    "ReliefSample",
    "ReliefSampleSpec",
    "SeismicSample",
    "SeismicSampleSpec",
    "draw_strokes",
    "make_das",
    "make_relief",
    "make_seismic",
    "write_das",
    "write_labels_npy",
    "write_relief",
    "write_segy",
]
