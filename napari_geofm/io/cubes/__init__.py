"""Volumes of other programs: zarr, netCDF, HDF5, NumPy arrays, bare numbers, ZGY. The way in is ``io.opening``."""
