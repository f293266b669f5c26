"""Interactive interpretation of geophysical data with vision foundation models."""

__version__ = "0.1.0"
