"""Scripts that print tables of ratios: ``python -m benchmarks.NAME``."""
