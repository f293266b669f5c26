"""Synthetic data with truth, for the demo, the tests and training."""

from napari_geofm.samples.seismic import SeismicSample, SeismicSampleSpec, make_seismic, write_labels_npy, write_segy

__all__ = ["SeismicSample", "SeismicSampleSpec", "make_seismic", "write_labels_npy", "write_segy"]
