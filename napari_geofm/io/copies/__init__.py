"""Fast copies of volumes: zarr stores whose sections come quickly in every direction, also from a disk."""
